"""Deciding over REST: the proposed step, pauses, the officer, the confirmed file."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import Act, ManagerAct, WriterPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.follow_ups.resource import FollowUpJson, one_json
from app.listings import listed
from app.models import Pause
from app.partners import queries as partners
from app.partners import service as partner_service
from app.rest import ApiRoute, RecordId, asked
from app.review import service
from app.review.pauses import PauseRow, list_pauses, pause_row
from app.review.schemas import OfficerIn, PauseDecision, PauseIn, PauseQuery, StepIn
from app.vocabulary import PauseReason, PauseState

router = APIRouter(tags=["review"], route_class=ApiRoute)


@dataclass(slots=True)
class PauseJson:
    """A pause of a partner: asked for by one, decided by another; `asked_by` is null where a key asked."""

    id: int
    version: int
    partner: str
    reason: PauseReason
    why: str | None
    starts_on: date
    until: date | None
    state: PauseState
    asked_by: str | None
    decided_by: str | None
    decided_on: date | None
    is_demo: bool


@dataclass(slots=True)
class PausePage:
    """A page of pauses; `next` is the address of the one after, or null."""

    items: list[PauseJson]
    next: str | None


@dataclass(slots=True)
class OfficerJson:
    """Who looks after a partner; the version is the partner's."""

    partner: str
    version: int
    officer: str | None


@dataclass(slots=True)
class ReviewJson:
    """The word that a partner's file is complete on a day."""

    id: int
    version: int
    partner: str
    on: date
    by: str | None


def pause_json(row: PauseRow) -> PauseJson:
    """A pause for programs."""
    return PauseJson(
        id=row.id,
        version=row.version,
        partner=row.partner,
        reason=row.reason,
        why=row.why,
        starts_on=row.starts_on,
        until=row.until,
        state=row.state,
        asked_by=row.asked_email,
        decided_by=row.decided_email,
        decided_on=row.decided_on,
        is_demo=row.is_demo,
    )


def _json(act: Act, pause: Pause) -> PauseJson:
    return pause_json(pause_row(act.session, pause.id or 0))


@router.get(
    "/pauses",
    name="pauses",
    summary="List pauses",
    responses=answers_list(PausePage),
    openapi_extra=parameters(PauseQuery),
)
def list_(
    request: Request,
    query: Annotated[PauseQuery, asked(PauseQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """Pauses of partners, the latest first; `state=asked` are those that wait for a second person."""
    return listed(
        request,
        query,
        lambda part: list_pauses(session, query, part),
        key=lambda row: [row.id],
        items=lambda rows: [pause_json(row) for row in rows],
    )


@router.get("/pauses/{pause_id}", name="pause", summary="One pause", responses=answers_one(PauseJson, 404))
def show(request: Request, pause_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """One pause. Its ETag is needed to decide it or to end it."""
    found = pause_json(pause_row(session, pause_id))
    return one(request, found, found.version)


@router.post(
    "/partners/{slug}/steps",
    status_code=201,
    summary="Take the proposed step",
    responses=answers_created(FollowUpJson, 404, 409),
)
def take_step(slug: str, data: StepIn, act: WriterPost) -> Response:
    """Turn the step that the playbook proposes into a follow-up. 409 when none is proposed any more."""
    work = service.take_step(act.session, act.actor, partners.get(act.session, slug), data, today=act.today)
    found = one_json(act.session, work.id or 0)
    return act.created(found, found.version, at=f"/api/v1/follow-ups/{work.id}")


@router.post(
    "/partners/{slug}/pauses",
    status_code=201,
    summary="Ask to park a partner",
    responses=answers_created(PauseJson, 404, 409),
)
def ask_pause(slug: str, data: PauseIn, act: WriterPost) -> Response:
    """Ask to park a partner until a day. It counts only once another person has approved it."""
    pause = service.ask_pause(act.session, act.actor, partners.get(act.session, slug), data, today=act.today)
    found = _json(act, pause)
    return act.created(found, found.version, at=f"/api/v1/pauses/{pause.id}")


@router.post(
    "/pauses/{pause_id}/decision",
    summary="Approve or decline a pause",
    responses=answers_changed(PauseJson, 409),
)
def decide_pause(pause_id: RecordId, data: PauseDecision, act: ManagerAct) -> Response:
    """The second person's word. Whoever asked, as a person or with a key of theirs, may not approve (403)."""
    pause = service.get_pause(act.session, pause_id)
    service.decide_pause(act.session, act.actor, pause, data, version=act.version(pause), today=act.today)
    found = _json(act, pause)
    return act.answer(found, found.version)


@router.post(
    "/pauses/{pause_id}/end",
    summary="End a pause before its day",
    responses=answers_changed(PauseJson, 409),
)
def end_pause(pause_id: RecordId, act: ManagerAct) -> Response:
    """Take the relationship up again today."""
    pause = service.get_pause(act.session, pause_id)
    service.end_pause(act.session, act.actor, pause, version=act.version(pause), today=act.today)
    found = _json(act, pause)
    return act.answer(found, found.version)


@router.post(
    "/partners/{slug}/officer",
    summary="Give a partner to an officer",
    responses=answers_changed(OfficerJson),
)
def reassign(slug: str, data: OfficerIn, act: ManagerAct) -> Response:
    """Say who looks after a partner from now on: a user's e-mail address, or null for nobody. `If-Match`
    takes the partner's ETag."""
    partner = partners.get(act.session, slug)
    service.reassign(act.session, act.actor, partner, data, version=act.version(partner))
    act.session.flush()
    found = OfficerJson(partner.slug, partner.version, data.officer and data.officer.lower())
    return act.answer(found, partner.version)


@router.post(
    "/partners/{slug}/reviews",
    status_code=201,
    summary="Confirm a partner's file",
    responses=answers_created(ReviewJson, 404, 409),
)
def confirm_file(slug: str, act: WriterPost) -> Response:
    """Say that nothing is missing from a partner's file. Once a day is enough: 409 the second time."""
    partner = partners.get(act.session, slug)
    review = partner_service.confirm_file(act.session, act.actor, partner, today=act.today)
    found = ReviewJson(review.id or 0, review.version, partner.slug, review.on, act.actor.email)
    return act.created(found, review.version, at=f"/api/v1/partners/{partner.slug}")
