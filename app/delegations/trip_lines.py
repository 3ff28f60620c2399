"""The lines of trips: who travels, whom they meet, what is given and taken."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.follow_ups.queries import PartnerRef
from app.models import DelegationMeeting, DelegationMember, Gift, Partner
from app.records.queries import named
from app.vocabulary import GiftBand, GiftDirection, Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Who travels; `person_id` where it is somebody of the register. `name` is empty where it is erased, or
    not for this reader."""

    id: int
    person_id: int | None
    name: str
    title: str | None
    unit: str | None
    leads: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting of a trip, its times as the clocks there show them. `hidden`: it has notes that this reader
    may not see."""

    id: int
    on: date
    starts_at: time | None
    ends_at: time | None
    partner: PartnerRef | None
    place: str | None
    counterpart: str | None
    topic: str | None
    result: str | None
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftRow:
    """A gift of a trip."""

    id: int
    direction: GiftDirection
    what: str
    band: GiftBand | None
    by_whom: str | None
    to_whom: str | None


def members_of(session: Session, ids: Sequence[int], actor: Actor) -> dict[int, list[Member]]:
    """Who travels, by trip, in the order in which they were written; one statement. Who does not see people
    is told their posts alone."""
    table = DelegationMember
    statement = (
        sa.select(
            table.delegation_id, table.id, table.person_id, table.name, table.title, table.unit, table.leads
        )
        .where(col(table.delegation_id).in_(ids), col(table.archived_at).is_(None))
        .order_by(col(table.leads).desc(), table.position, table.id)
    )
    found: dict[int, list[Member]] = defaultdict(list)
    for row in session.execute(statement):
        told = {} if actor.sees_people else {"name": ""}
        found[row.delegation_id].append(Member(**{**_without_trip(row), **told}))
    return found


def meetings_of(
    session: Session, ids: Sequence[int], locale: Locale, *, hide: Collection[int] = ()
) -> dict[int, list[Meeting]]:
    """The meetings of trips in their order, by trip; one statement. `hide`: the trips whose notes the reader
    may not see."""
    table = DelegationMeeting
    statement = (
        sa.select(table, col(Partner.slug), named(Partner, locale).label("partner_name"))
        .outerjoin(Partner, col(Partner.id) == table.partner_id)
        .where(col(table.delegation_id).in_(ids), col(table.archived_at).is_(None))
        .order_by(col(table.on), sa.func.coalesce(table.starts_at, time(23, 59)), col(table.id))
    )
    found: dict[int, list[Meeting]] = defaultdict(list)
    for row, slug, name in session.execute(statement):
        hidden = row.delegation_id in hide
        meeting = Meeting(
            id=row.id,
            on=row.on,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            partner=PartnerRef(slug, name) if slug else None,
            place=row.place,
            counterpart=None if hidden else row.counterpart,
            topic=None if hidden else row.topic,
            result=None if hidden else row.result,
            hidden=hidden,
        )
        found[row.delegation_id].append(meeting)
    return found


def gifts_of(session: Session, ids: Sequence[int]) -> dict[int, list[GiftRow]]:
    """The gifts of trips, by trip; one statement."""
    table = Gift
    statement = (
        sa.select(
            table.delegation_id, table.id, table.direction, table.what, table.band, table.by_whom,
            table.to_whom,
        )
        .where(col(table.delegation_id).in_(ids), col(table.archived_at).is_(None))
        .order_by(table.direction, table.id)
    )  # fmt: skip
    found: dict[int, list[GiftRow]] = defaultdict(list)
    for row in session.execute(statement):
        found[row.delegation_id].append(GiftRow(**_without_trip(row)))
    return found


def _without_trip(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name != "delegation_id"}
