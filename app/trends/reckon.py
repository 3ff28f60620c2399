"""Counting partners by status and rung, month by month, and who moved. Pure: lives in, numbers out.

A month is read on its last day, the last one on the last day of the period; what moved on a day counts in the
month of that day. So of every month: stuck at its end = stuck at its start + came - left.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, pairwise
from statistics import median

from app.standing import add_months, months_between
from app.vocabulary import Rung, Status

ONE_DAY = timedelta(days=1)
DEEP = (Rung.substantive, Rung.lasting)
TIED = (Rung.friendship, Rung.framework, *DEEP)


@dataclass(frozen=True, slots=True)
class Life:
    """One partner through time: from `days[i]` on, up to the next of them, `places[i]` holds.

    The first day is the beginning of the calendar. `tied_on` is the first dated Tie, `started_on` the start
    of the first programme, by today's file.
    """

    id: int
    slug: str
    name_vi: str
    name_en: str
    is_demo: bool
    days: tuple[date, ...]
    places: tuple[tuple[Status, Rung], ...]
    tied_on: date | None
    started_on: date | None

    def place(self, day: date) -> tuple[Status, Rung]:
        """Status and rung on a day."""
        return self.places[bisect_right(self.days, day) - 1]


@dataclass(frozen=True, slots=True)
class Month:
    """The days [start, end] of one calendar month that lie in the period; it is read on `end`."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Move:
    """A partner that became stuck on a day, or ceased to be: the status it left and the one it took."""

    day: date
    life: Life
    was: Status
    now: Status

    @property
    def into(self) -> bool:
        """Whether it became stuck."""
        return self.now == Status.stuck


@dataclass(frozen=True, slots=True)
class Course:
    """All partners over a period. `status` and `rung` hold one number a month; `moved` holds who became stuck
    in it or ceased to be, in the order of days; `before` is the day before."""

    months: tuple[Month, ...]
    total: int
    status: dict[Status, list[int]]
    rung: dict[Rung, list[int]]
    before: dict[Status, int]
    moved: tuple[tuple[Move, ...], ...]

    @property
    def moves(self) -> list[Move]:
        """All of the period, in the order of days."""
        return [move for moves in self.moved for move in moves]

    def tied(self, place: int) -> int:
        """How many had a tie or more at the end of a month."""
        return sum(self.rung[rung][place] for rung in TIED)

    def deep(self, place: int) -> int:
        """How many were at substantive or lasting at the end of a month."""
        return sum(self.rung[rung][place] for rung in DEEP)


def months_of(start: date, end: date) -> tuple[Month, ...]:
    """The calendar months that a period touches, the first and the last cut to it."""
    found = []
    first = start
    while first <= end:
        following = add_months(first.replace(day=1), 1)
        found.append(Month(first, min(following - ONE_DAY, end)))
        first = following
    return tuple(found)


# The spans in which a long period is told: up to so many months, in steps of so many.
_BINS = ((60, 1), (180, 3), (10_000, 12))


def bin_size(months: int) -> int:
    """How many months are put together, as quarters or years of the calendar, where so many are told."""
    return next(size for most, size in _BINS if months <= most)


def bin_of(day: date, size: int) -> int:
    """Which of these a day lies in."""
    return (day.year * 12 + day.month - 1) // size


def course_of(lives: Iterable[Life], start: date, end: date) -> Course:
    """Count everybody at the end of every month. Takes as long as there are turns in their lives."""
    months = months_of(start, end)
    readings = [start - ONE_DAY, *(month.end for month in months)]
    steps_s = {status: [0] * (len(readings) + 1) for status in Status}
    steps_r = {rung: [0] * (len(readings) + 1) for rung in Rung}
    moves: list[Move] = []
    total = 0
    for life in lives:
        total += 1
        begins = [bisect_left(readings, day) for day in life.days]
        for (status, rung), begin, finish in zip(
            life.places, begins, [*begins[1:], len(readings)], strict=True
        ):
            if begin < finish:
                for steps in (steps_s[status], steps_r[rung]):
                    steps[begin] += 1
                    steps[finish] -= 1
        moves += _moves(life, start, end)
    status_counts = {status: list(accumulate(steps))[:-1] for status, steps in steps_s.items()}
    rung_counts = {rung: list(accumulate(steps))[:-1] for rung, steps in steps_r.items()}
    return Course(
        months=months,
        total=total,
        status={status: counts[1:] for status, counts in status_counts.items()},
        rung={rung: counts[1:] for rung, counts in rung_counts.items()},
        before={status: counts[0] for status, counts in status_counts.items()},
        moved=_by_month(moves, months),
    )


