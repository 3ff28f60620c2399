"""Reads that the partner page and the record pages have in common."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.i18n import words
from app.models import Dispute, FollowUp, FollowUpPartner, Organisation, Partner, Postponement, User
from app.schemas import partial_date
from app.standing import counted_on
from app.vocabulary import DatePrecision, FollowUpKind, FollowUpState, Locale, OwedBy


@dataclass(frozen=True, slots=True)
class PartnerLink:
    """A partner that a record concerns."""

    slug: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """Two sources that disagree on one field: what is used, what stands against it, and why."""

    id: int
    record_type: str | None
    record_id: int | None
    field: str
    value_used: str
    value_other: str
    source_used: str | None
    source_other: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """A follow-up as the pages of other records show it."""

    id: int
    title: str
    owed_by: OwedBy
    kind: FollowUpKind
    state: FollowUpState
    raised_on: date
    due_on: date
    closed_on: date | None
    postponed: int
    assignee: str | None
    unit: str | None
    is_demo: bool

    def late_on(self, day: date) -> int:
        """How many days overdue it is; 0 when it is not."""
        return max(0, (day - self.due_on).days) if self.closed_on is None or self.closed_on > day else 0


def named(table: Any, locale: Locale) -> Any:
    """The column of a table's names in a language."""
    return table.name_vi if locale == Locale.vi else table.name_en


def titled(table: Any, locale: Locale) -> Any:
    """The column of a table's titles in a language, the Vietnamese one where there is no other."""
    return table.title if locale == Locale.vi else sa.func.coalesce(table.title_en, table.title)


def noted(row: Any, locale: Locale) -> str | None:
    """A sourced row's remark in a language."""
    note: str | None = row.note if locale == Locale.vi else row.note_en or row.note
    return note


def settled(
    day: date | None, precision: DatePrecision | None, recorded: datetime | None = None
) -> date | None:
    """The day a date counts as, as far as it is known; None for none."""
    if day is None:
        return None
    recorded_on = clock.local(recorded).date() if recorded else None
    return counted_on(day, precision or DatePrecision.day, recorded_on)


def partners_of(session: Session, link: Any, key: Any, record_id: int, locale: Locale) -> list[PartnerLink]:
    """The partners of a record, through its link table; archived ones stay named but are no link."""
    name = named(Partner, locale)
    statement = (
        sa.select(Partner.slug, name, Partner.country)
        .join(link, link.partner_id == Partner.id)
        .where(key == record_id, col(Partner.archived_at).is_(None))
        .order_by(name)
    )
    return [PartnerLink(*row) for row in session.execute(statement)]


def disputes(session: Session, locale: Locale, *conditions: Any) -> list[DisputeRow]:
    """The disagreements that fit, in the order in which they were entered."""
    statement = (
        sa.select(Dispute).where(col(Dispute.archived_at).is_(None), *conditions).order_by(col(Dispute.id))
    )
    return [
        DisputeRow(
            id=row.id or 0,
            record_type=row.record_type,
            record_id=row.record_id,
            field=row.field,
            value_used=in_words(row.field, row.value_used, locale),
            value_other=in_words(row.field, row.value_other, locale),
            source_used=row.source_used,
            source_other=row.source_other,
            note=noted(row, locale),
        )
        for row in session.scalars(statement)
    ]


# Fields whose values are noted as 1 and 0.
_YES_OR_NO = frozenset({"friendship_known", "two_way", "auto_renews"})


def in_words(name: str, value: str, locale: Locale) -> str:
    """A field's value as it was noted, in words: a date as far as it is known, yes or no, else the text."""
    spoken = words(locale)
    if name in _YES_OR_NO and value in ("0", "1"):
        return spoken.gettext("yes") if value == "1" else spoken.gettext("no")
    try:
        return spoken.date(*partial_date(value))
    except ValueError:
        return value


def disputes_of_record(
    session: Session, record_type: str, record_id: int, locale: Locale
) -> list[DisputeRow]:
    """What sources disagree on about one record."""
    return disputes(session, locale, Dispute.record_type == record_type, Dispute.record_id == record_id)


def work(session: Session, locale: Locale, *conditions: Any, partner_id: int | None = None) -> list[Work]:
    """The follow-ups that fit, the first due first; one statement."""
    postponed = (
        sa.select(sa.func.count())
        .where(col(Postponement.follow_up_id) == FollowUp.id)
        .correlate(FollowUp)
        .scalar_subquery()
    )
    statement = (
        sa.select(
            FollowUp.id, FollowUp.title, FollowUp.owed_by, FollowUp.kind, FollowUp.state, FollowUp.raised_on,
            FollowUp.due_on, sa.func.coalesce(FollowUp.done_on, FollowUp.dropped_on), postponed, User.name,
            named(Organisation, locale), FollowUp.is_demo,
        )
        .select_from(FollowUp)
        .outerjoin(User, col(User.id) == FollowUp.assignee_id)
        .outerjoin(Organisation, col(Organisation.id) == FollowUp.unit_id)
        .where(col(FollowUp.archived_at).is_(None), *conditions)
        .order_by(FollowUp.due_on, FollowUp.id)
    )  # fmt: skip
    if partner_id is not None:
        statement = statement.join(FollowUpPartner, col(FollowUpPartner.follow_up_id) == FollowUp.id).where(
            FollowUpPartner.partner_id == partner_id
        )
    return [Work(*row) for row in session.execute(statement)]


def open_work(session: Session, partner_id: int, day: date, locale: Locale) -> list[Work]:
    """What was open on a day, on both sides."""
    return work(
        session,
        locale,
        FollowUp.raised_on <= day,
        sa.or_(col(FollowUp.done_on).is_(None), col(FollowUp.done_on) > day),
        sa.or_(col(FollowUp.dropped_on).is_(None), col(FollowUp.dropped_on) > day),
        partner_id=partner_id,
    )


def grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Rows by the id in their first column."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found
