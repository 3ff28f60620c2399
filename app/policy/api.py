"""The policy over REST: read by all, tried and set by keys that manage."""

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.acts import ManagerPatch
from app.answers import one
from app.dependencies import ApiManager, ApiReader, ReadSession, Today
from app.described import answers_changed, answers_list, answers_one
from app.listings import listing
from app.policy import service
from app.policy.effect import effect_of
from app.policy.queries import as_policy, policy_changes, policy_now, proposed
from app.policy.schemas import PolicyPatch, Proposal
from app.rest import ApiRoute, Spoken
from app.vocabulary import Status

router = APIRouter(prefix="/policy", tags=["policy"], route_class=ApiRoute)


@dataclass(slots=True)
class PolicyJson:
    """The months in force; version 0 while nobody has changed them."""

    version: int
    patience_priority: int
    patience_regular: int
    patience_wide: int
    silence_priority: int
    silence_regular: int
    silence_wide: int
    warning: int
    quiet: int
    return_visit: int
    memory: int


@dataclass(slots=True)
class FigureJson:
    """One number of months that was changed."""

    name: str
    was: int
    now: int


@dataclass(slots=True)
class ChangeJson:
    """One change of the policy; `months` are those in force from then on. `restores` names the change whose
    months were taken up again."""

    id: int
    day: date
    at: datetime
    who: str
    why: str | None
    restores: int | None
    changes: list[FigureJson]
    months: dict[str, int]


@dataclass(slots=True)
class ChangePage:
    """Every change, the latest first; `next` is always null."""

    items: list[ChangeJson]
    next: str | None


@dataclass(slots=True)
class MoveJson:
    """A partner that would change status; `better`: away from stuck. `text` is what the new one rests on."""

    partner: str
    name_vi: str
    name_en: str
    before: Status
    after: Status
    better: bool
    text: str


@dataclass(slots=True)
class PreviewJson:
    """What these months would do to the partners today. `others` keep their status but change in rung,
    warmth, step or reasons."""

    months: dict[str, int]
    moves: list[MoveJson]
    others: int


def _now(session: Session) -> PolicyJson:
    found = policy_now(session)
    return PolicyJson(found.version, **found.months)


@router.get("", name="show", summary="The policy", responses=answers_one(PolicyJson))
def show(request: Request, actor: ApiReader, session: ReadSession) -> Response:
    """The months by which standings are judged."""
    found = _now(session)
    return one(request, found, found.version)


@router.patch("", name="change", summary="Change the policy", responses=answers_changed(PolicyJson))
def change(data: PolicyPatch, act: ManagerPatch) -> Response:
    """Set months, or take up those of an earlier change; every standing follows in the same transaction."""
    row = service.get_policy(act.session)
    service.change_policy(act.session, act.actor, row, data, version=act.version(row), today=act.today)
    found = _now(act.session)
    return act.answer(found, found.version)


@router.post(
    "/preview", name="preview", summary="Try a policy", responses=answers_one(PreviewJson, 413, 415, 422)
)
def preview(
    request: Request, data: Proposal, actor: ApiManager, session: ReadSession, today: Today, spoken: Spoken
) -> Response:
    """Name every partner that would change status under these months. Nothing is changed."""
    months = proposed(session, data)
    effect = effect_of(session, as_policy(months), today)
    moves = [
        MoveJson(m.slug, m.name_vi, m.name_en, m.before, m.after, m.better, m.why(spoken))
        for m in effect.moves
    ]
    return one(request, PreviewJson(months, moves, effect.others))


@router.get("/history", name="history", summary="Changes of the policy", responses=answers_list(ChangePage))
def history(request: Request, actor: ApiReader, session: ReadSession) -> Response:
    """Who changed which months when, and why."""
    items = [
        ChangeJson(
            c.id, c.day, c.at, c.who, c.why, c.restores,
            [FigureJson(f.name, f.was, f.now) for f in c.what], dict(c.months),
        )
        for c in reversed(policy_changes(session))
    ]  # fmt: skip
    return listing(request, items)
