"""The partners of a list with their places, and where their marks stand."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from app.actor import Actor
from app.map.places import BOXES, Spot, Window, gathered, kept_clear, mark_size, project, spread
from app.models import Partner, StandingRow
from app.partners.filters import PartnerFilters
from app.partners.listing import conditions, joined, name_key
from app.standings.days import on_day
from app.vocabulary import Locale, Rung, Status

# More marks than these cannot be told apart in one window: they are counted by squares of the map.
MOST_MARKS = 220
_SQUARES = 24

_partner, _standing = Partner.__table__.c, StandingRow.__table__.c  # type: ignore[attr-defined]


class Place(NamedTuple):
    """One partner as the map and the list beside it show it."""

    slug: str
    name: str
    country: str
    status: Status
    underlying: Status
    rung: Rung
    months_waiting: int | None
    patience: int
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A partner's mark."""

    place: Place
    spot: Spot


@dataclass(frozen=True, slots=True)
class Cluster:
    """Partners too many to be marked one by one: where, how many, and how many of each status."""

    x: float
    y: float
    places: tuple[Place, ...]

    @property
    def worst(self) -> Status:
        """The status that wants looking at first: in the order in which statuses are shown."""
        return min((place.status for place in self.places), key=list(Status).index)

    @property
    def counts(self) -> dict[Status, int]:
        """How many of each status, in their order."""
        found = Counter(place.status for place in self.places)
        return {status: found[status] for status in Status if found[status]}


@dataclass(frozen=True, slots=True)
class MapOfPartners:
    """A window of the world. `elsewhere`: partners of the list beyond it; `unplaced`: without coordinates."""

    window: Window
    marks: list[Mark]
    clusters: list[Cluster]
    places: list[Place]
    elsewhere: int
    unplaced: list[Place]

    @property
    def by_status(self) -> list[tuple[Status, list[Place]]]:
        """The partners of the window under their statuses, in the order in which statuses are shown."""
        found = [(status, [it for it in self.places if it.status == status]) for status in Status]
        return [(status, places) for status, places in found if places]


def map_of(
    session: Session, actor: Actor, filters: PartnerFilters, locale: Locale, window: Window
) -> MapOfPartners:
    """A window of the world with the partners that fit; one statement."""
    return placed(places_of(session, actor, filters, locale), window)


def places_of(session: Session, actor: Actor, filters: PartnerFilters, locale: Locale) -> list[Place]:
    """The partners that fit the filters of the list, on the day it is asked for; one statement."""
    named = _partner.name_vi if locale == Locale.vi else _partner.name_en
    statement = (
        joined(
            sa.select(
                _partner.slug,
                named,
                _partner.country,
                _standing.status,
                _standing.underlying,
                _standing.rung,
                _standing.months_waiting,
                _standing.patience,
                _partner.lat,
                _partner.lon,
            )
        )
        .where(*conditions(filters, actor))
        .order_by(name_key(locale), _partner.id)
    )
    rows = session.execute(on_day(session, statement, filters.as_of))
    return [
        Place(slug, name, country, Status(status), Status(under), Rung(rung), *rest)
        for slug, name, country, status, under, rung, *rest in rows
    ]


def placed(every: list[Place], window: Window) -> MapOfPartners:
    """Marks for the partners of a window; clusters where they are too many."""
    box = BOXES[window]
    here: list[Place] = []
    points: list[tuple[float, float]] = []
    unplaced: list[Place] = []
    for place in every:
        if place.lat is None or place.lon is None:
            unplaced.append(place)
            continue
        point = project(place.lat, place.lon)
        if box.holds(*point):
            here.append(place)
            points.append(point)
    marks: list[Mark] = []
    clusters: list[Cluster] = []
    if len(here) <= MOST_MARKS:
        size = mark_size(window)
        spots = spread(points, size, box, kept_clear(size, box))
        marks = [Mark(place, spot) for place, spot in zip(here, spots, strict=True)]
    else:
        for members in gathered(points, box.width / _SQUARES).values():
            x = sum(points[i][0] for i in members) / len(members)
            y = sum(points[i][1] for i in members) / len(members)
            clusters.append(Cluster(round(x, 1), round(y, 1), tuple(here[i] for i in members)))
    elsewhere = len(every) - len(here) - len(unplaced)
    return MapOfPartners(window, marks, clusters, here, elsewhere, unplaced)
