"""The uploads of the illustrative layer: a few files on its own records."""

from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.files.content import look_into
from app.files.holders import BY_RECORD, Holder
from app.files.receiving import Upload
from app.files.schemas import FileIn
from app.files.service import attach
from app.files.store import digest, store
from app.models import File
from app.schemas import parse
from seed.demo.days import day
from seed.files import FOLDER, Row, rows

_TABLES = {
    "agreement": "agreements",
    "programme": "programmes",
    "delegation": "visits",
    "follow_up": "follow_ups",
}


def missing_files(session: Session) -> list[Row]:
    """The files that no record of the demonstration has yet."""
    here = set(session.scalars(sa.select(File.name).where(col(File.is_demo))))
    return [row for row in rows("demo/files") if row["name"] not in here]


def add_file(session: Session, actor: Actor, row: Row, *, today: date) -> bool:
    """Hang a file on its record; whether that record is there."""
    kind, _, key = row["record"].partition(":")
    holder = BY_RECORD[kind]
    record_id = _record(session, holder, f"demo:{_TABLES[kind]}:{key}")
    if record_id is None:
        return False
    data = {name: row[name] for name in ("category", "classification", "number")}
    said = parse(FileIn, data | {"document_on": day(row["on"], today)})
    upload = _upload(FOLDER / "demo" / "uploads" / row["file"], row["name"])
    attach(session, actor, holder, record_id, upload, said, today=today, is_demo=True)
    return True


def _record(session: Session, holder: Holder, source_key: str) -> int | None:
    table: Any = holder.table
    found = sa.select(table.id).where(table.source_key == source_key, table.archived_at.is_(None))
    return session.scalar(found)


def _upload(source: Path, name: str) -> Upload:
    """A file of the seed as if it had been received."""
    part = store().new_part()
    part.write_bytes(source.read_bytes())
    return Upload(name, part, part.stat().st_size, digest(part), look_into(part, name))
