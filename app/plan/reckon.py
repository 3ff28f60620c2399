"""The arithmetic of a plan: what state an item is in, what has been done of what was planned.

Pure functions of facts and a day. Nothing here is stored: an item is done when a record that names it is.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Protocol


class PlanItemState(StrEnum):
    """How far an item has come; derived from the records that name it."""

    open = "open"
    under_way = "under_way"
    done = "done"
    dropped = "dropped"


class RecordState(StrEnum):
    """What a record that names an item does for it: it carries it out, prepares it, or came to nothing."""

    done = "done"
    under_way = "under_way"
    void = "void"


def state_of(records: Iterable[RecordState], *, dropped: bool) -> PlanItemState:
    """An item's state. What was done stays done, whoever dropped the item afterwards."""
    found = set(records)
    if RecordState.done in found:
        return PlanItemState.done
    if dropped:
        return PlanItemState.dropped
    return PlanItemState.under_way if RecordState.under_way in found else PlanItemState.open


def is_late(state: PlanItemState, year: int, month: int | None, today: date) -> bool:
    """Whether an item's month is over and it is neither done nor dropped; without a month, its year."""
    if state in {PlanItemState.done, PlanItemState.dropped}:
        return False
    return (today.year, today.month) > (year, month or 12)


def quarter_of(month: int | None) -> int | None:
    """1 to 4; None for an item without a month."""
    return None if month is None else (month + 2) // 3


class Counted(Protocol):
    """What a tally needs to know of an item."""

    @property
    def state(self) -> PlanItemState:
        """How far it has come."""

    @property
    def late(self) -> bool:
        """Whether its time is over."""

    @property
    def budget(self) -> int | None:
        """In the plan's currency."""

    @property
    def spent(self) -> dict[str, int]:
        """By currency."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Planned against done. Dropped items stay in `planned`, so that dropping flatters no share; their money
    is not planned any more. `budget` is in the plan's currency, `actual` by currency."""

    planned: int = 0
    done: int = 0
    under_way: int = 0
    open: int = 0
    dropped: int = 0
    late: int = 0
    budget: int = 0
    actual: dict[str, int] = field(default_factory=dict)

    @property
    def percent(self) -> float | None:
        """The share done of everything planned."""
        return percent(self.done, self.planned)


def tally(items: Iterable[Counted]) -> Tally:
    """Count items."""
    found = list(items)
    states = Counter(item.state for item in found)
    actual: Counter[str] = Counter()
    for item in found:
        actual.update(item.spent)
    return Tally(
        planned=len(found),
        done=states[PlanItemState.done],
        under_way=states[PlanItemState.under_way],
        open=states[PlanItemState.open],
        dropped=states[PlanItemState.dropped],
        late=sum(item.late for item in found),
        budget=sum(item.budget or 0 for item in found if item.state != PlanItemState.dropped),
        actual=dict(sorted(actual.items())),
    )


def percent(part: int, whole: int) -> float | None:
    """A share in per cent with one decimal, halves up; None of nothing."""
    if not whole:
        return None
    return float((Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Share:
    """The delegations of a year by their place in its plan.

    Counted are the delegations, in and out, that begin in the year and took place or are approved: approved,
    under way, completed, reported. `in_plan` name an item, `off_plan` say that none foresaw them, the others
    say neither. The off-plan share is off_plan / total, whatever the others would say.
    """

    in_plan: int = 0
    off_plan: int = 0
    unplaced: int = 0

    @property
    def total(self) -> int:
        """Every delegation that counts."""
        return self.in_plan + self.off_plan + self.unplaced

    @property
    def percent(self) -> float | None:
        """The off-plan share."""
        return percent(self.off_plan, self.total)
