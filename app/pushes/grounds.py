"""What a push on some partners can build on: their standings, sectors, and who can be asked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import NotFound
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
from app.pushes.queries import PushRow, open_pushes
from app.records.queries import named
from app.standings.playbook_words import Hands, shared_sectors
from app.standings.queries import standings_of
from app.standings.schemas import StandingOut
from app.vocabulary import AgreementState, Locale, Role, Tier


@dataclass(frozen=True, slots=True)
class Ground:
    """One partner as the form of a push shows it; `sectors` are those both sides share, in words."""

    id: int
    slug: str
    name: str
    country: str
    tier: Tier
    standing: StandingOut
    sectors: tuple[str, ...]
    hands: Hands
    mission: tuple[str, str] | None
    push: PushRow | None


def grounds(session: Session, slugs: Sequence[str], locale: Locale, today: date) -> list[Ground]:
    """The partners in their order; a fixed number of statements. Raises NotFound for an unknown one."""
    officer, mission = aliased(User), aliased(Organisation)
    rows = session.execute(
        sa.select(
            Partner.id, Partner.slug, named(Partner, locale).label("name"), Partner.country, Partner.tier,
            col(officer.email).label("officer"), col(mission.code).label("mission"),
            named(mission, locale).label("mission_name"),
        )
        .outerjoin(
            officer,  # who may be given a step
            sa.and_(
                col(officer.id) == Partner.officer_id,
                col(officer.disabled_at).is_(None),
                col(officer.role) != Role.viewer,
            ),
        )
        .outerjoin(mission, mission.id == Partner.mission_id)
        .where(col(Partner.slug).in_(slugs), col(Partner.archived_at).is_(None))
    ).all()  # fmt: skip
    by_slug = {row.slug: row for row in rows}
    if set(slugs) - set(by_slug):
        raise NotFound("partner")
    ids = [row.id for row in rows]
    strengths, papers = _strengths(session, ids, locale), _papers(session, ids, locale)
    standings = standings_of(session, ids, today)
    pushes = {push.partner_id: push for push in open_pushes(session, ids, locale, today)}
    found = []
    for slug in slugs:
        row = by_slug[slug]
        agreed, leads = papers[row.id]
        found.append(
            Ground(
                id=row.id,
                slug=slug,
                name=row.name,
                country=row.country,
                tier=row.tier,
                standing=standings[row.id],
                sectors=tuple(shared_sectors(strengths[row.id], agreed)),
                hands=Hands(row.officer, leads[0] if leads else None, row.mission),
                mission=(row.mission, row.mission_name) if row.mission else None,
                push=pushes.get(row.id),
            )
        )
    return found


def _strengths(session: Session, ids: list[int], locale: Locale) -> dict[int, list[str]]:
    name = named(Sector, locale)
    statement = (
        sa.select(PartnerStrength.partner_id, name)
        .join(Sector, col(Sector.id) == PartnerStrength.sector_id)
        .where(col(PartnerStrength.partner_id).in_(ids))
        .order_by(name)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for key, text in session.execute(statement):
        found[key].append(text)
    return found


def _papers(session: Session, ids: list[int], locale: Locale) -> dict[int, tuple[list[str], list[str]]]:
    """The sectors that the signed papers name, and the units that lead them, the latest paper first."""
    statement = (
        sa.select(AgreementPartner.partner_id, named(Sector, locale), Organisation.code)
        .select_from(AgreementPartner)
        .join(Agreement, col(Agreement.id) == AgreementPartner.agreement_id)
        .outerjoin(AgreementSector, col(AgreementSector.agreement_id) == Agreement.id)
        .outerjoin(Sector, col(Sector.id) == AgreementSector.sector_id)
        .outerjoin(Organisation, col(Organisation.id) == Agreement.lead_unit_id)
        .where(
            col(AgreementPartner.partner_id).in_(ids),
            Agreement.state == AgreementState.signed,
            col(Agreement.archived_at).is_(None),
        )
        .order_by(sa.func.coalesce(Agreement.signed_on, date.min).desc(), col(Agreement.id).desc())
    )
    found: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for key, sector, unit in session.execute(statement):
        sectors, units = found[key]
        if sector and sector not in sectors:
            sectors.append(sector)
        if unit:
            units.append(unit)
    return found
