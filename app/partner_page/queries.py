"""The file of one partner: names, people, forums, sources, confirmations, pauses, its place in a list."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.actor import Actor
from app.causes.queries import CauseRow, causes_of
from app.errors import DomainError
from app.lists import read
from app.models import (
    Forum,
    ForumMembership,
    Organisation,
    Partner,
    PartnerAlias,
    PartnerStrength,
    Pause,
    ReviewConfirmation,
    Sector,
    User,
)
from app.partners.filters import PartnerPage
from app.partners.listing import conditions, joined, ordering
from app.records.queries import named, noted
from app.standings.days import on_day
from app.vocabulary import (
    AliasType,
    Confidence,
    DatePrecision,
    ForumBasis,
    Locale,
    PartnerKind,
    PauseReason,
    PauseState,
    Region,
    RelationBasis,
    Rung,
    Tier,
)


@dataclass(frozen=True, slots=True)
class ForumRow:
    """A forum in which the city meets the partner, and how the city's own membership is known."""

    acronym: str
    name: str
    basis: ForumBasis
    role: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class PauseRow:
    """A pause that runs, lies ahead, or waits for the second person's word."""

    id: int
    state: PauseState
    starts_on: date
    until: date | None
    reason: PauseReason
    why: str | None
    asked_by: str | None
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The latest word that the file is complete."""

    on: date
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFile:
    """What is on file about a partner itself. `name` is in the page's language, `other_name` in the other."""

    id: int
    day: date
    slug: str
    name: str
    other_name: str
    name_local: str | None
    country: str
    kind: PartnerKind
    tier: Tier
    region: Region
    population: int | None
    officer: str | None
    officer_email: str | None
    declared_rung: Rung | None
    relation_basis: RelationBasis
    is_demo: bool
    friendship_known: bool
    friendship_since: date | None
    friendship_precision: DatePrecision | None
    objectives: str | None
    mission: str | None
    mission_code: str | None
    embassy: str | None
    source: str | None
    confidence: Confidence | None
    note: str | None
    aliases: tuple[tuple[str, AliasType], ...]
    strengths: tuple[tuple[str, str], ...]
    forums: tuple[ForumRow, ...]
    confirmation: Confirmation | None
    pauses: tuple[PauseRow, ...]
    causes: tuple[CauseRow, ...]

    @property
    def cause(self) -> CauseRow | None:
        """What a manager named as holding it back, in force on the day."""
        return next((c for c in self.causes if c.ended_on is None or c.ended_on > self.day), None)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The partner before or after this one in the list it was opened from."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a partner stands in a list."""

    previous: Neighbour | None
    following: Neighbour | None
    number: int
    total: int


def partner_file(session: Session, partner: Partner, locale: Locale, day: date) -> PartnerFile:
    """Everything on the file card, as of a day where it has dates; seven statements."""
    vi = locale == Locale.vi
    mission, embassy = aliased(Organisation), aliased(Organisation)
    # One in the trash is named, but asked for nothing.
    usable = sa.case((col(mission.archived_at).is_(None), mission.code))
    people = session.execute(
        sa.select(User.name, User.email, named(mission, locale), usable, named(embassy, locale))
        .select_from(Partner)
        .outerjoin(User, col(User.id) == Partner.officer_id)
        .outerjoin(mission, mission.id == Partner.mission_id)
        .outerjoin(embassy, embassy.id == Partner.embassy_id)
        .where(col(Partner.id) == partner.id)
    ).one()
    local = partner.name_local
    return PartnerFile(
        **{name: getattr(partner, name) for name in _PLAIN},
        name=partner.name_vi if vi else partner.name_en,
        other_name=partner.name_en if vi else partner.name_vi,
        name_local=local if local not in {partner.name_vi, partner.name_en} else None,
        day=day,
        officer=people[0],
        officer_email=people[1],
        mission=people[2],
        mission_code=people[3],
        embassy=people[4],
        note=noted(partner, locale),
        aliases=_aliases(session, partner),
        strengths=_strengths(session, partner, locale),
        forums=_forums(session, partner, locale),
        confirmation=_confirmation(session, partner, day),
        pauses=_pauses(session, partner, day),
        causes=tuple(row for row in causes_of(session, partner.id or 0) if row.named_on <= day),
    )


