"""Reads of files: always through the eyes of somebody, and through the record that a file hangs on."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor, Permission
from app.errors import NotFound
from app.files.holders import BY_RECORD, HOLDERS, Holder, holder_of
from app.files.kinds import BY_TYPE, Family
from app.follow_ups.queries import within
from app.models import Delegation, Event, File, FollowUp, User
from app.records.queries import titled
from app.vocabulary import FileCategory, FileClassification, Locale

# A record's own page shows so many; the page of its files the rest.
SHOWN = 6
PAGE = 30
_UNITS = ((1_000_000, "MB"), (1_000, "kB"), (1, "B"))


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as lists show it."""

    id: int
    version: int
    name: str
    media_type: str
    size: int
    category: FileCategory
    classification: FileClassification
    number: str | None
    document_on: date | None
    created_at: datetime | None
    created_by: str | None
    is_demo: bool

    @property
    def kind(self) -> str:
        """What people call the kind: PDF, DOCX."""
        return BY_TYPE[self.media_type].extensions[0].upper()

    @property
    def is_picture(self) -> bool:
        """Whether there is a small picture of it."""
        return BY_TYPE[self.media_type].family == Family.image

    @property
    def opens(self) -> bool:
        """Whether a browser shows it in its own window."""
        return BY_TYPE[self.media_type].inline

    @property
    def measure(self) -> tuple[float, str]:
        """Its size as people read it: a number with two figures and its unit."""
        least, unit = next(u for u in _UNITS if self.size >= u[0] or u[0] == 1)
        number = self.size / least
        return (round(number, 1) if number < 10 and least > 1 else round(number)), unit


@dataclass(frozen=True, slots=True)
class FilesPanel:
    """The files of one record. `hidden`: this reader may not see any; `may_add`: may add some."""

    holder: Holder
    record_id: int
    rows: tuple[FileRow, ...]
    total: int
    hidden: bool
    may_add: bool

    @property
    def url(self) -> str:
        """The page of these files, to which new ones are posted."""
        return f"{self.holder.url(self.record_id)}/files"

    @property
    def family(self) -> str:
        """The kind of record, as templates name it."""
        return self.holder.record


@dataclass(frozen=True, slots=True)
class FileOwner:
    """The record that files hang on, as their page names it. `closed`: its notes are confidential, and not
    for this reader."""

    holder: Holder
    id: int
    title: str
    closed: bool

    @property
    def url(self) -> str:
        """The record's page."""
        return self.holder.url(self.id)


@dataclass(frozen=True, slots=True)
class FilePage:
    """A file in full."""

    row: FileRow
    owner: FileOwner
    sha256: str
    updated_at: datetime | None
    updated_by: str | None


def seen_by(actor: Actor) -> list[Any]:
    """The conditions under which somebody may know of a file, on `of_records`: as of the record it hangs on.

    Internal files are for those who write; those of a confidential delegation for its author and managers,
    like its notes.
    """
    found: list[Any] = [sa.or_(h.column.is_(None), h.table.archived_at.is_(None)) for h in HOLDERS]
    found.append(sa.or_(*(h.column.is_not(None) for h in HOLDERS)))
    if not actor.can(Permission.write):
        found.append(col(File.classification) == FileClassification.normal)
    if not actor.can(Permission.manage):
        own = col(Delegation.created_by_id) == actor.user_id if actor.user_id else sa.false()
        found.append(sa.or_(col(File.delegation_id).is_(None), col(Delegation.confidential).is_(False), own))
    return found


def of_records(statement: Any) -> Any:
    """A statement over files with the records they hang on."""
    for holder in HOLDERS:
        statement = statement.outerjoin(holder.table, holder.table.id == holder.column)
    return statement


def told_to(actor: Actor) -> Any:
    """The condition on events: none of a file that somebody may not know of."""
    if actor.can(Permission.manage):
        return sa.true()
    known = of_records(sa.select(File.id).select_from(File)).where(*seen_by(actor))
    return sa.or_(col(Event.record_type) != "file", col(Event.record_id).in_(known))


