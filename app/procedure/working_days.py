"""Deadlines in working and in calendar days, as Vietnamese law counts them.

- The day from which a deadline runs is not counted; the next one is the first (Civil Code 91/2015/QH13,
  art. 147.2).
- Working days leave out Saturdays, Sundays and days off, and take in the weekend days that are worked in
  exchange for a day off (Labour Code 45/2019/QH14, art. 111 and 112, and the yearly notices on such swaps).
- A deadline in calendar days whose last day is a weekend day or a day off ends with the next working day
  (Civil Code, art. 148.5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.vocabulary import DayKind

_DAY = timedelta(days=1)
SATURDAY = 5
# Longer than any row of days off: whoever enters a whole year as holidays is told so, not waited for.
_MOST_DAYS_OFF = 366


@dataclass(frozen=True)
class Holidays:
    """Where a calendar departs from the week: days `off`, and weekend days that are `worked`."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    @classmethod
    def of(cls, days: Iterable[tuple[date, bool]]) -> "Holidays":
        """From pairs of a day and whether it is worked."""
        known = dict(days)
        return cls(
            frozenset(day for day, works in known.items() if not works),
            frozenset(day for day, works in known.items() if works),
        )

    def works_on(self, day: date) -> bool:
        """Whether the day is a working day."""
        return day in self.worked or (day not in self.off and day.weekday() < SATURDAY)


def due_on(start: date, days: int, kind: DayKind, holidays: Holidays) -> date:
    """The last day on which something is in time that is due `days` days from `start`.

    Raises ValueError for less than one day, and when there is no working day within a year.
    """
    if days < 1:
        raise ValueError("a deadline has at least one day")
    if kind == DayKind.calendar:
        last = start + timedelta(days=days)
        return last if holidays.works_on(last) else _next_working(last, holidays)
    day = start
    for _ in range(days):
        day = _next_working(day, holidays)
    return day


def working_days_between(start: date, end: date, holidays: Holidays) -> int:
    """How many working days lie after `start` up to and with `end`; negative when `end` is the earlier."""
    if end < start:
        return -working_days_between(end, start, holidays)
    span = (end - start).days
    return sum(holidays.works_on(start + timedelta(days=n)) for n in range(1, span + 1))


def _next_working(day: date, holidays: Holidays) -> date:
    for _ in range(_MOST_DAYS_OFF):
        day += _DAY
        if holidays.works_on(day):
            return day
    raise ValueError("no working day within a year")
