"""Delegations and their meetings as entries."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.calendars.asked import Asked, lines_of, names_of
from app.calendars.entries import Entry, of_record
from app.models import Delegation, DelegationMeeting, DelegationPartner, Partner
from app.records.queries import named, titled
from app.vocabulary import DatePrecision, DelegationDirection, DelegationState

# A meeting whose end nobody wrote down.
USUAL_MEETING = timedelta(hours=1)


def delegations(asked: Asked) -> Iterator[Entry]:
    """Trips whose days are known, from the first to the last; a cancelled one says so."""
    t = asked.words.gettext
    for trip, title, names in _trips(asked):
        sequence, stamp = of_record(trip)
        yield Entry(
            uid=f"delegation-{trip.id}", sequence=sequence, stamp=stamp,
            summary=f"{asked.words.label(trip.direction).capitalize()}: {title}",
            starts=trip.starts_on, ends=max(trip.starts_on, trip.ends_on),
            about=lines_of(names, trip.head and t("Led by %(name)s", name=trip.head)),
            path=f"/delegations/{trip.id}",
            cancelled=trip.state == DelegationState.cancelled,
            tentative=trip.state == DelegationState.planned,
        )  # fmt: skip


def _trips(asked: Asked, *more: Any) -> Iterator[tuple[Delegation, str, list[str]]]:
    statement = sa.select(Delegation, titled(Delegation, asked.words.locale)).where(
        col(Delegation.archived_at).is_(None),
        col(Delegation.starts_on) <= asked.span.last,
        col(Delegation.ends_on) >= asked.span.first,
        col(Delegation.starts_precision) == DatePrecision.day,
        col(Delegation.ends_precision) == DatePrecision.day,
        *asked.linked(DelegationPartner.delegation_id, DelegationPartner, col(Delegation.id)),
    )
    rows = asked.session.execute(statement.order_by(col(Delegation.starts_on), col(Delegation.id))).all()
    names = names_of(asked, DelegationPartner, DelegationPartner.delegation_id, [row[0].id for row in rows])
    for trip, title in rows:
        yield trip, title, names.get(trip.id, [])


def meetings(asked: Asked) -> Iterator[Entry]:
    """Meetings of trips. Those of a visit here are at this city's hours, those abroad at the hours of their
    place. Of a confidential trip only that there is a meeting."""
    t = asked.words.gettext
    statement = (
        sa.select(DelegationMeeting, Delegation, named(Partner, asked.words.locale))
        .join(Delegation, col(Delegation.id) == DelegationMeeting.delegation_id)
        .outerjoin(Partner, col(Partner.id) == DelegationMeeting.partner_id)
        .where(
            col(DelegationMeeting.archived_at).is_(None),
            col(Delegation.archived_at).is_(None),
            asked.within(col(DelegationMeeting.on)),
            *asked.linked(DelegationPartner.delegation_id, DelegationPartner, col(Delegation.id)),
        )
        .order_by(col(DelegationMeeting.on), col(DelegationMeeting.id))
    )
    for meeting, trip, partner in asked.session.execute(statement):
        told = not trip.confidential
        summary = (told and meeting.topic) or (t("Meeting: %(partner)s", partner=partner or trip.title))
        starts, ends = _hours(meeting)
        sequence, stamp = of_record(meeting)
        yield Entry(
            uid=f"meeting-{meeting.id}", sequence=sequence + trip.version - 1, stamp=_latest(stamp, trip),
            summary=summary, starts=starts, ends=ends, place=meeting.place if told else None,
            home=trip.direction == DelegationDirection.inbound, about=lines_of([trip.title]),
            path=f"/delegations/{trip.id}", cancelled=trip.state == DelegationState.cancelled,
        )  # fmt: skip


def _hours(meeting: DelegationMeeting) -> tuple[date, date]:
    if meeting.starts_at is None:
        return meeting.on, meeting.on
    starts = datetime.combine(meeting.on, meeting.starts_at)
    ends = datetime.combine(meeting.on, meeting.ends_at) if meeting.ends_at else starts + USUAL_MEETING
    return starts, max(starts, ends)


def _latest(stamp: datetime | None, trip: Delegation) -> datetime | None:
    moments = [moment for moment in (stamp, of_record(trip)[1]) if moment is not None]
    return max(moments, default=None)
