"""Follow-ups: opened, done, postponed, dropped, reopened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from app import clock
from app.accounts.queries import worker_id
from app.actor import Actor, Permission
from app.errors import Conflict, Forbidden, NotFound, Refused, Stale
from app.follow_ups.queries import of_own_unit, within
from app.follow_ups.schemas import Complete, Drop, FollowUpIn, FollowUpPatch, Postpone, ProgressIn
from app.history import record
from app.models import FollowUp, FollowUpPartner, FollowUpProgress, Postponement
from app.notices import service as notices
from app.organisations.queries import id_of
from app.vocabulary import FollowUpSource, FollowUpState, ReasonCode


@dataclass(frozen=True)
class Origin:
    """What a follow-up grew out of."""

    source: FollowUpSource = FollowUpSource.manual
    delegation_id: int | None = None
    interaction_id: int | None = None
    agreement_id: int | None = None
    push_id: int | None = None
    reason: ReasonCode | None = None


def get(session: Session, follow_up_id: int) -> FollowUp:
    """One follow-up; raises NotFound."""
    found = session.get(FollowUp, follow_up_id)
    if found is None or found.archived_at is not None:
        raise NotFound("follow_up")
    return found


def get_within(session: Session, actor: Actor, follow_up_id: int) -> FollowUp:
    """One follow-up of those that the actor may know of; raises NotFound, for another unit's as for none."""
    statement = select(FollowUp).where(
        FollowUp.id == follow_up_id, col(FollowUp.archived_at).is_(None), *within(session, actor)
    )
    found = session.exec(statement).first()
    if found is None:
        raise NotFound("follow_up")
    return found


def hold_to_own(session: Session, actor: Actor, follow_up_id: int | None) -> None:
    """Who only reports, reports on the work of their own unit, even where `read` shows them all. Raises
    Forbidden."""
    if not actor.can(Permission.write):
        own = select(FollowUp.id).where(FollowUp.id == follow_up_id, of_own_unit(session, actor))
        if session.exec(own).first() is None:
            raise Forbidden("not_allowed")


def open_(
    session: Session,
    actor: Actor,
    data: FollowUpIn,
    *,
    partners: Iterable[int],
    today: date,
    origin: Origin | None = None,
    raised_on: date | None = None,
    source_key: str | None = None,
    is_demo: bool = False,
    field: str = "",
) -> FollowUp:
    """Open a follow-up for some partners. `field` prefixes the field of an error (`follow_ups-0-`)."""
    origin = origin or Origin()
    partner_ids = sorted(set(partners))
    work = FollowUp(
        title=data.title,
        owed_by=data.owed_by,
        kind=data.kind,
        priority=data.priority,
        assignee_id=worker_id(session, data.assignee, f"{field}assignee"),
        unit_id=id_of(session, data.unit, f"{field}unit"),
        raised_on=raised_on or today,
        due_on=data.due_on,
        original_due_on=data.due_on,
        expected_reaction=data.expected_reaction,
        reaction_due_on=data.reaction_due_on,
        source=origin.source,
        delegation_id=origin.delegation_id,
        interaction_id=origin.interaction_id,
        agreement_id=origin.agreement_id,
        push_id=origin.push_id,
        reason=origin.reason,
        source_key=source_key,
        is_demo=is_demo,
    )
    if data.due_on < work.raised_on:
        raise Refused("due_before_raised", field=f"{field}due_on")
    session.add(work)
    record(session, actor, "follow_up.opened", work, partners=partner_ids)
    assert work.id is not None
    session.add_all(FollowUpPartner(follow_up_id=work.id, partner_id=p) for p in partner_ids)
    session.flush()
    notices.assigned(session, actor, work)
    return work


def complete(
    session: Session, actor: Actor, work: FollowUp, data: Complete, *, version: int, today: date
) -> FollowUp:
    """It is done. Raises Conflict when it is not open, Stale when somebody was faster."""
    _open_at(work, version)
    work.state = FollowUpState.done
    work.done_on = today
    if data.outcome:
        work.outcome = data.outcome
    record(session, actor, "follow_up.done", work, partners=partners_of(session, work))
    return work


def postpone(
    session: Session, actor: Actor, work: FollowUp, data: Postpone, *, version: int, today: date
) -> FollowUp:
    """Move the due date and say why; the move is kept for good."""
    _open_at(work, version)
    if data.due_on == work.due_on:
        raise Refused("same_due", field="due_on")
    if data.due_on < today:
        raise Refused("due_before_today", field="due_on")
    assert work.id is not None
    session.add(
        Postponement(
            follow_up_id=work.id,
            from_due=work.due_on,
            to_due=data.due_on,
            why=data.why,
            on=today,
            at=clock.now(),
            by_id=actor.user_id,
        )
    )
    work.due_on = data.due_on
    why = {"why": (None, data.why)}
    record(session, actor, "follow_up.postponed", work, partners=partners_of(session, work), more=why)
    return work


def drop(
    session: Session, actor: Actor, work: FollowUp, data: Drop, *, version: int, today: date
) -> FollowUp:
    """It will not be done, and why."""
    _open_at(work, version)
    work.state = FollowUpState.dropped
    work.dropped_on = today
    work.outcome = data.why
    record(session, actor, "follow_up.dropped", work, partners=partners_of(session, work))
    return work


