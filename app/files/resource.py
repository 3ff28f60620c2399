"""Files as programs read them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import NotFound
from app.files.filters import FileQuery
from app.files.holders import HOLDERS
from app.files.queries import of_records, seen_by
from app.lists import Order, Part
from app.models import File, User
from app.vocabulary import FileCategory, FileClassification


@dataclass(slots=True)
class FileJson:
    """A file on one record: exactly one of the four ids is set. `content` is the address of its bytes."""

    id: int
    version: int
    name: str
    media_type: str
    size: int
    sha256: str
    content: str
    category: FileCategory
    classification: FileClassification
    number: str | None
    document_on: date | None
    delegation: int | None
    agreement: int | None
    programme: int | None
    follow_up: int | None
    created_at: datetime | None
    created_by: str | None
    is_demo: bool


_COLUMNS = (
    "id", "version", "name", "media_type", "size", "sha256", "category", "classification", "number",
    "document_on", "delegation_id", "agreement_id", "programme_id", "follow_up_id", "created_at", "is_demo",
)  # fmt: skip


def ordering(sort: str) -> list[Order]:
    """The order of a list, made total by the id."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    own = Order(getattr(File, key), down)
    return [own] if key == "id" else [own, Order(col(File.id))]


def list_json(
    session: Session, actor: Actor, query: FileQuery, part: Part
) -> list[tuple[FileJson, tuple[Any, ...]]]:
    """Files that fit and that the actor may know of, each with the values it is sorted by; one statement."""
    order = ordering(query.sort)
    keys = [step.expression.label(f"key_{place}") for place, step in enumerate(order)]
    statement = _seen(actor, *keys).where(*_conditions(query))
    rows = part.rows(session, statement, order)
    return [(_json(row), tuple(row[-len(keys) :])) for row in rows]


def one_json(session: Session, actor: Actor, file_id: int) -> FileJson:
    """One file; raises NotFound."""
    row = session.execute(_seen(actor).where(File.id == file_id)).first()
    if row is None:
        raise NotFound("file")
    return _json(row)


def _seen(actor: Actor, *more: Any) -> Any:
    columns = [getattr(File, name) for name in _COLUMNS]
    statement = of_records(sa.select(*columns, col(User.email).label("author"), *more).select_from(File))
    return statement.outerjoin(User, col(User.id) == File.created_by_id).where(
        col(File.archived_at).is_(None), *seen_by(actor)
    )


def _conditions(query: FileQuery) -> list[Any]:
    found = [h.column == key for h in HOLDERS if (key := getattr(query, h.record)) is not None]
    codes = {name: getattr(query, name) for name in ("category", "classification")}
    return found + [getattr(File, name).in_(values) for name, values in codes.items() if values]


def _json(row: Any) -> FileJson:
    return FileJson(
        id=row.id,
        version=row.version,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        content=f"/api/v1/files/{row.id}/content",
        category=row.category,
        classification=row.classification,
        number=row.number,
        document_on=row.document_on,
        delegation=row.delegation_id,
        agreement=row.agreement_id,
        programme=row.programme_id,
        follow_up=row.follow_up_id,
        created_at=row.created_at,
        created_by=row.author,
        is_demo=row.is_demo,
    )
