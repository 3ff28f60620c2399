"""Programmes as programs read them: the filters, the order, the rows, and what belongs to one."""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field
from sqlmodel import Session, col

from app.errors import NotFound
from app.fields import IS_DEMO, VERSION, LeadUnit, PlanItemId, like
from app.lists import Part
from app.models import Organisation, Partner, Programme, ProgrammePartner, ProgrammeUnit, Sector
from app.programmes.filters import ProgrammeQuery
from app.programmes.listing import check_known, conditions, ordering, quiet_ids
from app.programmes.parts import PARTS, PartKind
from app.programmes.schemas import (
    AgreementId,
    Budget,
    CancelledOn,
    Donors,
    EndedOn,
    EndsOn,
    FollowUpId,
    OwnShare,
    Payer,
    SectorCode,
    SupportUnits,
)
from app.vocabulary import Completion, DatePrecision, ProgrammeState, ProgrammeUnitRole, ResultLevel


@dataclass(slots=True)
class MilestoneJson:
    """A step of a programme; done once it has a day on which it was."""

    id: int
    version: int
    title: str
    due_on: date | None
    done_on: date | None
    evidence: str | None


@dataclass(slots=True)
class NoteJson:
    """A dated line on how a programme goes."""

    id: int
    version: int
    on: date
    text: str


@dataclass(slots=True)
class ResultJson:
    """A result in figures; without evidence it is not verified and proves no outcome."""

    id: int
    version: int
    level: ResultLevel
    indicator: str
    unit: str | None
    target: float | None
    actual: float | None
    on: date
    evidence: str | None
    verified: bool


@dataclass(slots=True)
class ProgrammeJson:
    """Joint work with partners in one sector. Amounts are whole units of `currency`; `quiet`: it runs, and
    has shown no sign of life for as long as the standings allow."""

    id: int
    version: Annotated[int, VERSION]
    title: str
    title_en: str | None
    partners: Annotated[list[str], Field(description="Slugs of the partners that take part.")]
    sector: Annotated[str, like(SectorCode)]
    state: Annotated[ProgrammeState, Field(description="How far the programme has come.")]
    agreement_id: Annotated[int | None, like(AgreementId)]
    plan_item_id: Annotated[int | None, like(PlanItemId)]
    follow_up_id: Annotated[int | None, like(FollowUpId)]
    lead_unit: Annotated[str | None, like(LeadUnit)]
    support_units: Annotated[list[str], like(SupportUnits)]
    donors: Annotated[list[str], like(Donors)]
    started_on: Annotated[
        date | None, Field(description="The day it began to run, from which on the tie is substantive.")
    ]
    started_on_precision: DatePrecision | None
    ends_on: Annotated[date | None, like(EndsOn)]
    ended_on: Annotated[date | None, like(EndedOn)]
    cancelled_on: Annotated[date | None, like(CancelledOn)]
    budget: Annotated[int | None, like(Budget)]
    currency: str | None
    budget_source: Annotated[str | None, like(Payer)]
    counterpart_funds: Annotated[int | None, like(OwnShare)]
    completion: Annotated[
        Completion | None,
        Field(description="How far it got, in a word; null where it is told in percent or not at all."),
    ]
    completion_percent: int | None
    objectives: str | None
    source: str | None
    note: str | None
    quiet: Annotated[
        bool, Field(description="It runs, and has shown no progress for as long as the standings allow.")
    ]
    is_demo: Annotated[bool, IS_DEMO]


@dataclass(slots=True)
class ProgrammeWhole(ProgrammeJson):
    """A programme with its milestones, its notes of progress and its results."""

    milestones: list[MilestoneJson]
    notes: list[NoteJson]
    results: list[ResultJson]


_JSON: dict[PartKind, type[Any]] = {
    PartKind.milestones: MilestoneJson,
    PartKind.notes: NoteJson,
    PartKind.results: ResultJson,
}
_LINKED = ("partners", "sector", "lead_unit", "support_units", "donors", "started_on_precision", "quiet")
_PLAIN = tuple(f.name for f in fields(ProgrammeJson) if f.name not in _LINKED)
_run = Programme.__table__  # type: ignore[attr-defined]


