"""Reads of the year's plan: its items with the records that carry them out, and what came on top."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.errors import NotFound, Refused
from app.models import (
    Agreement,
    Delegation,
    Organisation,
    Partner,
    Plan,
    PlanItem,
    PlanItemPartner,
    Programme,
    User,
)
from app.plan.reckon import PlanItemState, RecordState, Share, is_late, quarter_of, state_of
from app.records.queries import PartnerLink, grouped, named, titled
from app.vocabulary import (
    AgreementState,
    DatePrecision,
    DelegationDirection,
    DelegationState,
    Locale,
    PlanItemKind,
    ProgrammeState,
)

# A delegation counts for the off-plan share once it is decided that it takes place.
COUNTED = (
    DelegationState.approved,
    DelegationState.under_way,
    DelegationState.completed,
    DelegationState.reported,
)
_TOOK_PLACE = {DelegationState.completed, DelegationState.reported}
_UNSIGNED_FOR_GOOD = {AgreementState.refused, AgreementState.withdrawn}
_NOT_BEGUN = {ProgrammeState.proposed, ProgrammeState.planned}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan's own fields."""

    id: int
    version: int
    year: int
    budget: int | None
    currency: str
    number: str | None
    note: str | None
    is_demo: bool
    updated_at: datetime | None
    updated_by: str | None


@dataclass(frozen=True, slots=True)
class NamedBy:
    """A record that names an item; `on` is the day it begins, was signed, was started."""

    type: str
    id: int
    url: str
    title: str
    on: date | None
    precision: DatePrecision
    state: RecordState


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """An item of a plan with what came of it. `spent` is the money of the delegations that name it, by
    currency: what a cancelled trip had cost is spent all the same."""

    id: int
    version: int
    year: int
    kind: PlanItemKind
    direction: DelegationDirection | None
    title: str
    month: int | None
    budget: int | None
    currency: str
    lead_unit: str | None
    lead_unit_code: str | None
    note: str | None
    copied_from_id: int | None
    dropped_why: str | None
    is_demo: bool
    updated_at: datetime | None
    updated_by: str | None
    partners: tuple[PartnerLink, ...]
    records: tuple[NamedBy, ...]
    spent: dict[str, int]
    state: PlanItemState
    late: bool

    @property
    def quarter(self) -> int | None:
        """1 to 4; None without a month."""
        return quarter_of(self.month)


