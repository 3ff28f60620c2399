"""Reads of forums: the list, and one with its members, its meetings, and whom one meets there."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.forums.filters import ForumFilters
from app.lists import Order, Part
from app.models import Forum, ForumMeeting, ForumMembership, Partner, StandingRow
from app.partners.filters import PartnerFilters
from app.partners.listing import PartnerRow, list_partners
from app.records.queries import PartnerLink, named, noted, titled
from app.standing import counted_on
from app.text import like_words
from app.vocabulary import DatePrecision, ForumBasis, Locale, Status

PAGE = 50
# More members than any forum of cities has among one city's partners.
MOST_MEMBERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    """A meeting; `over`: its last day, as far as it is known, has passed."""

    id: int
    version: int
    forum_id: int
    title: str
    title_vi: str
    title_en: str | None
    starts_on: date
    starts_precision: DatePrecision
    ends_on: date
    ends_precision: DatePrecision
    place: str | None
    host: PartnerLink | None
    source: str | None
    over: bool
    is_demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ForumRow:
    """A forum as lists show it."""

    id: int
    version: int
    code: str
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
    members: int
    stuck: int
    next_meeting: MeetingRow | None
    is_demo: bool

    def name(self, locale: Locale) -> str:
        """The name in a language."""
        return self.name_vi if locale == Locale.vi else self.name_en

    def remark(self, locale: Locale) -> str | None:
        """The remark in a language."""
        return noted(self, locale)


@dataclass(frozen=True, slots=True)
class Member:
    """A partner that belongs to a forum, with its standing; `certainty` where the membership is not sure."""

    partner: PartnerRow
    basis: str | None
    certainty: ForumBasis | None
    source: str | None


@dataclass(frozen=True, slots=True)
class ForumPage:
    """A forum in full: the members most in need first, the meetings to come in their order, those that are
    past latest first. `stuck`: whom one should meet at the next one."""

    row: ForumRow
    members: tuple[Member, ...]
    stuck: tuple[Member, ...]
    coming: tuple[MeetingRow, ...]
    past: tuple[MeetingRow, ...]


def list_forums(
    session: Session,
    filters: ForumFilters,
    *,
    today: date,
    locale: Locale = Locale.vi,
    part: Part | None = None,
) -> list[ForumRow]:
    """The forums that fit, by code; two statements."""
    order = [Order(col(Forum.code))]
    statement = _statement().where(*conditions(filters))
    rows = (part or Part(limit=PAGE)).rows(session, statement, order)
    # A date that is known as a year is stored as its first day: earlier than this year's nothing is to come.
    recent = col(ForumMeeting.ends_on) >= date(today.year, 1, 1)
    ids = col(ForumMeeting.forum_id).in_([row.Forum.id for row in rows])
    coming: dict[int, list[MeetingRow]] = defaultdict(list)
    for meeting in _meetings(session, locale, today, ids, recent):
        if not meeting.over:
            coming[meeting.forum_id].append(meeting)
    return [_row(row, coming[row.Forum.id]) for row in rows]


def count_forums(session: Session, filters: ForumFilters) -> int:
    """How many fit."""
    statement = sa.select(sa.func.count()).select_from(Forum).where(*conditions(filters))
    return int(session.scalar(statement) or 0)


def conditions(filters: ForumFilters) -> list[Any]:
    """The filters as conditions."""
    words = like_words(filters.q or "")
    found: list[Any] = [col(Forum.archived_at).is_(None)]
    return found + [col(Forum.search_text).like(f"%{word}%", escape="\\") for word in words]


def forum_page(session: Session, actor: Actor, forum: Forum, today: date, locale: Locale) -> ForumPage:
    """One forum in full. Six statements, however many members and meetings."""
    row = session.execute(_statement().where(col(Forum.id) == forum.id)).one()
    meetings = _meetings(session, locale, today, ForumMeeting.forum_id == forum.id)
    coming = [meeting for meeting in meetings if not meeting.over]
    members = _members(session, actor, forum, today, locale)
    return ForumPage(
        row=_row(row, coming),
        members=members,
        stuck=tuple(m for m in members if m.partner.status == Status.stuck),
        coming=tuple(coming),
        past=tuple(meeting for meeting in reversed(meetings) if meeting.over),
    )


def _members(session: Session, actor: Actor, forum: Forum, today: date, locale: Locale) -> tuple[Member, ...]:
    asked = PartnerFilters(forum=(forum.code,))
    rows = list_partners(
        session, actor, asked, today=today, locale=locale, sort="-urgency", part=Part(limit=MOST_MEMBERS)
    )
    links = sa.select(ForumMembership).where(col(ForumMembership.forum_id) == forum.id)
    parts = {link.partner_id: link for link in session.scalars(links)}
    return tuple(
        Member(row, part.basis, _certainty(part.basis), part.source)
        for row in rows
        if (part := parts.get(row.id)) is not None
    )


def _certainty(basis: str | None) -> ForumBasis | None:
    """What `member:uncertain` says about the membership, where it is not confirmed."""
    told = (basis or "").split(":")
    known = told[1] if len(told) > 1 else told[0]
    return ForumBasis(known) if known in set(ForumBasis) - {ForumBasis.confirmed} else None


def _statement() -> Any:
    belongs = (
        sa.select(sa.func.count())
        .select_from(ForumMembership)
        .join(Partner, col(Partner.id) == ForumMembership.partner_id)
        .where(col(ForumMembership.forum_id) == Forum.id, col(Partner.archived_at).is_(None))
        .correlate(Forum)
    )
    standing = belongs.join(StandingRow, col(StandingRow.partner_id) == Partner.id)
    stuck = standing.where(col(StandingRow.status) == Status.stuck)
    return sa.select(
        Forum, belongs.scalar_subquery().label("members"), stuck.scalar_subquery().label("stuck")
    )


_OWN = (
    "id", "version", "code", "acronym", "name_vi", "name_en", "founded_year", "basis", "joined_on",
    "joined_precision", "source", "note", "note_en", "is_demo",
)  # fmt: skip


def _row(row: Any, coming: list[MeetingRow]) -> ForumRow:
    return ForumRow(
        **{name: getattr(row.Forum, name) for name in _OWN},
        members=row.members,
        stuck=row.stuck,
        next_meeting=coming[0] if coming else None,
    )


def _meetings(session: Session, locale: Locale, today: date, *conditions: Any) -> list[MeetingRow]:
    """Meetings in their order; one statement."""
    statement = (
        sa.select(
            ForumMeeting, titled(ForumMeeting, locale).label("shown"), Partner.slug, named(Partner, locale),
            Partner.country,
        )
        .outerjoin(Partner, col(Partner.id) == ForumMeeting.host_id)
        .where(col(ForumMeeting.archived_at).is_(None), *conditions)
        .order_by(col(ForumMeeting.starts_on), col(ForumMeeting.id))
    )  # fmt: skip
    return [
        MeetingRow(
            id=meeting.id, version=meeting.version, forum_id=meeting.forum_id, title=shown,
            title_vi=meeting.title, title_en=meeting.title_en, starts_on=meeting.starts_on,
            starts_precision=meeting.starts_precision, ends_on=meeting.ends_on,
            ends_precision=meeting.ends_precision, place=meeting.place,
            host=PartnerLink(slug, name, country) if slug else None, source=meeting.source,
            over=counted_on(meeting.ends_on, meeting.ends_precision) < today, is_demo=meeting.is_demo,
        )
        for meeting, shown, slug, name, country in session.execute(statement)
    ]  # fmt: skip