def events_of(record_type: str, record_id: int) -> list[Any]:
    """The condition on events: those of a record's files. None for records without files."""
    if record_type not in BY_RECORD:
        return []
    mine = sa.select(File.id).where(BY_RECORD[record_type].column == record_id)
    return [sa.and_(col(Event.record_type) == "file", col(Event.record_id).in_(mine))]


def get(session: Session, actor: Actor, file_id: int, *, archived: bool = False) -> File:
    """One file (or, archived, one to be restored) that the actor may know of; raises NotFound."""
    gone = col(File.archived_at).is_not(None) if archived else col(File.archived_at).is_(None)
    statement = of_records(sa.select(File).select_from(File)).where(File.id == file_id, gone, *seen_by(actor))
    found: File | None = session.scalars(statement).first()
    if found is None:
        raise NotFound("file")
    return found


def files_of(
    session: Session,
    record_type: str,
    record_id: int,
    actor: Actor,
    *,
    limit: int = SHOWN,
    page: int = 1,
    archived: bool = False,
) -> FilesPanel:
    """The files of a record that exists, newest first; two statements."""
    holder = BY_RECORD[record_type]
    owner = owner_of(session, holder, record_id, actor, Locale.vi)
    gone = col(File.archived_at).is_not(None) if archived else col(File.archived_at).is_(None)
    mine = of_records(_rows()).where(holder.column == record_id, gone, *seen_by(actor))
    statement = mine.add_columns(sa.func.count().over()).order_by(col(File.id).desc())
    found = session.execute(statement.limit(limit).offset((page - 1) * limit)).all()
    return FilesPanel(
        holder,
        record_id,
        tuple(FileRow(*row[:-1]) for row in found),
        total=found[0][-1] if found else 0,
        hidden=owner.closed,
        may_add=actor.can(Permission.write) and not owner.closed,
    )


def owner_of(session: Session, holder: Holder, record_id: int, actor: Actor, locale: Locale) -> FileOwner:
    """The record that files hang on; raises NotFound, also when it is archived or not the actor's to know."""
    table = holder.table
    title = titled(table, locale) if hasattr(table, "title_en") else table.title
    secret: Any = table.confidential if table is Delegation else sa.false()
    known = within(session, actor) if table is FollowUp else []
    row = session.execute(
        sa.select(title, secret, table.created_by_id).where(
            table.id == record_id, table.archived_at.is_(None), *known
        )
    ).first()
    if row is None:
        raise NotFound(holder.record)
    return FileOwner(holder, record_id, row[0], bool(row[1]) and not actor.may_read_notes(row[2]))


def file_page(session: Session, actor: Actor, file_id: int, locale: Locale) -> FilePage:
    """One file in full; raises NotFound. Three statements."""
    file = get(session, actor, file_id)
    holder, record_id = holder_of(file)
    people = sa.select(User.id, User.name).where(col(User.id).in_([file.created_by_id, file.updated_by_id]))
    names: dict[int | None, str] = {row[0]: row[1] for row in session.execute(people)}
    return FilePage(
        FileRow(
            **{name: getattr(file, name) for name in _PLAIN},
            created_by=names.get(file.created_by_id),
            is_demo=file.is_demo,
        ),
        owner_of(session, holder, record_id, actor, locale),
        file.sha256,
        file.updated_at,
        names.get(file.updated_by_id),
    )


_PLAIN = (
    "id", "version", "name", "media_type", "size", "category", "classification", "number", "document_on",
    "created_at",
)  # fmt: skip


def _rows() -> Any:
    columns = [getattr(File, name) for name in _PLAIN]
    return (
        sa.select(*columns, User.name, File.is_demo)
        .select_from(File)
        .outerjoin(User, col(User.id) == File.created_by_id)
    )
