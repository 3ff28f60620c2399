"""Forums over REST."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.acts import Act, WriterPatch, WriterPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.forums import service
from app.forums.filters import ForumQuery
from app.forums.queries import ForumRow, MeetingRow, forum_page, list_forums
from app.forums.schemas import ForumIn, ForumPatch, MeetingIn, MeetingPatch, MemberIn
from app.listings import listed
from app.models import Forum
from app.rest import ApiRoute, RecordId, asked
from app.vocabulary import DatePrecision, ForumBasis, Locale, Rung, Status

router = APIRouter(tags=["forums"], route_class=ApiRoute)


@dataclass(slots=True)
class MeetingJson:
    """A meeting; `version` is for its own If-Match."""

    id: int
    version: int
    title: str
    title_en: str | None
    starts_on: date
    starts_precision: DatePrecision
    ends_on: date
    ends_precision: DatePrecision
    place: str | None
    host: str | None
    source: str | None
    over: bool
    is_demo: bool


@dataclass(slots=True)
class ForumItem:
    """A forum in a list: how many partners belong to it, and how many of them are stuck."""

    id: str
    version: int
    acronym: str
    name_vi: str
    name_en: str
    founded_year: int | None
    basis: ForumBasis
    joined_on: date | None
    joined_precision: DatePrecision | None
    members: int
    stuck: int
    next_meeting: MeetingJson | None
    is_demo: bool


@dataclass(slots=True)
class ForumsPage:
    """A page of forums; `next` is the address of the one after, or null."""

    items: list[ForumItem]
    next: str | None


@dataclass(slots=True)
class MemberJson:
    """A partner that belongs to the forum, with its standing in codes."""

    partner: str
    basis: str | None
    source: str | None
    status: Status
    rung: Rung


@dataclass(slots=True)
class ForumJson:
    """One forum with its members, the most urgent first, and its meetings."""

    id: str
    version: int
    acronym: str
    name_vi: str
    name_en: str
    founded_year: int | None
    basis: ForumBasis
    joined_on: date | None
    joined_precision: DatePrecision | None
    source: str | None
    note: str | None
    note_en: str | None
    members: list[MemberJson]
    meetings: list[MeetingJson]
    is_demo: bool


def _meeting(row: MeetingRow) -> MeetingJson:
    return MeetingJson(
        row.id, row.version, row.title_vi, row.title_en, row.starts_on, row.starts_precision, row.ends_on,
        row.ends_precision, row.place, row.host.slug if row.host else None, row.source, row.over, row.is_demo,
    )  # fmt: skip


def _item(row: ForumRow) -> ForumItem:
    return ForumItem(
        row.code, row.version, row.acronym, row.name_vi, row.name_en, row.founded_year, row.basis,
        row.joined_on, row.joined_precision, row.members, row.stuck,
        _meeting(row.next_meeting) if row.next_meeting else None, row.is_demo,
    )  # fmt: skip


def _json(session: Session, actor: Actor, forum: Forum, today: date) -> ForumJson:
    page = forum_page(session, actor, forum, today, Locale.vi)
    row = page.row
    members = [
        MemberJson(m.partner.slug, m.basis, m.source, m.partner.status, m.partner.rung) for m in page.members
    ]
    return ForumJson(
        row.code, row.version, row.acronym, row.name_vi, row.name_en, row.founded_year, row.basis,
        row.joined_on, row.joined_precision, row.source, row.note, row.note_en, members,
        [_meeting(meeting) for meeting in (*page.coming, *page.past)], row.is_demo,
    )  # fmt: skip


def _told(act: Act, forum: Forum) -> Response:
    act.session.flush()
    found = _json(act.session, act.actor, forum, act.today)
    return act.answer(found, found.version)


def _created(act: Act, forum: Forum) -> Response:
    act.session.flush()
    found = _json(act.session, act.actor, forum, act.today)
    return act.created(found, found.version, at=f"/api/v1/forums/{found.id}")


@router.get(
    "/forums",
    name="list",
    summary="List forums",
    responses=answers_list(ForumsPage),
    openapi_extra=parameters(ForumQuery),
)
def list_(
    request: Request,
    query: Annotated[ForumQuery, asked(ForumQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """Networks of cities by code, with their next meeting and how many stuck partners one meets there."""
    return listed(
        request,
        query,
        lambda part: list_forums(session, query, today=today, part=part),
        key=lambda row: [row.code],
        items=lambda rows: [_item(row) for row in rows],
    )


@router.get("/forums/{code}", summary="One forum", responses=answers_one(ForumJson, 404))
def show(request: Request, code: str, actor: ApiReader, session: ReadSession, today: Today) -> Response:
    """One forum with its members and meetings, those to come first. Its ETag is needed to change it."""
    found = _json(session, actor, service.get_forum(session, code), today)
    return one(request, found, found.version)


@router.post("/forums", status_code=201, summary="Enter a forum", responses=answers_created(ForumJson))
def create(data: ForumIn, act: WriterPost) -> Response:
    """Enter a forum. Its code, which is its address, is made from the acronym or name when left out."""
    forum = service.add_forum(act.session, act.actor, data)
    return _created(act, forum)


@router.patch("/forums/{code}", summary="Change a forum", responses=answers_changed(ForumJson))
def change(code: str, data: ForumPatch, act: WriterPatch) -> Response:
    """Change the fields that are sent."""
    forum = service.get_forum(act.session, code)
    service.change_forum(act.session, act.actor, forum, data, version=act.version(forum))
    return _told(act, forum)


@router.post(
    "/forums/{code}/members",
    status_code=201,
    summary="Add a member",
    responses=answers_created(ForumJson, 404),
)
def add_member(code: str, data: MemberIn, act: WriterPost) -> Response:
    """Say that a partner belongs to the forum."""
    forum = service.get_forum(act.session, code)
    service.add_member(act.session, act.actor, forum, data)
    return _created(act, forum)


@router.delete(
    "/forums/{code}/members/{slug}", summary="End a membership", responses=answers_changed(ForumJson)
)
def remove_member(code: str, slug: str, act: WriterPatch) -> Response:
    """The partner belongs to the forum no more. `If-Match` takes the forum's ETag."""
    forum = service.get_forum(act.session, code)
    service.remove_member(act.session, act.actor, forum, slug, version=act.version(forum))
    return _told(act, forum)