def reopen(session: Session, actor: Actor, work: FollowUp, *, version: int) -> FollowUp:
    """Undo: done or dropped by mistake."""
    if work.version != version:
        raise Stale(work)
    if work.state == FollowUpState.open:
        raise Conflict("already_open")
    work.state = FollowUpState.open
    work.done_on = work.dropped_on = None
    record(session, actor, "follow_up.reopened", work, partners=partners_of(session, work))
    return work


def change(
    session: Session, actor: Actor, work: FollowUp, data: FollowUpPatch, *, version: int, today: date
) -> FollowUp:
    """Any change at once, each by its own act, so that the API and the pages keep the same rules.

    Raises Forbidden where somebody who only reports on their unit's work would change more than that.
    """
    hold_to_own(session, actor, work.id)
    if not actor.can(Permission.write):
        _only_reports(data)
    if work.version != version:
        raise Stale(work)
    _amend(session, actor, work, data)
    if data.due_on is not None and data.due_on != work.due_on:
        if data.why is None:
            raise Refused("why_needed", field="why")
        move = Postpone(due_on=data.due_on, why=data.why)
        postpone(session, actor, work, move, version=work.version, today=today)
    # To leave it open is no act; to finish or drop it twice is refused, or the second outcome would be lost.
    if data.state is not None and not data.state == work.state == FollowUpState.open:
        match data.state:
            case FollowUpState.done:
                done = Complete(outcome=data.outcome)
                complete(session, actor, work, done, version=work.version, today=today)
            case FollowUpState.dropped:
                if data.why is None:
                    raise Refused("why_needed", field="why")
                drop(session, actor, work, Drop(why=data.why), version=work.version, today=today)
            case FollowUpState.open:
                reopen(session, actor, work, version=work.version)
    return work


def _only_reports(data: FollowUpPatch) -> None:
    """Done, with what came of it; or postponed, with why."""
    said = data.model_fields_set
    done = data.state == FollowUpState.done and said <= {"state", "outcome"}
    if not done and not said <= {"due_on", "why"}:
        raise Forbidden("reports_only")


def report_progress(
    session: Session, actor: Actor, work: FollowUp, data: ProgressIn, *, today: date
) -> FollowUpProgress:
    """Say how it goes; nothing else of the follow-up changes. Raises Conflict when it is closed, Refused for
    a day that has not come, Forbidden for another unit's work where that is visible."""
    hold_to_own(session, actor, work.id)
    if work.state != FollowUpState.open:
        raise Conflict("not_open")
    on = data.on or today
    if on > today:
        raise Refused("progress_in_future", field="on")
    assert work.id is not None
    line = FollowUpProgress(
        follow_up_id=work.id, on=on, text=data.text, by=actor.name[:200], is_demo=work.is_demo
    )
    record(session, actor, "follow_up.progressed", line, partners=partners_of(session, work))
    return line


def get_progress(session: Session, work: FollowUp, progress_id: int) -> FollowUpProgress:
    """One line of progress; raises NotFound."""
    line = session.get(FollowUpProgress, progress_id)
    if line is None or line.archived_at is not None or line.follow_up_id != work.id:
        raise NotFound("follow_up_progress")
    return line


def withdraw_progress(
    session: Session, actor: Actor, work: FollowUp, line: FollowUpProgress, *, version: int | None
) -> FollowUpProgress:
    """Take back what was reported by mistake; the history keeps it. Raises Stale."""
    if line.version != version:
        raise Stale(line)
    line.archived_at = clock.now()
    told = {"text": (line.text, None)}
    record(
        session, actor, "follow_up.progress_withdrawn", line, partners=partners_of(session, work), more=told
    )
    return line


def _amend(session: Session, actor: Actor, work: FollowUp, data: FollowUpPatch) -> None:
    changes: dict[str, Any] = {}
    for name in ("title", "owed_by", "kind", "priority"):
        if (value := getattr(data, name)) is not None:
            changes[name] = value
    # Looked up before anything is set: a look-up flushes, and what is flushed half would go untold.
    if "assignee" in data.model_fields_set:
        held = work.assignee_id
        changes["assignee_id"] = worker_id(session, data.assignee, "assignee", keep=held)
    if "unit" in data.model_fields_set:
        changes["unit_id"] = id_of(session, data.unit, "unit", keep=work.unit_id)
    if "outcome" in data.model_fields_set and data.state is None:
        changes["outcome"] = data.outcome
    given = changes.get("assignee_id") not in (None, work.assignee_id)
    for name, value in changes.items():
        setattr(work, name, value)
    if session.is_modified(work):
        record(session, actor, "follow_up.changed", work, partners=partners_of(session, work))
    if given:
        notices.assigned(session, actor, work)


def partners_of(session: Session, work: FollowUp) -> list[int]:
    """The ids of the partners a follow-up concerns."""
    links = select(FollowUpPartner.partner_id).where(FollowUpPartner.follow_up_id == work.id)
    with session.no_autoflush:
        return sorted(session.exec(links))


def _open_at(work: FollowUp, version: int) -> None:
    if work.version != version:
        raise Stale(work)
    if work.state != FollowUpState.open:
        raise Conflict("not_open")
