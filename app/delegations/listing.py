"""Delegations as lists show them: the filters, the order, the rows, the counts beside the filters."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.delegations.effects import led_to
from app.delegations.filters import FIRST, DelegationFilters, ReportState
from app.delegations.queries import HAPPENED
from app.errors import Refused
from app.follow_ups.queries import PartnerRef
from app.lists import Order, after, ranked
from app.models import (
    Delegation,
    DelegationMember,
    DelegationPartner,
    Partner,
    PartnerStrength,
    ProcedureStep,
    Sector,
)
from app.records.queries import named, titled
from app.text import like_words
from app.vocabulary import (
    DatePrecision,
    DelegationDirection,
    DelegationState,
    Locale,
    PlanPlace,
    VisitLevel,
    VisitPurpose,
)

PAGE = 25


@dataclass(frozen=True, slots=True)
class TripRow:
    """A delegation in a list. `report_due_on`: the day by which its report is owed, None when none is."""

    id: int
    title: str
    direction: DelegationDirection
    state: DelegationState
    level: VisitLevel | None
    purpose: VisitPurpose | None
    starts_on: date
    starts_precision: DatePrecision
    ends_on: date
    ends_precision: DatePrecision
    head: str | None
    report_due_on: date | None
    is_demo: bool
    partners: tuple[PartnerRef, ...] = ()

    @property
    def last_on(self) -> date:
        """Its last day as far as it is known: an end known to the month is stored as the month's first."""
        return max(self.starts_on, self.ends_on)

    def overdue(self, today: date) -> bool:
        """Whether its report should have been made before today."""
        return self.report_due_on is not None and self.report_due_on < today


@dataclass(frozen=True)
class Tally:
    """How many delegations there are by every filter that a menu offers; each counted under the others."""

    counts: Counter[tuple[Any, ...]]
    asked: DelegationFilters

    NAMES = ("direction", "state", "level", "purpose")

    def of(self, name: str, value: Any) -> int:
        """How many have this value of one filter and fit the other filters."""
        place = self.NAMES.index(name)
        return sum(n for key, n in self.counts.items() if key[place] == value and self._fits(key, name))

    @property
    def total(self) -> int:
        """How many fit every filter."""
        return sum(n for key, n in self.counts.items() if self._fits(key, ""))

    def _fits(self, key: tuple[Any, ...], but: str) -> bool:
        return all(
            name == but or not (wanted := getattr(self.asked, name)) or value in wanted
            for name, value in zip(self.NAMES, key, strict=True)
        )


def list_trips(
    session: Session,
    asked: DelegationFilters,
    today: date,
    locale: Locale,
    *,
    sort: str | None = None,
    offset: int = 0,
    limit: int = PAGE,
) -> list[TripRow]:
    """One page of delegations; two statements, whatever their number."""
    statement = statement_of(locale).where(*conditions(asked, today))
    statement = statement.order_by(*(step.clause for step in ordering(sort or FIRST)))
    return rows_of(session, statement.offset(offset).limit(limit), locale)


def tally(session: Session, asked: DelegationFilters, today: date) -> Tally:
    """The counts beside the filters; one statement."""
    keys = [getattr(Delegation, name) for name in Tally.NAMES]
    rest = asked.model_copy(update=dict.fromkeys(Tally.NAMES, ()))
    statement = sa.select(*keys, sa.func.count()).where(*conditions(rest, today)).group_by(*keys)
    return Tally(Counter({tuple(row[:-1]): row[-1] for row in session.execute(statement)}), asked)


def years(session: Session) -> list[int]:
    """The years in which delegations are on file, the latest first."""
    ends = sa.select(sa.func.min(Delegation.starts_on), sa.func.max(Delegation.ends_on)).where(
        col(Delegation.archived_at).is_(None)
    )
    first, last = session.execute(ends).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def owed_by(session: Session, user_id: int | None, today: date, locale: Locale, limit: int) -> list[TripRow]:
    """Trips whose report is overdue, the oldest first; of one user (who entered them, or who looks after one
    of their partners) or of everybody. Two statements."""
    statement = statement_of(locale).where(*conditions(DelegationFilters(report=ReportState.overdue), today))
    if user_id is not None:
        looked_after = sa.select(DelegationPartner.delegation_id).join(
            Partner, col(Partner.id) == DelegationPartner.partner_id
        )
        mine = col(Delegation.id).in_(looked_after.where(Partner.officer_id == user_id))
        statement = statement.where(sa.or_(col(Delegation.created_by_id) == user_id, mine))
    return rows_of(session, statement.order_by(owed_until, Delegation.id).limit(limit), locale)


# The day by which a report is owed: that of the trip's step that is not done yet.
owed_until = (
    sa.select(sa.func.min(ProcedureStep.due_on))
    .where(
        col(ProcedureStep.delegation_id) == Delegation.id,
        col(ProcedureStep.done_on).is_(None),
        col(ProcedureStep.archived_at).is_(None),
    )
    .correlate(Delegation)
    .scalar_subquery()
)
# Who leads it: as written for the trip, else the member who does.
head = sa.func.coalesce(
    Delegation.head,
    sa.select(sa.func.min(DelegationMember.name))
    .where(
        col(DelegationMember.delegation_id) == Delegation.id,
        col(DelegationMember.leads).is_(True),
        col(DelegationMember.archived_at).is_(None),
    )
    .correlate(Delegation)
    .scalar_subquery(),
)