@router.post(
    "/forums/{code}/meetings",
    status_code=201,
    summary="Add a meeting",
    responses=answers_created(ForumJson, 404),
)
def add_meeting(code: str, data: MeetingIn, act: WriterPost) -> Response:
    """Add a meeting, past or coming; its dates may be known as a month or a year."""
    forum = service.get_forum(act.session, code)
    service.add_meeting(act.session, act.actor, forum, data)
    return _created(act, forum)


@router.patch(
    "/forums/{code}/meetings/{meeting_id}", summary="Change a meeting", responses=answers_changed(ForumJson)
)
def change_meeting(code: str, meeting_id: RecordId, data: MeetingPatch, act: WriterPatch) -> Response:
    """Change the fields that are sent. `If-Match` takes the meeting's version as a tag (`"3"`)."""
    forum = service.get_forum(act.session, code)
    meeting = service.get_meeting(act.session, forum, meeting_id)
    service.change_meeting(act.session, act.actor, meeting, data, version=act.version(meeting))
    return _told(act, forum)


@router.delete(
    "/forums/{code}/meetings/{meeting_id}",
    summary="Take out a meeting",
    responses=answers_changed(ForumJson),
)
def remove_meeting(code: str, meeting_id: RecordId, act: WriterPatch) -> Response:
    """Take out a meeting that will not be held. `If-Match` takes the meeting's version as a tag."""
    forum = service.get_forum(act.session, code)
    meeting = service.get_meeting(act.session, forum, meeting_id)
    service.remove_meeting(act.session, act.actor, meeting, version=act.version(meeting))
    return _told(act, forum)
