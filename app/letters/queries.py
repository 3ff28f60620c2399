"""What is on file for a letter. A fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.agreements.queries import AgreementRow, agreements_of
from app.delegations.queries import HAPPENED
from app.errors import Refused
from app.letters.offers import Offer, offers
from app.letters.schemas import LetterQuery
from app.models import Delegation, DelegationPartner, FollowUp, FollowUpPartner, Organisation, Partner
from app.partner_page.queries import PartnerFile, partner_file
from app.people.posts import at_partner
from app.people.queries import HolderRow, holders
from app.records.queries import named, titled
from app.standings.queries import standing_of
from app.standings.schemas import StandingOut
from app.vocabulary import (
    DatePrecision,
    DelegationDirection,
    DelegationState,
    FollowUpState,
    LetterKind,
    Locale,
    OwedBy,
)

_COMING = (DelegationState.planned, DelegationState.approved, DelegationState.under_way)
MOST_TRIPS = 30


@dataclass(frozen=True, slots=True)
class Trip:
    """A delegation that a letter may be about."""

    id: int
    title: str
    direction: DelegationDirection
    state: DelegationState
    starts_on: date
    ends_on: date
    precision: DatePrecision

    @property
    def happened(self) -> bool:
        """Whether it took place."""
        return self.state in HAPPENED


@dataclass(frozen=True, slots=True)
class Promise:
    """What one side said it would do; `unit` as code and name."""

    id: int
    title: str
    owed_by: OwedBy
    raised_on: date
    due_on: date
    open: bool
    unit: tuple[str, str] | None
    delegation_id: int | None


@dataclass(frozen=True, slots=True)
class OnFile:
    """Everything a letter to one partner may rest on, names in the letter's language. `trip`, `addressee`,
    `unit` and `promises` are those of this letter; the plurals beside them what may be chosen."""

    kind: LetterKind
    locale: Locale
    today: date
    file: PartnerFile
    standing: StandingOut
    offers: list[Offer]
    papers: list[AgreementRow]
    people: list[HolderRow]
    addressee: HolderRow | None
    trips: list[Trip]
    trip: Trip | None
    our_visit: Trip | None
    units: list[tuple[str, str]]
    unit: tuple[str, str] | None
    eligible: list[Promise]
    promises: list[Promise]


def on_file(
    session: Session, actor: Actor, partner: Partner, kind: LetterKind | None, asked: LetterQuery, today: date
) -> OnFile:
    """What is on file for the letter that is asked for. Raises Refused for what is not the partner's, or what
    such a letter is never about."""
    standing = standing_of(session, partner, today)
    offered = offers(standing.reasons)
    kind = kind or (offered[0].kind if offered else LetterKind.invitation)
    locale = _language(kind, asked, partner)
    file = partner_file(session, partner, locale, today)
    people = _in_office(session, actor, file.id, locale, today) if kind != LetterKind.reminder else []
    trips = _trips(session, file.id, locale)
    promises = _promises(session, file.id, locale, today)
    choices = [trip for trip in trips if _fits(kind, trip, today)]
    trip = _chosen(choices, asked.delegation, "delegation") or _nearest(kind, choices)
    eligible = _eligible(kind, promises, trip)
    wanted = _wanted(eligible, asked.follow_up)
    units = sorted({it.unit for it in eligible if it.unit}, key=lambda unit: unit[1])
    unit = _unit(units if kind == LetterKind.reminder else [], asked.unit, wanted)
    if unit is not None:
        eligible = [it for it in eligible if it.unit == unit]
        wanted = [it for it in wanted if it.unit == unit]
    return OnFile(
        kind=kind, locale=locale, today=today, file=file, standing=standing, offers=offered,
        papers=agreements_of(session, file.id, locale, day=today),
        people=people, addressee=_addressee(people, asked.person),
        trips=choices, trip=trip, our_visit=_unreturned(trips),
        units=units, unit=unit, eligible=eligible, promises=wanted or eligible,
    )  # fmt: skip


def _language(kind: LetterKind, asked: LetterQuery, partner: Partner) -> Locale:
    if kind == LetterKind.reminder:
        if asked.language not in (None, Locale.vi):
            raise Refused("letter_in_vietnamese", field="language")
        return Locale.vi
    return asked.language or (Locale.vi if partner.country == "VN" else Locale.en)


def _in_office(
    session: Session, actor: Actor, partner_id: int, locale: Locale, today: date
) -> list[HolderRow]:
    """Who holds a post at the partner, each once, by their first post."""
    found = holders(session, actor, locale, today, at=at_partner(partner_id), as_of=today)
    held = [it for it in found if it.post.current and not it.person.erased_at]
    return list({it.person.id: it for it in reversed(held)}.values())[::-1]


def _addressee(people: list[HolderRow], wanted: int | None) -> HolderRow | None:
    if wanted is not None:
        found = next((it for it in people if it.person.id == wanted), None)
        if found is None:
            raise Refused("unknown_value", field="person", name="person")
        return found
    return people[0] if len(people) == 1 else None


def _trips(session: Session, partner_id: int, locale: Locale) -> list[Trip]:
    """The partner's delegations that were not cancelled, the latest first."""
    statement = (
        sa.select(
            Delegation.id, titled(Delegation, locale), Delegation.direction, Delegation.state,
            Delegation.starts_on, Delegation.ends_on, Delegation.starts_precision,
        )
        .join(DelegationPartner, col(DelegationPartner.delegation_id) == Delegation.id)
        .where(
            DelegationPartner.partner_id == partner_id,
            col(Delegation.archived_at).is_(None),
            Delegation.state != DelegationState.cancelled,
        )
        .order_by(col(Delegation.starts_on).desc(), col(Delegation.id).desc())
        .limit(MOST_TRIPS)
    )  # fmt: skip
    return [Trip(*row) for row in session.execute(statement)]


