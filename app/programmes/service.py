"""Programmes: entered, their milestones, progress and results recorded."""

from datetime import date
from typing import Any

from sqlmodel import Session, select

from app.actor import Actor
from app.errors import NotFound, Refused
from app.history import record
from app.models import Milestone, Programme, ProgrammePartner, ProgrammeResult, ProgressNote, Record
from app.organisations.queries import id_of
from app.partners.queries import ids_of
from app.programmes.schemas import MilestoneIn, ProgrammeIn, ProgressIn, ResultIn
from app.sectors.queries import ids_of as sector_ids_of


def get(session: Session, programme_id: int) -> Programme:
    """One programme; raises NotFound."""
    found = session.get(Programme, programme_id)
    if found is None or found.archived_at is not None:
        raise NotFound("programme")
    return found


def add_programme(session: Session, actor: Actor, data: ProgrammeIn) -> Programme:
    """Enter a programme. Raises Refused for a code that does not exist."""
    partner_ids = ids_of(session, data.partners, "partners")
    plain = data.model_dump(exclude={"partners", "sector", "lead_unit", "facts"})
    programme = Programme(
        **plain,
        **data.facts.model_dump(),
        sector_id=sector_ids_of(session, [data.sector], "sector")[0],
        lead_unit_id=id_of(session, data.lead_unit, "lead_unit"),
    )
    session.add(programme)
    more: dict[str, tuple[Any, Any]] = {"partners": ([], data.partners)}
    record(session, actor, "programme.added", programme, partners=partner_ids, more=more)
    assert programme.id is not None
    session.add_all(ProgrammePartner(programme_id=programme.id, partner_id=p) for p in partner_ids)
    session.flush()
    return programme


def add_milestone(session: Session, actor: Actor, programme: Programme, data: MilestoneIn) -> Milestone:
    """Set a milestone, perhaps one that is done already."""
    assert programme.id is not None
    row = Milestone(programme_id=programme.id, is_demo=programme.is_demo, **data.model_dump())
    _add(session, actor, "programme.milestone_set", programme, row)
    return row


def note_progress(
    session: Session, actor: Actor, programme: Programme, data: ProgressIn, *, today: date
) -> ProgressNote:
    """Note how a programme goes, on a day that has come; raises Refused."""
    _not_ahead(data.on, today)
    assert programme.id is not None
    row = ProgressNote(programme_id=programme.id, is_demo=programme.is_demo, **data.model_dump())
    _add(session, actor, "programme.progressed", programme, row)
    return row


def record_result(
    session: Session, actor: Actor, programme: Programme, data: ResultIn, *, today: date
) -> ProgrammeResult:
    """Record a result on a day that has come; raises Refused."""
    _not_ahead(data.on, today)
    assert programme.id is not None
    row = ProgrammeResult(programme_id=programme.id, is_demo=programme.is_demo, **data.model_dump())
    _add(session, actor, "programme.result_recorded", programme, row)
    return row


def _not_ahead(day: date, today: date) -> None:
    if day > today:
        raise Refused("contact_in_future", field="on")


def _add(session: Session, actor: Actor, action: str, programme: Programme, row: Record) -> None:
    links = select(ProgrammePartner.partner_id).where(ProgrammePartner.programme_id == programme.id)
    partners = list(session.exec(links))
    session.add(row)
    record(session, actor, action, row, partners=partners)
