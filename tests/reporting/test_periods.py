"""The arithmetic of reporting periods."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reporting.periods import Period, Reporting
from app.vocabulary import PeriodKind as K

DECREE, CALENDAR, SUMMER = Reporting(), Reporting(1, 1), Reporting(7, 1)


@pytest.mark.parametrize(
    ("reporting", "kind", "day", "first", "last", "year", "number"),
    [
        # Decree 09/2019/NĐ-CP, article 12.
        (DECREE, K.year, "2026-06-15", "2025-12-15", "2026-12-14", 2026, 1),
        (DECREE, K.year, "2026-12-14", "2025-12-15", "2026-12-14", 2026, 1),
        (DECREE, K.year, "2026-12-15", "2026-12-15", "2027-12-14", 2027, 1),
        (DECREE, K.half_year, "2026-06-14", "2025-12-15", "2026-06-14", 2026, 1),
        (DECREE, K.half_year, "2026-06-15", "2026-06-15", "2026-12-14", 2026, 2),
        (DECREE, K.quarter, "2026-01-01", "2025-12-15", "2026-03-14", 2026, 1),
        (DECREE, K.quarter, "2026-12-14", "2026-09-15", "2026-12-14", 2026, 4),
        (DECREE, K.month, "2024-03-14", "2024-02-15", "2024-03-14", 2024, 3),
        (DECREE, K.month, "2024-02-29", "2024-02-15", "2024-03-14", 2024, 3),
        (CALENDAR, K.year, "2026-12-31", "2026-01-01", "2026-12-31", 2026, 1),
        (CALENDAR, K.month, "2024-02-29", "2024-02-01", "2024-02-29", 2024, 2),
        (SUMMER, K.year, "2026-06-30", "2025-07-01", "2026-06-30", 2026, 1),
        (SUMMER, K.quarter, "2026-07-01", "2026-07-01", "2026-09-30", 2027, 1),
    ],
)
def test_the_period_that_a_day_lies_in(reporting, kind, day, first, last, year, number):
    found = reporting.containing(kind, date.fromisoformat(day))
    assert found == Period(date.fromisoformat(first), date.fromisoformat(last), kind, year, number)
    assert reporting.known(found.first, found.last) == found


def test_before_a_period_lies_one_of_its_kind_and_before_any_days_as_many():
    quarter = DECREE.period(K.quarter, 2026, 1)
    assert DECREE.before(quarter) == DECREE.period(K.quarter, 2025, 4)
    chosen = Period(date(2026, 3, 1), date(2026, 3, 10))
    assert DECREE.before(chosen) == Period(date(2026, 2, 19), date(2026, 2, 28))
    assert DECREE.known(date(2026, 3, 1), date(2026, 3, 10)) == chosen


def test_the_last_report_ended_with_the_period_before_this_one():
    assert DECREE.last_report(date(2026, 6, 15)) == date(2026, 6, 14)
    assert DECREE.last_report(date(2026, 6, 14)) == date(2026, 3, 14)
    assert Reporting(12, 15, K.year).last_report(date(2026, 6, 15)) == date(2025, 12, 14)


@given(
    st.integers(1, 12), st.integers(1, 28), st.sampled_from(K), st.dates(date(1990, 1, 1), date(2090, 1, 1))
)
def test_periods_lie_side_by_side_and_make_up_their_year(month, day, kind, on):
    reporting = Reporting(month, day)
    found = reporting.containing(kind, on)
    assert found.has(on)
    assert reporting.before(found).last == found.first - timedelta(days=1)
    year = reporting.period(K.year, found.year)
    parts = [reporting.period(kind, found.year, n + 1) for n in range(12 // kind.months)]
    assert (parts[0].first, parts[-1].last) == (year.first, year.last)
    assert sum(part.days for part in parts) == year.days
