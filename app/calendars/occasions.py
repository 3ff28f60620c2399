"""Days that come every year: of a tie, and of the partners' countries.

They are written as explicit days, one for each year: a yearly rule of iCalendar skips three years of four for
a tie of 29 February, which is kept on the 28th in the others.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

from app.calendars.entries import Span
from app.standing.clock import add_months

_FILE = Path(__file__).with_name("national_days.csv")


def anniversaries(since: date, span: Span) -> Iterator[tuple[int, date]]:
    """How many years a tie is old, and on which day, within a span; the day itself is no anniversary."""
    for year in range(max(since.year + 1, span.first.year), span.last.year + 1):
        day = add_months(since, 12 * (year - since.year))
        if span.first <= day <= span.last:
            yield year - since.year, day


@cache
def national_days() -> dict[str, tuple[tuple[int, int], ...]]:
    """Month and day of each country's national day by ISO 3166 code; more than one where it keeps several.
    The file names its source on every row."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        found: dict[str, list[tuple[int, int]]] = {}
        for row in csv.DictReader(file):
            month, day = row["day"].split("-")
            found.setdefault(row["country"], []).append((int(month), int(day)))
    return {country: tuple(days) for country, days in found.items()}


def national_days_within(countries: Iterable[str], span: Span) -> Iterator[tuple[str, date]]:
    """The national days of some countries within a span, by country."""
    for country in sorted(set(countries)):
        for year in range(span.first.year, span.last.year + 1):
            for month, day in national_days().get(country, ()):
                if span.first <= (on := date(year, month, day)) <= span.last:
                    yield country, on
