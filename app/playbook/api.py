"""The playbook over REST: every play, one, and the acts upon them."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import Act, ManagerAct, ManagerPatch, ManagerPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession
from app.described import answers_archived, answers_changed, answers_created, answers_list, answers_one
from app.i18n import words
from app.listings import listing
from app.models import PlayRow
from app.playbook import service
from app.playbook.listing import PlayLine, line_of, list_plays
from app.playbook.schemas import PlayIn, PlayPatch
from app.rest import ApiRoute, RecordId
from app.standing import StepBy, StepCode
from app.vocabulary import FollowUpKind, Locale, OwedBy, ReasonCode

router = APIRouter(tags=["playbook"], route_class=ApiRoute)
_VI, _EN = words(Locale.vi), words(Locale.en)


@dataclass(slots=True)
class PlayJson:
    """Which step answers a reason: the first active play of the first reason that has one is proposed.

    In a title {partner} and {sectors} are filled in, and a part in square brackets is left out when nothing
    is known to fill it. `own_titles` is false where the program's own words are used.
    """

    id: int
    version: int
    code: StepCode
    reason: ReasonCode
    owed_by: OwedBy | None
    title_vi: str
    title_en: str
    own_titles: bool
    kind: FollowUpKind
    deepens: bool
    due_in: int
    who: StepBy
    position: int
    active: bool
    untouched: bool


@dataclass(slots=True)
class Plays:
    """The whole playbook; `next` is always null."""

    items: list[PlayJson]
    next: str | None


def _json(line: PlayLine) -> PlayJson:
    return PlayJson(
        line.id, line.version, line.code, line.reason, line.owed_by, line.title_vi, line.title_en,
        line.own_titles, line.kind, line.kind.deepens, line.due_in, line.who, line.position, line.active,
        line.untouched,
    )  # fmt: skip


def _one(row: PlayRow) -> PlayJson:
    return _json(line_of(row, _VI, _EN))


@router.get("/playbook", name="list", summary="The playbook", responses=answers_list(Plays))
def list_(request: Request, actor: ApiReader, session: ReadSession) -> Response:
    """Every play, by reason and in its order."""
    return listing(request, [_json(line) for line in list_plays(session, _VI, _EN)])


@router.get("/playbook/{play_id}", summary="One play", responses=answers_one(PlayJson, 404))
def show(request: Request, play_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """One play. Its ETag is needed to change it."""
    found = _one(service.get(session, play_id))
    return one(request, found, found.version)


@router.post("/playbook", status_code=201, summary="Add a play", responses=answers_created(PlayJson))
def add(data: PlayIn, act: ManagerPost) -> Response:
    """A play of the department's own."""
    play = service.add(act.session, act.actor, data)
    return act.created(_one(play), play.version, at=f"/api/v1/playbook/{play.id}")


@router.patch("/playbook/{play_id}", summary="Change a play", responses=answers_changed(PlayJson))
def change(play_id: RecordId, data: PlayPatch, act: ManagerPatch) -> Response:
    """Change a play; the proposals of all partners follow. Titles that are null take back the default's."""
    play = service.get(act.session, play_id)
    service.change(act.session, act.actor, play, data, version=act.version(play))
    return _told(act, play)


@router.post(
    "/playbook/{play_id}/default", summary="Restore a play", responses=answers_changed(PlayJson, 409)
)
def restore(play_id: RecordId, act: ManagerAct) -> Response:
    """Put a play back to what came with the installation. 409 for one of the department's own."""
    play = service.get(act.session, play_id)
    service.restore(act.session, act.actor, play, version=act.version(play))
    return _told(act, play)


@router.delete(
    "/playbook/{play_id}", status_code=204, summary="Take out a play", responses=answers_archived(409)
)
def remove(play_id: RecordId, act: ManagerPatch) -> Response:
    """Take out a play of the department's own. 409 for a default one: switch it off instead."""
    play = service.get(act.session, play_id)
    service.remove(act.session, act.actor, play, version=act.version(play))
    return Response(status_code=204)


def _told(act: Act, play: PlayRow) -> Response:
    act.session.flush()
    return act.answer(_one(play), play.version)
