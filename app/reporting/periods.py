"""Reporting periods as pure arithmetic: a year that may begin on any day, and its parts.

State offices close their figures on the 14th: a year's report covers 15 December to 14 December, a quarter's
15 December to 14 March and so on (Decree 09/2019/NĐ-CP, art. 12). A year is called after the year in which
it ends; a month after the month in which it ends.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from app.vocabulary import PeriodKind

# A day that every month has.
LAST_START = 28
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included. `kind` is None for a period of anybody's choice;
    `number` counts a kind's periods within their reporting `year`, from 1."""

    first: date
    last: date
    kind: PeriodKind | None = None
    year: int = 0
    number: int = 1

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def has(self, day: date | None) -> bool:
        """Whether a day lies in it; no day does not."""
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Reporting:
    """The day on which the reporting year begins, and how often the department reports."""

    month: int = 12
    day: int = 15
    every: PeriodKind = PeriodKind.quarter

    def year_start(self, year: int) -> date:
        """The first day of the reporting year that ends in a year."""
        began = year if (self.month, self.day) == (1, 1) else year - 1
        return date(began, self.month, self.day)

    def year_of(self, day: date) -> int:
        """The reporting year that a day lies in."""
        return day.year if day < self.year_start(day.year + 1) else day.year + 1

    def period(self, kind: PeriodKind, year: int, number: int = 1) -> Period:
        """The n-th month, quarter or half of a reporting year, or the year itself."""
        start = self.year_start(year) + relativedelta(months=kind.months * (number - 1))
        last = start + relativedelta(months=kind.months) - _DAY
        return Period(start, last, kind, year, number)

    def containing(self, kind: PeriodKind, day: date) -> Period:
        """The period of a kind that a day lies in."""
        year = self.year_of(day)
        passed = relativedelta(day, self.year_start(year)).months
        return self.period(kind, year, passed // kind.months + 1)

    def before(self, period: Period) -> Period:
        """The period before: of the same kind, or, where anybody chose it, of as many days."""
        last = period.first - _DAY
        if period.kind is not None:
            return self.containing(period.kind, last)
        return Period(last - timedelta(days=period.days - 1), last)

    def known(self, first: date, last: date) -> Period:
        """The days from one to another as the period that they are, else as one of anybody's choice."""
        for kind in reversed(PeriodKind):
            found = self.containing(kind, first)
            if (found.first, found.last) == (first, last):
                return found
        return Period(first, last)

    def last_report(self, today: date) -> date:
        """The last day that the latest report covered: the end of the period before the one of today."""
        return self.containing(self.every, today).first - _DAY
