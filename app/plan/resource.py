"""Plans and their items as programs read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.errors import NotFound, Refused
from app.lists import Order, Part
from app.models import Partner, Plan
from app.plan import queries
from app.plan.filters import PlanItemQuery, PlanQuery, within_months
from app.plan.queries import ItemRow, PlanRow
from app.plan.reckon import PlanItemState, Share, Tally, tally
from app.vocabulary import DelegationDirection, Locale, PlanItemKind


@dataclass(slots=True)
class TallyJson:
    """Planned against done. `planned` holds the dropped ones too; `budget` does not. `percent` is the share
    done; `actual` is the money of the delegations that name the items, by currency."""

    planned: int
    done: int
    under_way: int
    open: int
    dropped: int
    late: int
    percent: float | None
    budget: int
    actual: dict[str, int]


@dataclass(slots=True)
class KindJson:
    """The items of one kind."""

    kind: PlanItemKind
    items: TallyJson


@dataclass(slots=True)
class QuarterJson:
    """The items planned for one quarter; null: for no month."""

    quarter: int | None
    items: TallyJson


@dataclass(slots=True)
class ShareJson:
    """The year's delegations that took place or are approved, by their place in the plan; `percent` is the
    off-plan share."""

    total: int
    in_plan: int
    off_plan: int
    unplaced: int
    percent: float | None


@dataclass(slots=True)
class PlanJson:
    """The plan of a year and what came of it."""

    id: int
    version: int
    year: int
    number: str | None
    budget: int | None
    currency: str
    note: str | None
    items: TallyJson
    kinds: list[KindJson]
    quarters: list[QuarterJson]
    delegations: ShareJson
    is_demo: bool


@dataclass(slots=True)
class PlanEntry:
    """A plan in the list of plans."""

    id: int
    version: int
    year: int
    number: str | None
    budget: int | None
    currency: str
    is_demo: bool


@dataclass(slots=True)
class NamedByJson:
    """A record that names an item."""

    type: str
    id: int
    on: date | None
    done: bool


@dataclass(slots=True)
class PlanItemJson:
    """Something foreseen for a year; `state` follows from the records that name it."""

    id: int
    version: int
    year: int
    kind: PlanItemKind
    direction: DelegationDirection | None
    title: str
    month: int | None
    partners: list[str]
    lead_unit: str | None
    budget: int | None
    currency: str
    note: str | None
    state: PlanItemState
    late: bool
    dropped_why: str | None
    records: list[NamedByJson]
    actual: dict[str, int]
    copied_from: int | None
    is_demo: bool


def plan_json(session: Session, year: int, today: date) -> PlanJson:
    """A plan with its sums; raises NotFound. Seven statements."""
    plan = queries.plan_of(session, year)
    if plan is None:
        raise NotFound("plan")
    items = queries.items_of(session, plan.id, today, Locale.vi)
    return _plan_json(plan, items, queries.share_of(session, year))


def _plan_json(plan: PlanRow, items: Sequence[ItemRow], share: Share) -> PlanJson:
    return PlanJson(
        id=plan.id,
        version=plan.version,
        year=plan.year,
        number=plan.number,
        budget=plan.budget,
        currency=plan.currency,
        note=plan.note,
        items=_tally_json(tally(items)),
        kinds=[KindJson(k, _tally_json(tally(i for i in items if i.kind == k))) for k in PlanItemKind],
        quarters=[
            QuarterJson(q, _tally_json(tally(i for i in items if i.quarter == q))) for q in (1, 2, 3, 4, None)
        ],
        delegations=ShareJson(share.total, share.in_plan, share.off_plan, share.unplaced, share.percent),
        is_demo=plan.is_demo,
    )


def _tally_json(found: Tally) -> TallyJson:
    return TallyJson(
        found.planned, found.done, found.under_way, found.open, found.dropped, found.late, found.percent,
        found.budget, found.actual,
    )  # fmt: skip


def list_plans(session: Session, query: PlanQuery, part: Part) -> list[tuple[PlanEntry, tuple[Any, ...]]]:
    """The plans by year, each with the value it is sorted by."""
    order = [Order(col(Plan.year), query.sort.startswith("-"))]
    statement = sa.select(Plan).where(col(Plan.archived_at).is_(None))
    return [
        (
            PlanEntry(p.id or 0, p.version, p.year, p.number, p.budget, p.currency, p.is_demo),
            (p.year,),
        )
        for (p,) in part.rows(session, statement, order)
    ]


def list_items(
    session: Session, year: int, query: PlanItemQuery, today: date, part: Part
) -> list[PlanItemJson]:
    """A plan's items that fit, by id. All of a year's are looked at: their states are worked out, not stored.

    Raises NotFound for a year without a plan, Refused for an unknown partner.
    """
    plan = queries.plan_of(session, year)
    if plan is None:
        raise NotFound("plan")
    if query.partner and not session.scalar(sa.select(Partner.id).where(Partner.slug == query.partner)):
        raise Refused("unknown_value", field="partner", name="partner")
    rows = queries.items_of(session, plan.id, today, Locale.vi)
    fitting = sorted((row for row in rows if _fits(row, query)), key=lambda row: row.id)
    return [item_json(row) for row in part.cut(fitting, lambda row, behind: row.id > behind[0])]


def _fits(row: ItemRow, query: PlanItemQuery) -> bool:
    return (
        _among(row.kind, query.kind)
        and _among(row.direction, query.direction)
        and _among(row.state, query.state)
        and within_months(row.month, query.from_month, query.to_month)
        and (query.late is None or row.late == query.late)
        and (query.partner is None or any(p.slug == query.partner for p in row.partners))
    )


def _among(value: Any, wanted: Iterable[Any]) -> bool:
    chosen = set(wanted)
    return not chosen or value in chosen


def item_json(row: ItemRow) -> PlanItemJson:
    """An item for programs."""
    return PlanItemJson(
        id=row.id,
        version=row.version,
        year=row.year,
        kind=row.kind,
        direction=row.direction,
        title=row.title,
        month=row.month,
        partners=[p.slug for p in row.partners],
        lead_unit=row.lead_unit_code,
        budget=row.budget,
        currency=row.currency,
        note=row.note,
        state=row.state,
        late=row.late,
        dropped_why=row.dropped_why,
        records=[NamedByJson(r.type, r.id, r.on, r.state == "done") for r in row.records],
        actual=row.spent,
        copied_from=row.copied_from_id,
        is_demo=row.is_demo,
    )
