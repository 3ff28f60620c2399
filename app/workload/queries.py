"""Counts of work by person and unit, what one person holds, and what a handover moved."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import NotFound
from app.follow_ups.queries import FollowUpRow, Wanted, all_open, mine, open_among
from app.lists import Part
from app.models import Event, FollowUp, Organisation, Partner, StandingRow, User
from app.organisations.queries import heads_of
from app.partners.filters import PartnerFilters
from app.partners.listing import PartnerRow, list_partners
from app.records.queries import named
from app.units.queries import tallies_today
from app.vocabulary import FollowUpState, Locale, Role, Status

# One person of one city's department never holds more; what is beyond it is passed on in a second act.
MOST = 500
HANDED_OVER = "user.work_handed_over"


@dataclass(frozen=True, slots=True)
class Load:
    """What one person carries. `active`: the account is open."""

    id: int
    email: str
    name: str
    unit: str | None
    active: bool
    partners: int
    stuck: int
    open: int
    late: int

    @property
    def anything(self) -> bool:
        """Whether something would be left behind if they went."""
        return bool(self.partners or self.open)


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """What one unit has been asked to do."""

    code: str
    name: str
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Workload:
    """Everybody's, every unit's, and what nobody holds: partners without an officer, follow-ups for which
    neither anybody nor a partner's officer answers."""

    people: list[Load]
    units: list[UnitLoad]
    partners_alone: int
    stuck_alone: int


def workload(session: Session, today: date, locale: Locale) -> Workload:
    """The counts; a fixed number of statements. Each equals the length of the list behind its link."""
    partners, stuck = _partners(session)
    open_, late = _follow_ups(session, today)
    people = [
        Load(key, email, name, unit, disabled_at is None, partners[key], stuck[key], open_[key], late[key])
        for key, email, name, unit, role, disabled_at in session.execute(_users(locale))
        if (role != Role.viewer and disabled_at is None) or partners[key] or open_[key]
    ]
    return Workload(people, _units(session, today, locale), partners[None], stuck[None])


def _users(locale: Locale) -> Any:
    return (
        sa.select(User.id, User.email, User.name, named(Organisation, locale), User.role, User.disabled_at)
        .outerjoin(Organisation, col(Organisation.id) == User.unit_id)
        .where(col(User.archived_at).is_(None))
        .order_by(col(User.name), col(User.id))
    )


def _partners(session: Session) -> tuple[Counter[int | None], Counter[int | None]]:
    rows = session.execute(
        sa.select(Partner.officer_id, StandingRow.status, sa.func.count())
        .join(StandingRow, col(StandingRow.partner_id) == Partner.id)
        .where(col(Partner.archived_at).is_(None))
        .group_by(Partner.officer_id, StandingRow.status)
    )
    every: Counter[int | None] = Counter()
    stuck: Counter[int | None] = Counter()
    for officer, status, n in rows:
        every[officer] += n
        if status == Status.stuck:
            stuck[officer] += n
    return every, stuck


_OPEN = (col(FollowUp.state) == FollowUpState.open, col(FollowUp.archived_at).is_(None))


def _late(today: date) -> Any:
    return sa.func.sum(sa.case((col(FollowUp.due_on) < today, 1), else_=0))


def _follow_ups(session: Session, today: date) -> tuple[Counter[int], Counter[int]]:
    """By person, as their own list counts them: assigned to them, or to nobody and of their partner."""
    holder = sa.select(User.id).subquery()
    rows = session.execute(
        sa.select(holder.c.id, sa.func.count(), _late(today))
        .join(FollowUp, mine(holder.c.id))
        .where(*_OPEN)
        .group_by(holder.c.id)
    ).all()
    return Counter({key: n for key, n, _ in rows}), Counter({key: late for key, _, late in rows})


def _units(session: Session, today: date, locale: Locale) -> list[UnitLoad]:
    """By unit, as its own page counts them. Three statements."""
    tallies = {key: it for key, it in tallies_today(session, today, heads_of(session)).items() if it.open}
    name = named(Organisation, locale)
    rows = session.execute(
        sa.select(Organisation.id, Organisation.code, name)
        .where(col(Organisation.id).in_(tallies))
        .order_by(name)
    )
    found = [UnitLoad(code, text, tallies[key].open, tallies[key].late) for key, code, text in rows]
    return sorted(found, key=lambda unit: -unit.late)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one person holds, or what a handover moved: partners by name, open follow-ups by due date."""

    giver: str
    partners: list[PartnerRow] = field(default_factory=list)
    follow_ups: tuple[FollowUpRow, ...] = ()
    taker: str | None = None
    follow_ups_to: str | None = None
    note: str | None = None
    at: datetime | None = None
    by: str | None = None


def held_by(session: Session, actor: Actor, user: User, today: date, locale: Locale) -> Sheet:
    """All that is in somebody's hands."""
    filters = PartnerFilters(officer=(user.email,))
    partners = list_partners(session, actor, filters, today=today, locale=locale, part=Part(limit=MOST))
    return Sheet(user.name, partners, all_open(session, Wanted(who=user.id), today, locale, limit=MOST))


def sheet_of(session: Session, actor: Actor, handover_id: int, today: date, locale: Locale) -> Sheet:
    """A handover that took place, told from the history: what the same act gave away, as it stands today.
    Partners and follow-ups that were closed or put into the trash since are left out. Raises NotFound."""
    event = session.get(Event, handover_id)
    if event is None or event.action != HANDED_OVER:
        raise NotFound("handover")
    told = {name: new for name, (_old, new) in event.changes.items()}
    moved: dict[str, set[int]] = {"partner": set(), "follow_up": set()}
    lines = sa.select(Event.record_type, Event.record_id).where(
        Event.request_id == event.request_id,
        col(Event.record_type).in_(moved),
        Event.user_id == event.user_id,
        Event.api_key_id == event.api_key_id,
    )
    for kind, key in session.execute(lines):
        moved[kind].add(key)
    every = list_partners(
        session, actor, PartnerFilters(), today=today, locale=locale, part=Part(limit=100_000)
    )
    return Sheet(
        giver=told["giver"],
        partners=[row for row in every if row.id in moved["partner"]],
        follow_ups=open_among(session, moved["follow_up"], today, locale),
        taker=told["taker"],
        follow_ups_to=told["follow_ups_to"],
        note=told.get("note"),
        at=event.at,
        by=event.actor_name,
    )
