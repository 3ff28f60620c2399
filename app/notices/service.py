"""Notices: written with what they tell of, read by the one they are for."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CursorResult
from sqlmodel import Session, col

from app import clock
from app.actor import Actor
from app.errors import NotFound
from app.models import FollowUp, Notice
from app.outbox.service import insert_once
from app.vocabulary import Door, FollowUpSource, NoticeKind


def notify(
    session: Session,
    user_id: int,
    kind: NoticeKind,
    *,
    record: tuple[str, int] | None = None,
    payload: Mapping[str, Any] | None = None,
    dedupe_key: str | None = None,
) -> bool:
    """Tell one person something, in this transaction; False when it was told before."""
    record_type, record_id = record or (None, None)
    return insert_once(
        session,
        Notice,
        user_id=user_id,
        at=clock.now(),
        kind=kind,
        record_type=record_type,
        record_id=record_id,
        payload=dict(payload or {}),
        dedupe_key=dedupe_key,
    )


def assigned(session: Session, actor: Actor, work: FollowUp) -> None:
    """Tell somebody that a follow-up is theirs now, unless they took it themselves. What the seed loads was
    not given to anybody."""
    if work.id is None or work.assignee_id in (None, actor.user_id) or actor.door == Door.seed:
        return
    by_the_calendar = actor.door == Door.clock and work.source == FollowUpSource.agreement
    kind = NoticeKind.agreement_ending if by_the_calendar else NoticeKind.assigned
    payload = {"title": work.title, "by": actor.name}
    notify(session, work.assignee_id, kind, record=("follow_up", work.id), payload=payload)


def not_assigned(session: Session, work: FollowUp) -> None:
    """Take back the word that a follow-up is somebody's, who has not read it: it never was."""
    session.execute(
        sa.delete(Notice).where(
            col(Notice.kind) == NoticeKind.assigned,
            col(Notice.record_type) == "follow_up",
            col(Notice.record_id) == work.id,
            col(Notice.user_id) == work.assignee_id,
            col(Notice.read_at).is_(None),
        )
    )


def withdraw(session: Session, record_type: str, record_id: int, *, but_for: Collection[int] = ()) -> None:
    """Take back what was told of a record that its readers may not see any more."""
    session.execute(
        sa.delete(Notice).where(
            col(Notice.record_type) == record_type,
            col(Notice.record_id) == record_id,
            col(Notice.user_id).not_in(but_for),
        )
    )


def get_own(session: Session, actor: Actor, notice_id: int) -> Notice:
    """One of the caller's own notices; raises NotFound, for another's as for none."""
    found = session.get(Notice, notice_id)
    if found is None or found.user_id != actor.user_id:
        raise NotFound("notice")
    return found


def mark_read(session: Session, actor: Actor, notice: Notice) -> None:
    """It was looked at."""
    if notice.user_id == actor.user_id and notice.read_at is None:
        notice.read_at = clock.now()
        session.add(notice)


def mark_all_read(session: Session, actor: Actor, *, until: int) -> int:
    """Everything up to the newest that was shown; what came since stays unread."""
    statement = (
        sa.update(Notice)
        .where(col(Notice.user_id) == actor.user_id, col(Notice.id) <= until, col(Notice.read_at).is_(None))
        .values(read_at=clock.now())
    )
    result: CursorResult[Any] = session.execute(statement)  # type: ignore[assignment]
    return result.rowcount
