"""Files: attached, described, archived, restored; the bytes that nothing names are swept."""

from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.actor import Actor, Permission
from app.errors import Conflict, Forbidden, Refused, Stale
from app.files.holders import Holder, holder_of
from app.files.kinds import Kind
from app.files.queries import owner_of
from app.files.schemas import FileIn, FilePatch
from app.files.store import GRACE, Store, store
from app.follow_ups.service import hold_to_own
from app.history import record
from app.models import File, FollowUp
from app.vocabulary import FileClassification, Locale

_NEVER_EMPTY = ("category", "classification")
# Uploads share this lock of PostgreSQL, a sweep has it alone. On SQLite the one writer's turn does the same.
_LOCK = 0x66696C65  # "file"


class Bytes(Protocol):
    """What was received: whole, synced and looked into, in a part of the store."""

    name: str
    part: Any
    size: int
    sha256: str
    kind: Kind


def attach(
    session: Session,
    actor: Actor,
    holder: Holder,
    record_id: int,
    upload: Bytes,
    data: FileIn,
    *,
    today: date,
    is_demo: bool = False,
) -> File:
    """Hang a file on a record. The bytes lie under their hash before the row is written.

    Raises NotFound for a record that is not there or archived, Forbidden when its files are not for this
    actor, Refused for a document of a day to come, and for an internal one of who could not read it again.
    """
    owner = owner_of(session, holder, record_id, actor, Locale.vi)
    if owner.closed:
        raise Forbidden("not_allowed")
    if holder.table is FollowUp:
        hold_to_own(session, actor, record_id)
    if data.classification == FileClassification.internal and not actor.can(Permission.write):
        raise Refused("internal_needs_write", field="classification")
    _check_day(data.document_on, today)
    _hold(session, alone=False)
    store().keep(upload.part, upload.sha256)
    file = File(
        sha256=upload.sha256,
        name=upload.name,
        media_type=upload.kind.media_type,
        size=upload.size,
        category=data.category,
        classification=data.classification,
        number=data.number,
        document_on=data.document_on,
        is_demo=is_demo,
    )
    setattr(file, holder.name, record_id)
    session.add(file)
    record(session, actor, "file.added", file, partners=_partners(session, holder, record_id))
    return file


def change(session: Session, actor: Actor, file: File, data: FilePatch, *, version: int, today: date) -> File:
    """Change what is said of a file; raises Stale, Refused."""
    _at(file, version)
    _check_day(data.document_on, today)
    for name in data.model_fields_set:
        value = getattr(data, name)
        if value is not None or name not in _NEVER_EMPTY:
            setattr(file, name, value)
    if session.is_modified(file):
        record(session, actor, "file.changed", file, partners=_partners(session, *holder_of(file)))
    return file


def archive(session: Session, actor: Actor, file: File, *, version: int) -> File:
    """Take a file off its record; it can be put back. Raises Stale, Conflict."""
    _at(file, version)
    if file.archived_at is not None:
        raise Conflict("already_archived")
    file.archived_at = clock.now()
    named = {"name": (file.name, None)}  # the history of the record then says which one went
    record(session, actor, "file.archived", file, partners=_partners(session, *holder_of(file)), more=named)
    return file


def restore(session: Session, actor: Actor, file: File, *, version: int) -> File:
    """Put an archived file back on its record. Raises Stale, Conflict."""
    _at(file, version)
    if file.archived_at is None:
        raise Conflict("not_archived")
    file.archived_at = None
    named = {"name": (None, file.name)}
    record(session, actor, "file.restored", file, partners=_partners(session, *holder_of(file)), more=named)
    return file


def sweep(session: Session) -> int:
    """Remove bytes that no row has named for a day, and parts that no upload will finish; how many.

    Nothing is written to the database, but the transaction must be a writing one: it keeps uploads from
    naming, between the look and the removal, what is removed.
    """
    place, now = store(), clock.now()
    swept = place.sweep_parts(now)
    old = [sha for sha, at in place.hashes() if at < (now - GRACE).timestamp()]
    if not old:
        return swept
    _hold(session, alone=True)
    for start in range(0, len(old), 500):
        swept += _sweep_unnamed(session, place, old[start : start + 500])
    return swept


def _sweep_unnamed(session: Session, place: Store, hashes: list[str]) -> int:
    named = set(session.scalars(sa.select(File.sha256).where(col(File.sha256).in_(hashes))))
    gone = [sha for sha in hashes if sha not in named]
    for sha in gone:
        place.remove(sha)
    return len(gone)


def _hold(session: Session, *, alone: bool) -> None:
    if session.get_bind().dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock if alone else sa.func.pg_advisory_xact_lock_shared
        session.execute(sa.select(lock(_LOCK)))


def _at(file: File, version: int) -> None:
    if file.version != version:
        raise Stale(file)


def _check_day(day: date | None, today: date) -> None:
    if day is not None and day > today:
        raise Refused("document_in_future", field="document_on")


def _partners(session: Session, holder: Holder, record_id: int) -> list[int]:
    link = holder.link
    statement = sa.select(link.partner_id).where(getattr(link, holder.name) == record_id)
    with session.no_autoflush:
        return sorted(session.scalars(statement))