@dataclass(frozen=True, slots=True)
class OffPlan:
    """A delegation that no item foresaw, and why it was done all the same."""

    id: int
    title: str
    direction: DelegationDirection
    state: DelegationState
    starts_on: date
    starts_precision: DatePrecision
    reason: str | None
    spent: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class TakenOut:
    """An item that was entered by mistake, for the way back."""

    id: int
    version: int
    title: str


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item that a record may still carry out, for a menu."""

    id: int
    year: int
    title: str
    kind: PlanItemKind
    direction: DelegationDirection | None
    month: int | None


def plan_of(session: Session, year: int) -> PlanRow | None:
    """The plan of a year; None where there is none."""
    found = session.execute(
        sa.select(Plan, User.name)
        .outerjoin(User, col(User.id) == Plan.updated_by_id)
        .where(Plan.year == year, col(Plan.archived_at).is_(None))
    ).first()
    if found is None:
        return None
    plan, changer = found
    own = {name: getattr(plan, name) for name in PlanRow.__dataclass_fields__ if name != "updated_by"}
    return PlanRow(**own, updated_by=changer)


def years(session: Session) -> list[int]:
    """The years that have a plan, the latest first."""
    statement = sa.select(Plan.year).where(col(Plan.archived_at).is_(None))
    return list(session.scalars(statement.order_by(col(Plan.year).desc())))


def items_of(session: Session, plan_id: int, today: date, locale: Locale) -> tuple[ItemRow, ...]:
    """Every item of a plan by month, those without one last. Five statements for any number of items."""
    return _items(session, PlanItem.plan_id == plan_id, today, locale)


def item_row(session: Session, item_id: int, today: date, locale: Locale) -> ItemRow:
    """One item; raises NotFound."""
    found = _items(session, PlanItem.id == item_id, today, locale)
    if not found:
        raise NotFound("plan_item")
    return found[0]


def open_items(
    session: Session, year: int | Sequence[int], kind: PlanItemKind, *, keep: int | None = None
) -> list[OpenItem]:
    """The items of a year, or of several, that a record of a kind may name: neither done nor dropped; by
    month. Four statements.

    A delegation may also carry out an `event`, which has no record of its own. `keep` is the id of the item
    that the record names already: it stays in the menu whatever has become of it.
    """
    years = [year] if isinstance(year, int) else list(year)
    wanted = sa.and_(
        col(Plan.year).in_(years), col(Plan.archived_at).is_(None), col(PlanItem.kind).in_(_named_as(kind))
    )
    statement = (
        sa.select(PlanItem, Plan.year)
        .join(Plan, col(Plan.id) == PlanItem.plan_id)
        .where(sa.or_(wanted, col(PlanItem.id) == keep), col(PlanItem.archived_at).is_(None))
        .order_by(col(Plan.year), *_BY_MONTH)
    )
    items = session.execute(statement).all()
    records, _ = _records(session, [item.id for item, _ in items], Locale.vi)
    open_ = {PlanItemState.open, PlanItemState.under_way}
    return [
        OpenItem(item.id or 0, of_year, item.title, item.kind, item.direction, item.month)
        for item, of_year in items
        if item.id == keep or _state(item, records) in open_
    ]


def item_menu(
    session: Session, today: date, kind: PlanItemKind, *, keep: int | None = None
) -> list[tuple[str, str]]:
    """What a form offers as its record's plan item, as (id, words): of this year, of the next for what is
    prepared early, of the last for what comes late. Four statements."""
    years = (today.year - 1, today.year, today.year + 1)
    return [(str(i.id), f"{i.year} · {i.title}") for i in open_items(session, years, kind, keep=keep)]


def item_to_begin(session: Session, item_id: int, kind: PlanItemKind, today: date, locale: Locale) -> ItemRow:
    """The item that a new record of a kind is begun from; raises NotFound for one that it cannot carry out.
    Five statements."""
    item = item_row(session, item_id, today, locale)
    if item.kind not in _named_as(kind) or item.dropped_why is not None:
        raise NotFound("plan_item")
    return item


def fitting_item(
    session: Session, item_id: int | None, kind: PlanItemKind, *, field: str, keep: int | None = None
) -> int | None:
    """The item that a record of a kind may name, None for none. Raises Refused, naming the field, for one
    that is not there, is of another kind or was dropped; `keep` is named already and stays."""
    if item_id is None or item_id == keep:
        return item_id
    item = session.get(PlanItem, item_id)
    gone = item is None or item.archived_at is not None or item.dropped_why is not None
    if gone or item is None or item.kind not in _named_as(kind):
        raise Refused("no_such_plan_item", field=field)
    return item_id


def _named_as(kind: PlanItemKind) -> set[PlanItemKind]:
    """The kinds of items that a record of a kind carries out."""
    return {kind, PlanItemKind.event} if kind == PlanItemKind.delegation else {kind}


def named_by(session: Session, item_id: int) -> tuple[NamedBy, ...]:
    """The records that carry an item out or prepare it; those that came to nothing left out."""
    records, _ = _records(session, [item_id], Locale.vi)
    return tuple(record for record in records.get(item_id, ()) if record.state != RecordState.void)


def share_of(session: Session, year: int) -> Share:
    """How many delegations of a year are in its plan, and how many are not; see Share."""
    placed = col(Delegation.plan_item_id).is_not(None)
    off = col(Delegation.off_plan)
    statement = sa.select(off, placed, sa.func.count()).where(*_of_year(year)).group_by(off, placed)
    counts: Counter[str] = Counter()
    for is_off, is_placed, n in session.execute(statement):
        counts["off_plan" if is_off else "in_plan" if is_placed else "unplaced"] += n
    return Share(**counts)


def off_plan_of(session: Session, year: int, currency: str, locale: Locale) -> list[OffPlan]:
    """The delegations of a year that count and are off plan, in their order. `currency` is that of a cost
    which names none."""
    statement = (
        sa.select(Delegation, titled(Delegation, locale).label("shown"))
        .where(*_of_year(year), col(Delegation.off_plan))
        .order_by(col(Delegation.starts_on), col(Delegation.id))
    )
    return [
        OffPlan(
            trip.id, shown, trip.direction, trip.state, trip.starts_on, trip.starts_precision,
            trip.off_plan_reason, trip.cost_actual, trip.currency or currency,
        )
        for trip, shown in session.execute(statement)
    ]  # fmt: skip


def copied_ids(session: Session, plan_id: int) -> set[int]:
    """The items of the year before that a plan holds a copy of."""
    statement = sa.select(PlanItem.copied_from_id).where(
        PlanItem.plan_id == plan_id,
        col(PlanItem.copied_from_id).is_not(None),
        col(PlanItem.archived_at).is_(None),
    )
    return set(session.scalars(statement))


def taken_out(session: Session, plan_id: int) -> list[TakenOut]:
    """The items that were taken out of a plan, the latest first; twenty at most."""
    statement = (
        sa.select(PlanItem.id, PlanItem.version, PlanItem.title)
        .where(PlanItem.plan_id == plan_id, col(PlanItem.archived_at).is_not(None))
        .order_by(col(PlanItem.archived_at).desc(), col(PlanItem.id))
        .limit(20)
    )
    return [TakenOut(*row) for row in session.execute(statement)]


def _of_year(year: int) -> tuple[Any, ...]:
    """A date known to the month or year is kept as the first day of it, which lies in the same year."""
    return (
        col(Delegation.archived_at).is_(None),
        col(Delegation.state).in_(COUNTED),
        col(Delegation.starts_on).between(date(year, 1, 1), date(year, 12, 31)),
    )


# Databases place NULL differently: what has no month comes last.
_BY_MONTH = (col(PlanItem.month).is_(None), col(PlanItem.month), col(PlanItem.id))


def _items(session: Session, which: Any, today: date, locale: Locale) -> tuple[ItemRow, ...]:
    statement = (
        sa.select(
            PlanItem, Plan.year, Plan.currency,
            named(Organisation, locale).label("unit"), col(Organisation.code).label("unit_code"),
            col(User.name).label("changer"),
        )
        .join(Plan, col(Plan.id) == PlanItem.plan_id)
        .outerjoin(Organisation, col(Organisation.id) == PlanItem.lead_unit_id)
        .outerjoin(User, col(User.id) == PlanItem.updated_by_id)
        .where(which, col(PlanItem.archived_at).is_(None))
        .order_by(*_BY_MONTH)
    )  # fmt: skip
    found = session.execute(statement).all()
    ids = [row.PlanItem.id for row in found]
    partners = _partners(session, ids, locale)
    records, spent = _records(session, ids, locale)
    return tuple(_row(row, partners, records, spent, today) for row in found)


def _row(row: Any, partners: Any, records: Any, spent: Any, today: date) -> ItemRow:
    item = row.PlanItem
    state = _state(item, records)
    return ItemRow(
        **{name: getattr(item, name) for name in _PLAIN},
        year=row.year,
        currency=row.currency,
        lead_unit=row.unit,
        lead_unit_code=row.unit_code,
        updated_by=row.changer,
        partners=tuple(PartnerLink(*p[1:]) for p in partners.get(item.id, ())),
        records=tuple(records.get(item.id, ())),
        spent={currency or row.currency: n for currency, n in spent.get(item.id, {}).items()},
        state=state,
        late=is_late(state, row.year, item.month, today),
    )


_PLAIN = (
    "id", "version", "kind", "direction", "title", "month", "budget", "note", "copied_from_id", "dropped_why",
    "is_demo", "updated_at",
)  # fmt: skip


def _state(item: PlanItem, records: dict[int, list[NamedBy]]) -> PlanItemState:
    mine = records.get(item.id or 0, [])
    return state_of([record.state for record in mine], dropped=item.dropped_why is not None)


def _partners(session: Session, ids: list[int], locale: Locale) -> dict[int, list[Any]]:
    name = named(Partner, locale)
    statement = (
        sa.select(PlanItemPartner.plan_item_id, Partner.slug, name, Partner.country)
        .join(Partner, col(Partner.id) == PlanItemPartner.partner_id)
        .where(col(PlanItemPartner.plan_item_id).in_(ids), col(Partner.archived_at).is_(None))
        .order_by(name)
    )
    return grouped(session.execute(statement))


def _records(
    session: Session, ids: list[int | None], locale: Locale
) -> tuple[dict[int, list[NamedBy]], dict[int, Counter[str]]]:
    """The records that name items, and the money of their delegations by currency ("" where none is told)."""
    found: dict[int, list[NamedBy]] = defaultdict(list)
    spent: dict[int, Counter[str]] = defaultdict(Counter)
    for trip, title in _naming(session, Delegation, ids, locale):
        state = RecordState.done if trip.state in _TOOK_PLACE else RecordState.under_way
        if trip.state == DelegationState.cancelled:
            state = RecordState.void
        found[trip.plan_item_id].append(
            _named("delegation", trip, title, trip.starts_on, trip.starts_precision, state)
        )
        if trip.cost_actual:
            spent[trip.plan_item_id][trip.currency or ""] += trip.cost_actual
    for paper, title in _naming(session, Agreement, ids, locale):
        state = RecordState.done if paper.state == AgreementState.signed else RecordState.under_way
        if paper.state in _UNSIGNED_FOR_GOOD:
            state = RecordState.void
        found[paper.plan_item_id].append(
            _named("agreement", paper, title, paper.signed_on, paper.signed_precision, state)
        )
    for run, title in _naming(session, Programme, ids, locale):
        state = RecordState.under_way if run.state in _NOT_BEGUN else RecordState.done
        if run.state == ProgrammeState.cancelled and run.started_on is None:
            state = RecordState.void
        found[run.plan_item_id].append(
            _named("programme", run, title, run.started_on, run.started_precision, state)
        )
    return found, spent


def _naming(session: Session, table: Any, ids: list[int | None], locale: Locale) -> Any:
    statement = sa.select(table, titled(table, locale)).where(
        table.plan_item_id.in_(ids), table.archived_at.is_(None)
    )
    return session.execute(statement.order_by(table.id))


def _named(
    kind: str, row: Any, title: str, on: date | None, precision: DatePrecision | None, state: RecordState
) -> NamedBy:
    return NamedBy(kind, row.id, f"/{kind}s/{row.id}", title, on, precision or DatePrecision.day, state)
