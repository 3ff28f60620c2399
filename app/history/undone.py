"""What one request did, found by its lines in the history so that it may be taken back: by whoever did it, on
the day itself, and while nobody has been there since."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.actor import Actor
from app.errors import Conflict, NotFound
from app.models import Event


def lines_of(session: Session, actor: Actor, act: str, actions: Collection[str]) -> list[Event]:
    """The lines that a request of the caller's own left of some actions, in their order."""
    own = select(Event).where(
        Event.request_id == act,
        col(Event.action).in_(actions),
        Event.user_id == actor.user_id,
        Event.api_key_id == actor.api_key_id,
    )
    return list(session.exec(own.order_by(col(Event.id))))


def check_day(lines: Sequence[Event], today: date) -> None:
    """Only on the day itself: later it is history. Raises Conflict, and NotFound where there is no line."""
    if not lines:
        raise NotFound("act")
    if lines[0].on != today:
        raise Conflict("too_late_to_undo")


def touched_since(session: Session, lines: Sequence[Event]) -> set[tuple[str, int]]:
    """Those of the records at which somebody was after these lines, by type and id. To be asked once the rows
    are locked: before, whoever writes at the same moment has left no line yet."""
    record = sa.tuple_(col(Event.record_type), col(Event.record_id))
    meant = {(line.record_type, line.record_id) for line in lines}
    last = max(line.id or 0 for line in lines)
    since = sa.select(Event.record_type, Event.record_id).where(record.in_(meant), col(Event.id) > last)
    return {(kind, key) for kind, key in session.execute(since)}


def put_back(row: Any, before: Mapping[str, Any]) -> None:
    """The fields of a row as the history says they were; what is no column of it is left aside."""
    for name, value in before.items():
        if (column := row.__table__.columns.get(name)) is not None:
            setattr(row, name, _stored(column.type, value))


def _stored(kind: Any, value: Any) -> Any:
    """A value as the history keeps it, as the column holds it."""
    if value is None:
        return None
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    return kind.enum_class(value) if isinstance(kind, sa.Enum) and kind.enum_class else value
