"""Figures: entered and corrected. One that disagrees with another is kept beside it, never over it."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import NotFound, Refused, Stale
from app.figures.schemas import FigureIn, FigurePatch, KnownFigure
from app.history import record
from app.models import Figure, Partner


def add_figure(session: Session, actor: Actor, data: FigureIn) -> Figure:
    """Enter a figure. Raises Refused for a partner that does not exist."""
    plain: dict[str, Any] = data.model_dump(exclude={"partner", "facts"})
    if isinstance(data, KnownFigure):
        plain |= data.facts.model_dump()
    figure = Figure(**plain, partner_id=_partner(session, data.partner))
    record(session, actor, "figure.added", figure, partners=_concerned(figure))
    return figure


def change_figure(
    session: Session, actor: Actor, figure: Figure, data: FigurePatch, *, version: int
) -> Figure:
    """Correct a figure. Raises Stale; Refused for a partner that does not exist or a blank where one must not
    be."""
    if figure.version != version:
        raise Stale(figure)
    for name in data.model_fields_set - {"partner"}:
        value = getattr(data, name)
        if value is None and name in {"title", "value", "source"}:
            raise Refused("required", field=name)
        setattr(figure, name, value)
    if "partner" in data.model_fields_set:
        figure.partner_id = _partner(session, data.partner)
    record(session, actor, "figure.changed", figure, partners=_concerned(figure))
    return figure


def get_figure(session: Session, figure_id: int) -> Figure:
    """One figure; raises NotFound."""
    figure = session.get(Figure, figure_id)
    if figure is None or figure.archived_at is not None:
        raise NotFound("figure")
    return figure


def _partner(session: Session, slug: str | None) -> int | None:
    if slug is None:
        return None
    found = session.scalar(
        sa.select(Partner.id).where(col(Partner.slug) == slug, col(Partner.archived_at).is_(None))
    )
    if found is None:
        raise Refused("unknown_partner", field="partner")
    return int(found)


def _concerned(figure: Figure) -> list[int]:
    return [figure.partner_id] if figure.partner_id else []
