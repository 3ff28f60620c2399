"""The one order of events: each gets its position after its commit, from whoever reads on first.

An event's id is handed out before its transaction commits, so that on PostgreSQL a lower id can come to light
after a higher one, and a reader who follows ids would pass over it. Positions are given to events that are
committed, by one writer at a time (the row of `feed` is locked until its own commit), so what is shown is a
prefix of what will ever be shown: nothing comes to light behind a cursor.

Of what one event saw of another, the other stands before it: it was committed before the first one's id was
drawn, so its id is lower, and no look finds the later one without it. Ordering by transaction ids (and hiding
what is younger than the oldest transaction at work) breaks this: a transaction that began early, and then
waited for a row, has the lower id and the later change; and such ids do not survive a restore.

Giving positions just before each commit, under a lock that is held through it, was measured too
(tests/bench/bench_feed.py): commits then wait for each other's disk. Here a write does nothing at all.
"""

import logging
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CursorResult
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from app.db import Database
from app.errors import Unavailable
from app.models import Event, Feed, Webhook
from app.models.ledger import LEAP
from app.outbox.service import insert_once

log = logging.getLogger("cityties")


def is_behind(session: Session) -> bool:
    """Whether a committed event has no position yet: one indexed look-up."""
    return bool(session.scalar(sa.select(sa.exists().where(col(Event.position).is_(None)))))


def number(session: Session) -> int:
    """Give every committed event its position, in the order of ids; how many got one."""
    insert_once(session, Feed, id=1, last=0)
    last = session.scalar(sa.select(Feed.last).where(Feed.id == 1).with_for_update()) or 0
    place = sa.func.row_number().over(order_by=col(Event.id))
    waiting = sa.select(col(Event.id).label("id"), place.label("place"))
    found = waiting.where(col(Event.position).is_(None)).subquery()
    statement = sa.update(Event).where(col(Event.id) == found.c.id).values(position=found.c.place + last)
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        statement, execution_options={"synchronize_session": False}
    )
    session.execute(sa.update(Feed).where(col(Feed.id) == 1).values(last=last + result.rowcount))
    return result.rowcount


def catch_up(database: Database, session: Session) -> None:
    """Give a reader all that is committed: events without a position get theirs first, and the session looks
    anew. When the database cannot be written now (a lock, a full disk), it reads what has one already."""
    if not is_behind(session):
        return
    session.rollback()
    session.info.pop("data_version", None)
    number_all(database)


def number_all(database: Database) -> None:
    """Number what is committed in a transaction of its own, as far as the database can be written now."""
    try:
        with database.write() as session:
            number(session)
    except (OperationalError, Unavailable):
        log.warning("new events could not be numbered; the feed ends before them for now")


def head(session: Session) -> int:
    """The last position that was given. Asked before the events are read, it bounds what they may be."""
    return session.scalar(sa.select(Feed.last).where(Feed.id == 1)) or 0


def leap(session: Session) -> None:
    """Move the positions on in a database that was restored from a copy: whoever followed the one it replaces
    must not wait behind a position of the past. Webhooks go on with what happens from now on."""
    number(session)
    session.execute(sa.update(Feed).where(col(Feed.id) == 1).values(last=Feed.last + LEAP))
    session.execute(sa.update(Webhook).values(position=sa.select(Feed.last).scalar_subquery()))
