"""Periodic work: a registry of jobs, run by the worker every minute and by `tick` when asked.

Any number of rounds on any number of machines does each job once a period: the last run of each is kept in
`job_run`, and one round at a time works on a job. What was missed while nothing ran is caught up once. What a
job sends is named by dedupe keys, so that a clock that goes back makes it look again and send nothing twice.
"""

import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CursorResult
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, delete, or_

from app import clock
from app.accounts.service import WINDOW
from app.agreements.expiry import raise_expiry_work
from app.config import settings
from app.db import Database
from app.digest.mail import send_digests
from app.errors import Unavailable
from app.files import service as files
from app.keys.expiry import warn_of_keys
from app.models import Answer, JobRun, Outbox, SignInFailure, UserSession, WebhookAttempt
from app.models.ledger import WEEKLY_DIGEST
from app.notices.chasing import chase_reports
from app.once import KEPT
from app.pushes.telling import tell_results
from app.review.telling import end_what_ran_out
from app.standings.keeper import refresh

MONDAY = 0
# A job that failed is tried again, but not every minute.
RETRY = timedelta(minutes=10)
# What was delivered is kept so long, so that its dedupe key holds; no job looks further back.
DELIVERED_KEPT = timedelta(days=400)
# How a webhook's deliveries went; the feed, and not their keys, keeps them from being promised again.
LOG_KEPT = timedelta(days=30)

log = logging.getLogger("cityties")


@dataclass(frozen=True)
class Often:
    """At most once in a while, whenever somebody is there to do it."""

    span: timedelta

    def is_due(self, last: JobRun, wall: datetime, now: datetime) -> bool:
        """Whether so long has passed. A last run that lies ahead is of before the clock went back."""
        return now - last.at >= self.span or last.at > now

    def period(self, wall: datetime) -> date:
        """The day a run is for."""
        return wall.date()


@dataclass(frozen=True)
class Daily:
    """Once a day, from an hour of the home city on; with a weekday once a week."""

    at: time
    weekday: int | None = None

    def is_due(self, last: JobRun, wall: datetime, now: datetime) -> bool:
        """Whether the present period has not had its run."""
        return last.for_day < self.period(wall) or last.at > now

    def period(self, wall: datetime) -> date:
        """The day on which the present period began: the latest such day whose hour has come."""
        day = wall.date() if wall.time() >= self.at else wall.date() - timedelta(days=1)
        if self.weekday is None:
            return day
        return day - timedelta(days=(day.weekday() - self.weekday) % 7)


@dataclass(frozen=True)
class Job:
    """Something to be done now and then. `work(session, day)` gets the day its period began and returns how
    much it did; run twice for one period it does nothing more."""

    name: str
    when: Often | Daily
    work: Callable[[Session, date], int]


def _sweep(session: Session, _today: date) -> int:
    """Forget answers kept for repeats, ended sessions, old failures, and what was delivered long ago."""
    now = clock.now()
    idle = now - timedelta(hours=settings().session_idle_hours)
    ended = or_(col(UserSession.ends_at) <= now, col(UserSession.seen_at) <= idle)
    return sum(
        _delete(session, table, condition)
        for table, condition in (
            (Answer, col(Answer.at) < now - KEPT),
            (UserSession, ended),
            (SignInFailure, col(SignInFailure.at) < now - WINDOW),
            (Outbox, col(Outbox.done_at) < now - DELIVERED_KEPT),
            (Outbox, sa.and_(col(Outbox.topic).startswith("webhook:"), col(Outbox.done_at) < now - LOG_KEPT)),
            (WebhookAttempt, col(WebhookAttempt.at) < now - LOG_KEPT),
        )
    )


def _delete(session: Session, table: Any, condition: Any) -> int:
    result: CursorResult[Any] = session.exec(delete(table).where(condition))
    return result.rowcount


def _refresh(session: Session, _day: date) -> int:
    return refresh(session, clock.today())


def _sweep_files(session: Session, _day: date) -> int:
    return files.sweep(session)


JOBS: tuple[Job, ...] = (
    Job("standings", Often(timedelta(minutes=10)), _refresh),
    Job("sweep", Often(timedelta(hours=1)), _sweep),
    Job("files", Daily(time(2)), _sweep_files),
    Job("agreements", Daily(time(0)), raise_expiry_work),
    Job("pauses", Daily(time(0)), end_what_ran_out),
    Job("late_reports", Daily(time(6)), chase_reports),
    Job("keys", Daily(time(6)), warn_of_keys),
    Job("pushes", Daily(time(6)), tell_results),
    Job(WEEKLY_DIGEST, Daily(time(7), MONDAY), send_digests),
)


def tick(
    database: Database, *, jobs: tuple[Job, ...] | None = None, now: bool = False
) -> dict[str, int | None]:
    """Do every job that is due; how much each did. With `now` those that are done often are done at once.

    A job that fails is rolled back and noted, did None, and does not keep the others from being done. Raises
    OperationalError or Unavailable when the database cannot be used.
    """
    done: dict[str, int | None] = {}
    for job in JOBS if jobs is None else jobs:
        urgent = now and isinstance(job.when, Often)
        try:
            if urgent or _is_due(database, job):
                did = _run(database, job, urgent=urgent)
                if did is not None:
                    done[job.name] = did
        except (OperationalError, Unavailable):
            raise
        except Exception as error:
            log.exception("the job %s failed", job.name)
            _note_failure(database, job, error)
            done[job.name] = None
    return done


def _is_due(database: Database, job: Job) -> bool:
    """A look without the writer's turn: most rounds find nothing to do."""
    with database.read() as session:
        return _due(session.get(JobRun, job.name), job)


def _due(last: JobRun | None, job: Job) -> bool:
    now = clock.now()
    if last is None:
        return True
    if last.error is not None:
        return now - last.at >= RETRY or last.at > now
    return job.when.is_due(last, clock.wall(), now)


def _run(database: Database, job: Job, *, urgent: bool) -> int | None:
    """One run in one transaction; None when another round has done it or is at it."""
    with database.write() as session:
        if not _alone(session, job) or not (urgent or _due(session.get(JobRun, job.name), job)):
            return None
        day = job.when.period(clock.wall())
        did = job.work(session, day)
        session.merge(JobRun(name=job.name, at=clock.now(), for_day=day, did=did, error=None))
        return did


def _alone(session: Session, job: Job) -> bool:
    """On PostgreSQL one round at a time works on a job; on SQLite the writer's turn sees to it."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    lock = sa.func.pg_try_advisory_xact_lock(zlib.crc32(f"job {job.name}".encode()))
    return bool(session.scalar(sa.select(lock)))


def _note_failure(database: Database, job: Job, error: Exception) -> None:
    try:
        with database.write() as session:
            last = session.get(JobRun, job.name) or JobRun(name=job.name, at=clock.now(), for_day=date.min)
            last.at, last.error = clock.now(), f"{type(error).__name__}: {error}"[:500]
            session.add(last)
    except Exception:
        log.exception("the failure of the job %s could not be noted", job.name)
