"""Reads of meetings and of what they decided."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.errors import NotFound
from app.lists import Order, Part
from app.models import Partner, ReviewDecision, ReviewMeeting, User
from app.vocabulary import Locale, MeetingDecision

PAGE = 50
_ORDER = (Order(col(ReviewMeeting.held_on), down=True), Order(col(ReviewMeeting.id), down=True))


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting; `decided` counts what was written down."""

    id: int
    version: int
    title: str
    held_on: date
    people: str | None
    led_by: str | None
    decided: int


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What a meeting decided about a partner."""

    id: int
    partner: str
    partner_name: str
    country: str
    decision: MeetingDecision
    note: str | None
    on: date
    by: str | None


def list_meetings(session: Session, part: Part | None = None) -> list[MeetingRow]:
    """Meetings, the latest first."""
    part = part or Part(limit=PAGE)
    return [MeetingRow(*row) for row in part.rows(session, _meetings(), _ORDER)]


def meeting_row(session: Session, meeting_id: int) -> MeetingRow:
    """One meeting; raises NotFound."""
    found = session.execute(_meetings().where(ReviewMeeting.id == meeting_id)).first()
    if found is None:
        raise NotFound("review_meeting")
    return MeetingRow(*found)


def decisions_of(session: Session, meeting_id: int, locale: Locale) -> tuple[DecisionRow, ...]:
    """What a meeting decided, in the order in which it did."""
    name = Partner.name_vi if locale == Locale.vi else Partner.name_en
    row = ReviewDecision
    statement = (
        sa.select(row.id, Partner.slug, name, Partner.country, row.decision, row.note, row.on, User.name)
        .join(Partner, col(Partner.id) == row.partner_id)
        .outerjoin(User, col(User.id) == row.created_by_id)
        .where(row.meeting_id == meeting_id, col(row.archived_at).is_(None))
        .order_by(row.id)
    )
    return tuple(DecisionRow(*found) for found in session.execute(statement))


def _meetings() -> Any:
    decided = (
        sa.select(sa.func.count())
        .where(col(ReviewDecision.meeting_id) == ReviewMeeting.id, col(ReviewDecision.archived_at).is_(None))
        .correlate(ReviewMeeting)
        .scalar_subquery()
    )
    row = ReviewMeeting
    return (
        sa.select(row.id, row.version, row.title, row.held_on, row.people, User.name, decided)
        .outerjoin(User, col(User.id) == row.led_by_id)
        .where(col(row.archived_at).is_(None))
    )