def list_json(
    session: Session, query: ProgrammeQuery, today: date, part: Part
) -> list[tuple[ProgrammeJson, tuple[Any, ...]]]:
    """Programmes that fit, each with the values it is sorted by; five statements, and one a filter."""
    check_known(session, query)
    quiet = quiet_ids(session, today)
    order = ordering(query.sort)
    keys = [step.expression.label(f"key_{place}") for place, step in enumerate(order)]
    statement = _statement(*keys).where(*conditions(query, quiet))
    rows = part.rows(session, statement, order)
    links = _Links(session, [row.id for row in rows])
    return [(ProgrammeJson(**_fields(row, links, quiet)), tuple(row[-len(keys) :])) for row in rows]


def one_json(session: Session, programme_id: int, today: date) -> ProgrammeWhole:
    """One programme with what belongs to it; raises NotFound."""
    statement = _statement().where(Programme.id == programme_id, col(Programme.archived_at).is_(None))
    row = session.execute(statement).first()
    if row is None:
        raise NotFound("programme")
    found = _fields(row, _Links(session, [programme_id]), quiet_ids(session, today))
    found |= {kind.value: parts_json(session, programme_id, kind) for kind in PartKind}
    return ProgrammeWhole(**found)


def parts_json(session: Session, programme_id: int, kind: PartKind) -> list[Any]:
    """The milestones by due day, the notes or results newest first."""
    table = PARTS[kind].table
    order: tuple[Any, ...]
    if kind == PartKind.milestones:
        order = (table.due_on.is_(None), table.due_on, table.id)
    else:
        order = (table.on.desc(), table.id.desc())
    statement = sa.select(table).where(table.programme_id == programme_id, table.archived_at.is_(None))
    return [part_json(kind, row) for row in session.scalars(statement.order_by(*order))]


def part_json(kind: PartKind, row: Any) -> Any:
    """One milestone, note or result."""
    shape = _JSON[kind]
    plain = {f.name: getattr(row, f.name) for f in fields(shape) if f.name != "verified"}
    return shape(**plain, **({"verified": row.evidence is not None} if kind == PartKind.results else {}))


def _statement(*more: Any) -> Any:
    return (
        sa.select(
            _run, col(Sector.code).label("sector_code"), col(Organisation.code).label("unit_code"), *more
        )
        .select_from(_run)
        .join(Sector, col(Sector.id) == _run.c.sector_id)
        .outerjoin(Organisation, col(Organisation.id) == _run.c.lead_unit_id)
    )


class _Links:
    """The partners and units of some programmes by code; two statements."""

    def __init__(self, session: Session, ids: list[int]) -> None:
        self.partners: dict[int, list[str]] = defaultdict(list)
        self.units: dict[tuple[int, ProgrammeUnitRole], list[str]] = defaultdict(list)
        partners = (
            sa.select(ProgrammePartner.programme_id, Partner.slug)
            .join(Partner, col(Partner.id) == ProgrammePartner.partner_id)
            .where(col(ProgrammePartner.programme_id).in_(ids))
        )
        for key, slug in session.execute(partners.order_by(Partner.slug)):
            self.partners[key].append(slug)
        units = (
            sa.select(ProgrammeUnit.programme_id, ProgrammeUnit.role, Organisation.code)
            .join(Organisation, col(Organisation.id) == ProgrammeUnit.organisation_id)
            .where(col(ProgrammeUnit.programme_id).in_(ids))
        )
        for key, role, code in session.execute(units.order_by(Organisation.code)):
            self.units[key, role].append(code)


def _fields(row: Any, links: _Links, quiet: set[int]) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in _PLAIN},
        "partners": links.partners[row.id],
        "sector": row.sector_code,
        "lead_unit": row.unit_code,
        "support_units": links.units[row.id, ProgrammeUnitRole.support],
        "donors": links.units[row.id, ProgrammeUnitRole.donor],
        "started_on_precision": row.started_precision or (DatePrecision.day if row.started_on else None),
        "quiet": row.id in quiet,
    }