def _fits(kind: LetterKind, trip: Trip, today: date) -> bool:
    if kind == LetterKind.thanks:
        return trip.happened
    coming = trip.direction == DelegationDirection.inbound and trip.state in _COMING
    return kind == LetterKind.invitation and coming and trip.ends_on >= today


def _nearest(kind: LetterKind, trips: list[Trip]) -> Trip | None:
    """The latest visit to give thanks for, the next one to be invited to."""
    if not trips:
        return None
    return trips[0] if kind == LetterKind.thanks else trips[-1]


def _chosen(trips: list[Trip], wanted: int | None, field: str) -> Trip | None:
    if wanted is None:
        return None
    found = next((trip for trip in trips if trip.id == wanted), None)
    if found is None:
        raise Refused("unknown_value", field=field, name=field)
    return found


def _unreturned(trips: list[Trip]) -> Trip | None:
    """Our latest visit there, where none of theirs came after it."""
    latest = next((trip for trip in trips if trip.happened), None)
    return latest if latest and latest.direction == DelegationDirection.outbound else None


def _promises(session: Session, partner_id: int, locale: Locale, today: date) -> list[Promise]:
    """What was promised and not dropped, the first due first."""
    statement = (
        sa.select(
            FollowUp.id, FollowUp.title, FollowUp.owed_by, FollowUp.raised_on, FollowUp.due_on,
            FollowUp.state, Organisation.code, named(Organisation, locale), FollowUp.delegation_id,
        )
        .join(FollowUpPartner, col(FollowUpPartner.follow_up_id) == FollowUp.id)
        .outerjoin(Organisation, col(Organisation.id) == FollowUp.unit_id)
        .where(
            FollowUpPartner.partner_id == partner_id,
            col(FollowUp.archived_at).is_(None),
            FollowUp.state != FollowUpState.dropped,
            FollowUp.raised_on <= today,
        )
        .order_by(FollowUp.due_on, FollowUp.id)
    )  # fmt: skip
    return [_promise(row) for row in session.execute(statement)]


def _promise(row: Any) -> Promise:
    key, title, side, raised, due, state, code, unit, trip = row
    return Promise(
        key, title, side, raised, due, state == FollowUpState.open, (code, unit) if code else None, trip
    )


def _eligible(kind: LetterKind, promises: Sequence[Promise], trip: Trip | None) -> list[Promise]:
    """What such a letter may list: what the other side owes, what ours owes, what a visit brought."""
    match kind:
        case LetterKind.chase:
            return [it for it in promises if it.open and it.owed_by == OwedBy.partner]
        case LetterKind.reminder:
            return [it for it in promises if it.open and it.owed_by == OwedBy.home]
        case LetterKind.thanks if trip is not None:
            return [it for it in promises if it.delegation_id == trip.id]
        case _:
            return []


def _wanted(eligible: list[Promise], ids: Sequence[int]) -> list[Promise]:
    if set(ids) - {it.id for it in eligible}:
        raise Refused("unknown_value", field="follow_up", name="follow_up")
    return [it for it in eligible if it.id in ids]


def _unit(
    units: list[tuple[str, str]], wanted: str | None, promises: list[Promise]
) -> tuple[str, str] | None:
    """The unit that is named, else that of the promises that are, else the only one there is."""
    if wanted is not None:
        found = next((unit for unit in units if unit[0] == wanted), None)
        if found is None:
            raise Refused("unknown_value", field="unit", name="unit")
        return found
    theirs = {it.unit for it in promises if it.unit} or set(units)
    return next(iter(theirs)) if len(theirs) == 1 and units else None
