"""Two officers at one moment, each in a transaction of their own: copying or beginning a plan, approving one
trip. The second waits for the first and finds what it did."""

import threading

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from app.auth import sessions
from app.delegations import service as trips
from app.main import create_app
from app.models import Delegation, Event, Plan, PlanItem
from app.plan import service as plans
from app.vocabulary import DelegationState
from tests.actors import PEOPLE
from tests.conftest import HERE
from tests.factories import Make


@pytest.fixture
def at_once(real_database, monkeypatch):
    """`at_once(plans, "copy_items", path, data)`: the manager and the admin post the same form; the manager's
    transaction is held open until the admin's request is seen to wait. Both answers' statuses."""
    application = create_app(real_database)

    def post(module, name, path, data):
        working, go_on, real = threading.Event(), threading.Event(), getattr(module, name)

        def slowly(*args, **options):
            done = real(*args, **options)
            if not working.is_set():
                working.set()
                assert go_on.wait(20)
            return done

        monkeypatch.setattr(module, name, slowly)
        statuses = {}

        def send(who):
            client = TestClient(application, base_url=HERE, follow_redirects=False)
            client.cookies.set(sessions.cookie_name(), PEOPLE[who].token)
            statuses[who] = client.post(path, data={**data, "form_token": who}).status_code

        both = [threading.Thread(target=send, args=(who,)) for who in ("manager", "admin")]
        both[0].start()
        assert working.wait(20)
        both[1].start()
        both[1].join(0.5)
        assert both[1].is_alive(), "the second did not wait"
        go_on.set()
        for thread in both:
            thread.join(30)
        return statuses["manager"], statuses["admin"]

    return post


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
