"""Delegations of a period by direction, level, purpose, region and sector.

Counted are those that took place and began in the period. A date known only to the month or the year counts
from its first day here, so that a trip of "2025" stays in the report on 2025.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.delegations.filters import Untold
from app.delegations.queries import HAPPENED
from app.models import Delegation, DelegationPartner, Partner, PartnerStrength, Sector
from app.records.queries import named
from app.reporting.periods import Period
from app.reports.model import Asked, Block, Number, Row, Section, listed, row, told
from app.vocabulary import DelegationDirection, InPeriod, PlanPlace, Region, VisitLevel, VisitPurpose


@dataclass(frozen=True, slots=True)
class Trip:
    """What of a trip is counted."""

    starts_on: date
    direction: DelegationDirection
    level: VisitLevel | None
    purpose: VisitPurpose | None
    place: PlanPlace
    regions: frozenset[Region]
    sectors: frozenset[str]


def delegations(session: Session, asked: Asked) -> Section:
    """The chapter on delegations. Four statements."""
    trips, spoken = _trips(session, asked), asked.spoken
    text, label = spoken.gettext, spoken.label
    columns = [text("Inbound"), text("Outbound"), text("Total"), text("Period before")]

    def block(
        code: str, title: str, lines: Iterable[tuple[str, dict[str, Any], Any]], note: str = ""
    ) -> Block:
        rows = [_row(trips, asked, words, query, fits) for words, query, fits in lines]
        return Block(code, title, columns, told(rows) if code != "all" else rows, note)

    sectors = {row[0]: row[1] for row in session.execute(_sectors(asked))}
    return Section(
        "delegations",
        text("Delegations"),
        [
            block("all", text("All delegations"), [(text("All delegations"), {}, lambda trip: True)]),
            block(
                "level",
                text("By level of the head"),
                [
                    *((label(level), {"level": level}, _is("level", level)) for level in VisitLevel),
                    (spoken.word("untold", "level"), {"untold": Untold.level}, _is("level", None)),
                ],
            ),
            block(
                "purpose",
                text("By purpose"),
                [
                    *((label(goal), {"purpose": goal}, _is("purpose", goal)) for goal in VisitPurpose),
                    (spoken.word("untold", "purpose"), {"untold": Untold.purpose}, _is("purpose", None)),
                ],
            ),
            block(
                "region",
                text("By region of the partners"),
                [(label(region), {"region": region}, _has("regions", region)) for region in Region],
                text("A trip to several regions counts in each."),
            ),
            block(
                "sector",
                text("By sector in which the partners are strong"),
                [(name, {"sector": code}, _has("sectors", code)) for code, name in sectors.items()],
                text(
                    "A trip counts in each strong sector of its partners; partners without one are left out."
                ),
            ),
            block(
                "place",
                text("In the plan or beside it"),
                [(label(place), {"place": place}, _is("place", place)) for place in PlanPlace],
            ),
        ],
    )


def _is(name: str, value: Any) -> Callable[[Trip], bool]:
    return lambda trip: getattr(trip, name) == value


def _has(name: str, value: Any) -> Callable[[Trip], bool]:
    return lambda trip: value in getattr(trip, name)


def _row(
    trips: list[Trip], asked: Asked, words: str, query: dict[str, Any], fits: Callable[[Trip], bool]
) -> Row:
    some = [trip for trip in trips if fits(trip)]

    def number(period: Period, direction: DelegationDirection | None = None) -> Number:
        n = sum(period.has(trip.starts_on) and direction in {None, trip.direction} for trip in some)
        where = {"in_period": InPeriod.took_place, "since": period.first, "until": period.last}
        return Number(n, listed("/delegations", direction=direction, **query, **where))

    ways = (DelegationDirection.inbound, DelegationDirection.outbound, None)
    return row(words, [*(number(asked.now, way) for way in ways), number(asked.before)])


def _trips(session: Session, asked: Asked) -> list[Trip]:
    within = sa.or_(*(col(Delegation.starts_on).between(p.first, p.last) for p in asked.both))
    wanted = (col(Delegation.archived_at).is_(None), col(Delegation.state).in_(HAPPENED), within)
    regions: dict[int, set[Region]] = defaultdict(set)
    sectors: dict[int, set[str]] = defaultdict(set)
    links = (
        sa.select(DelegationPartner.delegation_id, Partner.region)
        .join(Delegation, col(Delegation.id) == DelegationPartner.delegation_id)
        .join(Partner, col(Partner.id) == DelegationPartner.partner_id)
        .where(*wanted)
    )
    for key, region in session.execute(links):
        regions[key].add(region)
    strong = (
        sa.select(DelegationPartner.delegation_id, Sector.code)
        .join(Delegation, col(Delegation.id) == DelegationPartner.delegation_id)
        .join(PartnerStrength, col(PartnerStrength.partner_id) == DelegationPartner.partner_id)
        .join(Sector, col(Sector.id) == PartnerStrength.sector_id)
        .where(*wanted)
    )
    for key, code in session.execute(strong):
        sectors[key].add(code)
    statement = sa.select(
        Delegation.id, Delegation.starts_on, Delegation.direction, Delegation.level, Delegation.purpose,
        Delegation.off_plan, Delegation.plan_item_id,
    ).where(*wanted)  # fmt: skip
    return [
        Trip(
            found.starts_on, found.direction, found.level, found.purpose, _place(found),
            frozenset(regions[found.id]), frozenset(sectors[found.id]),
        )
        for found in session.execute(statement)
    ]  # fmt: skip


def _place(trip: Any) -> PlanPlace:
    if trip.off_plan:
        return PlanPlace.off_plan
    return PlanPlace.unplaced if trip.plan_item_id is None else PlanPlace.in_plan


def _sectors(asked: Asked) -> Any:
    name = named(Sector, asked.spoken.locale)
    return sa.select(Sector.code, name).where(col(Sector.archived_at).is_(None)).order_by(name)
