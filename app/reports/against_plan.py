"""A period against the plan of its year.

An item planned for a month counts in the period that holds the day on which that month's figures close, so
the items of a year lie in the reporting year of the same number. One without a month counts where the whole
year does.
"""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from sqlmodel import Session

from app.plan.queries import ItemRow, items_of, plan_of
from app.plan.reckon import PlanItemState
from app.reporting.periods import Period, Reporting
from app.reports.model import Asked, Block, Number, Row, Section, listed, row
from app.vocabulary import DelegationDirection, PlanItemKind

_LINES: tuple[tuple[PlanItemKind, DelegationDirection | None], ...] = (
    (PlanItemKind.delegation, DelegationDirection.inbound),
    (PlanItemKind.delegation, DelegationDirection.outbound),
    (PlanItemKind.signing, None),
    (PlanItemKind.event, None),
    (PlanItemKind.programme, None),
)


def against_plan(session: Session, asked: Asked, reporting: Reporting, whole: Period) -> Section:
    """The chapter on the plan: a table for each year that the period touches. Six statements a year."""
    text = asked.spoken.gettext
    blocks = []
    for year in range(whole.first.year, whole.last.year + 1):
        months = [month for month in range(1, 13) if whole.has(closing_day(reporting, year, month))]
        plan = plan_of(session, year) if months else None
        if plan is not None:
            items = items_of(session, plan.id, asked.today, asked.spoken.locale)
            blocks.append(_block(asked, year, items, months))
    return Section("plan", text("Against the plan"), blocks)


def closing_day(reporting: Reporting, year: int, month: int) -> date:
    """The day on which the figures of a month close."""
    first = date(year, month, 1)
    if reporting.day == 1:
        return first + relativedelta(months=1) - timedelta(days=1)
    return first.replace(day=reporting.day - 1)


def _block(asked: Asked, year: int, items: tuple[ItemRow, ...], months: list[int]) -> Block:
    text, label = asked.spoken.gettext, asked.spoken.label
    all_year = len(months) == 12
    span = {} if all_year else {"from_month": months[0], "to_month": months[-1]}
    mine = [item for item in items if all_year or item.month in months]

    def line(
        words: str, kind: PlanItemKind | None, direction: DelegationDirection | None, *, inner: bool
    ) -> Row:
        some = [i for i in mine if kind in {None, i.kind} and direction in {None, i.direction}]
        query = {"kind": kind, "direction": direction, **span}
        place = f"/plan/{year}"
        states = [
            Number(sum(i.state == state for i in some), listed(place, state=state, **query))
            for state in (
                PlanItemState.done,
                PlanItemState.under_way,
                PlanItemState.open,
                PlanItemState.dropped,
            )
        ]
        late = Number(sum(i.late for i in some), listed(place, late="true", **query))
        return row(words, [Number(len(some), listed(place, **query)), *states, late], inner=inner)

    rows = [line(text("Everything planned"), None, None, inner=False)]
    rows += [
        line(
            label(direction).capitalize() if direction else label(kind).capitalize(),
            kind,
            direction,
            inner=True,
        )
        for kind, direction in _LINES
    ]
    columns = [
        text("Planned"), text("Done"), text("Under way"), text("Not begun"), text("Dropped"), text("Late"),
    ]  # fmt: skip
    return Block(f"plan-{year}", text("Plan of %(year)s", year=year), columns, rows, "")
