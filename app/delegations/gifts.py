"""Gifts over REST: what was given and received on every trip, in one list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field
from sqlmodel import Session, col

from app.delegations.resource import partners_of
from app.errors import Refused
from app.listings import MOST
from app.lists import Order, Part
from app.models import Delegation, DelegationPartner, Gift, Partner
from app.partners.filters import Several
from app.schemas import Blank, Day, Input, Name
from app.vocabulary import GiftBand, GiftDirection


class GiftQuery(Input):
    """Which gifts, and which page of them."""

    direction: Annotated[
        Several[GiftDirection], Field(description="Given by the city, or received by it.")
    ] = ()
    band: Annotated[Several[GiftBand], Field(description="About what they are worth.")] = ()
    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()
    since: Annotated[Day | None, Blank, Field(description="Of trips that began from this day on.")] = None
    until: Annotated[Day | None, Blank, Field(description="Of trips that began by this day.")] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )


@dataclass(slots=True)
class GiftLine:
    """A gift, and the trip on which it was given or received; `on` is the trip's first day."""

    id: int
    delegation: int
    on: date
    partners: list[str]
    direction: GiftDirection
    what: str
    band: GiftBand | None
    by_whom: str | None
    to_whom: str | None


_LATEST = (Order(col(Delegation.starts_on), down=True), Order(col(Gift.id), down=True))


def list_gifts(session: Session, query: GiftQuery, part: Part) -> Sequence[Any]:
    """The gifts of trips on file that fit, those of the latest trips first; one statement, one more for a
    partner that is asked for. Raises Refused for one that does not exist."""
    known = sa.select(Partner.slug).where(col(Partner.slug).in_(query.partner))
    if query.partner and set(query.partner) - set(session.scalars(known)):
        raise Refused("unknown_value", field="partner", name="partner")
    statement = (
        sa.select(
            Gift.id, Gift.delegation_id, Delegation.starts_on, Gift.direction, Gift.what, Gift.band,
            Gift.by_whom, Gift.to_whom,
        )
        .join(Delegation, col(Delegation.id) == Gift.delegation_id)
        .where(col(Gift.archived_at).is_(None), col(Delegation.archived_at).is_(None), *_conditions(query))
    )  # fmt: skip
    return part.rows(session, statement, _LATEST)


def _conditions(query: GiftQuery) -> list[Any]:
    found: list[Any] = []
    if query.direction:
        found.append(col(Gift.direction).in_(query.direction))
    if query.band:
        found.append(col(Gift.band).in_(query.band))
    if query.since:
        found.append(col(Delegation.starts_on) >= query.since)
    if query.until:
        found.append(col(Delegation.starts_on) <= query.until)
    if query.partner:
        trips = sa.select(DelegationPartner.delegation_id).join(
            Partner, col(Partner.id) == DelegationPartner.partner_id
        )
        found.append(col(Delegation.id).in_(trips.where(col(Partner.slug).in_(query.partner))))
    return found


def lines_of(session: Session, rows: Sequence[Any]) -> list[GiftLine]:
    """Some gifts with the partners of their trips; one statement."""
    partners = partners_of(session, [row.delegation_id for row in rows])
    return [
        GiftLine(
            row.id, row.delegation_id, row.starts_on, partners[row.delegation_id], row.direction, row.what,
            row.band, row.by_whom, row.to_whom,
        )
        for row in rows
    ]  # fmt: skip
