"""Reads the thread of one partner: one statement, however many tables and rows it comes from."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.actor import Actor, Permission
from app.errors import Refused
from app.timeline.columns import PARTS
from app.timeline.schemas import Thread, TimelineEvent, TimelineItem, TimelineKind
from app.vocabulary import Confidence, DatePrecision, FileClassification

LIMIT = 20
MOST = 2**31 - 1  # ids are 32-bit, and drivers choke on what exceeds 64
_URLS: dict[TimelineKind | TimelineEvent, str] = {
    TimelineKind.agreement: "/agreements/{}",
    TimelineKind.delegation: "/delegations/{}",
    TimelineKind.interaction: "/interactions/{}",
    TimelineKind.programme: "/programmes/{}",
    TimelineKind.follow_up: "/follow-ups/{}",
    TimelineKind.push: "/pushes/{}",
    TimelineEvent.uploaded: "/files/{}",
}


def timeline(
    session: Session,
    partner_id: int,
    actor: Actor,
    *,
    kinds: Collection[TimelineKind] = (),
    before: Sequence[Any] | None = None,
    limit: int = LIMIT,
    as_of: date | None = None,
) -> Thread:
    """What is on file about a partner, newest first; `kinds` empty means all.

    `before` is the `after` of the page read last: (ISO date, rank, id), as a cursor keeps it; raises Refused
    (`bad_cursor`) for anything else. With `as_of` only what had happened by that day is told, partly known
    dates counted as the standing counts them. Confidential notes come only to those who may read them; the
    others see that there are some (`hidden`).
    """
    thread = _thread(frozenset(kinds), as_of)
    statement = (
        sa.select(thread)
        .where(_known_to(thread, actor))
        .order_by(thread.c.on.desc(), thread.c.rank, thread.c.id.desc())
    )
    if before is not None:
        statement = statement.where(_below(thread, before))
    rows = list(session.execute(statement.limit(limit + 1), {"partner": partner_id}))
    items = tuple(_item(row, actor) for row in rows[:limit])
    keys = tuple((row.on.isoformat(), row.rank, row.id) for row in rows[:limit])
    return Thread(items, keys, keys[-1] if len(rows) > limit else None)


def _known_to(thread: Any, actor: Actor) -> Any:
    """The condition that leaves out the files a reader may not know of, as app.files.queries.seen_by says."""
    if actor.can(Permission.manage):
        return sa.true()
    own = thread.c.author_id == actor.user_id if actor.user_id else sa.false()
    open_ = sa.or_(thread.c.confidential.is_(None), sa.not_(thread.c.confidential), own)
    if not actor.can(Permission.write):
        open_ = sa.and_(open_, thread.c.state == FileClassification.normal.value)
    return sa.or_(thread.c.event != TimelineEvent.uploaded.value, open_)


def timeline_counts(
    session: Session, partner_id: int, actor: Actor, *, as_of: date | None = None
) -> dict[TimelineKind, int]:
    """How many entries of each kind the thread holds for this reader."""
    thread = _thread(frozenset(), as_of)
    statement = (
        sa.select(thread.c.kind, sa.func.count()).where(_known_to(thread, actor)).group_by(thread.c.kind)
    )
    rows = session.execute(statement, {"partner": partner_id})
    found = {TimelineKind(kind): int(n) for kind, n in rows}
    return {kind: found.get(kind, 0) for kind in TimelineKind}


@lru_cache(maxsize=64)
def _thread(kinds: frozenset[TimelineKind], as_of: date | None) -> Any:
    """The union of the asked kinds for the parameter `partner`. Building it took half of a partner page's
    time, so it is built once for each set of kinds (and for each of the last days looked back to)."""
    wanted = kinds or frozenset(TimelineKind)
    partner = sa.bindparam("partner", type_=sa.Integer)
    parts = [part(partner, as_of) for kind, part in PARTS if kind in wanted]
    return sa.union_all(*parts).subquery("thread")


def _below(thread: Any, before: Sequence[Any]) -> Any:
    try:
        text, rank, row_id = before
        day = date.fromisoformat(text)
        rank, row_id = int(rank), int(row_id)
    except (TypeError, ValueError):
        raise Refused("bad_cursor", field="cursor") from None
    if not (0 <= rank <= MOST and 0 <= row_id <= MOST):
        raise Refused("bad_cursor", field="cursor")
    return sa.or_(
        thread.c.on < day,
        sa.and_(thread.c.on == day, thread.c.rank > rank),
        sa.and_(thread.c.on == day, thread.c.rank == rank, thread.c.id < row_id),
    )


def _item(row: Any, actor: Actor) -> TimelineItem:
    kind, event = TimelineKind(row.kind), TimelineEvent(row.event)
    kept = row.confidential and not actor.may_read_notes(row.author_id)
    return TimelineItem(
        kind=kind,
        event=event,
        id=row.id,
        record_id=row.record_id,
        url=_URLS[event if event in _URLS else kind].format(row.record_id)
        if {event, kind} & _URLS.keys()
        else "",
        on=row.on,
        precision=DatePrecision(row.precision or DatePrecision.day),
        until=row.until,
        until_precision=DatePrecision(row.until_precision) if row.until_precision else None,
        title=row.title or "",
        title_en=row.title_en,
        code=row.code,
        state=row.state,
        people=None if kept and kind == TimelineKind.interaction else row.people,
        met=None if kept else row.met,
        text=None if kept else row.text,
        note=None if kept else row.note,
        note_en=None if kept else row.note_en,
        figure=row.figure,
        unit=row.unit,
        agreed=row.agreed,
        verified=bool(row.verified),
        deepening=bool(row.deepening),
        hidden=bool(kept),
        disputed=bool(row.disputed),
        source=row.source,
        confidence=Confidence(row.confidence) if row.confidence else None,
        year_inferred=bool(row.year_inferred),
        is_demo=bool(row.is_demo),
    )
