"""Which plays work here: how pushes ended and how long the next rung took, by group."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.models import FollowUp, Partner, Push
from app.pushes.filters import PushFilters
from app.pushes.listing import conditions
from app.pushes.queries import months_to_next
from app.pushes.state import cause_column, state_column
from app.vocabulary import Cause, FollowUpKind, PushState, ReasonCode, Region, Tier

# Below this many that came to an end a share says more than is known: "3 of 5", and no per cent.
LEAST_FOR_SHARE = 10


@dataclass(frozen=True, slots=True)
class Ended:
    """A push as the figures count it. `months`: whole months to the next rung, None while it did not come."""

    state: PushState
    tier: Tier
    region: Region
    cause: Cause | None
    reasons: tuple[ReasonCode, ...]
    kinds: frozenset[FollowUpKind]
    months: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One group in figures. `over` are those that came to an end by themselves, reached or not; what was
    withdrawn says nothing of whether it would have worked."""

    code: Any
    reached: int
    over: int
    open: int
    withdrawn: int
    median_months: float | None

    @property
    def share(self) -> int | None:
        """Per cent of those that are over; None where there are too few to say so."""
        return round(100 * self.reached / self.over) if self.over >= LEAST_FOR_SHARE else None


@dataclass(frozen=True, slots=True)
class Figures:
    """All of them, and by named cause, reason at the opening, kind of step, tier and region; a push with
    several reasons or kinds counts in each."""

    all: Line
    by_cause: tuple[Line, ...]
    by_reason: tuple[Line, ...]
    by_kind: tuple[Line, ...]
    by_tier: tuple[Line, ...]
    by_region: tuple[Line, ...]


def figures(session: Session, actor: Actor, asked: PushFilters, today: date) -> Figures:
    """The figures of the pushes that fit, whatever their state; two statements, and one for partners asked
    for by name."""
    rows = _ended(session, conditions(session, actor, asked, today, leaving_out="state"), today)
    return Figures(
        all=line(None, rows),
        by_cause=_grouped(Cause, rows, lambda row: (row.cause,) if row.cause else ()),
        by_reason=_grouped(ReasonCode, rows, lambda row: row.reasons),
        by_kind=_grouped(FollowUpKind, rows, lambda row: row.kinds),
        by_tier=_grouped(Tier, rows, lambda row: (row.tier,)),
        by_region=_grouped(Region, rows, lambda row: (row.region,)),
    )


def _ended(session: Session, wanted: list[Any], today: date) -> list[Ended]:
    columns: list[Any] = [
        Push.id, state_column(today).label("state"), cause_column(today).label("cause"), Partner.tier,
        Partner.region, Push.reasons, Push.opened_on, Push.moved_on, Push.deadline, Push.withdrawn_on,
    ]  # fmt: skip
    pushes = (
        sa.select(*columns)
        .join(Partner, col(Partner.id) == Push.partner_id)
        .where(col(Push.archived_at).is_(None), col(Partner.archived_at).is_(None), *wanted)
    )
    steps = sa.select(FollowUp.push_id, FollowUp.kind).where(
        col(FollowUp.push_id).is_not(None), col(FollowUp.archived_at).is_(None)
    )
    kinds: dict[int, set[FollowUpKind]] = defaultdict(set)
    for key, kind in session.execute(steps.distinct()):
        kinds[key].add(kind)
    found = []
    for row in session.execute(pushes):
        reasons = tuple(ReasonCode(code) for code in row.reasons)
        found.append(
            Ended(
                PushState(row.state),
                row.tier,
                row.region,
                row.cause,
                reasons,
                frozenset(kinds[row.id]),
                months_to_next(row, today),
            )
        )
    return found


def _grouped(codes: Any, rows: list[Ended], of: Callable[[Ended], Iterable[Any]]) -> tuple[Line, ...]:
    """A line for each code that occurs, the one that reached most first."""
    by_code: dict[Any, list[Ended]] = defaultdict(list)
    for row in rows:
        for code in of(row):
            by_code[code].append(row)
    lines = [line(code, by_code[code]) for code in codes if by_code[code]]
    return tuple(sorted(lines, key=lambda it: (-it.reached, it.over, -it.open)))


def line(code: Any, rows: list[Ended]) -> Line:
    """Some pushes in figures."""
    count = {state: sum(row.state == state for row in rows) for state in PushState}
    months = [row.months for row in rows if row.months is not None]
    return Line(
        code,
        reached=count[PushState.reached],
        over=count[PushState.reached] + count[PushState.not_reached],
        open=count[PushState.open],
        withdrawn=count[PushState.withdrawn],
        median_months=median(months) if months else None,
    )
