"""Archive and restore: one way for every kind of record.

Nothing is deleted. What hangs on a record stays as it is: a delegation's follow-ups go on without it. The
standings of its partners follow by themselves, since archived evidence does not count.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.actor import Actor
from app.agreements.service import record_paper
from app.errors import Conflict, Forbidden, NotFound, Stale
from app.history import record
from app.models import Agreement, Partner, Record
from app.trash.kinds import Kind


def get(session: Session, kind: Kind, key: str | int) -> Record:
    """One record by the key of its address, archived or not; raises NotFound."""
    column: Any = getattr(kind.table, kind.key)
    row = session.scalars(sa.select(kind.table).where(column == key)).first()
    if row is None:
        raise NotFound(kind.name)
    return row


def archive(session: Session, actor: Actor, kind: Kind, row: Record, *, version: int) -> Record:
    """Take a record out of lists, counts and standings. Raises NotFound when it is in the trash already,
    Stale when somebody changed it meanwhile, Forbidden for those who may not."""
    if row.archived_at is not None:
        raise NotFound(kind.name)
    _may(actor, kind)
    if row.version != version:
        raise Stale(row)
    row.archived_at = clock.now()
    _record(session, actor, kind.archived, kind, row)
    return row


def restore(session: Session, actor: Actor, kind: Kind, row: Record, *, version: int) -> Record:
    """Bring a record back as it was. Raises Conflict when it is not in the trash, Stale, Forbidden."""
    _may(actor, kind)
    if row.version != version:
        raise Stale(row)
    if row.archived_at is None:
        raise Conflict("not_in_trash")
    row.archived_at = None
    _record(session, actor, kind.restored, kind, row)
    return row


def _record(session: Session, actor: Actor, action: str, kind: Kind, row: Record) -> None:
    partners = _partners(session, kind, row)
    if isinstance(row, Agreement):
        record_paper(session, actor, action, row, partners=partners)
    else:
        record(session, actor, action, row, partners=partners)


def _may(actor: Actor, kind: Kind) -> None:
    if not actor.can(kind.permission):
        raise Forbidden("not_allowed")


def _partners(session: Session, kind: Kind, row: Record) -> list[int]:
    """The partners a record concerns; a partner concerns itself."""
    assert row.id is not None
    if kind.table is Partner:
        return [row.id]
    link = kind.link
    if link is None:
        return []
    statement = sa.select(link.partner_id).distinct().where(getattr(link, f"{kind.name}_id") == row.id)
    with session.no_autoflush:
        return sorted(session.scalars(statement.join(Partner, col(Partner.id) == link.partner_id)))
