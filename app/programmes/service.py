"""Programmes and what belongs to them: entered, changed, moved from state to state, archived, restored."""

from datetime import date
from typing import Any

from sqlmodel import Session

from app import clock
from app.actor import Actor
from app.errors import Conflict, NotFound, Refused, Stale
from app.follow_ups import service as follow_ups
from app.follow_ups.schemas import Complete
from app.history import record
from app.models import Programme
from app.organisations.queries import id_of
from app.organisations.queries import ids_of as unit_ids_of
from app.partners.queries import ids_of
from app.plan.queries import fitting_item
from app.programmes.course import NEEDS_WHY, action, check_dates, check_figures, check_move, dates_after
from app.programmes.links import (
    UNITS,
    link_partners,
    link_units,
    linked_changes,
    one_role_each,
    origin,
    paper_id,
    partners_of,
    store_links,
)
from app.programmes.parts import PARTS, PartKind
from app.programmes.schemas import MoveIn, ProgrammeIn, ProgrammePatch, SourcedProgramme
from app.schemas import Input
from app.sectors.queries import ids_of as sector_ids_of
from app.vocabulary import FollowUpState, PlanItemKind, ProgrammeState

# Fields that are stored as they come in, and those that may not be emptied.
_PLAIN = (
    "title", "title_en", "started_on", "started_precision", "ends_on", "ended_on", "cancelled_on", "budget",
    "currency", "budget_source", "counterpart_funds", "completion", "completion_percent", "objectives",
    "source", "note",
)  # fmt: skip
_NEVER_EMPTY = ("title",)


def get(session: Session, programme_id: int) -> Programme:
    """One programme; raises NotFound."""
    found = session.get(Programme, programme_id)
    if found is None or found.archived_at is not None:
        raise NotFound("programme")
    return found


def add_programme(session: Session, actor: Actor, data: ProgrammeIn, *, today: date) -> Programme:
    """Enter a programme. Raises Refused for a code that does not exist and for dates that do not fit."""
    partner_ids = ids_of(session, data.partners, "partners")
    units = {name: unit_ids_of(session, getattr(data, name) or [], name) for name in UNITS}
    one_role_each(data.support_units or [], data.donors or [])
    plain = {name: getattr(data, name) for name in _PLAIN}
    if isinstance(data, SourcedProgramme):
        plain |= data.facts.model_dump()
    programme = Programme(
        **plain,
        state=data.state,
        sector_id=sector_ids_of(session, [data.sector], "sector")[0],
        agreement_id=paper_id(session, data.agreement_id, partner_ids),
        plan_item_id=fitting_item(session, data.plan_item_id, PlanItemKind.programme, field="plan_item_id"),
        lead_unit_id=id_of(session, data.lead_unit, "lead_unit"),
        follow_up_id=data.follow_up_id,
    )
    check_dates(programme, today)
    check_figures(programme)
    work = origin(session, data.follow_up_id)
    more: dict[str, tuple[Any, Any]] = {
        "partners": ([], data.partners),
        **{name: ([], sorted(set(getattr(data, name) or []))) for name in UNITS},
    }
    record(session, actor, "programme.added", programme, partners=partner_ids, more=more)
    assert programme.id is not None
    link_partners(session, programme.id, partner_ids)
    for name, ids in units.items():
        link_units(session, programme.id, UNITS[name], ids)
    if work is not None and data.finish_follow_up and work.state == FollowUpState.open:
        done = Complete(outcome=data.title)
        follow_ups.complete(session, actor, work, done, version=work.version, today=today)
    return programme


def change_programme(
    session: Session, actor: Actor, programme: Programme, data: ProgrammePatch, *, version: int, today: date
) -> Programme:
    """Change a programme; raises Stale and Refused. Its state is moved by `move`."""
    if programme.version != version:
        raise Stale(programme)
    assert programme.id is not None
    with session.no_autoflush:  # one UPDATE for the change and its stamp: the version moves by one
        more, after, before = linked_changes(session, programme, data)
        for name in _PLAIN:
            value = getattr(data, name)
            if name in data.model_fields_set and not (value is None and name in _NEVER_EMPTY):
                setattr(programme, name, value)
        if programme.started_on is None:
            programme.started_precision = None
        if "sector" in data.model_fields_set and data.sector is not None:
            programme.sector_id = sector_ids_of(session, [data.sector], "sector")[0]
        if "lead_unit" in data.model_fields_set:
            programme.lead_unit_id = id_of(session, data.lead_unit, "lead_unit", keep=programme.lead_unit_id)
        if "agreement_id" in data.model_fields_set:
            programme.agreement_id = paper_id(session, data.agreement_id, after)
        elif after != before:
            paper_id(session, programme.agreement_id, after)
        if "plan_item_id" in data.model_fields_set:
            programme.plan_item_id = fitting_item(
                session,
                data.plan_item_id,
                PlanItemKind.programme,
                field="plan_item_id",
                keep=programme.plan_item_id,
            )
        check_dates(programme, today)
        check_figures(programme)
        if any(old != new for old, new in more.values()):
            programme.updated_at = None  # link tables changed: the record's version must move with them
    concerned = sorted({*before, *after})
    record(session, actor, "programme.changed", programme, partners=concerned, more=more)
    store_links(session, programme.id, data, before, after)
    return programme


