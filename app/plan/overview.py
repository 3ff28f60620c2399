"""A year's plan as its page shows it: the items that fit, planned against done, the off-plan share."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from app.plan import queries
from app.plan.filters import PlanList, Show, within_months
from app.plan.queries import ItemRow, OffPlan, PlanRow, TakenOut
from app.plan.reckon import PlanItemState, Share, Tally, tally
from app.vocabulary import Locale, PlanItemKind

PAGE = 50
# A list of the year's off-plan delegations is longer than this in print only.
OFF_PLAN = 15
QUARTERS = (1, 2, 3, 4, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the page of a year. `plan` is None for a year without one; the share is told all the
    same. `kinds` and `states` count the items that the other filter leaves."""

    plan: PlanRow | None
    years: list[int]
    rows: tuple[ItemRow, ...]
    matching: int
    pages: int
    total: Tally
    by_kind: list[tuple[PlanItemKind, Tally]]
    by_quarter: list[tuple[int | None, Tally]]
    kinds: Counter[PlanItemKind]
    states: Counter[PlanItemState]
    share: Share
    off_plan: list[OffPlan]
    off_plan_spent: dict[str, int]
    taken_out: list[TakenOut]


def overview(session: Session, year: int, asked: PlanList, today: date, locale: Locale) -> Overview:
    """The page of a year. Ten statements for any number of items and delegations."""
    plan = queries.plan_of(session, year)
    items = queries.items_of(session, plan.id, today, locale) if plan else ()
    some = [item for item in items if _fits(asked, item)]
    found = [i for i in some if asked.kind in {None, i.kind} and asked.state in {None, i.state}]
    whole = asked.show == Show.all
    first = 0 if whole else (asked.page - 1) * PAGE
    trips = queries.off_plan_of(session, year, plan.currency if plan else "VND", locale)
    spent: Counter[str] = Counter()
    for trip in trips:
        spent[trip.currency] += trip.spent or 0
    return Overview(
        plan=plan,
        years=queries.years(session),
        rows=tuple(found if whole else found[first : first + PAGE]),
        matching=len(found),
        pages=1 if whole else max(1, -(-len(found) // PAGE)),
        total=tally(items),
        by_kind=[(k, tally(mine)) for k in PlanItemKind if (mine := [i for i in items if i.kind == k])],
        by_quarter=[(q, tally(mine)) for q in QUARTERS if (mine := [i for i in items if i.quarter == q])],
        kinds=Counter(i.kind for i in some if asked.state in {None, i.state}),
        states=Counter(i.state for i in some if asked.kind in {None, i.kind}),
        share=queries.share_of(session, year),
        off_plan=trips if whole else trips[:OFF_PLAN],
        taken_out=queries.taken_out(session, plan.id) if plan else [],
        off_plan_spent={currency: n for currency, n in sorted(spent.items()) if n},
    )


def _fits(asked: PlanList, item: ItemRow) -> bool:
    """Whether an item fits every filter but kind and state, which are counted beside the list."""
    return (
        within_months(item.month, asked.from_month, asked.to_month)
        and asked.direction in {None, item.direction}
        and asked.late in {None, item.late}
    )
