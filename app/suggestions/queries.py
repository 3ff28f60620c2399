"""Reads of suggestions: a fixed number of statements for any partner. Nothing of a confidential note is read:
that a trip is planned, a programme runs or a forum meets is no secret."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.i18n import Words
from app.models import (
    Delegation,
    DelegationPartner,
    Forum,
    ForumMeeting,
    ForumMembership,
    Organisation,
    Partner,
    PartnerStrength,
    Programme,
    ProgrammePartner,
    ProgrammeUnit,
    Sector,
    StandingRow,
)
from app.records.queries import named, titled
from app.suggestions.schemas import Evidence, Ground, Near, Other, Suggestion, SuggestionKind, Why
from app.vocabulary import (
    DelegationDirection,
    DelegationState,
    Locale,
    OrganisationKind,
    ProgrammeState,
    ProgrammeUnitRole,
    Status,
)

# More than a handful of each is a list, and a suggestion nobody reads.
MOST = 4
MOST_NEAR = 8
_TRIED = (ProgrammeState.active, ProgrammeState.completed, ProgrammeState.suspended)
_COMING = (DelegationState.planned, DelegationState.approved, DelegationState.under_way)
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class _Known:
    """What is asked about one partner: its strengths and forums by id, in words."""

    partner: Partner
    strengths: dict[int, tuple[str, str, str | None]]
    forums: dict[int, tuple[str, str]]


def suggestions(session: Session, partner: Partner, spoken: Words, today: date) -> list[Suggestion]:
    """What could be done with a partner, the city's priorities first; eight statements."""
    known = _Known(partner, _strengths(session, partner, spoken.locale), _forums(session, partner))
    return [
        *_priorities(known),
        *_programmes(session, known, spoken),
        *_donors(session, known, spoken),
        *_meetings(session, known, spoken, today),
        *_trips(session, known, spoken, today),
    ]


def _strengths(session: Session, partner: Partner, locale: Locale) -> dict[int, tuple[str, str, str | None]]:
    """By id: code, name, and the priority of the city that it is or belongs to."""
    area = aliased(Sector)
    priority = sa.case(
        (col(Sector.priority), named(Sector, locale)), (col(area.priority), named(area, locale)), else_=None
    )
    statement = (
        sa.select(Sector.id, Sector.code, named(Sector, locale), priority)
        .join(PartnerStrength, col(PartnerStrength.sector_id) == Sector.id)
        .outerjoin(area, col(area.id) == Sector.parent_id)
        .where(col(PartnerStrength.partner_id) == partner.id, col(Sector.archived_at).is_(None))
        .order_by(named(Sector, locale))
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(statement)}


def _forums(session: Session, partner: Partner) -> dict[int, tuple[str, str]]:
    statement = (
        sa.select(Forum.id, Forum.code, Forum.acronym)
        .join(ForumMembership, col(ForumMembership.forum_id) == Forum.id)
        .where(col(ForumMembership.partner_id) == partner.id, col(Forum.archived_at).is_(None))
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(statement)}


def _priorities(known: _Known) -> list[Suggestion]:
    return [
        Suggestion(
            SuggestionKind.priority,
            name,
            (Why(Ground.city_priority, priority),),
            (Evidence("sector", code, f"/sectors/{code}", name),),
        )
        for code, name, priority in known.strengths.values()
        if priority
    ]


