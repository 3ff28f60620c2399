"""A month of delegations: weeks from Monday to Sunday, every trip a bar over its days."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app.delegations.filters import CalendarAsked
from app.delegations.listing import TripRow, rows_of, statement_of
from app.models import Delegation
from app.standing.clock import add_months, month_length
from app.vocabulary import DatePrecision, DelegationDirection, DelegationState, Locale

DAYS = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """A trip within one week, or (`trip` None) days on which nothing is. `begins` and `ends` tell whether
    the trip does so within this week."""

    days: int
    trip: TripRow | None = None
    begins: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days and the lanes of bars under them; a lane's bars fill all seven days."""

    days: tuple[date, ...]
    lanes: tuple[tuple[Bar, ...], ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month for a page: its weeks, its trips by day for a narrow page, the trips known only to the month,
    and how many trips begin in it by direction and state."""

    first: date
    weeks: tuple[Week, ...]
    by_day: tuple[tuple[date, tuple[TripRow, ...]], ...]
    undated: tuple[TripRow, ...]
    counts: dict[tuple[DelegationDirection, DelegationState], int]

    @property
    def before(self) -> date:
        """The month before."""
        return add_months(self.first, -1)

    @property
    def after(self) -> date:
        """The month after."""
        return add_months(self.first, 1)

    def count(
        self, direction: DelegationDirection | None = None, state: DelegationState | None = None
    ) -> int:
        """How many trips begin in the month; None counts all of them."""
        return sum(n for (d, s), n in self.counts.items() if direction in {None, d} and state in {None, s})


def month_of(session: Session, asked: CalendarAsked, today: date, locale: Locale) -> Month:
    """The month that is asked for, this one when none is; two statements."""
    first = (asked.month or today).replace(day=1)
    last = first.replace(day=month_length(first.year, first.month))
    statement = statement_of(locale).where(
        col(Delegation.archived_at).is_(None),
        col(Delegation.starts_on) <= last,
        sa.or_(col(Delegation.ends_on) >= first, col(Delegation.starts_on) >= first),
        # Known to the year only, a trip belongs to no month.
        col(Delegation.starts_precision) != DatePrecision.year,
    )
    if asked.direction:
        statement = statement.where(Delegation.direction == asked.direction)
    statement = statement.order_by(Delegation.starts_on, Delegation.ends_on.desc(), Delegation.id)  # type: ignore[attr-defined]
    return laid_out(first, rows_of(session, statement, locale))


def laid_out(first: date, trips: Sequence[TripRow]) -> Month:
    """Lay trips out over the month that begins on `first`. Cancelled ones are counted and not drawn."""
    last = first.replace(day=month_length(first.year, first.month))
    drawn = [trip for trip in trips if trip.state != DelegationState.cancelled]
    dated = [trip for trip in drawn if trip.starts_precision == DatePrecision.day]
    monday = first - timedelta(days=first.weekday())
    weeks = []
    while monday <= last:
        weeks.append(_week(monday, dated))
        monday += timedelta(days=DAYS)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    by_day = ((day, tuple(t for t in dated if t.starts_on <= day <= t.last_on)) for day in days)
    begun = (t for t in trips if first <= t.starts_on <= last)
    return Month(
        first=first,
        weeks=tuple(weeks),
        by_day=tuple((day, found) for day, found in by_day if found),
        undated=tuple(trip for trip in drawn if trip.starts_precision == DatePrecision.month),
        counts=dict(Counter((trip.direction, trip.state) for trip in begun)),
    )


def _week(monday: date, trips: Iterable[TripRow]) -> Week:
    """A trip takes the first lane in which its days are free; trips come in order of their start."""
    days = tuple(monday + timedelta(days=n) for n in range(DAYS))
    lanes: list[list[Bar]] = []
    filled: list[int] = []
    for trip in trips:
        if trip.last_on < days[0] or trip.starts_on > days[-1]:
            continue
        start = max(0, (trip.starts_on - monday).days)
        end = min(DAYS - 1, (trip.last_on - monday).days)
        lane = next((n for n, used in enumerate(filled) if used <= start), len(lanes))
        if lane == len(lanes):
            lanes.append([])
            filled.append(0)
        if start > filled[lane]:
            lanes[lane].append(Bar(start - filled[lane]))
        begins, ends = trip.starts_on >= monday, trip.last_on <= days[-1]
        lanes[lane].append(Bar(end - start + 1, trip, begins, ends))
        filled[lane] = end + 1
    for lane, used in enumerate(filled):
        if used < DAYS:
            lanes[lane].append(Bar(DAYS - used))
    return Week(days, tuple(tuple(lane) for lane in lanes))
