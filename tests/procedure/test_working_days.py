"""Deadlines as the law counts them: examples to hold, and what is true of every calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.procedure import Holidays, due_on, working_days_between
from app.vocabulary import DayKind
from seed.files import rows

VIETNAM = Holidays.of((date.fromisoformat(row["on"]), row["works"] == "1") for row in rows("holidays"))
NONE = Holidays()


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "days", "kind", "due", "why"),
    [
        ("2026-03-02", 7, "working", "2026-03-11", "opinions on a dossier complete on a Monday"),
        ("2026-03-16", 15, "calendar", "2026-03-31", "copy and report after the signing"),
        ("2026-03-06", 1, "working", "2026-03-09", "from Friday to Monday"),
        ("2026-03-07", 1, "working", "2026-03-09", "a Saturday counts no more than a Friday"),
        ("2026-02-12", 1, "working", "2026-02-13", "the last day before Tết"),
        ("2026-02-13", 1, "working", "2026-02-23", "Tết 2026 lies between"),
        ("2026-02-10", 7, "working", "2026-02-26", "three days before Tết, four after"),
        ("2025-01-24", 7, "working", "2025-02-11", "Tết 2025"),
        ("2026-01-09", 1, "working", "2026-01-10", "a Saturday worked in exchange counts"),
        ("2026-12-31", 1, "working", "2027-01-04", "New Year's Day and a weekend"),
        ("2026-04-24", 1, "working", "2026-04-28", "the Hùng Kings' day in lieu"),
        ("2026-01-31", 15, "calendar", "2026-02-23", "the last day falls in Tết"),
        ("2026-03-13", 15, "calendar", "2026-03-30", "the last day is a Saturday"),
        ("2025-12-26", 15, "calendar", "2026-01-10", "the last day is a Saturday that is worked"),
        ("2024-02-14", 15, "calendar", "2024-02-29", "a leap day is a day"),
    ],
)
def test_examples(start, days, kind, due, why):
    assert due_on(day(start), days, DayKind(kind), VIETNAM) == day(due), why


def test_no_deadline_has_no_days():
    with pytest.raises(ValueError, match="at least one day"):
        due_on(day("2026-03-02"), 0, DayKind.working, NONE)


def test_a_year_without_a_working_day_is_told_and_not_waited_for():
    off = Holidays(off=frozenset(day("2026-01-01") + timedelta(days=n) for n in range(800)))
    for kind in DayKind:
        with pytest.raises(ValueError, match="no working day"):
            due_on(day("2026-01-05"), 3, kind, off)


# ---- laws

days_near = st.dates(date(2024, 12, 1), date(2027, 12, 31))
calendars = st.builds(
    lambda off, worked: Holidays(frozenset(off), frozenset(worked)),
    st.sets(days_near, max_size=60),
    st.sets(days_near.filter(lambda d: d.weekday() > 4), max_size=10),
)
lengths = st.integers(1, 40)


@given(days_near, lengths, calendars, st.sampled_from(list(DayKind)))
def test_a_deadline_ends_on_a_working_day_after_its_start(start, days, holidays, kind):
    due = due_on(start, days, kind, holidays)
    assert due > start
    assert holidays.works_on(due)


@given(days_near, lengths, calendars)
def test_as_many_working_days_lie_up_to_the_due_date_as_the_rule_says(start, days, holidays):
    due = due_on(start, days, DayKind.working, holidays)
    assert working_days_between(start, due, holidays) == days
    assert working_days_between(start, due - timedelta(days=1), holidays) == days - 1
    assert working_days_between(due, start, holidays) == -days


@given(days_near, lengths, calendars)
def test_a_day_more_is_never_due_earlier(start, days, holidays):
    for kind in DayKind:
        assert due_on(start, days, kind, holidays) <= due_on(start, days + 1, kind, holidays)
    assert due_on(start, days, DayKind.working, holidays) < due_on(start, days + 1, DayKind.working, holidays)


@given(days_near, lengths, calendars)
def test_who_begins_later_is_never_due_earlier(start, days, holidays):
    for kind in DayKind:
        later = due_on(start + timedelta(days=1), days, kind, holidays)
        assert due_on(start, days, kind, holidays) <= later


@given(days_near, lengths, calendars, days_near)
def test_a_further_day_off_never_shortens_a_deadline(start, days, holidays, off):
    more = Holidays(holidays.off | {off}, holidays.worked - {off})
    for kind in DayKind:
        assert due_on(start, days, kind, holidays) <= due_on(start, days, kind, more)


@given(days_near, lengths, calendars)
def test_calendar_days_move_only_past_days_off(start, days, holidays):
    plain = start + timedelta(days=days)
    due = due_on(start, days, DayKind.calendar, holidays)
    assert due >= plain
    assert all(not holidays.works_on(plain + timedelta(days=n)) for n in range((due - plain).days))


@given(days_near, lengths)
def test_without_holidays_five_working_days_are_a_week(start, days):
    due = due_on(start, days * 5, DayKind.working, NONE)
    on_workday = start - timedelta(days=max(0, start.weekday() - 4))
    assert due == on_workday + timedelta(weeks=days)
