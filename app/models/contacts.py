"""People of the partners and of the city, with their terms of office: personal data."""

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from app.models.base import Instant, Record, Sourced, link, long_text, precision_field, required_link
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
    search_text: str = Field(default="", sa_type=sa.Text)

    searched: ClassVar[tuple[str, ...]] = ("name",)


class Post(Record, table=True):
    """A term of office: what a person was, where, from when to when (exclusive)."""

    person_id: int = required_link("person")
    partner_id: int | None = link("partner")
    organisation_id: int | None = link("organisation")
    title_vi: str = Field(max_length=200)
    title_en: str | None = Field(default=None, max_length=200)
    from_on: date | None = None
    from_precision: DatePrecision | None = precision_field("from_precision")
    to_on: date | None = None
    to_precision: DatePrecision | None = precision_field("to_precision")
