"""Pushes over REST: the list, one with its steps, a new one, and the acts upon it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.acts import Act, ManagerAct, ManagerPatch, ManagerPost, WriterPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.follow_ups.queries import of_push
from app.follow_ups.resource import FollowUpJson
from app.follow_ups.resource import one_json as follow_up_json
from app.listings import listed
from app.pushes import service
from app.pushes.filters import PushQuery
from app.pushes.listing import pushes_in
from app.pushes.queries import PushRow, push_row
from app.pushes.schemas import PushIn, PushPatch, PushStepIn, WithdrawalIn
from app.rest import ApiRoute, RecordId, asked
from app.vocabulary import Cause, FollowUpState, Locale, PushState, ReasonCode, Rung

router = APIRouter(tags=["pushes"], route_class=ApiRoute)


@dataclass(slots=True)
class PushJson:
    """A push on a partner. `state` follows from the evidence and the deadline; `reached_on` is the first day,
    from the opening on, on which the evidence shows the goal or more, `moved_on` the first above
    `rung_then`; a day to come is one for which the evidence is on file already. `reasons` held on the day of
    the opening; `rung` is where the partner stands today."""

    id: int
    version: int
    partner: str
    opened_on: date
    opened_by: str | None
    rung_then: Rung
    goal: Rung
    rung: Rung
    reasons: list[ReasonCode]
    cause: Cause | None
    deadline: date
    note: str | None
    state: PushState
    ended_on: date | None
    moved_on: date | None
    reached_on: date | None
    months_to_next: int | None
    withdrawn_on: date | None
    withdrawn_why: str | None
    steps: int
    steps_done: int
    steps_late: int
    is_demo: bool


@dataclass(slots=True)
class StepJson:
    """A follow-up that the push opened."""

    id: int
    title: str
    state: FollowUpState
    due_on: date


@dataclass(slots=True)
class PushWhole(PushJson):
    """A push with its steps, by due date."""

    follow_ups: list[StepJson]


@dataclass(slots=True)
class PushPage:
    """A page of pushes; `next` is the address of the one after, or null."""

    items: list[PushJson]
    next: str | None


@dataclass(slots=True)
class PushesOpened:
    """The pushes that were opened, one for each partner."""

    items: list[PushJson]


def _fields(row: PushRow) -> dict[str, object]:
    same = (
        "id", "version", "partner", "opened_on", "rung_then", "goal", "rung", "cause", "deadline", "note",
        "state", "ended_on", "moved_on", "reached_on", "months_to_next", "withdrawn_on", "withdrawn_why",
        "steps", "is_demo",
    )  # fmt: skip
    return {name: getattr(row, name) for name in same} | {
        "opened_by": row.opened_by_email,
        "reasons": list(row.reasons),
        "steps_done": row.done,
        "steps_late": row.late,
    }


def _json(row: PushRow) -> PushJson:
    return PushJson(**_fields(row))  # type: ignore[arg-type]


def _whole(session: Session, push_id: int, today: date) -> PushWhole:
    row = push_row(session, push_id, Locale.vi, today)
    steps = of_push(session, push_id, today, Locale.vi)
    own = [StepJson(step.id, step.title, step.state, step.due_on) for step in steps]
    return PushWhole(**_fields(row), follow_ups=own)  # type: ignore[arg-type]


@router.get(
    "/pushes",
    name="list",
    summary="List pushes",
    responses=answers_list(PushPage),
    openapi_extra=parameters(PushQuery),
)
def list_(
    request: Request,
    query: Annotated[PushQuery, asked(PushQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """Pushes, the latest first. `state` is what they are today."""
    return listed(
        request,
        query,
        lambda part: pushes_in(session, actor, query, today, part),
        key=lambda row: [row.opened_on, row.id],
        items=lambda rows: [_json(row) for row in rows],
    )


@router.get("/pushes/{push_id}", summary="One push", responses=answers_one(PushWhole, 404))
def show(
    request: Request, push_id: RecordId, actor: ApiReader, session: ReadSession, today: Today
) -> Response:
    """One push with its steps. Its ETag is needed to change or to withdraw it."""
    found = _whole(session, push_id, today)
    return one(request, found, found.version)


@router.post("/pushes", status_code=201, summary="Open pushes", responses=answers_created(PushesOpened, 409))
def create(data: PushIn, act: ManagerPost) -> Response:
    """Open a push on one or several partners at once, each with its own record and its own follow-ups. 409
    where one is open already. `Location` leads to the first."""
    pushes = service.open_(act.session, act.actor, data, today=act.today)
    act.session.flush()
    found = [_json(push_row(act.session, push.id or 0, Locale.vi, act.today)) for push in pushes]
    return act.created(PushesOpened(found), None, at=f"/api/v1/pushes/{pushes[0].id}")


def _told(act: Act, push_id: int) -> Response:
    act.session.flush()
    found = _whole(act.session, push_id, act.today)
    return act.answer(found, found.version)


@router.patch("/pushes/{push_id}", summary="Change a push", responses=answers_changed(PushWhole, 409))
def change(push_id: RecordId, data: PushPatch, act: ManagerPatch) -> Response:
    """Another deadline, another note. 409 when the push is over."""
    push = service.get(act.session, push_id)
    service.change(act.session, act.actor, push, data, version=act.version(push), today=act.today)
    return _told(act, push_id)


@router.post(
    "/pushes/{push_id}/withdrawal", summary="Withdraw a push", responses=answers_changed(PushWhole, 409)
)
def withdraw(push_id: RecordId, data: WithdrawalIn, act: ManagerAct) -> Response:
    """Give it up, and say why. Its follow-ups stay open."""
    push = service.get(act.session, push_id)
    service.withdraw(act.session, act.actor, push, data, version=act.version(push), today=act.today)
    return _told(act, push_id)


@router.post(
    "/pushes/{push_id}/steps",
    status_code=201,
    summary="Add a step to a push",
    responses=answers_created(FollowUpJson, 404, 409),
)
def add_step(push_id: RecordId, data: PushStepIn, act: WriterPost) -> Response:
    """A further follow-up of an open push."""
    push = service.get(act.session, push_id)
    work = service.add_step(act.session, act.actor, push, data, today=act.today)
    found = follow_up_json(act.session, work.id or 0)
    return act.created(found, found.version, at=f"/api/v1/follow-ups/{work.id}")
