"""What it costs writers to have every event in one order: three ways, the same writes.

    python -m tests.bench.bench_feed [--writers 16] [--seconds 5]

Prints committed transactions (of three events each) a second: with no order kept; with positions given after
the commit while a follower looks twenty times a second (app/feeds/sequence.py); and with positions given just
before it, under a lock. SQLite always, PostgreSQL when CITYTIES_TEST_POSTGRES_URL is set.
"""

import argparse
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlmodel import Session

from app.actor import system
from app.db import Database
from app.feeds import sequence
from app.history.service import tell
from app.vocabulary import Door
from tests import databases

WHO = system(Door.command)
LOCK = sa.text("SELECT pg_advisory_xact_lock(7)")
STAMP = sa.text(
    "UPDATE event SET position = x.place FROM (SELECT id, (SELECT coalesce(max(position), 0) FROM event)"
    " + row_number() OVER (ORDER BY id) AS place FROM event WHERE position IS NULL) x WHERE x.id = event.id"
)


def before_commit(session: Session) -> None:
    """The other way: a position for one's own events, in the order of commits."""
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(LOCK)
    session.execute(STAMP)


def nothing(session: Session) -> None:
    """No order."""


def rate(database: Database, writers: int, seconds: float, last: Callable[[Session], None]) -> float:
    """Committed transactions a second."""
    until, done = time.monotonic() + seconds, [0] * writers

    def write(number: int) -> None:
        while time.monotonic() < until:
            with database.write() as session:
                for n in range(3):
                    tell(session, WHO, "partner.changed", "partner", 1, {"note": [None, n]})
                last(session)
            done[number] += 1

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


def followed(database: Database, writers: int, seconds: float) -> float:
    """The same while somebody follows."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            with database.read() as session:
                sequence.catch_up(database, session)

    follower = threading.Thread(target=look)
    follower.start()
    try:
        return rate(database, writers, seconds, nothing)
    finally:
        over.set()
        follower.join()


def each(stack: ExitStack) -> Iterator[tuple[str, Database]]:
    """An empty database of each kind."""
    folder = Path(stack.enter_context(TemporaryDirectory()))
    urls = {"sqlite": databases.sqlite_url(folder / "bench.db")}
    if databases.POSTGRES:
        urls["postgresql"] = stack.enter_context(databases.postgres("cityties_bench_feed"))
    for kind, url in urls.items():
        database = Database(url, pool_size=40)
        stack.callback(database.dispose)
        if kind == "sqlite":
            databases.migrate(database)
        yield kind, database


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    given = (options.writers, options.seconds)
    with ExitStack() as stack:
        for kind, database in each(stack):
            print(
                f"{kind}, {options.writers} writers, a second: "
                f"no order {rate(database, *given, nothing):.0f}, "
                f"after the commit {followed(database, *given):.0f}, "
                f"before it {rate(database, *given, before_commit):.0f}"
            )


if __name__ == "__main__":
    main()
