"""Reads of the day's work: late and due, delegations to come, partners about to be stuck, pauses that wait.

A fixed number of statements, whoever asks and however much there is.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.delegations.listing import TripRow, owed_by
from app.follow_ups.filters import Due
from app.follow_ups.queries import FollowUpRow, Found, PartnerRef, Wanted, list_follow_ups
from app.models import (
    ApiKey,
    Delegation,
    DelegationPartner,
    Event,
    Partner,
    Pause,
    Push,
    StandingRow,
    User,
)
from app.pushes.queries import NEAR_DAYS, PushRow, is_open, push_rows
from app.standing.clock import add_months
from app.vocabulary import (
    DatePrecision,
    DelegationDirection,
    DelegationState,
    Locale,
    PauseReason,
    PauseState,
    ReasonCode,
    Rung,
    Status,
    Step,
    VisitPurpose,
)

# How far ahead delegations are shown, and how many lines a section holds before it refers to its list.
AHEAD = timedelta(days=14)
SHOWN = 12
_COMING = (DelegationState.planned, DelegationState.approved, DelegationState.under_way)


@dataclass(frozen=True, slots=True)
class Coming:
    """A delegation that is under way or begins soon."""

    id: int
    title: str
    direction: DelegationDirection
    purpose: VisitPurpose | None
    state: DelegationState
    starts_on: date
    starts_precision: DatePrecision
    ends_on: date
    partners: tuple[PartnerRef, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A partner that is stuck or about to be; `stuck_on` is the day its patience ends, or ended."""

    slug: str
    name: str
    country: str
    status: Status
    rung: Rung
    step: Step
    months_waiting: int | None
    patience: int
    reason: ReasonCode | None
    stuck_on: date | None
    officer: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A pause that waits for a second person."""

    id: int
    version: int
    partner: PartnerRef
    reason: PauseReason
    starts_on: date
    until: date | None
    why: str | None
    asked_by: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """Everything of the page. The numbers count all there is, the rows are the first of them."""

    late: tuple[FollowUpRow, ...]
    soon: tuple[FollowUpRow, ...]
    late_count: int
    soon_count: int
    later_count: int
    coming: tuple[Coming, ...]
    reports: tuple[TripRow, ...]
    waiting: tuple[Waiting, ...]
    stuck_count: int
    at_risk_count: int
    asked: tuple[Asked, ...]
    pushes: tuple[PushRow, ...]


def work_of(
    session: Session, user_id: int | None, today: date, locale: Locale, *, team: bool, decides: bool
) -> Work:
    """The work of one user, or with `team` of everybody; pauses only for one who `decides` on them."""
    who = None if team else user_id
    late = _due(session, who, Due.overdue, today, locale)
    soon = _due(session, who, Due.week, today, locale)
    counts = _standings(session, who)
    return Work(
        late=late.rows,
        soon=soon.rows,
        late_count=late.count(due=Due.overdue),
        soon_count=late.count(due=Due.week),
        later_count=late.count(due=Due.later),
        coming=_coming(session, who, today, locale),
        reports=tuple(owed_by(session, who, today, locale, SHOWN)),
        waiting=_waiting(session, who, today, locale),
        stuck_count=counts.get(Status.stuck, 0),
        at_risk_count=counts.get(Status.at_risk, 0),
        asked=_asked(session, user_id, locale) if decides else (),
        pushes=_pushes(session, who, today, locale),
    )


def _pushes(session: Session, who: int | None, today: date, locale: Locale) -> tuple[PushRow, ...]:
    """The pushes that end soon, of the partners one looks after or opened by oneself; one statement."""
    near = [is_open(today), col(Push.deadline) <= today + timedelta(days=NEAR_DAYS)]
    if who is not None:
        near.append(sa.or_(col(Partner.officer_id) == who, col(Push.opened_by_id) == who))
    return tuple(push_rows(session, locale, today, *near, order=[col(Push.deadline)], limit=SHOWN))


def _due(session: Session, who: int | None, due: Due, today: date, locale: Locale) -> Found:
    return list_follow_ups(session, Wanted(who=who, due=due), today, locale, size=SHOWN)


def _coming(session: Session, who: int | None, today: date, locale: Locale) -> tuple[Coming, ...]:
    """One statement, a row for each partner of each delegation."""
    vi = locale == Locale.vi
    columns: list[Any] = [
        Delegation.id, Delegation.title if vi else sa.func.coalesce(Delegation.title_en, Delegation.title),
        Delegation.direction, Delegation.purpose, Delegation.state, Delegation.starts_on,
        Delegation.starts_precision, Delegation.ends_on, Partner.slug,
        Partner.name_vi if vi else Partner.name_en,
    ]  # fmt: skip
    chosen = sa.select(DelegationPartner.delegation_id)
    if who is not None:
        chosen = chosen.join(Partner, col(Partner.id) == DelegationPartner.partner_id)
        chosen = chosen.where(Partner.officer_id == who)
    statement = (
        sa.select(*columns)
        .join(DelegationPartner, col(DelegationPartner.delegation_id) == Delegation.id)
        .join(Partner, col(Partner.id) == DelegationPartner.partner_id)
        .where(
            col(Delegation.state).in_(_COMING),
            col(Delegation.archived_at).is_(None),
            col(Delegation.starts_on) <= today + AHEAD,
            col(Delegation.ends_on) >= today,
            col(Delegation.id).in_(chosen),
        )
        .order_by(col(Delegation.starts_on), col(Delegation.id), columns[-1])
        .limit(100)
    )
    found: dict[int, list[Any]] = {}
    for row in session.execute(statement):
        found.setdefault(row[0], []).append(row)
    return tuple(_delegation(rows) for rows in found.values())


def _delegation(rows: list[Any]) -> Coming:
    key, title, direction, purpose, state, starts_on, precision, ends_on, *_ = rows[0]
    partners = tuple(PartnerRef(row[8], row[9]) for row in rows)
    return Coming(key, title, direction, purpose, state, starts_on, precision, ends_on, partners)


def _waiting(session: Session, who: int | None, today: date, locale: Locale) -> tuple[Waiting, ...]:
    """The most urgent first; what is only at risk comes after what is stuck."""
    statement = (
        sa.select(
            Partner.slug,
            Partner.name_vi if locale == Locale.vi else Partner.name_en,
            Partner.country,
            StandingRow.status,
            StandingRow.rung,
            StandingRow.step,
            StandingRow.months_waiting,
            StandingRow.patience,
            StandingRow.first_reason,
            StandingRow.waiting_since,
            User.name,
        )
        .join(Partner, col(Partner.id) == StandingRow.partner_id)
        .outerjoin(User, col(User.id) == Partner.officer_id)
        .where(*_mine(who))
        .order_by(
            sa.case((col(StandingRow.status) == Status.stuck, 0), else_=1),
            col(StandingRow.urgency).desc(),
            Partner.name_key,
            Partner.id,
        )
        .limit(SHOWN)
    )
    found = []
    for row in session.execute(statement):
        slug, name, country, status, rung, step, months, patience, reason, since, officer = row
        ends = add_months(since, patience) if since else None
        found.append(
            Waiting(slug, name, country, status, rung, step, months, patience, reason, ends, officer)
        )
    return tuple(found)


def _standings(session: Session, who: int | None) -> dict[Status, int]:
    statement = (
        sa.select(StandingRow.status, sa.func.count())
        .join(Partner, col(Partner.id) == StandingRow.partner_id)
        .where(*_mine(who))
        .group_by(StandingRow.status)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _mine(who: int | None) -> list[Any]:
    found: list[Any] = [
        col(StandingRow.status).in_((Status.stuck, Status.at_risk)),
        col(Partner.archived_at).is_(None),
    ]
    if who is not None:
        found.append(Partner.officer_id == who)
    return found


def _asked(session: Session, user_id: int | None, locale: Locale) -> tuple[Asked, ...]:
    """What waits for a second person; the reader's own requests, and those of their keys, left out."""
    asker = aliased(User)
    by_own_key = (
        sa.select(Event.record_id)
        .join(ApiKey, col(ApiKey.id) == Event.api_key_id)
        .where(
            Event.record_type == "pause",
            Event.action == "partner.pause_asked",
            ApiKey.created_by_id == user_id,
        )
    )
    statement = (
        sa.select(
            Pause.id,
            Pause.version,
            Partner.slug,
            Partner.name_vi if locale == Locale.vi else Partner.name_en,
            Pause.reason,
            Pause.starts_on,
            Pause.until,
            Pause.why,
            asker.name,
        )
        .join(Partner, col(Partner.id) == Pause.partner_id)
        .outerjoin(asker, col(asker.id) == Pause.asked_by_id)
        .where(
            Pause.state == PauseState.asked,
            col(Pause.archived_at).is_(None),
            sa.or_(col(Pause.asked_by_id).is_(None), col(Pause.asked_by_id) != user_id),
            col(Pause.id).not_in(by_own_key),
        )
        .order_by(Pause.id)
    )
    return tuple(
        Asked(key, version, PartnerRef(slug, name), *rest)
        for key, version, slug, name, *rest in session.execute(statement)
    )