_PLAIN = (
    "id", "slug", "country", "kind", "tier", "region", "population", "declared_rung", "relation_basis",
    "is_demo", "friendship_known", "friendship_since", "friendship_precision", "objectives", "source",
    "confidence",
)  # fmt: skip


def _aliases(session: Session, partner: Partner) -> tuple[tuple[str, AliasType], ...]:
    statement = sa.select(PartnerAlias.text, PartnerAlias.type).where(
        col(PartnerAlias.partner_id) == partner.id
    )
    return tuple((row[0], row[1]) for row in session.execute(statement.order_by(PartnerAlias.id)))


def _strengths(session: Session, partner: Partner, locale: Locale) -> tuple[tuple[str, str], ...]:
    """The sectors a partner is strong in, as (code, name)."""
    name = named(Sector, locale)
    statement = (
        sa.select(Sector.code, name)
        .join(PartnerStrength, col(PartnerStrength.sector_id) == Sector.id)
        .where(col(PartnerStrength.partner_id) == partner.id)
    )
    return tuple((row[0], row[1]) for row in session.execute(statement.order_by(name)))


def _forums(session: Session, partner: Partner, locale: Locale) -> tuple[ForumRow, ...]:
    statement = (
        sa.select(
            Forum.acronym, named(Forum, locale), Forum.basis, ForumMembership.basis, ForumMembership.source
        )
        .join(ForumMembership, col(ForumMembership.forum_id) == Forum.id)
        .where(col(ForumMembership.partner_id) == partner.id, col(Forum.archived_at).is_(None))
    )
    return tuple(ForumRow(*row) for row in session.execute(statement.order_by(Forum.acronym)))


def _confirmation(session: Session, partner: Partner, day: date) -> Confirmation | None:
    statement = (
        sa.select(ReviewConfirmation.on, User.name)
        .outerjoin(User, col(User.id) == ReviewConfirmation.by_id)
        .where(
            col(ReviewConfirmation.partner_id) == partner.id,
            col(ReviewConfirmation.on) <= day,
            col(ReviewConfirmation.archived_at).is_(None),
        )
        .order_by(col(ReviewConfirmation.on).desc(), col(ReviewConfirmation.id).desc())
        .limit(1)
    )
    found = session.execute(statement).first()
    return Confirmation(*found) if found else None


def _pauses(session: Session, partner: Partner, day: date) -> tuple[PauseRow, ...]:
    """Those that are not over on the day, and requests nobody has decided."""
    asker, decider = aliased(User), aliased(User)
    statement = (
        sa.select(
            Pause.id, Pause.state, Pause.starts_on, Pause.until, Pause.reason, Pause.why, asker.name,
            decider.name,
        )
        .outerjoin(asker, col(asker.id) == Pause.asked_by_id)
        .outerjoin(decider, col(decider.id) == Pause.decided_by_id)
        .where(
            col(Pause.partner_id) == partner.id,
            col(Pause.state) != PauseState.declined,
            sa.or_(col(Pause.until).is_(None), col(Pause.until) > day),
            col(Pause.archived_at).is_(None),
        )
        .order_by(col(Pause.starts_on), col(Pause.id))
    )  # fmt: skip
    return tuple(PauseRow(*row) for row in session.execute(statement))


def place_in_list(session: Session, actor: Actor, query: Any, slug: str, locale: Locale) -> Place | None:
    """The neighbours of a partner in the list that a query string asks for; one statement.

    None where the query is no list of ours, or the partner is no longer in it: the page loses two links.
    """
    try:
        asked = read(PartnerPage, query)
        order = ordering(asked.order, asked, locale)
    except DomainError:
        return None
    statement = (
        joined(sa.select(Partner.slug, named(Partner, locale)))
        .where(*conditions(asked, actor))
        .order_by(*(step.clause for step in order))
    )
    rows = [Neighbour(*row) for row in session.execute(on_day(session, statement, asked.as_of))]
    here = next((n for n, row in enumerate(rows) if row.slug == slug), None)
    if here is None:
        return None
    return Place(
        rows[here - 1] if here else None,
        rows[here + 1] if here + 1 < len(rows) else None,
        here + 1,
        len(rows),
    )