def _by_month(moves: list[Move], months: Sequence[Month]) -> tuple[tuple[Move, ...], ...]:
    moves.sort(key=lambda move: (move.day, not move.into, move.life.slug))
    days = [move.day for move in moves]
    ends = [0, *(bisect_right(days, month.end) for month in months)]
    return tuple(tuple(moves[a:b]) for a, b in pairwise(ends))


def _moves(life: Life, start: date, end: date) -> Iterable[Move]:
    first, last = bisect_left(life.days, start), bisect_right(life.days, end)
    for place in range(max(first, 1), last):
        was, now = life.places[place - 1][0], life.places[place][0]
        if was != now and Status.stuck in (was, now):
            yield Move(life.days[place], life, was, now)


@dataclass(frozen=True, slots=True)
class Cohort:
    """The partners whose first dated Tie lies in one year (None: none is dated), as they stand on the last
    day. `months` are those from Tie to first programme, of the ones that came so far."""

    year: int | None
    rungs: dict[Rung, int]
    stuck: int
    months: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many partners."""
        return sum(self.rungs.values())

    @property
    def median(self) -> float | None:
        """The median of the months."""
        return median(self.months) if self.months else None


def cohorts_of(lives: Iterable[Life], end: date) -> list[Cohort]:
    """Everybody who has a Tie on the last day, by the year of the first; those without a date come first."""
    by_year: dict[int, list[Life]] = {}
    for life in lives:
        if life.tied_on is not None and life.tied_on <= end:
            by_year.setdefault(life.tied_on.year, []).append(life)
        elif life.place(end)[1] in TIED:
            by_year.setdefault(0, []).append(life)
    return [_cohort(year or None, members, end) for year, members in sorted(by_year.items())]


def _cohort(year: int | None, members: Sequence[Life], end: date) -> Cohort:
    places = [life.place(end) for life in members]
    waited = (months_to_programme(life, end) for life in members)
    return Cohort(
        year=year,
        rungs={rung: sum(place[1] == rung for place in places) for rung in TIED},
        stuck=sum(place[0] == Status.stuck for place in places),
        months=tuple(sorted(months for months in waited if months is not None)),
    )


def months_to_programme(life: Life, end: date) -> int | None:
    """Whole months from the first dated Tie to the first programme; 0 where the programme came first, None
    where one of the two has not come."""
    if life.tied_on is None or life.started_on is None or max(life.tied_on, life.started_on) > end:
        return None
    return max(0, months_between(life.tied_on, life.started_on))


@dataclass(frozen=True, slots=True)
class Started:
    """The first programmes that began in one year, and how many months after their ties."""

    year: int
    months: tuple[int, ...]

    @property
    def median(self) -> float | None:
        """None in a year in which none began."""
        return median(self.months) if self.months else None


def first_programmes(lives: Iterable[Life], start: date, end: date) -> list[Started]:
    """By the year in which they began, every year of the period. (By the year of the tie, those that are
    still to come would flatter the latest years.)"""
    by_year: dict[int, list[int]] = {year: [] for year in range(start.year, end.year + 1)}
    for life in lives:
        months = months_to_programme(life, end)
        if months is not None and life.started_on is not None and life.started_on >= start:
            by_year[life.started_on.year].append(months)
    return [Started(year, tuple(sorted(months))) for year, months in by_year.items()]


def new_ties(lives: Iterable[Life], start: date, end: date) -> dict[int, int]:
    """How many first dated Ties lie in each year of the period."""
    found = dict.fromkeys(range(start.year, end.year + 1), 0)
    for life in lives:
        if life.tied_on is not None and start <= life.tied_on <= end:
            found[life.tied_on.year] += 1
    return found
