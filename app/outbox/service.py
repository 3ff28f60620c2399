"""Promises to the outside: made in the transaction that causes them, sent again, or given up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from app import clock
from app.actor import Actor
from app.errors import Conflict, NotFound
from app.history.service import tell
from app.models import JobRun, Outbox
from app.models.ledger import WEEKLY_DIGEST

_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_once(session: Session, table: Any, **values: Any) -> bool:
    """Insert a row unless one with the same unique key is there, even of a writer at the same moment."""
    insert = _INSERT[session.get_bind().dialect.name]
    rows = table.__table__
    added = insert(rows).values(**values).on_conflict_do_nothing().returning(*rows.primary_key)
    return session.execute(added).first() is not None


def enqueue(
    session: Session,
    topic: str,
    dedupe_key: str,
    payload: Mapping[str, Any],
    *,
    due_at: datetime | None = None,
) -> bool:
    """Promise a delivery in this transaction; False when the same one was promised before.

    `topic` is `channel` or `channel:lane`; what shares a topic is delivered in the order of its promises, and
    what waits behind a failure waits for it. `due_at` is the moment before which it is not sent, now if None.
    """
    return insert_once(
        session,
        Outbox,
        topic=topic,
        dedupe_key=dedupe_key,
        payload=dict(payload),
        due_at=due_at or clock.now(),
        attempts=0,
    )


def resend(session: Session, actor: Actor, outbox_id: int) -> Outbox:
    """Try again what was given up, from the first attempt. Raises NotFound, and Conflict when it still waits
    or has arrived."""
    found = session.get(Outbox, outbox_id)
    if found is None:
        raise NotFound("delivery")
    if found.dead_at is None or found.done_at is not None:
        raise Conflict("not_given_up")
    found.dead_at = found.leased_until = None
    found.attempts = 0
    found.due_at = clock.now()
    session.add(found)
    told = {"topic": [None, found.topic], "error": [found.error, None]}
    tell(session, actor, "delivery.resent", "outbox", outbox_id, told)
    return found


def forget_waiting(session: Session) -> int:
    """Mark everything that waits as not to be sent, and this week's digest as told: for a database that was
    restored from an older copy, whose mail has gone out long since."""
    run = JobRun(name=WEEKLY_DIGEST, at=clock.now(), for_day=clock.today(), did=0, error=None)
    session.merge(run)
    waiting = sa.update(Outbox).where(col(Outbox.done_at).is_(None))
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        waiting.values(done_at=clock.now(), error="not sent: restored from a copy")
    )
    return result.rowcount
