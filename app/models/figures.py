"""Figures that sources give: about a partner, or about the city."""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from app.models.base import Record, Sourced, code_field, link, precision_field
from app.vocabulary import DatePrecision, FigureQualifier


class Figure(Record, Sourced, table=True):
    """A value of an indicator (`title`) as one source gives it, about a partner or, without one, the city.

    Whether it is disputed follows from the others of its subject and indicator and is never stored.
    """

    partner_id: int | None = link("partner")
    title: str = Field(max_length=300)
    title_en: str | None = Field(default=None, max_length=300)
    value: float
    unit: str | None = Field(default=None, max_length=60)
    qualifier: FigureQualifier | None = code_field(FigureQualifier, None)
    as_of: date | None = None
    as_of_precision: DatePrecision | None = precision_field("as_of_precision")
    search_text: str = Field(default="", sa_type=sa.Text)

    searched: ClassVar[tuple[str, ...]] = ("title", "title_en", "unit")
