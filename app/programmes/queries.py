"""Reads of programmes: those of a partner, and one in full."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.errors import NotFound
from app.models import (
    Agreement,
    Dispute,
    FollowUp,
    Milestone,
    Organisation,
    PlanItem,
    Programme,
    ProgrammePartner,
    ProgrammeResult,
    ProgrammeUnit,
    ProgressNote,
    Sector,
    User,
)
from app.organisations.queries import Then, named_on
from app.programmes.course import OVER
from app.records.queries import (
    DisputeRow,
    PartnerLink,
    disputes_of_record,
    grouped,
    named,
    noted,
    partners_of,
    settled,
    titled,
)
from app.vocabulary import (
    Completion,
    Confidence,
    DatePrecision,
    Locale,
    ProgrammeState,
    ProgrammeUnitRole,
    ResultLevel,
)


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A step of a programme; late when its day has passed and it is not done."""

    id: int
    version: int
    title: str
    due_on: date | None
    done_on: date | None
    evidence: str | None

    def as_of(self, day: date) -> "MilestoneRow":
        """The step as it was on a day."""
        if self.done_on is None or self.done_on <= day:
            return self
        return replace(self, done_on=None, evidence=None)

    def late_on(self, day: date) -> bool:
        """Whether it should have been done by a day."""
        return self.due_on is not None and self.due_on < day and self.done_on is None


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """A dated line on how a programme goes."""

    id: int
    version: int
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A result in figures; without evidence it is unverified and proves no outcome."""

    id: int
    version: int
    level: ResultLevel
    indicator: str
    unit: str | None
    target: float | None
    actual: float | None
    on: date
    evidence: str | None

    @property
    def verified(self) -> bool:
        """Whether evidence is named."""
        return self.evidence is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRow:
    """A programme as lists show it; `latest` is its newest note of progress."""

    id: int
    version: int
    title: str
    sector: str
    sector_code: str
    state: ProgrammeState
    lead_unit: str | None
    lead_unit_code: str | None
    lead_unit_now: str | None
    started_on: date | None
    started_precision: DatePrecision | None
    counted_on: date | None
    ends_on: date | None
    ended_on: date | None
    cancelled_on: date | None
    completion: Completion | None
    completion_percent: int | None
    budget: int | None
    currency: str | None
    counterpart_funds: int | None
    source: str | None
    confidence: Confidence | None
    year_inferred: bool
    disputed: bool
    is_demo: bool
    milestones: tuple[MilestoneRow, ...]
    notes: tuple[ProgressRow, ...]
    results: tuple[ResultRow, ...]

    @property
    def latest(self) -> ProgressRow | None:
        """The newest note of progress."""
        return self.notes[0] if self.notes else None

    @property
    def last_sign(self) -> date | None:
        """The newest sign of life: a note, a milestone done, an outcome with evidence; else its start."""
        days = [note.on for note in self.notes] + [m.done_on for m in self.milestones if m.done_on]
        days += [r.on for r in self.results if r.verified and r.level == ResultLevel.outcome]
        return max([*days, *([self.started_on] if self.started_on else [])], default=None)

    @property
    def over(self) -> bool:
        """Whether it has ended or was cancelled."""
        return self.state in OVER

    @property
    def unmatched(self) -> bool:
        """Whether no counterpart funds stand against it while it is not over."""
        return not self.counterpart_funds and not self.over

    @property
    def done(self) -> int:
        """How many milestones are done."""
        return sum(m.done_on is not None for m in self.milestones)

    @property
    def next_milestone(self) -> MilestoneRow | None:
        """The first one that is not done."""
        return next((m for m in self.milestones if m.done_on is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammePage:
    """A programme in full. `follow_up` is the work it grew out of."""

    row: ProgrammeRow
    budget_source: str | None
    objectives: str | None
    note: str | None
    agreement_id: int | None
    plan_item_id: int | None
    plan_item: str | None
    agreement_title: str | None
    partners: tuple[PartnerLink, ...]
    follow_up: tuple[int, str] | None
    support_units: tuple[Then, ...]
    donors: tuple[Then, ...]
    disputes: tuple[DisputeRow, ...]
    created_at: datetime | None
    created_by: str | None


def programmes_of(
    session: Session, partner_id: int, locale: Locale, *, as_of: date | None = None
) -> list[ProgrammeRow]:
    """A partner's programmes, running ones first; four statements.

    With `as_of` only those started by then, as far as they had got.
    """
    statement = (
        selected(locale)
        .join(ProgrammePartner, col(ProgrammePartner.programme_id) == Programme.id)
        .where(ProgrammePartner.partner_id == partner_id)
        .order_by(col(Programme.started_on).is_(None), col(Programme.started_on).desc(), Programme.id)
    )
    rows = read_rows(session, statement, as_of)
    if as_of is not None:
        rows = [row for row in rows if row.counted_on is not None and row.counted_on <= as_of]
    return sorted(rows, key=lambda row: row.over)


def programme_page(session: Session, programme_id: int, locale: Locale) -> ProgrammePage:
    """One programme in full; raises NotFound."""
    rows = read_rows(session, selected(locale).where(Programme.id == programme_id))
    if not rows:
        raise NotFound("programme")
    run, author, paper, work, planned = session.execute(
        sa.select(Programme, User.name, titled(Agreement, locale), FollowUp.title, PlanItem.title)
        .outerjoin(User, col(User.id) == Programme.created_by_id)
        .outerjoin(
            Agreement,
            sa.and_(col(Agreement.id) == Programme.agreement_id, col(Agreement.archived_at).is_(None)),
        )
        .outerjoin(
            FollowUp,
            sa.and_(col(FollowUp.id) == Programme.follow_up_id, col(FollowUp.archived_at).is_(None)),
        )
        .outerjoin(PlanItem, col(PlanItem.id) == Programme.plan_item_id)
        .where(Programme.id == programme_id)
    ).one()
    units = _units(session, programme_id, locale)
    return ProgrammePage(
        row=rows[0],
        **{name: getattr(run, name) for name in _PLAIN},
        note=noted(run, locale),
        agreement_title=paper,
        plan_item=planned,
        partners=tuple(
            partners_of(session, ProgrammePartner, ProgrammePartner.programme_id, programme_id, locale)
        ),
        follow_up=(run.follow_up_id, work) if run.follow_up_id else None,
        support_units=tuple(name for name, role in units if role == ProgrammeUnitRole.support),
        donors=tuple(name for name, role in units if role == ProgrammeUnitRole.donor),
        disputes=tuple(disputes_of_record(session, "programme", programme_id, locale)),
        created_by=author,
    )


def grown_from(session: Session, follow_up_id: int, locale: Locale) -> list[tuple[int, str, ProgrammeState]]:
    """The programmes that grew out of a follow-up: id, title, state."""
    statement = (
        sa.select(Programme.id, titled(Programme, locale), Programme.state)
        .where(Programme.follow_up_id == follow_up_id, col(Programme.archived_at).is_(None))
        .order_by(Programme.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


_PLAIN = ("budget_source", "objectives", "agreement_id", "plan_item_id", "created_at")


def selected(locale: Locale) -> Any:
    """The statement behind every row, for conditions and an order to be added: read_rows() runs it."""
    disputed = sa.exists().where(
        col(Dispute.record_type) == "programme",
        col(Dispute.record_id) == Programme.id,
        col(Dispute.archived_at).is_(None),
    )
    return (
        sa.select(
            Programme,
            titled(Programme, locale).label("title"),
            named(Sector, locale).label("sector"),
            col(Sector.code).label("sector_code"),
            named_on(locale, Programme.started_on).label("lead_unit"),
            named(Organisation, locale).label("lead_unit_now"),
            col(Organisation.code).label("lead_unit_code"),
            disputed.label("disputed"),
        )
        .join(Sector, col(Sector.id) == Programme.sector_id)
        .outerjoin(Organisation, col(Organisation.id) == Programme.lead_unit_id)
        .where(col(Programme.archived_at).is_(None))
    )


def read_rows(session: Session, statement: Any, as_of: date | None = None) -> list[ProgrammeRow]:
    """The programmes of a selected() statement, with what belongs to them; four statements."""
    found = session.execute(statement).all()
    ids = [row.Programme.id for row in found]
    milestones = _parts(session, Milestone, ids, _MILESTONE, *_BY_DUE)
    notes = _parts(
        session, ProgressNote, ids, _NOTE, col(ProgressNote.on).desc(), col(ProgressNote.id).desc()
    )
    results = _parts(
        session, ProgrammeResult, ids, _RESULT, col(ProgrammeResult.on).desc(), col(ProgrammeResult.id).desc()
    )
    return [
        _row(
            row,
            as_of,
            [MilestoneRow(*m[1:]) for m in milestones.get(row.Programme.id, [])],
            [ProgressRow(*n[1:]) for n in notes.get(row.Programme.id, [])],
            [ResultRow(*r[1:]) for r in results.get(row.Programme.id, [])],
        )
        for row in found
    ]


# Databases place NULL differently: what has no day comes last.
_BY_DUE = (col(Milestone.due_on).is_(None), col(Milestone.due_on), col(Milestone.id))
_MILESTONE = ("id", "version", "title", "due_on", "done_on", "evidence")
_NOTE = ("id", "version", "on", "text")
_RESULT = ("id", "version", "level", "indicator", "unit", "target", "actual", "on", "evidence")


def _parts(
    session: Session, table: Any, ids: list[int], names: tuple[str, ...], *order: Any
) -> dict[int, list[Any]]:
    """What belongs to programmes, by programme."""
    statement = sa.select(table.programme_id, *(getattr(table, name) for name in names)).where(
        table.programme_id.in_(ids), table.archived_at.is_(None)
    )
    return grouped(session.execute(statement.order_by(*order)))


def _row(
    row: Any,
    as_of: date | None,
    milestones: list[MilestoneRow],
    notes: list[ProgressRow],
    results: list[ResultRow],
) -> ProgrammeRow:
    run = row.Programme
    own = {name: getattr(run, name) for name in _OWN}
    if as_of is not None:
        own |= _then(run, as_of)
        milestones = [m.as_of(as_of) for m in milestones]
        notes = [n for n in notes if n.on <= as_of]
        results = [r for r in results if r.on <= as_of]
    return ProgrammeRow(
        **own,
        title=row.title,
        sector=row.sector,
        sector_code=row.sector_code,
        lead_unit=row.lead_unit,
        lead_unit_code=row.lead_unit_code,
        lead_unit_now=row.lead_unit_now if row.lead_unit_now != row.lead_unit else None,
        counted_on=settled(run.started_on, run.started_precision, run.created_at),
        disputed=row.disputed,
        milestones=tuple(milestones),
        notes=tuple(notes),
        results=tuple(results),
    )


def _then(run: Any, as_of: date) -> dict[str, Any]:
    """How far a programme had got on a day: the state follows from its dates."""
    ended_on = run.ended_on if run.ended_on and run.ended_on <= as_of else None
    cancelled_on = run.cancelled_on if run.cancelled_on and run.cancelled_on <= as_of else None
    if cancelled_on:
        state = ProgrammeState.cancelled
    else:
        state = ProgrammeState.completed if ended_on else ProgrammeState.active
    return {
        "ended_on": ended_on,
        "cancelled_on": cancelled_on,
        "state": state,
        "completion": run.completion if ended_on else None,
        "completion_percent": run.completion_percent if ended_on else None,
    }


_OWN = (
    "id", "version", "state", "started_on", "started_precision", "ends_on", "ended_on", "cancelled_on",
    "completion", "completion_percent", "budget", "currency", "counterpart_funds", "source", "confidence",
    "year_inferred", "is_demo",
)  # fmt: skip


def _units(session: Session, programme_id: int, locale: Locale) -> list[tuple[Then, ProgrammeUnitRole]]:
    name = named(Organisation, locale)
    statement = (
        sa.select(named_on(locale, Programme.started_on), name, ProgrammeUnit.role)
        .join(ProgrammeUnit, col(ProgrammeUnit.organisation_id) == Organisation.id)
        .join(Programme, col(Programme.id) == ProgrammeUnit.programme_id)
        .where(ProgrammeUnit.programme_id == programme_id)
    )
    return [(Then.of(row[0], row[1]), row[2]) for row in session.execute(statement.order_by(name))]
