"""Reads for the health page: the last run of each job, what waits in the outbox, what was given up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import disk_usage

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import JobRun, Outbox
from app.outbox.queries import dead, waits

# Below this share of the disk the page warns: SQLite needs room for its log, PostgreSQL for its own.
LEAST_FREE = 0.10
SHOWN = 50


@dataclass(frozen=True, slots=True)
class JobState:
    """The last run of a periodic job; `at` is None when it never ran."""

    name: str
    at: datetime | None
    did: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery that was given up, without what it says."""

    id: int
    topic: str
    to: str | None
    subject: str | None
    attempts: int
    dead_at: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class OutboxState:
    """What waits: how many, since when the first of them, how many had a failure; and what was given up."""

    waiting: int
    oldest: datetime | None
    failing: int
    given_up: int

    def age(self, now: datetime) -> int:
        """For how many minutes the first of what waits has been due."""
        return max(0, int((now - self.oldest).total_seconds() // 60)) if self.oldest else 0


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk that the data lies on, in bytes."""

    free: int
    total: int

    @property
    def share(self) -> float:
        """The free share of it."""
        return self.free / self.total if self.total else 1.0

    @property
    def is_low(self) -> bool:
        """Whether somebody should make room."""
        return self.share < LEAST_FREE


def job_states(session: Session, names: Iterable[str]) -> list[JobState]:
    """The state of each job, in the order of `names`; one statement."""
    runs = {run.name: run for run in session.scalars(sa.select(JobRun))}
    return [
        JobState(name, run.at, run.did, run.error)
        if (run := runs.get(name))
        else JobState(name, None, 0, None)
        for name in names
    ]


def outbox_state(session: Session, now: datetime) -> OutboxState:
    """What is due by `now` and has not arrived; one statement."""
    due = sa.and_(waits(), col(Outbox.due_at) <= now)
    found = session.execute(
        sa.select(
            sa.func.count().filter(due),
            sa.func.min(col(Outbox.due_at)).filter(due),
            sa.func.count().filter(sa.and_(due, col(Outbox.error).is_not(None))),
            sa.func.count().filter(dead()),
        ).select_from(Outbox)
    ).one()
    return OutboxState(*found)


def given_up(session: Session) -> list[Letter]:
    """The deliveries that were given up last."""
    statement = (
        sa.select(Outbox)
        .where(dead())
        .order_by(col(Outbox.dead_at).desc(), col(Outbox.id).desc())
        .limit(SHOWN)
    )
    return [
        Letter(
            id=row.id or 0,
            topic=row.topic.partition(":")[0],
            to=row.payload.get("to"),
            subject=row.payload.get("subject"),
            attempts=row.attempts,
            dead_at=row.dead_at,
            error=row.error,
        )
        for row in session.scalars(statement)
        if row.dead_at is not None
    ]


def disk(folder: Path) -> Disk | None:
    """The disk under a folder; None when it cannot be asked."""
    try:
        found = disk_usage(folder)
    except OSError:
        return None
    return Disk(found.free, found.total)
