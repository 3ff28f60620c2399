"""Sessions: a read changes nothing, a write loses nothing, and whoever waits is told in time."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import sqlalchemy as sa

from app import db
from app.db import Database, WriterQueue, data_version, sqlite_version
from app.errors import Stale, Unavailable
from app.failures import understood
from app.history import record
from app.models import Organisation, Sector, User
from tests import databases, factories
from tests.factories import MAKER, Make


@pytest.fixture
def file(sqlite_template, tmp_path):
    """A SQLite file of the test's own."""
    database = Database(databases.copied(sqlite_template, tmp_path / "own.db"), pool_size=12)
    yield database
    database.dispose()


def pragma(session, name):
    return session.execute(sa.text(f"PRAGMA {name}")).scalar()


def test_every_sqlite_connection_keeps_acknowledged_rows_through_a_power_cut(file):
    with file.write() as one, file.read() as other:
        for session in (one, other):
            assert pragma(session, "journal_mode") == "wal"
            assert pragma(session, "synchronous") == 2, "FULL"
            assert pragma(session, "foreign_keys") == 1
            assert pragma(session, "busy_timeout") == 5000


def test_the_sqlite_library_is_the_one_that_comes_with_the_program():
    """Below 3.51.3 two connections can corrupt a WAL file."""
    pytest.importorskip("pysqlite3")
    assert tuple(map(int, sqlite_version().split("."))) >= (3, 51, 3)


def test_a_read_session_refuses_to_write(real_database):
    with real_database.read() as session:
        session.add(Sector(code="x", level="sector", name_vi="x", name_en="x"))
        with pytest.raises(RuntimeError, match="read session"):
            session.flush()


def test_the_savepoint_database_refuses_the_same_and_plain_statements_too(database):
    with database.read() as session:
        session.add(Sector(code="x", level="sector", name_vi="x", name_en="x"))
        with pytest.raises(RuntimeError, match="read session"):
            session.flush()
    with database.read() as session, pytest.raises(RuntimeError, match="read session"):
        session.execute(sa.update(User).values(name="x"))


def test_postgresql_itself_refuses_a_write_in_a_read_session(real_database):
    if real_database.is_sqlite:
        pytest.skip("SQLite knows no read-only transaction; what a read session changes is never committed")
    with real_database.read() as session, pytest.raises(sa.exc.InternalError, match="read-only"):
        session.execute(sa.update(User).values(name="x"))


def test_what_a_block_raises_is_rolled_back_and_the_next_writer_gets_its_turn(real_database):
    def fail():
        with real_database.write() as session:
            factories.sector(session, code="lost")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    Make(real_database).sector(code="kept")
    with real_database.read() as session:
        assert set(session.scalars(sa.select(Sector.code))) == {"kept"}


def test_a_read_sees_one_state_while_a_writer_goes_on(file):
    with file.read() as reader:
        assert not reader.scalars(sa.select(Sector.code)).all()
        Make(file).sector(code="new")
        assert not reader.scalars(sa.select(Sector.code)).all()
    with file.read() as reader:
        assert reader.scalars(sa.select(Sector.code)).all() == ["new"]


def test_eight_writers_at_once_lose_no_update(file):
    """With the driver's own BEGIN, 435 of 800 updates were lost."""
    key = Make(file).organisation(name_vi="0").id

    def add(_):
        for _ in range(5):
            with file.write() as session:
                row = session.get(Organisation, key)
                time.sleep(0.001)
                row.name_vi = str(int(row.name_vi) + 1)
                record(session, MAKER, "organisation.changed", row)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(8)))
    with file.read() as session:
        assert session.get(Organisation, key).name_vi == "40"


def test_two_processes_lose_no_update(file, tmp_path):
    """Past the queue of this process there is the lock of the file: BEGIN IMMEDIATE waits for it."""
    other = Database(databases.sqlite_url(tmp_path / "own.db"), pool_size=4)
    key = Make(file).organisation(name_vi="0").id

    def add(database):
        for _ in range(10):
            with database.write() as session:
                row = session.get(Organisation, key)
                time.sleep(0.001)
                row.name_vi = str(int(row.name_vi) + 1)
                record(session, MAKER, "organisation.changed", row)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(add, [file, other]))
    other.dispose()
    with file.read() as session:
        assert session.get(Organisation, key).name_vi == "20"


def test_a_failed_flush_is_taken_back_whole(real_database):
    make = Make(real_database)
    make.sector(code="taken")

    def twice():
        with real_database.write() as session:
            factories.organisation(session, code="with-it")
            factories.sector(session, code="taken")

    with pytest.raises(sa.exc.IntegrityError):
        twice()
    with real_database.read() as session:
        assert session.scalar(sa.select(Organisation.id).where(Organisation.code == "with-it")) is None


