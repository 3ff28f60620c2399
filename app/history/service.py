"""record(): the one way to write history, and the guard that no change goes untold."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session, col, select

from app import clock
from app.actor import Actor, system
from app.models import Event, EventPartner, Record, WebhookAttempt
from app.vocabulary import Door

# Stands in the history for a value that was erased.
ERASED = "\u2425erased"
_TOLD = "changes_to_tell"
_BEFORE = "changes_before_savepoints"
_ACTING = "acting"
_events = Event.__table__  # type: ignore[attr-defined]


def record(
    session: Session,
    actor: Actor,
    action: str,
    row: Record,
    *,
    partners: Iterable["int | Record"] = (),
    more: Mapping[str, tuple[Any, Any]] | None = None,
) -> Event | None:
    """Flush, and write one event with the row's changes since the last one.

    `action` reads thing.happened. `partners` are those it concerns, by id or row; `more` adds changes
    that live in link tables, as name -> (old, new). Returns None, and writes nothing, when nothing changed.
    """
    now = clock.now()
    session.info[_ACTING] = actor
    if sa.inspect(row).pending or sa.inspect(row).transient:
        session.add(row)
        row.created_at = now
        row.created_by_id = actor.user_id
    # A look-up between a change and here may have flushed it already; it is still this actor's change.
    _, flushed = _pending(session).get(id(row), (row, {}))
    if flushed or session.is_modified(row) or row in session.new:
        row.updated_at = now
        row.updated_by_id = actor.user_id
    session.flush()
    _, changes = _pending(session).pop(id(row), (row, {}))
    for name, (old, new) in (more or {}).items():
        if old != new:
            changes[name] = [plain(old), plain(new)]
    if not changes:
        return None
    assert row.id is not None
    kind = str(type(row).__tablename__)
    # A new partner's own row has its id only now, after the flush.
    ids = [p.id if isinstance(p, Record) else p for p in partners]
    known = [p for p in ids if p is not None]
    return tell(session, actor, action, kind, row.id, changes, partners=known, is_demo=row.is_demo)


def tell(
    session: Session,
    actor: Actor,
    action: str,
    record_type: str,
    record_id: int,
    changes: dict[str, Any],
    *,
    partners: Iterable[int] = (),
    is_demo: bool = False,
) -> Event:
    """Write one line of history for changes that are already known."""
    line = _line(actor, action, record_type, record_id, changes, is_demo)
    session.add(line)
    session.flush()
    assert line.id is not None
    session.add_all(EventPartner(event_id=line.id, partner_id=p) for p in sorted(set(partners)))
    return line


def tell_each(
    session: Session, actor: Actor, action: str, record_type: str, told: Mapping[int, dict[str, Any]]
) -> None:
    """Write a line of history for each of many partners, whose records have the partner's id: as many
    statements for a thousand as for one."""
    if not told:
        return
    lines = [_line(actor, action, record_type, key, changes) for key, changes in told.items()]
    # In any order: kept in theirs, SQLite would be sent one statement a row.
    events = sa.insert(_events).returning(_events.c.id, _events.c.record_id)
    ids = session.execute(events, [line.model_dump(exclude={"id"}) for line in lines]).all()
    links = [{"event_id": event_id, "partner_id": key} for event_id, key in ids]
    session.execute(sa.insert(EventPartner), links)


def _line(
    actor: Actor,
    action: str,
    record_type: str,
    record_id: int,
    changes: dict[str, Any],
    is_demo: bool = False,
) -> Event:
    return Event(
        at=clock.now(),
        on=clock.today(),
        door=actor.door,
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        actor_name=actor.name,
        action=action,
        record_type=record_type,
        record_id=record_id,
        changes=changes,
        request_id=actor.request_id,
        is_demo=is_demo,
    )


def blank(session: Session, record_type: str, record_ids: Iterable[int], fields: Collection[str]) -> None:
    """Take what was recorded in some fields of some records out of the history for good.

    The one exception to "append-only": a person's data are erased on demand (Law on Personal Data Protection
    91/2025/QH15). That a field changed, when and by whom stays readable; what it said does not, neither here
    nor in what was written down of deliveries to other programs.
    """
    statement = select(Event).where(
        Event.record_type == record_type, col(Event.record_id).in_(list(record_ids))
    )
    lines = session.exec(statement).all()
    copies = sa.update(WebhookAttempt).where(col(WebhookAttempt.event_id).in_([line.id for line in lines]))
    session.execute(copies.values(body="", response=None))
    for line in lines:
        told = {
            name: [ERASED if value else value for value in values] if name in fields else values
            for name, values in line.changes.items()
        }
        if told != line.changes:
            line.changes = told
            session.add(line)
    session.flush()


def acting(session: Session) -> Actor:
    """Who last wrote history in this session: what follows from a change is told in the same name."""
    actor: Actor = session.info.get(_ACTING) or system(Door.clock)
    return actor


def plain(value: Any) -> Any:
    """A value as JSON keeps it: codes by value, dates in ISO form."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    return value


def _pending(session: Session) -> dict[int, tuple[Record, dict[str, list[Any]]]]:
    """Changes flushed but not yet told, by the row's identity (rows compare by value)."""
    pending: dict[int, tuple[Record, dict[str, list[Any]]]] = session.info.setdefault(_TOLD, {})
    return pending


@event.listens_for(Session, "before_flush")
def _collect(session: Session, _context: Any, _instances: Any) -> None:
    for row in (*session.new, *session.dirty):
        if isinstance(row, Record):
            _collect_row(_pending(session).setdefault(id(row), (row, {}))[1], row)


def _collect_row(changes: dict[str, list[Any]], row: Record) -> None:
    for attribute in sa.inspect(row).attrs:
        name = attribute.key
        if name in row.untold or not attribute.history.has_changes():
            continue
        old = plain(attribute.history.deleted[0]) if attribute.history.deleted else None
        new = plain(getattr(row, name))
        first = changes.setdefault(name, [old, new])
        first[1] = new
        if first[0] == first[1] or (first[0] is None and first[1] in (False, "", [])):
            del changes[name]


@event.listens_for(Session, "before_commit")
def _nothing_untold(session: Session) -> None:
    session.flush()
    untold = [f"{type(row).__name__} {sorted(c)}" for row, c in _pending(session).values() if c]
    if untold:
        raise RuntimeError(f"changed without history: {'; '.join(untold)}")


@event.listens_for(Session, "after_transaction_create")
def _remember(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        kept = {
            key: (row, {n: [*c] for n, c in changes.items()})
            for key, (row, changes) in _pending(session).items()
        }
        session.info.setdefault(_BEFORE, WeakKeyDictionary())[transaction] = kept


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    """What is rolled back need not be told; what was changed before the savepoint still has to be."""
    if transaction.nested:
        session.info[_TOLD] = session.info[_BEFORE].pop(transaction, {})
    elif transaction.parent is None:
        session.info.pop(_TOLD, None)
