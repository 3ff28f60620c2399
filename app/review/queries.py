"""One partner's case as a manager reads it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.causes.queries import CauseRow, causes_of
from app.models import (
    Agreement,
    AgreementPartner,
    AgreementSector,
    Organisation,
    Partner,
    PartnerStrength,
    Sector,
    User,
)
from app.pushes.queries import PushRow, open_push
from app.records.queries import Work, open_work
from app.review.pauses import PauseRow, pauses_of
from app.standing import UrgencyTerms, urgency_terms
from app.standings.policy import load_policy
from app.standings.queries import standing_as_of, standing_of
from app.standings.schemas import StandingOut
from app.timeline.queries import timeline
from app.timeline.schemas import TimelineItem, TimelineKind
from app.vocabulary import Locale, OwedBy, PauseState

CONTACTS = 5
# So long the page says of itself that a pause is over.
_NEWS = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a proposed step can build on: the partner's sectors in words, those its agreements name, the unit
    that leads the latest of these, and the mission abroad (code and name)."""

    strengths: tuple[str, ...]
    agreed: tuple[str, ...]
    lead_unit: str | None
    mission: str | None
    mission_name: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """Everything about one partner that a decision needs."""

    id: int
    version: int
    slug: str
    name: str
    other_name: str
    country: str
    kind: Any
    tier: Any
    basis: Any
    is_demo: bool
    officer: str | None
    officer_name: str | None
    changed_by: str | None
    changed_at: datetime | None
    standing: StandingOut
    terms: UrgencyTerms | None
    ground: Ground
    pauses: tuple[PauseRow, ...]
    causes: tuple[CauseRow, ...]
    ours: tuple[Work, ...]
    theirs: tuple[Work, ...]
    contacts: tuple[TimelineItem, ...]
    push: PushRow | None

    @property
    def request(self) -> PauseRow | None:
        """The pause that waits for a second person."""
        return next((p for p in self.pauses if p.state == PauseState.asked), None)

    @property
    def pause(self) -> PauseRow | None:
        """The pause that runs, or will."""
        return next((p for p in self.pauses if p.runs_on(self.standing.as_of)), None)

    @property
    def returned_on(self) -> date | None:
        """The day on which its last pause ended, while that is news."""
        day = self.standing.as_of
        ends = [p.until for p in self.pauses if p.is_over_on(day) and p.until]
        if self.pause or not ends or max(ends) <= day - _NEWS:
            return None
        return max(ends)

    @property
    def cause(self) -> CauseRow | None:
        """What a manager named as holding it back."""
        day = self.standing.as_of
        return next((c for c in self.causes if c.ended_on is None or c.ended_on > day), None)


def case_of(
    session: Session,
    actor: Actor,
    partner: Partner,
    today: date,
    locale: Locale,
    *,
    as_of: date | None = None,
) -> Case:
    """One partner's case today or as of a day, in a fixed number of statements."""
    assert partner.id is not None
    day = as_of or today
    standing = standing_as_of(session, partner, as_of) if as_of else standing_of(session, partner, today)
    own, other = (
        (partner.name_vi, partner.name_en) if locale == Locale.vi else (partner.name_en, partner.name_vi)
    )
    beside = partner.name_local or other
    people = session.execute(_PEOPLE, {"partner": partner.id}).one()
    work = open_work(session, partner.id, day, locale)
    kinds = (TimelineKind.delegation, TimelineKind.interaction)
    contacts = timeline(session, partner.id, actor, kinds=kinds, limit=CONTACTS, as_of=as_of)
    pauses = pauses_of(session, partner.id, locale)
    return Case(
        id=partner.id,
        version=partner.version,
        slug=partner.slug,
        name=own,
        other_name="" if beside == own else beside,
        country=partner.country,
        kind=partner.kind,
        tier=partner.tier,
        basis=partner.relation_basis,
        is_demo=partner.is_demo,
        officer=people.email,
        officer_name=people.name,
        changed_by=people.changed_by,
        changed_at=partner.updated_at,
        standing=standing,
        terms=urgency_terms(
            partner.tier, standing.months_waiting, [r.code for r in standing.reasons], load_policy(session)
        ),
        ground=_ground(session, partner, locale),
        pauses=tuple(p for p in pauses if p.known_on(day)) if as_of else pauses,
        causes=tuple(c for c in causes_of(session, partner.id) if c.named_on <= day),
        ours=tuple(w for w in work if w.owed_by == OwedBy.home),
        theirs=tuple(w for w in work if w.owed_by == OwedBy.partner),
        contacts=contacts.items,
        push=None if as_of else open_push(session, partner.id, locale, today),
    )


def _ground(session: Session, partner: Partner, locale: Locale) -> Ground:
    strengths, agreed, ends = _grounds(locale)
    key = {"partner": partner.id}
    found = session.execute(ends, key).one()
    return Ground(
        strengths=tuple(session.scalars(strengths, key)),
        agreed=tuple(dict.fromkeys(session.scalars(agreed, key))),
        lead_unit=found.lead,
        mission=found.code,
        mission_name=found.name,
    )


def officer_name(session: Session, partner: Partner) -> str | None:
    """Who looks after a partner; None for nobody."""
    return session.scalar(sa.select(User.name).where(User.id == partner.officer_id))


# Statements are built once: on tables, since an aliased class costs more than its query.

_partner, _sector = Partner.__table__, Sector.__table__  # type: ignore[attr-defined]
_unit = Organisation.__table__  # type: ignore[attr-defined]
_officer, _changer = (User.__table__.alias() for _ in range(2))  # type: ignore[attr-defined]
_THIS = sa.bindparam("partner", type_=sa.Integer)
_PEOPLE = (
    sa.select(_officer.c.email, _officer.c.name, _changer.c.name.label("changed_by"))
    .select_from(
        _partner.outerjoin(_officer, _officer.c.id == _partner.c.officer_id).outerjoin(
            _changer, _changer.c.id == _partner.c.updated_by_id
        )
    )
    .where(_partner.c.id == _THIS)
)


@cache
def _grounds(locale: Locale) -> tuple[Any, Any, Any]:
    """Of a partner: its strengths, the sectors of its agreements, and the lead unit with the mission."""
    papers = sa.select(AgreementPartner.agreement_id).where(col(AgreementPartner.partner_id) == _THIS)
    sectors = sa.select(_sector.c[_name(locale)]).order_by(_sector.c.code)
    strengths = sectors.join(PartnerStrength, col(PartnerStrength.sector_id) == _sector.c.id)
    agreed = sectors.join(AgreementSector, col(AgreementSector.sector_id) == _sector.c.id)
    lead = (
        sa.select(Organisation.code)
        .join(Agreement, col(Agreement.lead_unit_id) == Organisation.id)
        .where(col(Agreement.id).in_(papers), col(Agreement.archived_at).is_(None))
        .where(col(Organisation.archived_at).is_(None))
        .order_by(sa.func.coalesce(Agreement.signed_on, date(1, 1, 1)).desc(), col(Agreement.id).desc())
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )
    here = sa.and_(_unit.c.id == _partner.c.mission_id, _unit.c.archived_at.is_(None))
    ends = (
        sa.select(lead.label("lead"), _unit.c.code, _unit.c[_name(locale)].label("name"))
        .select_from(_partner.outerjoin(_unit, here))
        .where(_partner.c.id == _THIS)
    )
    return (
        strengths.where(col(PartnerStrength.partner_id) == _THIS),
        agreed.where(col(AgreementSector.agreement_id).in_(papers)),
        ends,
    )


def _name(locale: Locale) -> str:
    return f"name_{locale.value}"