def move(
    session: Session, actor: Actor, programme: Programme, data: MoveIn, *, version: int, today: date
) -> Programme:
    """Move a programme to another state and set the day that belongs to it.

    Raises Conflict where no such move is possible, Refused for a day that does not fit, Stale.
    """
    if programme.version != version:
        raise Stale(programme)
    check_move(programme.state, data.to, started=programme.started_on is not None)
    if data.to in NEEDS_WHY and data.why is None:
        raise Refused("why_needed", field="why")
    on = data.on or today
    if on > today:
        raise Refused("contact_in_future", field="on")
    if programme.started_on is not None and on < programme.started_on:
        raise Refused("end_before_start", field="on")
    told = action(programme.state, data.to)
    with session.no_autoflush:
        for name, day in dates_after(data.to, programme.started_on, on).items():
            setattr(programme, name, day)
        programme.state = data.to
        if data.to == ProgrammeState.completed and (data.completion or data.completion_percent is not None):
            programme.completion = data.completion
            programme.completion_percent = data.completion_percent
        check_dates(programme, today)
        check_figures(programme)
    more = {"why": (None, data.why)}
    record(session, actor, told, programme, partners=partners_of(session, programme), more=more)
    return programme


# ---- what belongs to a programme


def get_part(
    session: Session, programme: Programme, kind: PartKind, part_id: int, *, archived: bool = False
) -> Any:
    """One milestone, note or result of a programme, be it `archived`; raises NotFound."""
    found = session.get(PARTS[kind].table, part_id)
    if found is None or found.programme_id != programme.id or (found.archived_at and not archived):
        raise NotFound(str(PARTS[kind].table.__tablename__))
    return found


def add_part(
    session: Session, actor: Actor, programme: Programme, kind: PartKind, data: Input, *, today: date
) -> Any:
    """Set a milestone, note progress or record a result. Raises Refused for a day that has not come."""
    part = PARTS[kind]
    row = part.table(programme_id=programme.id, is_demo=programme.is_demo, **data.model_dump())
    _has_come(getattr(row, part.day), part.day, today)
    record(session, actor, part.added, row, partners=partners_of(session, programme))
    return row


def change_part(
    session: Session,
    actor: Actor,
    programme: Programme,
    kind: PartKind,
    row: Any,
    data: Input,
    *,
    version: int,
    today: date,
) -> Any:
    """Change a milestone, note or result; raises Stale and Refused. A milestone with a day on which it was
    done is done."""
    if row.version != version:
        raise Stale(row)
    part = PARTS[kind]
    was = getattr(row, part.day)
    with session.no_autoflush:
        for name in sorted(data.model_fields_set):
            value = getattr(data, name)
            if not (value is None and name in part.never_empty):
                setattr(row, name, value)
        _has_come(getattr(row, part.day), part.day, today)
    told = part.changed
    if kind == PartKind.milestones and (was is None) != (row.done_on is None):
        told = "programme.milestone_done" if was is None else "programme.milestone_reopened"
    record(session, actor, told, row, partners=partners_of(session, programme))
    return row


def archive_part(session: Session, actor: Actor, programme: Programme, row: Any, *, version: int) -> Any:
    """Take a milestone, note or result out of its programme; it proves nothing any more. Raises Stale."""
    if row.version != version:
        raise Stale(row)
    row.archived_at = clock.now()
    record(session, actor, "programme.part_archived", row, partners=partners_of(session, programme))
    return row


def restore_part(
    session: Session, actor: Actor, programme: Programme, kind: PartKind, part_id: int, *, version: int | None
) -> Any:
    """Bring a milestone, note or result back; raises NotFound, Conflict when it is not archived, Stale."""
    row = get_part(session, programme, kind, part_id, archived=True)
    if version is not None and row.version != version:
        raise Stale(row)
    if row.archived_at is None:
        raise Conflict("not_in_trash")
    row.archived_at = None
    record(session, actor, "programme.part_restored", row, partners=partners_of(session, programme))
    return row


def _has_come(day: date | None, field: str, today: date) -> None:
    if day is not None and day > today:
        raise Refused("contact_in_future", field=field)
