"""The localities with contact and no tie, with what speaks for each."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.candidates.score import Score, score
from app.delegations.queries import HAPPENED
from app.models import (
    Agreement,
    AgreementPartner,
    Delegation,
    DelegationPartner,
    ForumMembership,
    Partner,
    PartnerStrength,
    StandingRow,
)
from app.vocabulary import (
    AgreementState,
    DatePrecision,
    DelegationDirection,
    Locale,
    Region,
    Rung,
    Status,
    Tier,
)

_ON_ITS_WAY = (
    AgreementState.idea,
    AgreementState.proposed,
    AgreementState.consulting,
    AgreementState.approved,
)


@dataclass(slots=True)
class Candidate:
    """A locality with which there is contact and no tie, and its score."""

    partner: str
    name_vi: str
    name_en: str
    country: str
    region: Region
    tier: Tier
    last_contact_on: date | None
    last_contact_precision: DatePrecision | None
    papers: int
    visits_here: int
    forums: int
    strengths: int
    score: Score

    def name(self, locale: Locale) -> str:
        """The name in a language."""
        return self.name_vi if locale == Locale.vi else self.name_en


def candidates(session: Session, today: date) -> list[Candidate]:
    """All of them, the highest score first, then by slug; one statement."""
    papers = _count(AgreementPartner, AgreementPartner.partner_id).where(
        col(Agreement.id) == AgreementPartner.agreement_id,
        col(Agreement.state).in_(_ON_ITS_WAY),
        col(Agreement.archived_at).is_(None),
    )
    came = _count(DelegationPartner, DelegationPartner.partner_id).where(
        col(Delegation.id) == DelegationPartner.delegation_id,
        Delegation.direction == DelegationDirection.inbound,
        col(Delegation.state).in_(HAPPENED),
        col(Delegation.archived_at).is_(None),
    )
    counts = (
        papers,
        came,
        _count(ForumMembership, ForumMembership.partner_id),
        _count(PartnerStrength, PartnerStrength.partner_id),
    )
    statement = (
        sa.select(
            Partner.slug, Partner.name_vi, Partner.name_en, Partner.country, Partner.region, Partner.tier,
            StandingRow.last_contact_on, StandingRow.last_contact_precision,
            *(count.scalar_subquery() for count in counts),
        )
        .join(StandingRow, col(StandingRow.partner_id) == Partner.id)
        .where(
            col(Partner.archived_at).is_(None),
            StandingRow.underlying == Status.untied,
            StandingRow.rung == Rung.contact,
        )
    )  # fmt: skip
    found = [_candidate(row, today) for row in session.execute(statement)]
    return sorted(found, key=lambda it: (-it.score.total, it.partner))


def _count(table: Any, key: Any) -> Any:
    return sa.select(sa.func.count()).select_from(table).where(key == Partner.id).correlate(Partner)


def _candidate(row: Any, today: date) -> Candidate:
    papers, came, forums, strengths = row[8:]
    points = score(
        papers=papers, came=came, last_contact=row[6], forums=forums, strengths=strengths, today=today
    )
    told = {field.name: value for field, value in zip(fields(Candidate), row, strict=False)}
    return Candidate(**told, score=points)
