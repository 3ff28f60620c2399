"""The arithmetic of a plan: states that follow from records, shares with halves up, quarters of months."""

from dataclasses import dataclass, field
from datetime import date

import pytest

from app.plan.reckon import (
    PlanItemState,
    RecordState,
    Share,
    is_late,
    percent,
    quarter_of,
    state_of,
    tally,
)

DONE, WAY, VOID = RecordState.done, RecordState.under_way, RecordState.void


@pytest.mark.parametrize(
    ("records", "dropped", "state"),
    [
        ([], False, "open"),
        ([], True, "dropped"),
        ([VOID], False, "open"),
        ([VOID], True, "dropped"),
        ([WAY], False, "under_way"),
        ([VOID, WAY], False, "under_way"),
        ([WAY], True, "dropped"),
        ([DONE], False, "done"),
        ([WAY, DONE], False, "done"),
        ([DONE], True, "done"),
    ],
)
def test_an_item_is_what_its_records_make_of_it(records, dropped, state):
    assert state_of(records, dropped=dropped) == state


@pytest.mark.parametrize(
    ("month", "today", "late"),
    [
        (6, date(2026, 6, 30), False),
        (6, date(2026, 7, 1), True),
        (12, date(2026, 12, 31), False),
        (12, date(2027, 1, 1), True),
        (None, date(2026, 12, 31), False),
        (None, date(2027, 1, 1), True),
        (1, date(2025, 12, 31), False),
    ],
)
def test_an_item_is_late_once_its_month_is_over(month, today, late):
    assert is_late(PlanItemState.open, 2026, month, today) is late
    assert is_late(PlanItemState.under_way, 2026, month, today) is late
    assert not is_late(PlanItemState.done, 2026, month, today)
    assert not is_late(PlanItemState.dropped, 2026, month, today)


def test_every_month_has_its_quarter():
    assert [quarter_of(month) for month in range(1, 13)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert quarter_of(None) is None


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(0, 0, None), (0, 7, 0.0), (1, 8, 12.5), (1, 3, 33.3), (1, 16, 6.3), (7, 7, 100.0)],
)
def test_a_share_has_one_decimal_and_halves_go_up(part, whole, share):
    assert percent(part, whole) == share


def test_the_off_plan_share_is_of_all_delegations_also_those_that_say_neither():
    share = Share(in_plan=6, off_plan=1, unplaced=3)
    assert (share.total, share.percent) == (10, 10.0)


@dataclass
class Item:
    state: PlanItemState
    budget: int | None = None
    late: bool = False
    spent: dict[str, int] = field(default_factory=dict)


def test_dropping_flatters_no_share_but_frees_its_money():
    items = [
        Item(PlanItemState.done, 100, spent={"VND": 90, "EUR": 5}),
        Item(PlanItemState.open, 50, late=True),
        Item(PlanItemState.dropped, 30, spent={"VND": 2}),
        Item(PlanItemState.under_way),
    ]
    found = tally(items)
    assert (found.planned, found.done, found.under_way, found.open, found.dropped) == (4, 1, 1, 1, 1)
    assert (found.percent, found.budget, found.late) == (25.0, 150, 1)
    assert found.actual == {"EUR": 5, "VND": 92}