def statement_of(locale: Locale, *more: Any) -> Any:
    """Select the columns of TripRow, and more."""
    own: dict[str, Any] = {"title": titled(Delegation, locale), "head": head, "report_due_on": owed_until}
    names = [field.name for field in fields(TripRow) if field.name != "partners"]
    columns = (own[name] if name in own else getattr(Delegation, name) for name in names)
    return sa.select(*(column.label(name) for column, name in zip(columns, names, strict=True)), *more)


def rows_of(session: Session, statement: Any, locale: Locale) -> list[TripRow]:
    """Rows with their partners; two statements."""
    found = session.execute(statement).all()
    partners = partners_by_trip(session, [row.id for row in found], locale)
    names = [field.name for field in fields(TripRow) if field.name != "partners"]
    return [TripRow(**{n: getattr(row, n) for n in names}, partners=tuple(partners[row.id])) for row in found]


def partners_by_trip(session: Session, ids: Sequence[int], locale: Locale) -> dict[int, list[PartnerRef]]:
    """The partners of trips, by name; one statement."""
    name = named(Partner, locale)
    statement = (
        sa.select(DelegationPartner.delegation_id, Partner.slug, name)
        .join(Partner, col(Partner.id) == DelegationPartner.partner_id)
        .where(col(DelegationPartner.delegation_id).in_(ids))
        .order_by(name)
    )
    found: dict[int, list[PartnerRef]] = defaultdict(list)
    for key, slug, text in session.execute(statement):
        found[key].append(PartnerRef(slug, text))
    return found


def ordering(sort: str) -> list[Order]:
    """The order of a list, made total by the id."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    if key == "id":
        return [Order(col(Delegation.id), down)]
    return [Order(_SORTED[key], down), Order(col(Delegation.id), down)]


_SORTED: dict[str, Any] = {
    "starts_on": Delegation.starts_on,
    "ends_on": Delegation.ends_on,
    "state": ranked(Delegation.state, DelegationState),
    "level": ranked(Delegation.level, VisitLevel),
}


def behind(sort: str, values: Sequence[Any]) -> Any:
    """The condition for the rows after those values of the order."""
    return after(ordering(sort), values)


def conditions(asked: DelegationFilters, today: date) -> list[Any]:
    """The filters as SQL."""
    found: list[Any] = [col(Delegation.archived_at).is_(None)]
    found += [
        getattr(Delegation, name).in_(values) for name in Tally.NAMES if (values := getattr(asked, name))
    ]
    if asked.partner:
        found.append(_with(col(Partner.slug).in_(asked.partner)))
    if asked.region:
        found.append(_with(col(Partner.region).in_(asked.region)))
    if asked.sector:
        strong = sa.select(PartnerStrength.partner_id).join(
            Sector, col(Sector.id) == PartnerStrength.sector_id
        )
        found.append(_with(col(Partner.id).in_(strong.where(col(Sector.code).in_(asked.sector)))))
    found += [getattr(Delegation, name.value).is_(None) for name in asked.untold]
    if asked.place:
        found.append(sa.or_(*(_PLACES[place] for place in asked.place)))
    if asked.report:
        owed = sa.select(ProcedureStep.delegation_id).where(
            col(ProcedureStep.delegation_id).is_not(None),
            col(ProcedureStep.done_on).is_(None),
            col(ProcedureStep.archived_at).is_(None),
        )
        if asked.report == ReportState.overdue:
            owed = owed.where(col(ProcedureStep.due_on) < today)
        found.append(Delegation.state == DelegationState.completed)
        found.append(col(Delegation.id).in_(owed))
    if asked.led_to:
        found.append(led_to(asked.led_to))
    if asked.year:
        found.append(col(Delegation.ends_on) >= date(asked.year, 1, 1))
        found.append(col(Delegation.starts_on) <= date(asked.year, 12, 31))
    if asked.in_period:
        found.append(col(Delegation.starts_on).between(asked.since, asked.until))
        found.append(col(Delegation.state).in_(HAPPENED))
    elif asked.since:
        found.append(col(Delegation.ends_on) >= asked.since)
    if asked.until and not asked.in_period:
        found.append(col(Delegation.starts_on) <= asked.until)
    words = like_words(asked.q or "")
    return found + [col(Delegation.search_text).like(f"%{word}%", escape="\\") for word in words]


def _with(which: Any) -> Any:
    """That one of the trip's partners fits."""
    links = sa.select(DelegationPartner.delegation_id).join(
        Partner, col(Partner.id) == DelegationPartner.partner_id
    )
    return col(Delegation.id).in_(links.where(which))


# The three parts of app.plan.reckon.Share: what names an item and is off plan all the same is off plan.
_PLACES: dict[PlanPlace, Any] = {
    PlanPlace.off_plan: col(Delegation.off_plan).is_(True),
    PlanPlace.in_plan: sa.and_(
        col(Delegation.off_plan).is_(False), col(Delegation.plan_item_id).is_not(None)
    ),
    PlanPlace.unplaced: sa.and_(col(Delegation.off_plan).is_(False), col(Delegation.plan_item_id).is_(None)),
}


def check_known(session: Session, asked: DelegationFilters) -> dict[str, tuple[str, str]]:
    """The names (vi, en) of the partners and sectors asked for, by slug or code. Raises Refused for one that
    is none."""
    found: dict[str, tuple[str, str]] = {}
    for name, table, key in (("partner", Partner, Partner.slug), ("sector", Sector, Sector.code)):
        wanted = set(getattr(asked, name))
        if not wanted:
            continue
        statement = sa.select(key, table.name_vi, table.name_en).where(col(key).in_(wanted))
        known = {row[0]: (row[1], row[2]) for row in session.execute(statement)}
        if wanted - known.keys():
            raise Refused("unknown_value", field=name, name=name)
        found |= known
    return found
