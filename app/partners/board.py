"""The list as a board: a column for every rung, the first cards of each.

A rung is read from evidence and never typed, so no card is dragged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from app.actor import Actor
from app.lists import Part
from app.models import Partner, StandingRow
from app.partners.filters import PartnerPage
from app.partners.listing import PartnerRow, conditions, joined, list_partners, ordering
from app.standings.days import on_day
from app.vocabulary import Locale, Rung

# Six columns of these and the filters weigh less than a page may.
CARDS = 10


@dataclass(frozen=True, slots=True)
class Column:
    """One rung: how many partners stand on it, and the first of them in the order asked for."""

    rung: Rung
    count: int
    cards: tuple[PartnerRow, ...]

    @property
    def left_out(self) -> int:
        """How many the list of this rung has besides."""
        return self.count - len(self.cards)


def columns(
    session: Session,
    actor: Actor,
    asked: PartnerPage,
    counts: Mapping[str, int],
    *,
    today: date,
    locale: Locale,
) -> list[Column]:
    """The rungs from the lowest up, those alone that are asked for where some are. `counts` by rung.

    Three statements, whatever the number of partners.
    """
    first = _first(session, actor, asked, locale)
    rows = list_partners(
        session,
        actor,
        asked,
        today=today,
        locale=locale,
        sort=asked.order,
        part=Part(limit=len(first)),
        among=first,
    )
    return [
        Column(rung, counts.get(rung, 0), tuple(row for row in rows if row.rung == rung))
        for rung in Rung
        if not asked.rung or rung in asked.rung
    ]


def _first(session: Session, actor: Actor, asked: PartnerPage, locale: Locale) -> list[int]:
    """The ids of the first cards of every column."""
    order = [step.clause for step in ordering(asked.order, asked, locale)]
    place = sa.func.row_number().over(partition_by=_standing.rung, order_by=order)
    ranked = joined(sa.select(_partner.id, place.label("place"))).where(*conditions(asked, actor)).subquery()
    statement = sa.select(ranked.c.id).where(ranked.c.place <= CARDS)
    return list(session.scalars(on_day(session, statement, asked.as_of)))


_partner, _standing = Partner.__table__.c, StandingRow.__table__.c  # type: ignore[attr-defined]
