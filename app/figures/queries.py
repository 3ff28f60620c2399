"""Reads of figures.

Two disagree when they give the same indicator of the same subject in the same unit, but not the same value,
for the same year, or where the year of one of them is not known.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.errors import NotFound, Refused
from app.figures.filters import FigureFilters
from app.models import Figure, Partner, User
from app.records.queries import PartnerLink, named, noted, titled
from app.text import fold, like_words
from app.vocabulary import DatePrecision, FigureQualifier, Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """A figure in a list. `against`: the ids of those that disagree with it."""

    id: int
    version: int
    indicator: str
    title: str
    title_en: str | None
    value: float
    unit: str | None
    qualifier: FigureQualifier | None
    as_of: date | None
    as_of_precision: DatePrecision | None
    source: str | None
    note: str | None
    is_demo: bool
    updated_at: datetime | None
    updated_by: str | None
    partner: PartnerLink | None
    against: tuple[int, ...]

    @property
    def disputed(self) -> bool:
        """Whether another source gives another value."""
        return bool(self.against)


def list_figures(session: Session, asked: FigureFilters, locale: Locale) -> list[FigureRow]:
    """The figures that fit: those about the city first, those of an indicator together, the latest first. Two
    statements. Raises Refused for a partner that does not exist."""
    slugs = set(asked.partner)
    known = sa.select(Partner.slug).where(col(Partner.slug).in_(slugs), col(Partner.archived_at).is_(None))
    if slugs and slugs - set(session.scalars(known)):
        raise Refused("unknown_value", field="partner", name="partner")
    words = like_words(asked.q or "")
    conditions = [col(Figure.search_text).like(f"%{word}%", escape="\\") for word in words]
    found = [
        row
        for row in _rows(session, locale, conditions)
        if (not slugs or (row.partner and row.partner.slug in slugs))
        and asked.disputed in {None, row.disputed}
    ]
    return sorted(found, key=_place)


def figure_row(session: Session, figure_id: int, locale: Locale) -> FigureRow:
    """One figure; raises NotFound."""
    for row in _rows(session, locale, [Figure.id == figure_id]):
        return row
    raise NotFound("figure")


def _place(row: FigureRow) -> tuple[Any, ...]:
    day = row.as_of or date.min
    return (row.partner.name if row.partner else "", fold(row.indicator), -day.toordinal(), row.id)


def _rows(session: Session, locale: Locale, conditions: Iterable[Any]) -> list[FigureRow]:
    statement = (
        sa.select(Figure, titled(Figure, locale).label("shown"), col(User.name).label("changer"),
                  Partner.slug, named(Partner, locale).label("partner_name"), Partner.country)
        .outerjoin(Partner, sa.and_(col(Partner.id) == Figure.partner_id, col(Partner.archived_at).is_(None)))
        .outerjoin(User, col(User.id) == Figure.updated_by_id)
        .where(col(Figure.archived_at).is_(None), *conditions)
    )  # fmt: skip
    against = disagreements(session)
    return [
        FigureRow(
            **{name: getattr(row.Figure, name) for name in _PLAIN},
            indicator=row.shown,
            note=noted(row.Figure, locale),
            updated_by=row.changer,
            partner=PartnerLink(row.slug, row.partner_name, row.country) if row.slug else None,
            against=against.get(row.Figure.id or 0, ()),
        )
        for row in session.execute(statement)
    ]


_PLAIN = (
    "id", "version", "title", "title_en", "value", "unit", "qualifier", "as_of", "as_of_precision", "source",
    "is_demo", "updated_at",
)  # fmt: skip


def disagreements(session: Session) -> dict[int, tuple[int, ...]]:
    """By figure the ids of those that disagree with it; one statement."""
    statement = sa.select(
        Figure.id, Figure.partner_id, Figure.title, Figure.unit, Figure.value, Figure.as_of
    ).where(col(Figure.archived_at).is_(None))
    same: dict[Any, list[Any]] = defaultdict(list)
    for row in session.execute(statement.order_by(col(Figure.id))):
        same[row.partner_id, fold(row.title), fold(row.unit or "")].append(row)
    found: dict[int, tuple[int, ...]] = {}
    for group in same.values():
        for row in group:
            others = tuple(other.id for other in group if _disagree(row, other))
            if others:
                found[row.id] = others
    return found


def _disagree(one: Any, other: Any) -> bool:
    together = one.as_of is None or other.as_of is None or one.as_of.year == other.as_of.year
    return bool(one.value != other.value and together)
