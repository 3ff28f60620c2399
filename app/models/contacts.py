"""People of the partners and of the city, with their terms of office: personal data."""

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from app.models.base import (
    Instant,
    Record,
    Sourced,
    link,
    long_text,
    precision_field,
    required_link,
    sort_key,
)
from app.vocabulary import DatePrecision


class Person(Record, Sourced, table=True):
    """Somebody the department deals with.

    Erasing empties every personal field and the history's copies of them, and leaves the row, so that what
    refers to it stays readable (Law on Personal Data Protection 91/2025/QH15: the right to have data erased).
    """

    name: str = Field(max_length=200)
    honorific: str | None = Field(default=None, max_length=40)
    languages: str | None = Field(default=None, max_length=120)
    email: str | None = Field(default=None, max_length=200)
    phone: str | None = Field(default=None, max_length=80)
    protocol_notes: str | None = long_text()
    erased_at: datetime | None = Field(default=None, sa_type=Instant)
    name_key: str = sort_key()
    search_text: str = Field(default="", sa_type=sa.Text)

    searched: ClassVar[tuple[str, ...]] = ("name",)
    keyed: ClassVar[dict[str, str]] = {"name_key": "name"}
    # What erasing empties; who may see which of it is said in app/actor.py.
    contacts: ClassVar[frozenset[str]] = frozenset({"email", "phone", "protocol_notes"})
    personal: ClassVar[frozenset[str]] = contacts | {
        "name", "honorific", "languages", "source", "note", "note_en",
    }  # fmt: skip


class Post(Record, table=True):
    """A term of office: what a person was, where, from when to when (exclusive).

    A start or an end that is known as a month or a year counts from its first day: somebody who leaves "in
    2026" is missed from New Year on, since a contact missed too early costs less than one that is gone.
    """

    person_id: int = required_link("person")
    partner_id: int | None = link("partner")
    organisation_id: int | None = link("organisation")
    title_vi: str = Field(max_length=200)
    title_en: str | None = Field(default=None, max_length=200)
    from_on: date | None = None
    from_precision: DatePrecision | None = precision_field("from_precision")
    to_on: date | None = None
    to_precision: DatePrecision | None = precision_field("to_precision")
