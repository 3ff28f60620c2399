"""Many contacts or follow-ups in one call: all or none, and what is wrong with which."""

import pytest
import sqlalchemy as sa

from app.models import Event, FollowUp, Interaction
from tests.api.contract import check_problem


def contact(n=0, **fields):
    return {"on": "2026-06-01", "channel": "email", "title": f"Thư {n}", "partners": ["fukuoka"], **fields}


def promise(n=0, **fields):
    return {
        "title": f"Việc {n}", "partners": ["fukuoka"], "owed_by": "home", "kind": "other",
        "due_on": "2026-07-01", **fields,
    }  # fmt: skip


KINDS = [("/interactions/batch", contact, Interaction), ("/follow-ups/batch", promise, FollowUp)]
each_kind = pytest.mark.parametrize(("path", "one", "table"), KINDS, ids=["interactions", "follow-ups"])


@pytest.fixture
def count(database):
    def rows(table):
        with database.read() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(table))

    return rows


@each_kind
def test_two_hundred_are_made_in_their_order(world, call, count, path, one, table):
    before = count(table)
    answer = call("POST", path, "write_key", json=[one(n) for n in range(200)])
    assert answer.status_code == 201
    items = answer.json()["items"]
    assert [item["title"] for item in items] == [one(n)["title"] for n in range(200)]
    assert count(table) == before + 200
    shown = call("GET", f"{path.removesuffix('/batch')}/{items[7]['id']}").json()
    assert shown == items[7]


@each_kind
def test_all_or_none_and_each_fault_by_its_place(world, call, count, path, one, table):
    before, told = count(table), count(Event)
    wrong = [one(0), one(1, title=""), one(2), one(3, partners=["nowhere"], colour="red")]
    body = check_problem(call("POST", path, "write_key", json=wrong), 422)
    assert [e["pointer"] for e in body["errors"]] == ["/1/title", "/3/colour"]
    refused = [one(0), one(1, partners=["nowhere"]), one(2), one(3, partners=["atlantis"])]
    body = check_problem(call("POST", path, "write_key", json=refused), 422)
    assert [e["pointer"] for e in body["errors"]] == ["/1/partners", "/3/partners"]
    assert (count(table), count(Event)) == (before, told)


@each_kind
def test_a_batch_is_one_to_two_hundred(world, call, count, path, one, table):
    before = count(table)
    for batch in ([], [one(n) for n in range(201)], one(0), [None], ["x"]):
        check_problem(call("POST", path, "write_key", json=batch), 422)
    assert count(table) == before


@each_kind
def test_a_batch_that_comes_twice_is_made_once(world, call, count, path, one, table):
    before = count(table)
    answers = [
        call("POST", path, "write_key", json=[one(n) for n in range(3)], headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert count(table) == before + 3


@each_kind
def test_the_standings_are_worked_out_once_for_all(world, call, queries, path, one, table):
    def sent(size):
        with queries() as seen:
            assert call("POST", path, "write_key", json=[one(n) for n in range(size)]).status_code == 201
        return seen

    sent(1)
    few, many = sent(1), sent(40)
    assert len(many.about("standing")) == len(few.about("standing"))
    assert len(many) - len(few) <= 39 * 12
