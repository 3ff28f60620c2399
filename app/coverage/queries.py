"""What covers a region and a sector: partners with a tie, and programmes that run."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.models import Partner, PartnerStrength, Programme, ProgrammePartner, Sector, StandingRow
from app.vocabulary import Locale, ProgrammeState, Region, SectorLevel, Status


@dataclass(slots=True)
class Cell:
    """A sector in a region: programmes that run there, and partners that are strong in it, tied or not."""

    region: Region
    running: int
    strong: int


@dataclass(slots=True)
class SectorCover:
    """A sector: its programmes that run, the partners strong in it, and both by region."""

    sector: str
    name_vi: str
    name_en: str
    area: str | None
    running: int
    strong: int
    regions: list[Cell]

    def name(self, locale: Locale) -> str:
        """The name in a language."""
        return self.name_vi if locale == Locale.vi else self.name_en


@dataclass(slots=True)
class RegionCover:
    """A region: the partners on file, those with a tie, and the programmes that run with them."""

    region: Region
    partners: int
    tied: int
    running: int


@dataclass(slots=True)
class Coverage:
    """Every region and sector with what covers it. Uncovered is where no programme runs."""

    regions: list[RegionCover]
    sectors: list[SectorCover]
    uncovered_regions: list[Region]
    uncovered_sectors: list[str]


def coverage(session: Session) -> Coverage:
    """All regions and sectors; six statements for any number of partners. A programme with partners in two
    regions runs in both."""
    partners, running = _partners(session), _running(session, Partner.region)
    regions = [
        RegionCover(region, *partners.get(region, (0, 0)), running.get((region,), 0)) for region in Region
    ]
    sectors = _sectors(session)
    return Coverage(
        regions,
        sectors,
        [it.region for it in regions if not it.running],
        [it.sector for it in sectors if not it.running],
    )


def _partners(session: Session) -> dict[Region, tuple[int, int]]:
    tied = sa.func.sum(sa.case((col(StandingRow.status) == Status.untied, 0), else_=1))
    statement = (
        sa.select(Partner.region, sa.func.count(), tied)
        .join(StandingRow, col(StandingRow.partner_id) == Partner.id)
        .where(col(Partner.archived_at).is_(None))
        .group_by(Partner.region)
    )
    return {row[0]: (row[1], int(row[2])) for row in session.execute(statement)}


def _running(session: Session, *by: Any) -> dict[tuple[Any, ...], int]:
    """How many programmes run, by columns of Programme and its partners."""
    statement = (
        sa.select(*by, sa.func.count(sa.distinct(col(Programme.id))))
        .select_from(Programme)
        .join(ProgrammePartner, col(ProgrammePartner.programme_id) == Programme.id)
        .join(Partner, col(Partner.id) == ProgrammePartner.partner_id)
        .where(
            col(Programme.state) == ProgrammeState.active,
            col(Programme.archived_at).is_(None),
            col(Partner.archived_at).is_(None),
        )
        .group_by(*by)
    )
    return {tuple(row[:-1]): row[-1] for row in session.execute(statement)}


def _strong(session: Session) -> dict[int, dict[Region, int]]:
    statement = (
        sa.select(PartnerStrength.sector_id, Partner.region, sa.func.count())
        .join(Partner, col(Partner.id) == PartnerStrength.partner_id)
        .where(col(Partner.archived_at).is_(None))
        .group_by(PartnerStrength.sector_id, Partner.region)
    )
    found: dict[int, dict[Region, int]] = defaultdict(dict)
    for sector_id, region, n in session.execute(statement):
        found[sector_id][region] = n
    return found


def _sectors(session: Session) -> list[SectorCover]:
    area = aliased(Sector)
    rows = session.execute(
        sa.select(Sector.id, Sector.code, Sector.name_vi, Sector.name_en, col(area.code).label("area"))
        .outerjoin(area, area.id == col(Sector.parent_id))
        .where(Sector.level == SectorLevel.sector, col(Sector.archived_at).is_(None))
        .order_by(area.code, Sector.code)
    ).all()
    total, strong = _running(session, Programme.sector_id), _strong(session)
    running = _running(session, Programme.sector_id, Partner.region)
    return [
        SectorCover(
            row.code,
            row.name_vi,
            row.name_en,
            row.area,
            total.get((row.id,), 0),
            sum(strong[row.id].values()),
            [Cell(it, running.get((row.id, it), 0), strong[row.id].get(it, 0)) for it in Region],
        )
        for row in rows
    ]
