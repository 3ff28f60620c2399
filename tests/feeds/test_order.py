"""Every event once and in one order, however many write while it is read."""

import random
import threading
import time

import sqlalchemy as sa
from sqlmodel import col

from app.actor import system
from app.db import Database
from app.feeds import sequence
from app.feeds.queries import events_after
from app.history.service import tell
from app.models import Event, Feed
from app.models.ledger import LEAP
from app.vocabulary import Door

PROGRAM = system(Door.command)


def say(session, number, record_id=1):
    return tell(session, PROGRAM, "partner.changed", "partner", record_id, {"note": [None, number]})


def read_on(database, after, limit=200):
    """What a follower gets: the events behind its cursor, by the looks that the API takes."""
    with database.read() as session:
        sequence.catch_up(database, session)
        until = sequence.head(session)
        return events_after(session, PROGRAM, [], after=after, until=until, limit=limit)


class Follower(threading.Thread):
    """Reads on from its cursor to the end, again and again, until it is told that nothing more will come."""

    def __init__(self, database: Database) -> None:
        super().__init__(daemon=True)
        self.database, self.seen, self.over = database, [], threading.Event()

    def run(self):
        after = 0
        while True:
            last_look = self.over.is_set()
            found = read_on(self.database, after)
            self.seen += [event.changes["note"][1] for event in found]
            after = found[-1].position if found else after
            if last_look and not found:
                return


def test_each_event_is_seen_once_and_in_order_while_many_commit(real_database):
    """Each writer draws its events' ids, dawdles, and commits: others overtake it."""
    writers, each = 6, 6
    followers = [Follower(real_database) for _ in range(2)]

    def write(writer):
        chance = random.Random(writer)
        for n in range(each):
            with real_database.write() as session:
                say(session, f"{writer} {n} a")
                time.sleep(chance.choice((0, 0, 0.06)))
                say(session, f"{writer} {n} b")
                time.sleep(chance.choice((0, 0, 0.06)))

    at_work = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in (*followers, *at_work):
        thread.start()
    for thread in at_work:
        thread.join(60)
    for follower in followers:
        follower.over.set()
        follower.join(60)
    told = [f"{w} {n} {part}" for w in range(writers) for n in range(each) for part in "ab"]
    for follower in followers:
        assert sorted(follower.seen) == sorted(told), "each once, none left out"
        assert follower.seen == followers[0].seen, "and in the same order for everybody"
        own = [[it for it in follower.seen if it.startswith(f"{w} ")] for w in range(writers)]
        assert all(mine == [it for it in told if it.startswith(f"{w} ")] for w, mine in enumerate(own))


def test_an_event_that_commits_late_stands_behind_what_was_read_already(real_database):
    """On PostgreSQL its id is the lower one; on SQLite it could not have been drawn."""
    if real_database.is_sqlite:
        with real_database.write() as session:
            say(session, "early")
        assert [event.changes["note"][1] for event in read_on(real_database, 0)] == ["early"]
        return
    with real_database.write() as slow:
        first = say(slow, "slow")
        with real_database.write() as quick:
            second = say(quick, "quick")
        assert first.id < second.id
        seen = read_on(real_database, 0)
        assert [event.changes["note"][1] for event in seen] == ["quick"]
    late = read_on(real_database, seen[-1].position)
    assert [event.changes["note"][1] for event in late] == ["slow"]
    assert late[0].position > seen[-1].position


def test_of_two_who_change_one_record_the_one_who_waited_stands_behind(real_database):
    """It began first, and waited for the other's commit: what it did is the later change all the same."""
    if real_database.is_sqlite:  # it waits for its turn before it begins
        return
    with real_database.write() as session:
        session.execute(sa.insert(Feed).values(id=2, last=0))
    began, locked = threading.Event(), threading.Event()

    def early():
        with real_database.write() as session:
            session.execute(sa.text("SELECT pg_current_xact_id()"))
            began.set()
            locked.wait(10)
            session.execute(sa.update(Feed).where(col(Feed.id) == 2).values(last=1))
            say(session, "waited")

    thread = threading.Thread(target=early)
    thread.start()
    began.wait(10)
    with real_database.write() as session:
        session.execute(sa.update(Feed).where(col(Feed.id) == 2).values(last=2))
        say(session, "went first")
        locked.set()
        time.sleep(0.05)
    thread.join(10)
    assert [event.changes["note"][1] for event in read_on(real_database, 0)] == ["went first", "waited"]


def test_a_reader_who_cannot_number_gets_what_is_numbered(real_database, monkeypatch):
    with real_database.write() as session:
        say(session, "numbered")
    assert len(read_on(real_database, 0)) == 1
    with real_database.write() as session:
        say(session, "not yet")

    def refuse():
        raise sequence.Unavailable("busy")

    with monkeypatch.context() as patch:
        patch.setattr(real_database, "write", refuse)
        assert len(read_on(real_database, 0)) == 1
    assert len(read_on(real_database, 0)) == 2


def test_positions_never_go_back(database):
    """Also where the last events are gone, as when the demonstration is removed."""
    with database.write() as session:
        say(session, "first")
    last = read_on(database, 0)[-1].position
    with database.write() as session:
        session.execute(sa.delete(Event))
    with database.write() as session:
        say(session, "second")
    assert [event.changes["note"][1] for event in read_on(database, last)] == ["second"]


def test_a_restored_copy_goes_on_behind_every_position_it_may_have_given(database):
    with database.write() as session:
        say(session, "kept")
        sequence.number(session)
        sequence.leap(session)
        say(session, "since")
    kept, since = read_on(database, 0)
    assert since.position - kept.position == LEAP + 1