def _programmes(session: Session, known: _Known, spoken: Words) -> list[Suggestion]:
    """What partners with the same strengths, country or forum have with us; the most in common first."""
    fellows = sa.select(ForumMembership.partner_id).where(col(ForumMembership.forum_id).in_(known.forums))
    statement = (
        sa.select(
            Programme.id, titled(Programme, spoken.locale), Programme.sector_id, Partner.id, Partner.slug,
            named(Partner, spoken.locale), Partner.country,
        )
        .join(ProgrammePartner, col(ProgrammePartner.programme_id) == Programme.id)
        .join(Partner, col(Partner.id) == ProgrammePartner.partner_id)
        .where(
            col(Programme.archived_at).is_(None),
            col(Programme.state).in_(_TRIED),
            col(Programme.started_on).is_not(None),
            col(Partner.archived_at).is_(None),
            col(Partner.id) != known.partner.id,
            sa.or_(
                col(Programme.sector_id).in_(known.strengths),
                col(Partner.country) == known.partner.country,
                col(Partner.id).in_(fellows),
            ),
        )
        .order_by(col(Programme.started_on).desc(), col(Programme.id).desc())
        .limit(_LOOKED_AT)
    )  # fmt: skip
    rows = session.execute(statement).all()
    shared = _shared_forums(session, known, {row[3] for row in rows})
    found: dict[int, Suggestion] = {}
    for key, title, sector_id, partner_id, slug, name, country in rows:
        why = _in_common(known, spoken, sector_id, country, shared[partner_id])
        other = Other(slug, name, country)
        if key in found:
            old = found[key]
            why = tuple(dict.fromkeys((*old.why, *why)))
            partners = (*old.partners, other)
        else:
            partners = (other,)
        proof = Evidence("programme", str(key), f"/programmes/{key}", title)
        found[key] = Suggestion(SuggestionKind.programme, title, why, (proof,), partners=partners)
    # Sorting keeps the order of those that have as much in common: the latest first.
    return sorted(found.values(), key=lambda it: -len(it.why))[:MOST]


