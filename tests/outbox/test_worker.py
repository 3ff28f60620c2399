"""Promised in the transaction, delivered afterwards: all of it, in order, not twice."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app import clock
from app.actor import system
from app.models import Outbox
from app.outbox.service import enqueue, forget_waiting, resend
from app.outbox.worker import LEASE, MOST_ATTEMPTS, Refusal, Worker, pause_after
from app.vocabulary import Door


class Receiver:
    """What takes deliveries, and may be down or refuse."""

    def __init__(self):
        self.got, self.down, self.refuses = [], False, set()

    def __call__(self, payload, key):
        if self.down:
            raise ConnectionRefusedError("nobody listens")
        if key in self.refuses:
            raise Refusal("550 no such user")
        self.got.append(key)


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def carrier(real_database, receiver):
    return Worker(real_database, {"mail": receiver})


@pytest.fixture
def promise(real_database):
    def one(key, topic="mail:1", **more):
        with real_database.write() as session:
            return enqueue(session, topic, key, {"key": key}, **more)

    return one


@pytest.fixture
def rows(real_database):
    def all_of_them():
        with real_database.read() as session:
            return {row.dedupe_key: row for row in session.scalars(sa.select(Outbox))}

    return all_of_them


@pytest.fixture
def later(at):
    """`later(hours=1)`: that much passes."""

    def pass_(**span):
        at.instant(clock.now() + timedelta(**span))

    return pass_


def test_a_promise_is_kept_once(carrier, promise, receiver, rows):
    assert promise("a")
    assert carrier.run().done == 1
    assert carrier.run().done == 0
    assert receiver.got == ["a"]
    assert rows()["a"].done_at is not None
    assert rows()["a"].leased_until is None


def test_the_same_promise_is_made_once(carrier, promise, receiver):
    assert [promise("a"), promise("a")] == [True, False]
    carrier.run()
    assert promise("a") is False, "also after it was kept"
    carrier.run()
    assert receiver.got == ["a"]


def test_what_is_rolled_back_was_never_promised(real_database, carrier, receiver):
    def break_off():
        with real_database.write() as session:
            enqueue(session, "mail:1", "a", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    carrier.run()
    assert receiver.got == []


def test_a_promise_for_tomorrow_waits_and_holds_nobody_up(carrier, promise, receiver, later):
    promise("tomorrow", due_at=clock.now() + timedelta(days=1))
    promise("now")
    carrier.run()
    assert receiver.got == ["now"]
    later(days=1)
    carrier.run()
    assert receiver.got == ["now", "tomorrow"]


def test_a_receiver_down_for_a_day_gets_everything_once_and_in_order(carrier, promise, receiver, rows, later):
    receiver.down = True
    keys = [f"m{n}" for n in range(5)]
    for key in keys[:3]:
        promise(key)
    for _ in range(24 * 12):
        carrier.run()
        later(minutes=5)
    for key in keys[3:]:
        promise(key)
    waiting = rows()
    assert receiver.got == []
    assert 20 < waiting["m0"].attempts < MOST_ATTEMPTS
    assert waiting["m1"].attempts == 0, "what waits behind a failure is not tried"
    assert "nobody listens" in waiting["m0"].error
    receiver.down = False
    later(hours=1)
    carrier.run()
    assert receiver.got == keys
    assert all(row.error is None for row in rows().values())


def test_one_who_cannot_be_reached_holds_up_nobody_else(carrier, promise, receiver, rows):
    promise("to nobody", topic="mail:1")
    promise("to somebody", topic="mail:2")
    receiver.refuses = {"to nobody"}
    assert carrier.run().failed == 1
    assert receiver.got == ["to somebody"]
    assert rows()["to nobody"].dead_at is not None
    assert "550" in rows()["to nobody"].error


def test_after_three_days_it_is_given_up_and_can_be_sent_again(
    real_database, carrier, promise, receiver, rows, later
):
    receiver.down = True
    promise("a")
    for _ in range(MOST_ATTEMPTS):
        carrier.run()
        later(hours=1)
    row = rows()["a"]
    assert row.dead_at is not None
    receiver.down = False
    carrier.run()
    assert receiver.got == []
    with real_database.write() as session:
        resend(session, system(Door.command), row.id)
    carrier.run()
    assert receiver.got == ["a"]


def test_the_pauses_grow_to_an_hour_and_last_three_days_together():
    assert [pause_after(n).seconds // 60 for n in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
    whole = sum((pause_after(n) for n in range(1, MOST_ATTEMPTS)), timedelta())
    assert timedelta(days=3) < whole < timedelta(days=4)


def test_the_work_of_a_worker_that_died_is_taken_over_when_its_lease_ends(
    carrier, promise, receiver, rows, later
):
    promise("a")
    assert carrier._take() is not None  # and then it is killed
    carrier.run()
    assert receiver.got == []
    later(seconds=LEASE.total_seconds())
    carrier.run()
    assert receiver.got == ["a"]


def test_a_worker_that_was_slower_than_its_lease_does_not_undo_what_the_next_one_did(
    real_database, carrier, promise, receiver, rows, later
):
    promise("a")
    slow = carrier._take()
    later(seconds=LEASE.total_seconds())
    Worker(real_database, {"mail": receiver}).run()
    carrier._write_down(slow, dead_at=clock.now(), error="too late")
    assert rows()["a"].done_at is not None
    assert rows()["a"].error is None


def test_a_clock_that_jumps_a_day_back_or_forth_sends_nothing_twice(carrier, promise, receiver, later):
    promise("a")
    carrier.run()
    for jump in (1, -2, 1):
        later(days=jump)
        promise("a")
        carrier.run()
    assert receiver.got == ["a"]


def test_a_lease_from_before_the_clock_went_back_binds_nobody(carrier, promise, receiver, later):
    promise("a", due_at=clock.now() - timedelta(days=2))
    carrier._take()
    later(days=-1)
    carrier.run()
    assert receiver.got == ["a"]


def test_what_no_channel_delivers_waits_for_one(real_database, promise, receiver):
    promise("a")
    promise("b", topic="mailbox:1")
    Worker(real_database, {"webhook": receiver}).run()
    assert receiver.got == []
    Worker(real_database, {"mail": receiver}).run()
    assert receiver.got == ["a"], "mailbox is another channel"


def test_several_workers_at_once_deliver_each_promise_once_and_in_order(real_database, promise):
    got, guard = [], threading.Lock()

    def receiver(payload, key):
        with guard:
            got.append(key)

    lanes = {f"mail:{lane}": [f"{lane}-{n}" for n in range(6)] for lane in range(4)}
    for topic, keys in lanes.items():
        for key in keys:
            promise(key, topic=topic)
    workers = [threading.Thread(target=Worker(real_database, {"mail": receiver}).run) for _ in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    Worker(real_database, {"mail": receiver}).run()  # a carrier may end while another holds a lane
    assert len(got) == 24
    for lane, keys in lanes.items():
        assert [key for key in got if f"mail:{key[0]}" == lane] == keys


def test_an_idle_worker_does_not_take_the_writers_turn(real_database, carrier, promise, later):
    promise("a", due_at=clock.now() + timedelta(hours=1))
    with real_database.write():
        assert carrier.run().done == 0


def test_after_a_restore_what_waited_is_not_sent(real_database, carrier, promise, receiver, rows):
    promise("a")
    with real_database.write() as session:
        assert forget_waiting(session) == 1
    carrier.run()
    assert receiver.got == []
    assert rows()["a"].error == "not sent: restored from a copy"


def test_what_was_sent_but_could_not_be_written_down_is_written_at_the_next_try(
    real_database, carrier, promise, receiver, rows, monkeypatch
):
    from app.errors import Unavailable

    promise("a")
    taken = carrier._take()
    whole, tries = real_database.write, []

    def busy_at_first():
        tries.append(1)
        if len(tries) < 3:
            raise Unavailable("busy")
        return whole()

    monkeypatch.setattr(real_database, "write", busy_at_first)
    carrier._deliver(taken)
    assert rows()["a"].done_at is not None
    with real_database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).where(col(Outbox.done_at).is_(None))) == 0