# ---- two who read the same version


def test_the_second_of_two_who_read_one_version_is_refused(real_database):
    key = Make(real_database).organisation(name_vi="first").id
    with real_database.read() as early:
        mine = early.get(Organisation, key)
    with real_database.write() as session:
        theirs = session.get(Organisation, key)
        theirs.name_vi = "theirs"
        record(session, MAKER, "organisation.changed", theirs)

    def change_too():
        with real_database.write() as session:
            session.add(mine)
            mine.name_vi = "mine"
            record(session, MAKER, "organisation.changed", mine)

    with pytest.raises(sa.orm.exc.StaleDataError) as caught:
        change_too()
    assert isinstance(understood(caught.value), Stale)
    assert understood(caught.value).status == 409
    with real_database.read() as session:
        kept = session.get(Organisation, key)
        assert (kept.name_vi, kept.version) == ("theirs", 2)


# ---- the writers' queue


def test_writers_come_in_the_order_in_which_they_asked():
    queue, served = WriterQueue(), []
    assert queue.acquire(0)
    threads = []
    for name in range(6):
        asked = threading.Event()

        def wait(name=name, asked=asked):
            asked.set()
            assert queue.acquire(5)
            served.append(name)
            queue.release()

        threads.append(threading.Thread(target=wait))
        threads[-1].start()
        asked.wait(5)
        while len(queue._waiting) <= name:
            time.sleep(0.001)
    queue.release()
    for thread in threads:
        thread.join(5)
    assert served == list(range(6))


def test_who_waits_too_long_is_told_and_holds_up_nobody():
    queue = WriterQueue()
    assert queue.acquire(0)
    assert not queue.acquire(0.01)
    queue.release()
    assert queue.acquire(0)
    queue.release()


def test_a_writer_whose_turn_does_not_come_is_told_to_try_again(file, monkeypatch):
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.05)
    with file.write(), pytest.raises(Unavailable) as caught, file.write():
        pass
    assert (caught.value.status, caught.value.retry_after) == (503, 5)
    with file.write():
        pass


def test_a_file_locked_by_another_program_stops_writers_in_time_and_readers_never(
    sqlite_template, tmp_path, monkeypatch
):
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.1)
    url = databases.copied(sqlite_template, tmp_path / "locked.db")
    database, locker = (
        Database(url, pool_size=4),
        db.sqlite.connect(tmp_path / "locked.db", isolation_level=None),
    )

    def write():
        with database.write() as session:
            session.execute(sa.select(User.id))

    locker.execute("BEGIN IMMEDIATE")
    with pytest.raises(sa.exc.OperationalError) as caught:
        write()
    ours = understood(caught.value)
    assert isinstance(ours, Unavailable)
    assert ours.retry_after > 0
    with database.read() as session:
        assert session.scalars(sa.select(User.id)).all()
    locker.execute("ROLLBACK")
    write()
    locker.close()
    database.dispose()


def test_the_version_of_the_data_moves_with_every_told_change(real_database):
    def version():
        with real_database.read() as session:
            return data_version(session)

    before = version()
    assert version() == before
    Make(real_database).sector()
    assert version() != before


def version_of(database):
    with database.read() as session:
        return data_version(session)


def test_the_version_moves_with_what_is_written_without_an_event(real_database):
    Make(real_database).sector()
    before = version_of(real_database)
    with real_database.write() as session:
        session.execute(sa.update(Sector).values(name_en="Otherwise"))
    assert version_of(real_database) != before


def test_what_nobody_sees_leaves_the_version_and_a_refused_write_too(file):
    before = version_of(file)
    with file.write(quiet=True) as session:
        session.execute(sa.update(User).values(name="Marked"))
    with file.write() as session:
        session.execute(sa.select(User.id))
    with suppress(ZeroDivisionError), file.write() as session:
        session.execute(sa.update(User).values(name="Never"))
        raise ZeroDivisionError
    assert version_of(file) == before
    with file.read() as session:
        assert set(session.scalars(sa.select(User.name))) == {"Marked"}


def test_a_mark_waits_for_no_other_program_and_holds_up_no_writer(sqlite_template, tmp_path):
    """A lock held 40 seconds: reads that mark what is in use go on, and a writer waits as long as ever."""
    database = Database(databases.copied(sqlite_template, tmp_path / "locked.db"), pool_size=2)
    locker = db.sqlite.connect(tmp_path / "locked.db", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    with pytest.raises(sa.exc.OperationalError), database.write(wait=0) as session:
        session.execute(sa.select(User.id))
    locker.execute("ROLLBACK")
    with database.write() as session:
        assert session.execute(sa.text("PRAGMA busy_timeout")).scalar() == db.BUSY_SECONDS * 1000
    locker.close()
    database.dispose()
