"""Two officers at one moment, each in a transaction of their own: copying or beginning a plan, approving one
trip. The second waits for the first and finds what it did."""

import sqlalchemy as sa

from app.delegations import service as trips
from app.models import Delegation, Event, Plan, PlanItem
from app.plan import service as plans
from app.vocabulary import DelegationState
from tests.factories import Make


def rows(database, statement):
    with database.read() as session:
        return list(session.scalars(statement))


def test_a_plan_that_two_copy_at_once_holds_every_item_once(real_database, at_once):
    make = Make(real_database)
    old, new = make.plan(2025), make.plan(2026)
    items = [make.plan_item(old, title=title) for title in ("Đi Oslo", "Đi Seoul")]
    chosen = {"items": [str(item.id) for item in items]}
    assert at_once(plans, "copy_items", "/plan/2026/copies", chosen) == (303, 303)
    found = rows(real_database, sa.select(PlanItem.title).where(PlanItem.plan_id == new.id))
    assert sorted(found) == ["Đi Oslo", "Đi Seoul"]
    told = rows(real_database, sa.select(Event.id).where(Event.action == "plan.item_copied"))
    assert len(told) == 2


def test_a_year_that_two_begin_at_once_has_one_plan(real_database, at_once):
    make = Make(real_database)
    item = make.plan_item(make.plan(2025), title="Đi Oslo")
    first, second = at_once(plans, "copy_items", "/plan/2026/copies", {"items": [str(item.id)]})
    # PostgreSQL lets both try and tells the second that the plan is there.
    assert (first, second) in {(303, 303), (303, 422)}
    assert len(rows(real_database, sa.select(Plan.id).where(Plan.year == 2026))) == 1
    assert len(rows(real_database, sa.select(PlanItem.id).where(PlanItem.copied_from_id == item.id))) == 1


def test_a_trip_that_two_approve_at_once_is_approved_once(real_database, at_once):
    make = Make(real_database)
    trip = make.visit(make.partner(), state=DelegationState.planned)
    path = f"/delegations/{trip.id}/approval"
    assert at_once(trips, "approve", path, {"version": str(trip.version)}) == (303, 409)
    [row] = rows(real_database, sa.select(Delegation))
    assert (row.state, row.version) == (DelegationState.approved, trip.version + 1)
    told = rows(real_database, sa.select(Event.actor_name).where(Event.action == "delegation.approved"))
    assert told == ["manager"]