def _shared_forums(session: Session, known: _Known, partners: Iterable[int]) -> dict[int, list[str]]:
    statement = sa.select(ForumMembership.partner_id, ForumMembership.forum_id).where(
        col(ForumMembership.forum_id).in_(known.forums), col(ForumMembership.partner_id).in_(list(partners))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for partner_id, forum_id in session.execute(statement):
        found[partner_id].append(known.forums[forum_id][1])
    return found


def _in_common(
    known: _Known, spoken: Words, sector_id: int, country: str, forums: list[str]
) -> tuple[Why, ...]:
    why = []
    if sector_id in known.strengths:
        why.append(Why(Ground.strength, known.strengths[sector_id][1]))
    if country == known.partner.country:
        why.append(Why(Ground.country, spoken.country(country)))
    why += [Why(Ground.forum, acronym) for acronym in sorted(forums)]
    return tuple(why)


def _donors(session: Session, known: _Known, spoken: Words) -> list[Suggestion]:
    """Donors of the partner's country, and those behind programmes with partners of that country."""
    donor, country = Organisation, known.partner.country
    given = (
        sa.select(ProgrammeUnit.organisation_id, Programme.id, titled(Programme, spoken.locale))
        .join(Programme, col(Programme.id) == ProgrammeUnit.programme_id)
        .join(ProgrammePartner, col(ProgrammePartner.programme_id) == Programme.id)
        .join(Partner, col(Partner.id) == ProgrammePartner.partner_id)
        .where(
            col(ProgrammeUnit.role) == ProgrammeUnitRole.donor,
            col(Programme.archived_at).is_(None),
            col(Programme.state).in_(_TRIED),
            col(Partner.archived_at).is_(None),
            col(Partner.country) == country,
        )
        .order_by(col(Programme.id).desc())
        .limit(_LOOKED_AT)
    )
    behind: dict[int, dict[int, str]] = defaultdict(dict)
    for key, programme_id, title in session.execute(given):
        behind[key][programme_id] = title
    statement = (
        sa.select(donor.id, donor.code, named(donor, spoken.locale), donor.country)
        .where(
            col(donor.archived_at).is_(None),
            col(donor.successor_id).is_(None),
            sa.or_(
                col(donor.id).in_(behind),
                sa.and_(col(donor.kind) == OrganisationKind.donor, col(donor.country) == country),
            ),
        )
        .order_by(named(donor, spoken.locale), col(donor.id))
    )
    found = []
    for key, code, name, home in session.execute(statement):
        works = behind.get(key, {})
        why = [Why(Ground.home_of_donor, spoken.country(country))] if home == country else []
        why += [Why(Ground.works_there, spoken.country(country))] if works else []
        proofs = [Evidence("organisation", code, f"/organisations/{code}", name)]
        proofs += [
            Evidence("programme", str(n), f"/programmes/{n}", title) for n, title in list(works.items())[:2]
        ]
        found.append(Suggestion(SuggestionKind.donor, name, tuple(why), tuple(proofs)))
    return sorted(found, key=lambda it: -len(it.why))[:MOST]


def _meetings(session: Session, known: _Known, spoken: Words, today: date) -> list[Suggestion]:
    """The next meetings of the forums that the partner belongs to."""
    meeting = ForumMeeting
    statement = (
        sa.select(
            meeting.id, titled(meeting, spoken.locale), meeting.starts_on, meeting.starts_precision,
            meeting.forum_id,
        )
        .where(
            col(meeting.archived_at).is_(None),
            col(meeting.forum_id).in_(known.forums),
            col(meeting.ends_on) >= today,
        )
        .order_by(col(meeting.starts_on), col(meeting.id))
        .limit(MOST)
    )  # fmt: skip
    found = []
    for _key, title, on, precision, forum_id in session.execute(statement):
        code, acronym = known.forums[forum_id]
        proof = Evidence("forum", code, f"/forums/{code}", acronym)
        why = (Why(Ground.member, acronym),)
        found.append(Suggestion(SuggestionKind.meeting, title, why, (proof,), on, precision))
    return found


def _trips(session: Session, known: _Known, spoken: Words, today: date) -> list[Suggestion]:
    """The trips of the city that lead to the partner, or come into its country."""
    trip = Delegation
    there = (
        sa.select(DelegationPartner.delegation_id)
        .join(Partner, col(Partner.id) == DelegationPartner.partner_id)
        .where(col(Partner.country) == known.partner.country)
    )
    statement = (
        sa.select(
            trip.id, titled(trip, spoken.locale), trip.starts_on, trip.starts_precision, Partner.id,
            Partner.slug, named(Partner, spoken.locale), Partner.country,
        )
        .join(DelegationPartner, col(DelegationPartner.delegation_id) == trip.id)
        .join(Partner, col(Partner.id) == DelegationPartner.partner_id)
        .where(
            col(trip.archived_at).is_(None),
            col(trip.direction) == DelegationDirection.outbound,
            col(trip.state).in_(_COMING),
            col(trip.ends_on) >= today,
            col(trip.id).in_(there),
        )
        .order_by(col(trip.starts_on), col(trip.id), named(Partner, spoken.locale))
        .limit(_LOOKED_AT)
    )  # fmt: skip
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(statement):
        rows[row[0]].append(row)
    found = []
    for key, stops in list(rows.items())[:MOST]:
        _, title, on, precision, *_ = stops[0]
        visited = any(stop[4] == known.partner.id for stop in stops)
        ground = Ground.visited if visited else Ground.same_country
        proof = Evidence("delegation", str(key), f"/delegations/{key}", title)
        others = tuple(Other(*stop[5:]) for stop in stops)
        why = (Why(ground, spoken.country(known.partner.country)),)
        found.append(Suggestion(SuggestionKind.trip, title, why, (proof,), on, precision, others))
    return found


def stuck_near(session: Session, delegation_id: int, locale: Locale) -> list[Near]:
    """The stuck partners in the countries that a trip goes to and that it does not visit, the most urgent
    first; one statement."""
    visited = sa.select(DelegationPartner.partner_id).where(
        col(DelegationPartner.delegation_id) == delegation_id
    )
    stop = aliased(Partner)
    countries = sa.select(stop.country).where(col(stop.id).in_(visited))
    statement = (
        sa.select(
            Partner.slug, named(Partner, locale), Partner.country, StandingRow.months_waiting,
            StandingRow.patience, StandingRow.urgency, StandingRow.first_reason,
        )
        .join(StandingRow, col(StandingRow.partner_id) == Partner.id)
        .where(
            col(Partner.archived_at).is_(None),
            col(Partner.country).in_(countries),
            col(Partner.id).not_in(visited),
            col(StandingRow.status) == Status.stuck,
        )
        .order_by(col(StandingRow.urgency).desc(), col(Partner.id))
        .limit(MOST_NEAR)
    )  # fmt: skip
    return [Near(*row) for row in session.execute(statement)]
