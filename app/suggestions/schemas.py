"""A suggestion with its grounds, as pages and programs read it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.vocabulary import DatePrecision


class SuggestionKind(StrEnum):
    """What is suggested."""

    priority = "priority"
    programme = "programme"
    donor = "donor"
    meeting = "meeting"
    trip = "trip"


class Ground(StrEnum):
    """Why: what the partner has in common with the record that is named."""

    strength = "strength"
    country = "country"
    forum = "forum"
    home_of_donor = "home_of_donor"
    works_there = "works_there"
    member = "member"
    same_country = "same_country"
    visited = "visited"
    city_priority = "city_priority"


@dataclass(frozen=True, slots=True)
class Why:
    """One ground; `what` names it in the reader's language: a sector, a country, a forum, a policy area."""

    ground: Ground
    what: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record that a suggestion rests on, and where to see it."""

    type: str
    id: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Other:
    """A partner that has something with us, or that a trip visits."""

    slug: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion: what, why, and the records behind it, the one it names first. `on`: when it comes near.
    `partners` are those that have it with us, or that a trip visits."""

    kind: SuggestionKind
    title: str
    why: tuple[Why, ...]
    evidence: tuple[Evidence, ...]
    on: date | None = None
    precision: DatePrecision | None = None
    partners: tuple[Other, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """A stuck partner that a trip comes near to."""

    slug: str
    name: str
    country: str
    months_waiting: int | None
    patience: int
    urgency: float
    reason: str | None
