"""Calendar arithmetic."""

from datetime import date

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from app.standing import add_months, counted_on, months_between
from app.standing.clock import FOREVER, add_days, first_day_within, next_anniversary
from tests.standing.strategies import RULES

days = st.dates(date(1990, 1, 1), date(2060, 1, 1))
months = st.integers(0, 120)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2024-08-31", 6, "2025-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-01-30", 1, "2024-02-29"),
        ("2024-12-31", 0, "2024-12-31"),
        ("2024-03-31", -1, "2024-02-29"),
        ("9999-12-31", 1, "9999-12-31"),
        ("0001-01-15", -1, "0001-01-01"),
    ],
)
def test_adding_months_keeps_the_day_and_clamps_it(start, n, end):
    assert add_months(date.fromisoformat(start), n) == date.fromisoformat(end)


@RULES
@given(days, st.integers(-120, 120))
def test_months_are_added_as_dateutil_adds_them(day, n):
    assert add_months(day, n) == day + relativedelta(months=n)


@pytest.mark.parametrize(
    ("start", "end", "n"),
    [
        ("2024-08-31", "2025-02-27", 5),
        ("2024-08-31", "2025-02-28", 6),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-01-15", "2024-01-15", 0),
        ("2024-01-15", "2024-01-14", -1),
    ],
)
def test_months_between_counts_whole_months(start, end, n):
    assert months_between(date.fromisoformat(start), date.fromisoformat(end)) == n


@RULES
@given(days, days)
def test_months_between_is_the_largest_count_that_fits(start, end):
    n = months_between(start, end)

    assert add_months(start, n) <= end < add_months(start, n + 1)
    assert months_between(start, next_anniversary(start, end)) == n + 1


@RULES
@given(days, months)
def test_the_first_day_within_is_within_and_the_day_before_is_not(end, n):
    day = first_day_within(n, end)

    assert add_months(day, n) >= end > add_months(add_days(day, -1), n)


def test_six_months_before_the_end_of_august_is_the_first_of_march():
    assert first_day_within(6, date(2025, 8, 31)) == date(2025, 3, 1)


def test_days_stop_at_the_ends_of_the_calendar():
    assert add_days(FOREVER, 31) == FOREVER
    assert add_days(date.min, -1) == date.min


@pytest.mark.parametrize(
    ("day", "precision", "recorded_on", "counted"),
    [
        ("2024-02-10", "day", "2024-02-01", "2024-02-10"),
        ("2024-02-01", "month", None, "2024-02-29"),
        ("2023-02-01", "month", "2023-02-28", "2023-02-28"),
        ("2024-02-01", "month", "2024-02-12", "2024-02-12"),
        ("2024-02-01", "month", "2026-01-01", "2024-02-29"),
        ("2024-01-01", "year", None, "2024-12-31"),
        ("2024-01-01", "year", "2024-01-01", "2024-01-01"),
        ("2024-06-30", "year", "2024-03-05", "2024-03-05"),
        ("2027-01-01", "year", "2024-03-05", "2027-12-31"),
    ],
)
def test_a_partly_known_date_counts_as_its_last_day_or_the_day_it_was_recorded(
    day, precision, recorded_on, counted
):
    recorded = date.fromisoformat(recorded_on) if recorded_on else None

    assert counted_on(date.fromisoformat(day), precision, recorded) == date.fromisoformat(counted)
