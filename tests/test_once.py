"""Written once, however often it is sent."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.responses import JSONResponse

from app import clock
from app.errors import Refused
from app.models import Answer, Sector
from app.once import KEPT, Once
from tests import factories


def answer(database, *, key="k", body=b"", caller="user:1", code="made", pause=None):
    """A handler in small: makes a sector once and answers with its code."""
    with database.write() as session:
        once = Once(session, caller, key, body)
        if once.first:
            return once.first
        factories.sector(session, code=code)
        if pause:
            pause()
        return once.keep(JSONResponse({"code": code}, 201, {"location": f"/sectors/{code}", "x-own": "no"}))


def sectors(database):
    with database.read() as session:
        return sorted(session.scalars(sa.select(Sector.code)))


def test_the_second_sending_gets_the_first_answer(database):
    first = answer(database)
    again = answer(database, code="never made")
    assert (again.status_code, again.body) == (first.status_code, first.body)
    assert again.headers["location"] == "/sectors/made"
    assert again.headers["content-type"] == "application/json"
    assert again.headers["idempotent-replayed"] == "true"
    assert "x-own" not in again.headers
    assert "idempotent-replayed" not in first.headers
    assert sectors(database) == ["made"]


def test_a_text_in_vietnamese_comes_back_whole(database):
    with database.write() as session:
        first = Once(session, "user:1", "k").keep(JSONResponse({"tên": "Thành phố Hồ Chí Minh"}))
    with database.write() as session:
        assert Once(session, "user:1", "k").first.body == first.body


def test_without_a_key_nothing_is_kept(database):
    answer(database, key=None, code="one")
    answer(database, key="", code="two")
    assert sectors(database) == ["one", "two"]
    with database.read() as session:
        assert not session.scalars(sa.select(Answer.key)).all()


def test_each_caller_has_its_own_keys(database):
    answer(database, code="one")
    answer(database, caller="user:2", code="two")
    assert sectors(database) == ["one", "two"]


def test_the_same_key_with_another_body_is_refused(database):
    answer(database, body=b'{"a": 1}')
    assert answer(database, body=b'{"a": 1}').headers["idempotent-replayed"]
    with pytest.raises(Refused) as caught:
        answer(database, body=b'{"a": 2}')
    assert (caught.value.status, caught.value.code, caught.value.field) == (
        422,
        "key_reused",
        "Idempotency-Key",
    )


def test_a_claim_for_which_nothing_was_kept_answers_nobody(database):
    with database.write() as session:
        Once(session, "user:1", "k")
    assert answer(database).status_code == 201
    assert answer(database, code="never").headers["idempotent-replayed"] == "true"
    assert sectors(database) == ["made"]


def test_a_claim_that_was_rolled_back_may_be_tried_again(database):
    def fail():
        with database.write() as session:
            Once(session, "user:1", "k")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert answer(database).status_code == 201
    assert sectors(database) == ["made"]


def test_an_answer_is_kept_for_a_day(database, at):
    answer(database, code="one")
    moment = clock.now()
    at.instant(moment + KEPT - timedelta(minutes=1))
    assert answer(database, code="never").headers["idempotent-replayed"]
    at.instant(moment + KEPT + timedelta(minutes=1))
    assert "idempotent-replayed" not in answer(database, code="two").headers
    assert sectors(database) == ["one", "two"]


def test_a_twin_in_flight_waits_and_gets_the_first_answer(real_database):
    """On SQLite it waits for the writer's turn, on PostgreSQL for the claim's primary key."""
    working, go_on = threading.Event(), threading.Event()

    def pause():
        working.set()
        assert go_on.wait(10)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(answer, real_database, pause=pause)
        assert working.wait(10)
        twin = pool.submit(answer, real_database, code="never")
        with pytest.raises(TimeoutError):
            twin.result(0.2)
        go_on.set()
        assert twin.result(10).body == first.result(10).body
        assert twin.result().headers["idempotent-replayed"] == "true"
    assert sectors(real_database) == ["made"]


def test_a_twin_of_one_that_failed_does_the_work(real_database):
    working, go_on = threading.Event(), threading.Event()

    def fail():
        working.set()
        assert go_on.wait(10)
        raise ZeroDivisionError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(answer, real_database, code="lost", pause=fail)
        assert working.wait(10)
        twin = pool.submit(answer, real_database, code="made")
        go_on.set()
        with pytest.raises(ZeroDivisionError):
            first.result(10)
        assert twin.result(10).status_code == 201
    assert sectors(real_database) == ["made"]


def test_many_twins_at_once_make_one_record(real_database):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: answer(real_database, code=f"sector-{n}"), range(16)))
    assert len({a.body for a in answers}) == 1
    assert len(sectors(real_database)) == 1
