"""What is done follows from the records that name an item, and the off-plan share from the delegations."""

from datetime import date

import pytest

from app.plan import queries
from app.vocabulary import (
    AgreementState,
    DelegationState,
    Locale,
    PlanItemKind,
    ProgrammeState,
)
from tests.staging import staged


@staged
def item(make):
    return make.plan_item(make.plan(2026), month=3)


@pytest.fixture
def state(database, item, today):
    """The state of the item now."""

    def look():
        with database.read() as session:
            return queries.item_row(session, item.id, today, Locale.en).state

    return look


@pytest.mark.parametrize(
    ("trip", "state_then"),
    [
        ("planned", "under_way"),
        ("approved", "under_way"),
        ("under_way", "under_way"),
        ("completed", "done"),
        ("reported", "done"),
        ("cancelled", "open"),
    ],
)
def test_a_delegation_carries_its_item_out_once_it_took_place(make, item, state, trip, state_then):
    make.visit(make.partner(), state=DelegationState(trip), plan_item_id=item.id)
    assert state() == state_then


@pytest.mark.parametrize(
    ("paper", "state_then"),
    [
        ("idea", "under_way"),
        ("consulting", "under_way"),
        ("signed", "done"),
        ("refused", "open"),
        ("withdrawn", "open"),
    ],
)
def test_an_agreement_carries_its_item_out_once_it_is_signed(make, item, state, paper, state_then):
    make.agreement(make.partner(), state=AgreementState(paper), plan_item_id=item.id)
    assert state() == state_then


@pytest.mark.parametrize(
    ("run", "started_on", "state_then"),
    [
        ("proposed", None, "under_way"),
        ("planned", None, "under_way"),
        ("active", date(2026, 3, 1), "done"),
        ("completed", date(2026, 3, 1), "done"),
        ("cancelled", None, "open"),
        ("cancelled", date(2026, 3, 1), "done"),
    ],
)
def test_a_programme_carries_its_item_out_once_it_has_started(make, item, state, run, started_on, state_then):
    make.programme(make.partner(), state=ProgrammeState(run), started_on=started_on, plan_item_id=item.id)
    assert state() == state_then


def test_an_archived_record_carries_nothing_out(make, item, state, at):
    from app import clock

    make.visit(make.partner(), plan_item_id=item.id, archived_at=clock.now())
    assert state() == "open"


def test_money_is_added_up_by_currency_and_a_cancelled_trip_has_cost_what_it_cost(
    make, item, database, today
):
    partner = make.partner()
    make.visit(partner, plan_item_id=item.id, cost_actual=900, currency="EUR")
    make.visit(
        partner, plan_item_id=item.id, cost_actual=100, currency="EUR", state=DelegationState.cancelled
    )
    make.visit(partner, plan_item_id=item.id, cost_actual=5_000_000)
    with database.read() as session:
        row = queries.item_row(session, item.id, today, Locale.en)
    assert row.spent == {"EUR": 1000, "VND": 5_000_000}


@pytest.fixture
def trip(make):
    """A delegation of a year, in or off its plan."""
    partner = make.partner()
    return lambda on, state="completed", **fields: make.visit(
        partner, on=on, state=DelegationState(state), **fields
    )


def test_the_off_plan_share_counts_what_took_place_or_is_approved(database, trip, item):
    trip(date(2026, 1, 1), off_plan=True, off_plan_reason="Theo đề nghị của bạn")
    trip(date(2026, 12, 31), "approved", plan_item_id=item.id)
    trip(date(2026, 5, 5), "under_way")
    trip(date(2026, 5, 6), "reported", off_plan=True)
    trip(date(2026, 7, 1), "planned", off_plan=True)
    trip(date(2026, 7, 1), "cancelled", off_plan=True)
    trip(date(2025, 12, 31), off_plan=True)
    trip(date(2027, 1, 1), off_plan=True)
    with database.read() as session:
        share = queries.share_of(session, 2026)
        off = queries.off_plan_of(session, 2026, "VND", Locale.vi)
    assert (share.total, share.off_plan, share.in_plan, share.unplaced) == (4, 2, 1, 1)
    assert share.percent == 50.0
    assert [(o.starts_on, o.reason) for o in off] == [
        (date(2026, 1, 1), "Theo đề nghị của bạn"),
        (date(2026, 5, 6), None),
    ]


def test_a_form_is_offered_what_is_still_open(make, database, item):
    plan = make.plan(2027)
    event = make.plan_item(plan, kind=PlanItemKind.event, month=9, title="Tuần văn hóa")
    first = make.plan_item(plan, month=2, title="Đoàn đầu năm")
    later = make.plan_item(plan, title="Chưa định tháng")
    make.plan_item(plan, month=1, title="Đã rút", dropped_why="Hết kinh phí")
    done = make.plan_item(plan, month=3, title="Đã đi")
    make.plan_item(plan, kind=PlanItemKind.signing, title="Ký kết")
    make.visit(make.partner(), plan_item_id=done.id)
    with database.read() as session:

        def offered(**more):
            return [i.id for i in queries.open_items(session, 2027, PlanItemKind.delegation, **more)]

        assert offered() == [first.id, event.id, later.id]
        assert offered(keep=done.id) == [first.id, done.id, event.id, later.id]
        assert item.id in offered(keep=item.id), "an item of another year, named already"
        signings = queries.open_items(session, 2027, PlanItemKind.signing)
    assert [i.title for i in signings] == ["Ký kết"]


def test_without_a_plan_nothing_is_offered(database):
    with database.read() as session:
        assert queries.open_items(session, 2031, PlanItemKind.programme) == []
