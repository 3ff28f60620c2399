"""Reads of the trash: what lies in it, who put it there, and whether an address leads to it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.lists import Order, Part
from app.models import Event, EventPartner, FollowUp, Partner
from app.records.queries import named
from app.trash.kinds import BY_COLLECTION, BY_NAME, KINDS, Kind
from app.vocabulary import FollowUpState, Locale

PAGE = 50


@dataclass(frozen=True, slots=True)
class Trashed:
    """An archived record: what it is, who archived it when, and which partners it concerns (slug, name).

    `title` is empty for a person who was erased, or whose name this reader may not see.
    """

    kind: Kind
    id: int
    key: str
    title: str
    version: int
    archived_at: datetime
    archived_by: str | None
    partners: tuple[tuple[str, str], ...]
    is_demo: bool

    @property
    def url(self) -> str:
        """Where its page is once it is restored."""
        return self.kind.url(self.key)


@dataclass(frozen=True, slots=True)
class Trash:
    """A page of the trash, and how many of each kind there are, by collection."""

    rows: tuple[Trashed, ...]
    counts: dict[str, int]
    total: int
    pages: int


def trash(session: Session, actor: Actor, locale: Locale, *, kind: str | None = None, page: int = 1) -> Trash:
    """A page of the trash, the latest first; four statements for any number of rows."""
    every = _every(None, locale).subquery()
    tally = sa.select(every.c.kind, sa.func.count()).group_by(every.c.kind)
    counts = {BY_NAME[name].collection: n for name, n in session.execute(tally)}
    total = counts.get(kind, 0) if kind else sum(counts.values())
    found = list_trash(session, actor, locale, kind, Part(limit=PAGE, offset=(page - 1) * PAGE))
    return Trash(found, counts, total, pages=max(1, -(-total // PAGE)))


def list_trash(
    session: Session,
    actor: Actor,
    locale: Locale,
    kind: str | None,
    part: Part,
) -> tuple[Trashed, ...]:
    """Some rows, the latest first; three statements."""
    every = _every(kind, locale).subquery()
    if part.behind is not None:  # a cursor holds texts
        part.behind = [datetime.fromisoformat(part.behind[0]), *part.behind[1:]]
    order = [Order(every.c.archived_at, down=True), Order(every.c.kind), Order(every.c.id)]
    return _dressed(session, actor, part.rows(session, sa.select(every), order), locale)


def one(session: Session, kind: Kind, key: str | int, locale: Locale) -> Trashed | None:
    """One archived record; None when it is not in the trash."""
    column: Any = getattr(kind.table, kind.key)
    found = _dressed(session, None, session.execute(_of(kind, locale).where(column == key)).all(), locale)
    return found[0] if found else None


def at(session: Session, path: str, locale: Locale) -> Trashed | None:
    """The archived record that an address (`/agreements/7`, and what lies below it) leads to."""
    parts = path.strip("/").split("/")
    kind = BY_COLLECTION.get(parts[0])
    if kind is None or len(parts) < 2:
        return None
    if kind.key == "id" and not (parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 10):
        return None
    return one(session, kind, int(parts[1]) if kind.key == "id" else parts[1], locale)


def title_of(session: Session, kind: Kind, key: str | int, locale: Locale) -> str:
    """What a record is called; empty when there is none."""
    column: Any = getattr(kind.table, kind.key)
    return str(session.scalar(sa.select(_title(kind, locale)).where(column == key)) or "")


def open_work_from(session: Session, kind: Kind, record_id: int) -> int:
    """How many open follow-ups grew out of a record, or are a unit's to do: they stay when it goes."""
    owing = "unit_id" if kind.name == "organisation" else f"{kind.name}_id"
    column: Any = getattr(FollowUp, owing, None)
    if column is None:
        return 0
    statement = sa.select(sa.func.count()).where(
        column == record_id,
        col(FollowUp.state) == FollowUpState.open,
        col(FollowUp.archived_at).is_(None),
    )
    return int(session.scalar(statement) or 0)


def _title(kind: Kind, locale: Locale) -> Any:
    vi, en = kind.titles
    return vi if locale == Locale.vi else sa.func.coalesce(en, vi)


def _of(kind: Kind, locale: Locale) -> Any:
    table: Any = kind.table
    key = sa.cast(getattr(table, kind.key), sa.String)
    return sa.select(
        sa.literal(kind.name).label("kind"), table.id.label("id"), key.label("key"),
        _title(kind, locale).label("title"), table.version.label("version"),
        table.archived_at.label("archived_at"), table.is_demo.label("is_demo"),
    ).where(table.archived_at.is_not(None))  # fmt: skip


def _every(collection: str | None, locale: Locale) -> Any:
    return sa.union_all(*(_of(k, locale) for k in KINDS if collection in {None, k.collection}))


def _dressed(
    session: Session, actor: Actor | None, rows: Sequence[Any], locale: Locale
) -> tuple[Trashed, ...]:
    """The rows with who archived them and the partners they concern, as the history tells; two statements.

    Without an actor the rows are for somebody who is signed in.
    """
    latest = (
        sa.select(sa.func.max(Event.id))
        .where(sa.or_(*(_archived(row.kind, row.id) for row in rows), sa.false()))
        .group_by(col(Event.record_type), col(Event.record_id))
    )
    events = session.execute(
        sa.select(Event.id, Event.record_type, Event.record_id, Event.actor_name).where(
            col(Event.id).in_(latest)
        )
    ).all()
    names = defaultdict(list)
    statement = (
        sa.select(EventPartner.event_id, Partner.slug, named(Partner, locale))
        .join(Partner, col(Partner.id) == EventPartner.partner_id)
        .where(col(EventPartner.event_id).in_([event.id for event in events]))
        .order_by(named(Partner, locale))
    )
    for event_id, slug, name in session.execute(statement):
        names[event_id].append((slug, name))
    told = {(event.record_type, event.record_id): event for event in events}
    seen = actor is None or actor.sees_people
    return tuple(_row(row, told.get((row.kind, row.id)), names, seen) for row in rows)


def _archived(name: str, record_id: int) -> Any:
    return sa.and_(
        col(Event.record_type) == name,
        col(Event.record_id) == record_id,
        col(Event.action) == BY_NAME[name].archived,
    )


def _row(row: Any, event: Any, names: dict[int, list[tuple[str, str]]], sees_people: bool) -> Trashed:
    kind = BY_NAME[row.kind]
    partners = tuple(names.get(event.id, ())) if event and kind.link is not None else ()
    who = event.actor_name if event else None
    title = row.title if sees_people or kind.name != "person" else ""
    return Trashed(kind, row.id, row.key, title, row.version, row.archived_at, who, partners, row.is_demo)
