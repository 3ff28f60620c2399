"""The worker: takes what is due, delivers it outside any transaction, and writes down how it went.

Delivery is at least once. A worker that dies between sending and writing it down leaves a lease that runs
out, and the next one sends again; a mail then carries the same Message-ID, by which mail servers and readers
know it for the one they have. Any number of workers may run: on PostgreSQL they skip each other's rows
(FOR UPDATE SKIP LOCKED), on SQLite they take turns as every writer does.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CursorResult
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import aliased
from sqlmodel import col

from app import clock
from app.db import Database
from app.errors import Unavailable
from app.models import Outbox
from app.outbox.queries import in_lane, under, waits

# Longer than a delivery may take (every channel has time-outs of its own, see app/outbox/post.py).
LEASE = timedelta(minutes=5)
# After a failure 1, 2, 4, ... minutes, at most an hour: 80 attempts last a little over three days, so that a
# receiver that is down over a weekend loses nothing.
FIRST_PAUSE, LONGEST_PAUSE, MOST_ATTEMPTS = timedelta(minutes=1), timedelta(hours=1), 80
MOST_ERROR = 500

log = logging.getLogger("cityties")

# What delivers the payloads of a channel; it gets the dedupe key too, to name the delivery to the receiver.
Channel = Callable[[dict[str, Any], str], None]


class Refusal(Exception):
    """The receiver will never take this: further attempts are pointless."""


@dataclass(frozen=True)
class Taken:
    """A row that is ours until `lease`."""

    id: int
    topic: str
    dedupe_key: str
    payload: dict[str, Any]
    attempts: int
    lease: datetime


@dataclass(frozen=True)
class Round:
    """What one round delivered, and what it could not."""

    done: int = 0
    failed: int = 0


def pause_after(attempts: int) -> timedelta:
    """How long to wait after that many failures."""
    return min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)


class Worker:
    """Delivers through `channels`; rows of a channel it does not have wait for a worker that does."""

    def __init__(self, database: Database, channels: Mapping[str, Channel]) -> None:
        self._database = database
        self._channels = dict(channels)

    def run(self) -> Round:
        """Deliver until nothing is due."""
        done = failed = 0
        while (taken := self._take()) is not None:
            if self._deliver(taken):
                done += 1
            else:
                failed += 1
        return Round(done, failed)

    def _take(self) -> Taken | None:
        now = clock.now()
        ready = self._ready(now)
        with self._database.read() as session:  # an idle worker must not queue for SQLite's one writer
            if session.scalar(sa.select(ready.limit(1).exists())) is not True:
                return None
        with self._database.write() as session:
            row = session.scalars(ready.limit(1).with_for_update(skip_locked=True, of=Outbox)).first()
            if row is None or row.id is None:
                return None
            row.attempts += 1
            row.leased_until = now + LEASE
            session.add(row)
            return Taken(row.id, row.topic, row.dedupe_key, dict(row.payload), row.attempts, row.leased_until)

    def _ready(self, now: datetime) -> Any:
        """What is due and free, with nothing before it in its topic; the longest due first."""
        before = aliased(Outbox)
        behind = sa.exists().where(
            col(before.topic) == Outbox.topic,
            col(before.id) < Outbox.id,
            waits(before),
            col(before.due_at) <= now,
        )
        channel = sa.or_(*(sa.or_(in_lane(name), under(name)) for name in self._channels))
        return (
            sa.select(Outbox)
            .where(waits(), col(Outbox.due_at) <= now, _free(now), ~behind, channel)
            .order_by(col(Outbox.due_at), col(Outbox.id))
        )

    def _deliver(self, taken: Taken) -> bool:
        channel = self._channels[taken.topic.partition(":")[0]]
        try:
            channel(taken.payload, taken.dedupe_key)
        except Refusal as refusal:
            log.warning("outbox %s is refused for good", taken.id)
            self._write_down(taken, dead_at=clock.now(), error=_told(refusal))
        except Exception as error:
            log.warning("outbox %s: attempt %s failed: %s", taken.id, taken.attempts, type(error).__name__)
            given_up = clock.now() if taken.attempts >= MOST_ATTEMPTS else None
            again = clock.now() + pause_after(taken.attempts)
            self._write_down(taken, leased_until=again, dead_at=given_up, error=_told(error))
        else:
            self._write_down(taken, done_at=clock.now(), error=None)
            return True
        return False

    def _write_down(self, taken: Taken, **values: Any) -> None:
        """Only while the lease is ours: who took over after it ran out tells the outcome."""
        statement = (
            sa.update(Outbox)
            .where(col(Outbox.id) == taken.id, col(Outbox.leased_until) == taken.lease)
            .values(**{"leased_until": None, **values})
        )
        for last in (False, False, True):  # what was sent and not written down would be sent again
            try:
                with self._database.write() as session:
                    result: CursorResult[Any] = session.execute(statement)  # type: ignore[assignment]
                if not result.rowcount:
                    log.warning("outbox %s took longer than its lease", taken.id)
                return
            except (OperationalError, Unavailable):
                if last:
                    raise


def _free(now: datetime) -> Any:
    """Nobody's, or left by a worker that died, or past its pause after a failure. What ends later than any
    lease or pause can is of before the clock went back, and binds nobody."""
    return sa.or_(
        col(Outbox.leased_until).is_(None),
        col(Outbox.leased_until) <= now,
        col(Outbox.leased_until) > now + LONGEST_PAUSE + LEASE,
    )


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:MOST_ERROR]
