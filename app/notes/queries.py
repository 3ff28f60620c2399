"""Reads of notes: those of a partner that the reader may know of, and whom one can mention."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor, Permission
from app.lists import Part
from app.models import Mention, Note, Partner, User
from app.text import fold

ON_THE_PAGE, PAGE, OFFERED = 3, 50, 8


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note as pages show it; `changed_at` is None while it stands as it was written."""

    id: int
    version: int
    text: str
    confidential: bool
    author: str | None
    at: datetime
    changed_at: datetime | None
    may_change: bool
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Notes:
    """The newest notes, and how many there are in all."""

    lines: tuple[NoteLine, ...] = ()
    total: int = 0


@dataclass(slots=True)
class NoteJson:
    """A note over REST; `mentions` are the e-mail addresses of those who are named in it."""

    id: int
    version: int
    partner: str
    text: str
    confidential: bool
    author: str | None
    mentions: list[str]
    created_at: datetime
    updated_at: datetime
    is_demo: bool


def readable(actor: Actor) -> Any:
    """The condition for the notes a reader may know of: confidential are their author's and managers'."""
    if actor.can(Permission.manage):
        return sa.true()
    own = col(Note.created_by_id) == actor.user_id if actor.user_id is not None else sa.false()
    return sa.or_(col(Note.confidential).is_(False), own)


def notes_of(
    session: Session, partner_id: int, actor: Actor, *, before: int | None = None, limit: int = PAGE
) -> Notes:
    """A partner's notes, newest first; one statement."""
    rows = session.execute(_statement(partner_id, actor, before, limit)).all()
    return Notes(tuple(_line(row.Note, row.name, actor) for row in rows), rows[0].total if rows else 0)


def _statement(partner_id: int, actor: Actor, before: int | None, limit: int | None) -> Any:
    statement = (
        sa.select(Note, User.name, sa.func.count().over().label("total"))
        .outerjoin(User, col(User.id) == Note.created_by_id)
        .where(col(Note.partner_id) == partner_id, col(Note.archived_at).is_(None), readable(actor))
        .order_by(col(Note.id).desc())
        .limit(limit)
    )
    return statement if before is None else statement.where(col(Note.id) < before)


def _line(note: Note, author: str | None, actor: Actor) -> NoteLine:
    assert note.id is not None
    assert note.created_at is not None
    own = actor.user_id is not None and note.created_by_id == actor.user_id
    return NoteLine(
        id=note.id,
        version=note.version,
        text=note.text,
        confidential=note.confidential,
        author=author,
        at=note.created_at,
        changed_at=note.updated_at if note.version > 1 else None,
        may_change=actor.can(Permission.write) and (own or actor.can(Permission.manage)),
        is_demo=note.is_demo,
    )


def notes_json(session: Session, partner: Partner, actor: Actor, part: Part) -> list[NoteJson]:
    """A page of a partner's notes; two statements."""
    assert partner.id is not None
    before = int(part.behind[0]) if part.behind else None
    rows = session.execute(_statement(partner.id, actor, before, part.limit)).all()
    if part.counted:
        part.total = rows[0].total if rows else 0
    return _jsons(session, partner, [(row.Note, row.name) for row in rows])


def note_json(session: Session, partner: Partner, note: Note) -> NoteJson:
    """One note."""
    author = session.scalar(sa.select(User.name).where(col(User.id) == note.created_by_id))
    return _jsons(session, partner, [(note, author)])[0]


def _jsons(session: Session, partner: Partner, rows: list[tuple[Note, str | None]]) -> list[NoteJson]:
    ids = [note.id for note, _ in rows]
    named: dict[int, list[str]] = {}
    statement = (
        sa.select(Mention.note_id, User.email)
        .join(User, col(User.id) == Mention.user_id)
        .where(col(Mention.note_id).in_(ids))
        .order_by(User.email)
    )
    for note_id, email in session.execute(statement):
        named.setdefault(note_id, []).append(email)
    return [
        NoteJson(
            note.id or 0, note.version, partner.slug, note.text, note.confidential, author,
            named.get(note.id or 0, []), note.created_at, note.updated_at or note.created_at, note.is_demo,
        )
        for note, author in rows
        if note.created_at is not None
    ]  # fmt: skip


def colleagues(session: Session, wanted: str) -> list[tuple[str, str, str]]:
    """The first active users in whose name or address a text is found, as (what to write, name, address):
    where two bear one name, the address is written."""
    statement = sa.select(User.name, User.email).where(
        col(User.disabled_at).is_(None), col(User.archived_at).is_(None)
    )
    users = session.execute(statement.order_by(User.name, User.id)).all()
    often = Counter(fold(name) for name, _ in users)
    key = fold(wanted)
    fits = [(name, email) for name, email in users if key in fold(name) or key in email]
    fits.sort(key=lambda user: not fold(user[0]).startswith(key))
    return [(email if often[fold(name)] > 1 else name, name, email) for name, email in fits[:OFFERED]]
