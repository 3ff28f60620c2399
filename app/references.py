"""What the fields of read models refer to, and how it is told on request (`expand=officer,partners`).

A field's name says what it refers to, in every read model alike. Whatever the page, one statement is sent for
each kind of thing: the officer and the assignee of fifty rows are read together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any, get_args, get_type_hints

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import (
    Agreement,
    Delegation,
    FollowUp,
    Forum,
    Interaction,
    Organisation,
    Partner,
    PlanItem,
    Programme,
    Sector,
    User,
)
from app.vocabulary import (
    AgreementKind,
    AgreementState,
    Channel,
    DelegationDirection,
    DelegationState,
    FollowUpState,
    OrganisationKind,
    ProgrammeState,
    SectorLevel,
    Tier,
)


@dataclass(slots=True)
class PartnerRef:
    """A partner that a record names."""

    id: str
    name_vi: str
    name_en: str
    country: str
    tier: Tier


@dataclass(slots=True)
class UserRef:
    """A person of the department that a record names."""

    email: str
    name: str


@dataclass(slots=True)
class OrganisationRef:
    """An organisation that a record names."""

    id: str
    name_vi: str
    name_en: str
    acronym: str | None
    kind: OrganisationKind


@dataclass(slots=True)
class SectorRef:
    """A sector that a record names."""

    id: str
    name_vi: str
    name_en: str
    level: SectorLevel


@dataclass(slots=True)
class ForumRef:
    """A forum that a record names."""

    id: str
    name_vi: str
    name_en: str
    acronym: str


@dataclass(slots=True)
class DelegationRef:
    """A delegation that a record names."""

    id: int
    title: str
    title_en: str | None
    direction: DelegationDirection
    state: DelegationState
    starts_on: date
    ends_on: date


@dataclass(slots=True)
class AgreementRef:
    """A paper that a record names."""

    id: int
    title: str
    title_en: str | None
    kind: AgreementKind
    state: AgreementState
    signed_on: date | None


@dataclass(slots=True)
class InteractionRef:
    """A contact that a record names."""

    id: int
    title: str
    title_en: str | None
    on: date
    channel: Channel


@dataclass(slots=True)
class ProgrammeRef:
    """A programme that a record names."""

    id: int
    title: str
    title_en: str | None
    state: ProgrammeState


@dataclass(slots=True)
class FollowUpRef:
    """A follow-up that a record names."""

    id: int
    title: str
    state: FollowUpState
    due_on: date


@dataclass(slots=True)
class PlanItemRef:
    """An item of an annual plan that a record names."""

    id: int
    title: str
    month: int | None


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of thing that is referred to: how it is told, and the column its references hold."""

    told: type
    table: Any
    key: Any


PARTNER = Kind(PartnerRef, Partner, col(Partner.slug))
USER = Kind(UserRef, User, col(User.email))
ORGANISATION = Kind(OrganisationRef, Organisation, col(Organisation.code))
SECTOR = Kind(SectorRef, Sector, col(Sector.code))
FORUM = Kind(ForumRef, Forum, col(Forum.code))
DELEGATION = Kind(DelegationRef, Delegation, col(Delegation.id))
AGREEMENT = Kind(AgreementRef, Agreement, col(Agreement.id))
INTERACTION = Kind(InteractionRef, Interaction, col(Interaction.id))
PROGRAMME = Kind(ProgrammeRef, Programme, col(Programme.id))
FOLLOW_UP = Kind(FollowUpRef, FollowUp, col(FollowUp.id))
PLAN_ITEM = Kind(PlanItemRef, PlanItem, col(PlanItem.id))

KINDS: dict[str, Kind] = {
    "partner": PARTNER, "partners": PARTNER, "host": PARTNER,
    "officer": USER, "assignee": USER, "named_by": USER, "opened_by": USER,
    "unit": ORGANISATION, "lead_unit": ORGANISATION, "support_units": ORGANISATION,
    "host_unit": ORGANISATION, "escort_unit": ORGANISATION, "donors": ORGANISATION,
    "mission": ORGANISATION, "embassy": ORGANISATION, "parent": ORGANISATION, "successor": ORGANISATION,
    "sector": SECTOR, "strengths": SECTOR, "sectors": SECTOR, "area": SECTOR,
    "forums": FORUM,
    "delegation": DELEGATION, "returns": DELEGATION,
    "agreement": AGREEMENT, "agreement_id": AGREEMENT, "amends": AGREEMENT, "renews": AGREEMENT,
    "followed_by": AGREEMENT,
    "interaction": INTERACTION, "answers": INTERACTION, "answered_by": INTERACTION,
    "programme": PROGRAMME,
    "follow_up": FOLLOW_UP, "follow_up_id": FOLLOW_UP,
    "plan_item": PLAN_ITEM, "plan_item_id": PLAN_ITEM, "copied_from": PLAN_ITEM,
}  # fmt: skip
# Beside one of these `unit` is what something is counted in.
_MEASURES = frozenset({"indicator", "value", "figure"})


@cache
def references_of(item: type) -> dict[str, Kind]:
    """The fields of a read model that refer to something, and to what."""
    hints = get_type_hints(item)
    named = [field.name for field in fields(item)]
    if _MEASURES & set(named):
        named = [name for name in named if name != "unit"]
    return {name: KINDS[name] for name in named if name in KINDS and _is_key(hints[name], KINDS[name])}


@cache
def is_many(item: type, name: str) -> bool:
    """Whether a field of a read model refers to several things."""
    return getattr(get_type_hints(item)[name], "__origin__", None) is list


def _is_key(hint: Any, kind: Kind) -> bool:
    """Whether a field holds keys of a kind, and no number of them."""
    wanted = int if kind.key.key == "id" else str
    parts = [part for part in get_args(hint) or (hint,) if part is not type(None)]
    return parts == [wanted]


Found = dict[str, dict[Any, Any]]


def look_up(session: Session, item: type, values: Iterable[Any], names: Sequence[str]) -> Found:
    """What the named fields of read models refer to, by field and key; one statement a kind. What is in the
    trash is not there."""
    kinds, held = references_of(item), list(values)
    wanted: dict[Kind, set[Any]] = {}
    for name in names:
        keys = wanted.setdefault(kinds[name], set())
        for value in held:
            key = getattr(value, name)
            keys.update(key if isinstance(key, list) else () if key is None else (key,))
    told = {kind: _told(session, kind, keys) for kind, keys in wanted.items()}
    return {name: told[kinds[name]] for name in names}


def _told(session: Session, kind: Kind, keys: set[Any]) -> dict[Any, Any]:
    columns = [
        kind.key if place == 0 else getattr(kind.table, field.name)
        for place, field in enumerate(fields(kind.told))
    ]
    if not keys:
        return {}
    rows = session.execute(
        sa.select(*columns).where(kind.key.in_(sorted(keys)), col(kind.table.archived_at).is_(None))
    )
    return {row[0]: kind.told(*row) for row in rows}


def expanded(item: type, value: Any, found: Found) -> dict[str, Any]:
    """What one read model refers to, by field: a thing, none, or several."""
    told: dict[str, Any] = {}
    for name, known in found.items():
        key = getattr(value, name)
        if is_many(item, name):
            told[name] = [known[one] for one in key or () if one in known]
        else:
            told[name] = known.get(key)
    return told
