"""What came out in a sector, with a partner, since a day: results and milestones, and the work behind them.

A policy area stands for the sectors below it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import NotFound, Refused
from app.lists import Order, Part
from app.models import (
    Agreement,
    AgreementSector,
    Milestone,
    Partner,
    PartnerStrength,
    Programme,
    ProgrammePartner,
    ProgrammeResult,
    Sector,
    StandingRow,
)
from app.programmes.listing import partners_by_programme
from app.programmes.queries import ResultRow
from app.records.queries import PartnerLink, named, titled
from app.sectors.filters import ResultFilters
from app.vocabulary import Locale, ProgrammeState, ResultLevel, SectorLevel, Status


@dataclass(frozen=True, slots=True)
class Field:
    """A sector or policy area; `ids` are the sectors it stands for."""

    code: str
    name: str
    level: SectorLevel
    area: tuple[str, str] | None
    ids: tuple[int, ...]
    inner: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SectorLine:
    """A sector in the index, whether the city makes it a priority, and its figures: programmes and those that
    run, results and those with evidence, agreements that name it, partners strong in it."""

    code: str
    name_vi: str
    name_en: str
    level: SectorLevel
    area: str | None
    programmes: int
    running: int
    results: int
    verified: int
    agreements: int
    partners: int
    priority: bool
    version: int

    def name(self, locale: str) -> str:
        """The name in a language."""
        return self.name_vi if locale == Locale.vi else self.name_en


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with the programme it came out of."""

    result: ResultRow
    programme_id: int
    programme: str
    sector: str
    sector_name: str
    partners: tuple[PartnerLink, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone that was done."""

    title: str
    done_on: date
    evidence: str | None
    programme_id: int
    programme: str


@dataclass(frozen=True, slots=True)
class Strong:
    """A partner that is strong in a sector, and where it stands."""

    slug: str
    name: str
    country: str
    status: Status


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked: the sectors (None: all of them), perhaps one partner, perhaps since or until a day."""

    sector_ids: tuple[int, ...] | None
    partner_id: int | None = None
    since: date | None = None
    until: date | None = None


def field_of(session: Session, code: str, locale: Locale) -> Field:
    """A sector or policy area by its code; raises NotFound. Two statements."""
    area = aliased(Sector)
    row = session.execute(
        sa.select(Sector, area.code, named(area, locale))
        .outerjoin(area, area.id == col(Sector.parent_id))
        .where(Sector.code == code, col(Sector.archived_at).is_(None))
    ).first()
    if row is None:
        raise NotFound("sector")
    own = row[0]
    inner = session.execute(
        sa.select(Sector.id, Sector.code, named(Sector, locale))
        .where(Sector.parent_id == own.id, col(Sector.archived_at).is_(None))
        .order_by(named(Sector, locale))
    ).all()
    return Field(
        code=own.code,
        name=own.name_vi if locale == Locale.vi else own.name_en,
        level=own.level,
        area=(row[1], row[2]) if row[1] else None,
        ids=(own.id, *(i for i, _, _ in inner)),
        inner=tuple((c, n) for _, c, n in inner),
    )


def known_partner(session: Session, slug: str, locale: Locale) -> tuple[int, PartnerLink]:
    """The partner a filter names; raises Refused."""
    row = session.execute(
        sa.select(Partner.id, Partner.slug, named(Partner, locale), Partner.country).where(
            Partner.slug == slug, col(Partner.archived_at).is_(None)
        )
    ).first()
    if row is None:
        raise Refused("unknown_value", field="partner", name="partner")
    return row[0], PartnerLink(*row[1:])


def index(session: Session) -> list[SectorLine]:
    """Every sector and policy area in figures, by area and name; five statements. What lies in a sector
    counts in its area too."""
    rows = session.execute(
        sa.select(
            Sector.id,
            Sector.code,
            Sector.name_vi,
            Sector.name_en,
            Sector.level,
            Sector.parent_id,
            Sector.priority,
            Sector.version,
        )
        .where(col(Sector.archived_at).is_(None))
        .order_by(Sector.name_vi, Sector.id)
    ).all()
    codes = {row.id: row.code for row in rows}
    parents = {row.id: row.parent_id for row in rows}
    runs, came = (_summed(found, parents) for found in (_programmes(session), _results(session)))
    papers, strong = (_joined(pairs, parents) for pairs in (_papers(session), _strong(session)))
    lines = [
        SectorLine(
            row.code,
            row.name_vi,
            row.name_en,
            row.level,
            codes.get(row.parent_id),
            *runs.get(row.id, (0, 0)),
            *came.get(row.id, (0, 0)),
            len(papers[row.id]),
            len(strong[row.id]),
            row.priority,
            row.version,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.area or line.code, line.level != SectorLevel.policy_area))


_Figures = dict[int, tuple[int, int]]


def _summed(found: _Figures, parents: dict[int, int | None]) -> _Figures:
    """Figures with those of the sectors added to their area: what is counted lies in one sector."""
    total = dict(found)
    for key, (first, second) in found.items():
        if (area := parents.get(key)) is not None:
            before = total.get(area, (0, 0))
            total[area] = (before[0] + first, before[1] + second)
    return total


def _joined(pairs: Any, parents: dict[int, int | None]) -> dict[int, set[int]]:
    """What names a sector, by sector and by area; what names two sectors of an area counts there once."""
    found: dict[int, set[int]] = defaultdict(set)
    for sector_id, key in pairs:
        found[sector_id].add(key)
        if (area := parents.get(sector_id)) is not None:
            found[area].add(key)
    return found


def _programmes(session: Session) -> _Figures:
    running = sa.func.sum(sa.case((col(Programme.state) == ProgrammeState.active, 1), else_=0))
    statement = sa.select(Programme.sector_id, sa.func.count(), running).where(
        col(Programme.archived_at).is_(None)
    )
    return {row[0]: (row[1], int(row[2])) for row in session.execute(statement.group_by(Programme.sector_id))}


def _results(session: Session) -> _Figures:
    statement = (
        sa.select(Programme.sector_id, sa.func.count(), sa.func.count(col(ProgrammeResult.evidence)))
        .join(Programme, col(Programme.id) == ProgrammeResult.programme_id)
        .where(col(ProgrammeResult.archived_at).is_(None), col(Programme.archived_at).is_(None))
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(statement.group_by(Programme.sector_id))}


def _papers(session: Session) -> Any:
    return session.execute(
        sa.select(AgreementSector.sector_id, AgreementSector.agreement_id)
        .join(Agreement, col(Agreement.id) == AgreementSector.agreement_id)
        .where(col(Agreement.archived_at).is_(None))
    )


def _strong(session: Session) -> Any:
    return session.execute(
        sa.select(PartnerStrength.sector_id, PartnerStrength.partner_id)
        .join(Partner, col(Partner.id) == PartnerStrength.partner_id)
        .where(col(Partner.archived_at).is_(None))
    )


# ---- what came out


def programmes_in(scope: Scope) -> list[Any]:
    """The conditions on Programme for what lies within a scope; the day is not among them."""
    found = [col(Programme.archived_at).is_(None)]
    if scope.sector_ids is not None:
        found.append(col(Programme.sector_id).in_(scope.sector_ids))
    if scope.partner_id is not None:
        links = sa.select(ProgrammePartner.programme_id).where(
            ProgrammePartner.partner_id == scope.partner_id
        )
        found.append(col(Programme.id).in_(links))
    return found


def tally(session: Session, scope: Scope) -> tuple[int, int]:
    """How many results came out, and how many of them have evidence; one statement."""
    statement = (
        sa.select(sa.func.count(), sa.func.count(col(ProgrammeResult.evidence)))
        .select_from(ProgrammeResult)
        .join(Programme, col(Programme.id) == ProgrammeResult.programme_id)
        .where(*_came_out(scope))
    )
    row = session.execute(statement).one()
    return row[0], row[1]


_NEWEST = (Order(col(ProgrammeResult.on), down=True), Order(col(ProgrammeResult.id), down=True))


def outcomes(
    session: Session,
    scope: Scope,
    locale: Locale,
    *,
    verified: bool | None = None,
    level: ResultLevel | None = None,
    part: Part,
) -> list[Outcome]:
    """Results within a scope, the newest first, with their programmes; two statements."""
    result = ProgrammeResult
    statement = (
        sa.select(result, Programme.id, titled(Programme, locale), Sector.code, named(Sector, locale))
        .join(Programme, col(Programme.id) == result.programme_id)
        .join(Sector, col(Sector.id) == Programme.sector_id)
        .where(*_came_out(scope))
        .where(*_of_kind(verified, level))
    )
    rows = part.rows(session, statement, _NEWEST)
    partners = partners_by_programme(session, [row[1] for row in rows], locale)
    return [
        Outcome(
            ResultRow(*(getattr(row[0], name) for name in _RESULT)),
            programme_id=row[1],
            programme=row[2],
            sector=row[3],
            sector_name=row[4],
            partners=tuple(partners[row[1]]),
        )
        for row in rows
    ]


def _of_kind(verified: bool | None, level: ResultLevel | None) -> list[Any]:
    proved = col(ProgrammeResult.evidence).is_not(None)
    found = [] if verified is None else [proved if verified else sa.not_(proved)]
    return found + ([] if level is None else [ProgrammeResult.level == level])


def count(
    session: Session, scope: Scope, *, verified: bool | None = None, level: ResultLevel | None = None
) -> int:
    """How many results there are within a scope; one statement."""
    statement = (
        sa.select(sa.func.count())
        .select_from(ProgrammeResult)
        .join(Programme, col(Programme.id) == ProgrammeResult.programme_id)
        .where(*_came_out(scope), *_of_kind(verified, level))
    )
    return int(session.scalar(statement) or 0)


def scope_of(session: Session, asked: ResultFilters, locale: Locale) -> tuple[Scope, dict[str, str]]:
    """What a list of results asks for, and the names of the sectors and the partner it names. Raises Refused
    for one that does not exist. Two statements at most."""
    names: dict[str, str] = {}
    ids: tuple[int, ...] | None = None
    if asked.sector:
        rows = session.execute(
            sa.select(Sector.id, Sector.code, Sector.parent_id, named(Sector, locale))
        ).all()
        chosen = {row[0]: row for row in rows if row.code in asked.sector}
        if len(chosen) < len(set(asked.sector)):
            raise Refused("unknown_value", field="sector", name="sector")
        names |= {row.code: row[3] for row in chosen.values()}
        ids = tuple(row.id for row in rows if row.id in chosen or row.parent_id in chosen)
    partner_id = None
    if asked.partner:
        partner_id, link = known_partner(session, asked.partner, locale)
        names[link.slug] = link.name
    return Scope(ids, partner_id, asked.since, asked.until), names


_RESULT = ("id", "version", "level", "indicator", "unit", "target", "actual", "on", "evidence")


def _came_out(scope: Scope) -> list[Any]:
    found = [col(ProgrammeResult.archived_at).is_(None), *programmes_in(scope)]
    if scope.since:
        found.append(col(ProgrammeResult.on) >= scope.since)
    if scope.until:
        found.append(col(ProgrammeResult.on) <= scope.until)
    return found


def reached(session: Session, scope: Scope, locale: Locale, *, limit: int = 20) -> list[Reached]:
    """The milestones that were done within a scope, the latest first; one statement."""
    statement = (
        sa.select(
            Milestone.title, Milestone.done_on, Milestone.evidence, Programme.id, titled(Programme, locale)
        )
        .join(Programme, col(Programme.id) == Milestone.programme_id)
        .where(
            col(Milestone.archived_at).is_(None), col(Milestone.done_on).is_not(None), *programmes_in(scope)
        )
        .order_by(col(Milestone.done_on).desc(), col(Milestone.id).desc())
        .limit(limit)
    )
    if scope.since:
        statement = statement.where(col(Milestone.done_on) >= scope.since)
    return [Reached(*row) for row in session.execute(statement)]


def partners_at_work(session: Session, sector_ids: Sequence[int], locale: Locale) -> list[tuple[str, str]]:
    """The partners of the programmes in some sectors, for a menu: slug and name; one statement."""
    name = named(Partner, locale)
    statement = (
        sa.select(Partner.slug, name)
        .join(ProgrammePartner, col(ProgrammePartner.partner_id) == Partner.id)
        .join(Programme, col(Programme.id) == ProgrammePartner.programme_id)
        .where(*programmes_in(Scope(tuple(sector_ids))), col(Partner.archived_at).is_(None))
        .group_by(Partner.slug, name)
        .order_by(name)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def strong_in(
    session: Session, sector_ids: Sequence[int], locale: Locale, *, limit: int = 40
) -> list[Strong]:
    """The partners that are strong in some sectors, and where each stands; one statement."""
    name = named(Partner, locale)
    strong = sa.select(PartnerStrength.partner_id).where(col(PartnerStrength.sector_id).in_(sector_ids))
    statement = (
        sa.select(Partner.slug, name, Partner.country, StandingRow.status)
        .join(StandingRow, col(StandingRow.partner_id) == Partner.id)
        .where(col(Partner.id).in_(strong), col(Partner.archived_at).is_(None))
        .order_by(name)
        .limit(limit)
    )
    return [Strong(*row) for row in session.execute(statement)]
