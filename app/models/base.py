"""What every table shares: names of constraints, types of columns, the record mixins.

Table classes store, they do not validate: input is checked by the schemas before it comes here.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from app.vocabulary import Confidence, DatePrecision

# Named constraints, so that a migration can find and change them on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(sa.TypeDecorator[datetime]):
    """A moment in UTC, aware in Python on both databases (SQLite stores it without its zone)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def code(enum: type[StrEnum], name: str | None = None) -> Any:
    """A column type that stores an enum's values as text under a named CHECK."""
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in enum.__name__).lstrip("_")
    return sa.Enum(
        enum,
        name=name or snake,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [m.value for m in members],
    )


def link(table: str, *, index: bool = True) -> Any:
    """An optional, indexed foreign key to a table's id."""
    return Field(default=None, foreign_key=f"{table}.id", index=index)


def required_link(table: str, *, index: bool = True) -> Any:
    """A foreign key that must be set."""
    return Field(foreign_key=f"{table}.id", index=index)


def pair(table: str, *, index: bool = False) -> Any:
    """One half of a link table's primary key; the second half carries its own index."""
    return Field(foreign_key=f"{table}.id", primary_key=True, index=index)


class Record(SQLModel):
    """A row people change: identity, optimistic version, who and when, the archive, the demo mark.

    `version` is compared by the database on every UPDATE (SQLAlchemy's version_id_col): of two writers who
    read the same version the second fails. The who and when are stamped by app.history.record(); they carry
    no foreign key, since user and organisation would then need each other, and the history has one.
    """

    id: int | None = Field(default=None, primary_key=True)
    version: int = Field(default=1, nullable=False)
    created_at: datetime | None = Field(default=None, sa_type=Instant)
    created_by_id: int | None = None
    updated_at: datetime | None = Field(default=None, sa_type=Instant)
    updated_by_id: int | None = None
    archived_at: datetime | None = Field(default=None, sa_type=Instant)
    is_demo: bool = Field(default=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy's convention
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]

    # Fields that no history event repeats: bookkeeping, derived from others, or secret.
    untold: ClassVar[frozenset[str]] = frozenset(
        {
            "id", "version", "created_at", "created_by_id", "updated_at", "updated_by_id",
            "search_text", "name_key", "name_key_en", "is_demo", "source_key",
            "password_hash", "secret_hash", "previous_hash", "used_at", "used_from",
        }
    )  # fmt: skip
    # The texts a search looks through; app.db folds them into `search_text` at every flush.
    searched: ClassVar[tuple[str, ...]] = ()
    # Sort key -> the name it is made of; app.db writes them at every flush too.
    keyed: ClassVar[dict[str, str]] = {}


class Sourced(SQLModel):
    """Where a fact comes from. `source_key` is the seed's own key, so that loading twice changes nothing."""

    source: str | None = Field(default=None, sa_type=sa.Text)
    confidence: Confidence | None = Field(default=None, sa_type=code(Confidence))
    source_key: str | None = Field(default=None, max_length=120, unique=True)
    year_inferred: bool = Field(default=False)
    note: str | None = Field(default=None, sa_type=sa.Text)
    note_en: str | None = Field(default=None, sa_type=sa.Text)


def precision_field(name: str) -> Any:
    """The precision beside a date: what is stored is the first day of what is known."""
    return Field(default=None, sa_type=code(DatePrecision, name), nullable=True)


def code_field(
    enum: type[StrEnum], default: Any = ..., *, name: str | None = None, index: bool = False
) -> Any:
    """An enum column; NULL is allowed when its default is None."""
    if default is ...:
        return Field(sa_type=code(enum, name), nullable=False, index=index)
    return Field(default=default, sa_type=code(enum, name), nullable=default is None, index=index)


def sort_key() -> Any:
    """A folded name to sort by, compared by code points on both databases whatever the server's collation."""
    text = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
    return Field(default="", sa_type=text, nullable=False, index=True)


def long_text() -> Any:
    """An optional text of any length."""
    return Field(default=None, sa_type=sa.Text)
