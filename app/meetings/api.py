"""Meetings and what they decided, over REST."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.acts import ManagerPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_created, answers_list, answers_one, answers_word, parameters
from app.listings import listed
from app.meetings import service
from app.meetings.papers import decisions_docx
from app.meetings.queries import DecisionRow, MeetingRow, decisions_of, list_meetings, meeting_row
from app.meetings.schemas import DecisionIn, MeetingIn, MeetingQuery
from app.rest import ApiRoute, RecordId, asked
from app.vocabulary import Locale, MeetingDecision

router = APIRouter(prefix="/review/meetings", tags=["review"], route_class=ApiRoute)


@dataclass(slots=True)
class MeetingItem:
    """A meeting in a list; `decided` counts its decisions."""

    id: int
    title: str
    held_on: date
    people: str | None
    led_by: str | None
    decided: int


@dataclass(slots=True)
class MeetingPage:
    """A page of meetings; `next` is the address of the one after, or null."""

    items: list[MeetingItem]
    next: str | None


@dataclass(slots=True)
class DecisionJson:
    """What a meeting decided about a partner."""

    id: int
    partner: str
    decision: MeetingDecision
    note: str | None
    on: date
    by: str | None


@dataclass(slots=True)
class MeetingJson:
    """One meeting with its decisions, in the order in which they were made."""

    id: int
    version: int
    title: str
    held_on: date
    people: str | None
    led_by: str | None
    decisions: list[DecisionJson]


def _item(row: MeetingRow) -> MeetingItem:
    return MeetingItem(row.id, row.title, row.held_on, row.people, row.led_by, row.decided)


def _decision(row: DecisionRow) -> DecisionJson:
    return DecisionJson(row.id, row.partner, row.decision, row.note, row.on, row.by)


def _json(session: Session, meeting_id: int) -> MeetingJson:
    row = meeting_row(session, meeting_id)
    found = [_decision(it) for it in decisions_of(session, meeting_id, Locale.vi)]
    return MeetingJson(row.id, row.version, row.title, row.held_on, row.people, row.led_by, found)


@router.get(
    "",
    name="meetings",
    summary="List review meetings",
    responses=answers_list(MeetingPage),
    openapi_extra=parameters(MeetingQuery),
)
def list_(
    request: Request,
    query: Annotated[MeetingQuery, asked(MeetingQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """Meetings that reviewed partnerships, the latest first."""
    return listed(
        request,
        query,
        lambda part: list_meetings(session, part),
        key=lambda row: [row.held_on, row.id],
        items=lambda rows: [_item(row) for row in rows],
    )


@router.get(
    "/{meeting_id}", name="meeting", summary="One review meeting", responses=answers_one(MeetingJson, 404)
)
def show(request: Request, meeting_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """A meeting and what it decided."""
    found = _json(session, meeting_id)
    return one(request, found, found.version)


@router.post(
    "",
    name="begin_meeting",
    status_code=201,
    summary="Begin a review meeting",
    responses=answers_created(MeetingJson),
)
def begin(data: MeetingIn, act: ManagerPost) -> Response:
    """Begin a meeting, to which decisions may be written."""
    row = service.begin(act.session, act.actor, data, today=act.today)
    found = _json(act.session, row.id or 0)
    return act.created(found, found.version, at=f"/api/v1/review/meetings/{row.id}")


@router.post(
    "/{meeting_id}/decisions",
    name="decide",
    status_code=201,
    summary="Write a decision down",
    responses=answers_created(MeetingJson, 404),
)
def decide(meeting_id: RecordId, data: DecisionIn, act: ManagerPost) -> Response:
    """Write down what a meeting decided about a partner; the answer is the meeting. What follows from it (a
    step, a push, a pause) has its own address."""
    meeting = service.get(act.session, meeting_id)
    service.decide(act.session, act.actor, meeting, data, today=act.today)
    found = _json(act.session, meeting_id)
    return act.created(found, found.version, at=f"/api/v1/review/meetings/{meeting_id}")


@router.get(
    "/{meeting_id}/decisions.docx",
    name="decisions_docx",
    summary="The decisions of a meeting as a Word file",
    response_class=Response,
    responses=answers_word(404, 409),
)
def paper(meeting_id: RecordId, actor: ApiReader, session: ReadSession, today: Today) -> Response:
    """What a meeting decided of which partner, from the department's own template."""
    row = meeting_row(session, meeting_id)
    return decisions_docx(row, decisions_of(session, meeting_id, Locale.vi), today)
