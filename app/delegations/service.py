"""Delegations, plan to report. Above all: the log of a visit, in one act."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import clock
from app.actor import Actor
from app.deadlines import service as deadlines
from app.deadlines.queries import rule_on
from app.delegations import lines
from app.delegations.queries import HAPPENED
from app.delegations.schemas import (
    AgreedIn,
    CancellationIn,
    CompletionIn,
    DelegationIn,
    MinutesIn,
    PastDelegation,
    ReportIn,
    TripIn,
    TripPatch,
    VisitIn,
)
from app.errors import Conflict, Forbidden, NotFound, Refused, Stale
from app.follow_ups import service as follow_ups
from app.follow_ups.service import Origin
from app.history import record
from app.models import (
    Delegation,
    DelegationMeeting,
    DelegationPartner,
    FollowUp,
    Partner,
    ProcedureStep,
)
from app.organisations.queries import id_of
from app.partners.queries import get as get_partner
from app.partners.queries import ids_of
from app.plan.queries import fitting_item
from app.schemas import Facts
from app.standing import counted_on
from app.standings.keeper import refresh, settle
from app.standings.queries import standing_of
from app.standings.schemas import StandingOut
from app.vocabulary import (
    DatePrecision,
    DelegationState,
    FollowUpSource,
    PlanItemKind,
    ProcedureCode,
)

OPEN = (DelegationState.planned, DelegationState.approved, DelegationState.under_way)


@dataclass(frozen=True)
class Logged:
    """A visit that was logged, and what it did to the standing."""

    delegation: Delegation
    partner: Partner
    follow_up_ids: tuple[int, ...]
    before: StandingOut
    after: StandingOut
    # The minutes hold an agreed action with someone responsible; without one the visit is ceremonial.
    substantive: bool


def get(session: Session, delegation_id: int) -> Delegation:
    """One delegation; raises NotFound."""
    found = session.get(Delegation, delegation_id)
    if found is None or found.archived_at is not None:
        raise NotFound("delegation")
    return found


# ---- what took place


def log_visit(session: Session, actor: Actor, data: VisitIn, *, today: date) -> Logged:
    """Enter a completed delegation with its minutes and follow-ups, in one transaction. Its report falls due.

    Raises Refused for an unknown partner, a visit that has not ended yet, an unknown assignee or unit.
    """
    try:
        partner = get_partner(session, data.partner)
    except NotFound:
        raise Refused("unknown_partner", field="partner") from None
    if data.ends_on > today:
        raise Refused("visit_in_future", field="ends_on")
    assert partner.id is not None
    # What the calendar has moved unseen is told first, or the history would call it the visit's doing.
    refresh(session, today)
    before = standing_of(session, partner, today)
    delegation = Delegation(
        **data.model_dump(exclude={"partner", "follow_ups"}), state=DelegationState.completed
    )
    session.add(delegation)
    record(session, actor, "delegation.logged", delegation, partners=[partner.id])
    assert delegation.id is not None
    session.add(DelegationPartner(delegation_id=delegation.id, partner_id=partner.id))
    session.flush()
    agreed = [AgreedIn(**item.model_dump()) for item in data.follow_ups]
    works = _open_agreed(session, actor, delegation, agreed, {partner.slug: partner.id}, today)
    _owe_report(session, actor, delegation)
    settle(session, today)
    return Logged(
        delegation=delegation,
        partner=partner,
        follow_up_ids=tuple(w.id for w in works if w.id is not None),
        before=before,
        after=standing_of(session, partner, today),
        substantive=any(w.assignee_id or w.unit_id for w in works),
    )


def record_past(session: Session, actor: Actor, data: PastDelegation) -> Delegation:
    """Enter a delegation of the past from a source. It owes no report. Raises Refused for an unknown
    partner."""
    state = DelegationState.reported if data.reported else DelegationState.completed
    partner_ids = ids_of(session, data.partners, "partners")
    delegation = Delegation(**_plain(data), **data.facts.model_dump(), state=state)
    return _enter(session, actor, "delegation.recorded", delegation, partner_ids)


def _plain(data: DelegationIn) -> dict[str, Any]:
    return data.model_dump(exclude={"partners", "facts", "reported"})


def _enter(
    session: Session, actor: Actor, action: str, delegation: Delegation, partner_ids: Iterable[int]
) -> Delegation:
    session.add(delegation)
    record(session, actor, action, delegation, partners=partner_ids)
    assert delegation.id is not None
    session.add_all(DelegationPartner(delegation_id=delegation.id, partner_id=p) for p in partner_ids)
    session.flush()
    return delegation


# ---- a trip to come


def plan_delegation(
    session: Session, actor: Actor, data: TripIn, *, today: date, facts: Facts | None = None
) -> Delegation:
    """Enter a trip to come, with its lines. `facts` say where it is known from.

    Raises Refused for what does not exist, an end before the start or before today, a meeting outside the
    trip, and a trip off the plan without a reason.
    """
    partner_ids = ids_of(session, data.partners, "partners")
    values = data.model_dump(exclude={"partners", "members", "meetings", "gifts", *_LINKED})
    trip = Delegation(**values, **(facts or Facts()).model_dump(), state=DelegationState.planned)
    for name, value in _links(session, data).items():
        setattr(trip, name, value)
    _check_days(trip)
    if _last_day(trip) < today:
        raise Refused("trip_is_over", field="ends_on")
    _check_plan(trip)
    _enter(session, actor, "delegation.planned", trip, partner_ids)
    partners = dict(zip(dict.fromkeys(data.partners), partner_ids, strict=True))
    _store_lines(session, actor, trip, data, partners)
    return trip


def change_delegation(
    session: Session, actor: Actor, trip: Delegation, data: TripPatch, *, version: int, today: date
) -> Delegation:
    """Change what is known of a trip, its lines included.

    Raises Stale; Conflict for a cancelled trip; Forbidden for confidential notes that the caller may not
    read; Refused as `plan_delegation` does, and for a completed trip that would end after today.
    """
    if trip.version != version:
        raise Stale(trip)
    if trip.state == DelegationState.cancelled:
        raise Conflict("trip_cancelled")
    sent = data.model_fields_set
    if sent & _NOTES and trip.confidential and not actor.may_read_notes(trip.created_by_id):
        raise Forbidden("not_allowed")
    before, partners = _partners_by_slug(session, trip), None
    if data.partners is not None:
        ids = ids_of(session, data.partners, "partners")
        partners = dict(zip(dict.fromkeys(data.partners), ids, strict=True))
    _apply(session, trip, data)
    _check_days(trip)
    _check_state(trip, today)
    _check_plan(trip)
    now = partners or before
    changed = _store_lines(session, actor, trip, data, now)
    if partners is not None:
        changed |= _store_partners(session, trip, partners)
    if changed:  # lines and partners lie in other tables: the version must move with them all the same
        trip.updated_at = clock.now()
    told = {"partners": (sorted(before), sorted(now))}
    record(session, actor, "delegation.changed", trip, partners={*before.values(), *now.values()}, more=told)
    _move_report(session, actor, trip)
    return trip


_NOTES = frozenset({"met", "minutes", "confidential", "report", "meetings"})
_LINKED = ("host_unit", "escort_unit", "plan_item", "returns")
_NEVER_EMPTY = frozenset(
    {"direction", "title", "starts_on", "starts_precision", "ends_on", "ends_precision", "off_plan",
     "confidential"}
)  # fmt: skip


def _apply(session: Session, trip: Delegation, data: TripPatch) -> None:
    """Set what was sent. Everything is looked up before anything is set."""
    values = _links(session, data, trip)
    beside = {"partners", "members", "meetings", "gifts", *_LINKED}
    for name in data.model_fields_set - beside:
        value = getattr(data, name)
        if value is not None or name not in _NEVER_EMPTY:
            values[name] = value
    if values.get("off_plan") is False:
        values.setdefault("off_plan_reason", None)
    for name, value in values.items():
        setattr(trip, name, value)


def _links(session: Session, data: TripIn | TripPatch, trip: Delegation | None = None) -> dict[str, Any]:
    """The ids behind the codes that were sent. Raises Refused, naming the field."""
    found: dict[str, Any] = {}
    for name in {"host_unit", "escort_unit"} & data.model_fields_set:
        found[f"{name}_id"] = id_of(session, getattr(data, name), name)
    if "plan_item" in data.model_fields_set:
        kept = trip.plan_item_id if trip else None
        found["plan_item_id"] = fitting_item(
            session, data.plan_item, PlanItemKind.delegation, field="plan_item", keep=kept
        )
    if "returns" in data.model_fields_set:
        visit = session.get(Delegation, data.returns) if data.returns else None
        if data.returns and (visit is None or visit.archived_at or visit.state not in HAPPENED):
            raise Refused("unknown_visit", field="returns")
        found["returns_id"] = data.returns
    return found


def _store_lines(
    session: Session, actor: Actor, trip: Delegation, data: TripIn | TripPatch, partners: dict[str, int]
) -> bool:
    changed = False
    if data.members is not None:
        changed |= lines.store_members(session, actor, trip, data.members)
    if data.meetings is not None:
        changed |= lines.store_meetings(session, actor, trip, data.meetings, partners)
    else:
        _check_meetings(session, trip, partners)
    if data.gifts is not None:
        changed |= lines.store_gifts(session, actor, trip, data.gifts)
    return changed


def _store_partners(session: Session, trip: Delegation, partners: dict[str, int]) -> bool:
    """Row by row, not by a statement: the standings follow from the rows that a session has seen go."""
    links = select(DelegationPartner).where(DelegationPartner.delegation_id == trip.id)
    there = {link.partner_id: link for link in session.exec(links)}
    wanted = set(partners.values())
    for partner_id, link in there.items():
        if partner_id not in wanted:
            session.delete(link)
    assert trip.id is not None
    session.add_all(DelegationPartner(delegation_id=trip.id, partner_id=p) for p in wanted - there.keys())
    session.flush()
    return wanted != there.keys()


def _partners_by_slug(session: Session, trip: Delegation) -> dict[str, int]:
    statement = (
        sa.select(Partner.slug, Partner.id)
        .join(DelegationPartner, col(DelegationPartner.partner_id) == Partner.id)
        .where(DelegationPartner.delegation_id == trip.id)
    )
    with session.no_autoflush:
        return {row.slug: row.id for row in session.execute(statement)}


def _check_days(trip: Delegation) -> None:
    if _last_day(trip) < trip.starts_on:
        raise Refused("end_before_start", field="ends_on")


def _last_day(trip: Delegation) -> date:
    """The last day on which the trip may still go on: of an end known to the month, the month's last."""
    return counted_on(trip.ends_on, trip.ends_precision)


def _check_state(trip: Delegation, today: date) -> None:
    """What was already said of a trip must stay true when its days are corrected."""
    if trip.state in HAPPENED and trip.ends_on > today:
        raise Refused("visit_in_future", field="ends_on")
    if trip.state == DelegationState.under_way and trip.starts_on > today:
        raise Refused("not_begun", field="starts_on", day=trip.starts_on)


def _check_plan(trip: Delegation) -> None:
    if trip.off_plan and trip.plan_item_id is not None:
        raise Refused("planned_or_not", field="off_plan")
    if trip.off_plan and not trip.off_plan_reason:
        raise Refused("why_needed", field="off_plan_reason")


def _check_meetings(session: Session, trip: Delegation, partners: dict[str, int]) -> None:
    """Meetings that were there before still lie within the trip, and with one of its partners."""
    for meeting in lines.live(session, DelegationMeeting, trip.id):
        if lines.is_outside(trip, meeting.on):
            raise Refused("meeting_outside", field="ends_on", day=meeting.on)
        if meeting.partner_id is not None and meeting.partner_id not in partners.values():
            raise Refused("still_a_meeting_there", field="partners")


# ---- its states, each reached by one act


def approve(session: Session, actor: Actor, trip: Delegation, *, version: int, today: date) -> Delegation:
    """The leaders have agreed to a planned trip. Raises Stale, or Conflict from any other state."""
    _in_state(trip, version, DelegationState.planned)
    return _approved(session, actor, trip, today)


def _approved(session: Session, actor: Actor, trip: Delegation, today: date) -> Delegation:
    trip.state = DelegationState.approved
    trip.approved_on = today
    trip.approved_by_id = actor.user_id
    return _tell(session, actor, "delegation.approved", trip)


def start(session: Session, actor: Actor, trip: Delegation, *, version: int, today: date) -> Delegation:
    """An approved trip begins. Raises Stale; Conflict from another state, before its first day, or while
    its days are not known."""
    _in_state(trip, version, DelegationState.approved)
    if {trip.starts_precision, trip.ends_precision} != {DatePrecision.day}:
        raise Conflict("days_needed")
    if today < trip.starts_on:
        raise Conflict("not_begun", day=trip.starts_on)
    trip.state = DelegationState.under_way
    return _tell(session, actor, "delegation.started", trip)


@dataclass(frozen=True)
class Taken:
    """Minutes that were taken, and the ids of the follow-ups that came of them."""

    delegation: Delegation
    follow_up_ids: tuple[int, ...]


def complete(
    session: Session, actor: Actor, trip: Delegation, data: CompletionIn, *, version: int, today: date
) -> Taken:
    """A trip is over: its minutes, what was agreed on both sides, what it cost. From now on it counts as a
    contact with each of its partners, and its result report falls due.

    Raises Stale; Conflict from another state or before its last day; Forbidden for minutes where the notes
    are confidential and not the caller's; Refused for a follow-up's partner, assignee or unit that is none.
    """
    _in_state(trip, version, DelegationState.under_way)
    if today < trip.ends_on:
        raise Conflict("trip_not_over", day=trip.ends_on)
    if (data.met or data.minutes) and trip.confidential and not actor.may_read_notes(trip.created_by_id):
        raise Forbidden("not_allowed")
    trip.state = DelegationState.completed
    if data.cost_actual is not None:
        trip.cost_actual = data.cost_actual
    _note(trip, data)
    _tell(session, actor, "delegation.completed", trip)
    taken = _follow(session, actor, trip, data, today)
    _owe_report(session, actor, trip)
    return taken


def take_minutes(
    session: Session, actor: Actor, trip: Delegation, data: MinutesIn, *, version: int, today: date
) -> Taken:
    """Minutes that come after the trip was completed, or more that was agreed on it.

    Raises Stale; Conflict before it is completed; Forbidden where its notes are confidential and not the
    caller's; Refused as `complete` does, and when nothing is said.
    """
    _in_state(trip, version, *HAPPENED)
    if trip.confidential and not actor.may_read_notes(trip.created_by_id):
        raise Forbidden("not_allowed")
    if not (data.minutes or data.met or data.follow_ups):
        raise Refused("required", field="minutes")
    _note(trip, data)
    # Follow-ups alone change no field of the trip; its version moves all the same, so that a second form
    # made before them is known to be out of date.
    trip.updated_at = clock.now()
    _tell(session, actor, "delegation.minuted", trip)
    return _follow(session, actor, trip, data, today)


def report(
    session: Session, actor: Actor, trip: Delegation, data: ReportIn, *, version: int, today: date
) -> Delegation:
    """The result report of a completed trip is made; its deadline is met. Raises Stale; Conflict from
    another state; Refused for a day before the trip's end or after today."""
    _in_state(trip, version, DelegationState.completed)
    if trip.confidential and not actor.may_read_notes(trip.created_by_id):
        raise Forbidden("not_allowed")
    on = data.reported_on or today
    if on > today:
        raise Refused("reported_in_future", field="reported_on")
    if on < trip.ends_on:
        raise Refused("reported_before_end", field="reported_on")
    trip.state = DelegationState.reported
    trip.report = data.report
    trip.reported_on = on
    _tell(session, actor, "delegation.reported", trip)
    for step in _open_steps(session, trip):
        deadlines.finish(session, actor, step, on, today=today)
    return trip


def cancel(
    session: Session, actor: Actor, trip: Delegation, data: CancellationIn, *, version: int
) -> Delegation:
    """A trip will not take place, and why. Raises Stale, or Conflict for one that is over or cancelled."""
    _in_state(trip, version, *OPEN)
    trip.state = DelegationState.cancelled
    trip.cancelled_why = data.why
    return _tell(session, actor, "delegation.cancelled", trip)


def _in_state(trip: Delegation, version: int, *states: DelegationState) -> None:
    if trip.version != version:
        raise Stale(trip)
    if trip.state not in states:
        raise Conflict(_NOT_FROM[trip.state])


# Why an act is refused, told by the state that stands in its way.
_NOT_FROM = {
    DelegationState.planned: "trip_planned",
    DelegationState.approved: "trip_approved",
    DelegationState.under_way: "trip_under_way",
    DelegationState.completed: "trip_completed",
    DelegationState.reported: "trip_reported",
    DelegationState.cancelled: "trip_cancelled",
}


def _tell(session: Session, actor: Actor, action: str, trip: Delegation) -> Delegation:
    record(session, actor, action, trip, partners=_partners_by_slug(session, trip).values())
    return trip


def _note(trip: Delegation, data: MinutesIn) -> None:
    """What is left empty stays as it was; once confidential, only the edit form makes notes open again."""
    trip.met = data.met or trip.met
    trip.minutes = data.minutes or trip.minutes
    trip.confidential = trip.confidential or data.confidential


def _follow(session: Session, actor: Actor, trip: Delegation, data: MinutesIn, today: date) -> Taken:
    partners = _partners_by_slug(session, trip)
    works = _open_agreed(session, actor, trip, data.follow_ups, partners, today)
    settle(session, today)
    return Taken(trip, tuple(work.id for work in works if work.id is not None))


def _open_agreed(
    session: Session,
    actor: Actor,
    trip: Delegation,
    agreed: Sequence[AgreedIn],
    partners: dict[str, int],
    today: date,
) -> list[FollowUp]:
    """What was agreed becomes work from the trip's last day on: of the partners named, or of all."""
    origin = Origin(source=FollowUpSource.delegation, delegation_id=trip.id)
    found = []
    for place, item in enumerate(agreed):
        if unknown := [slug for slug in item.partners if slug not in partners]:
            raise Refused("not_of_this_trip", field=f"follow_ups-{place}-partners", name=unknown[0])
        concerned = [partners[slug] for slug in item.partners] or list(partners.values())
        work = follow_ups.open_(
            session,
            actor,
            item,
            partners=concerned,
            today=today,
            origin=origin,
            raised_on=trip.ends_on,
            is_demo=trip.is_demo,
            field=f"follow_ups-{place}-",
        )
        found.append(work)
    return found


# ---- the result report and its deadline


def _owe_report(session: Session, actor: Actor, trip: Delegation) -> None:
    """From the last day on a report is owed, by the rule in force on that day; none where no rule asks it."""
    if rule_on(session, ProcedureCode.visit_report, trip.ends_on) is not None:
        code = ProcedureCode.visit_report
        deadlines.begin(session, actor, code, trip.ends_on, delegation=trip)


def _move_report(session: Session, actor: Actor, trip: Delegation) -> None:
    """The trip's last day was corrected: a report that is still owed is due from the right day."""
    for step in _open_steps(session, trip):
        if step.started_on != trip.ends_on:
            step.archived_at = clock.now()
            record(session, actor, "procedure_step.withdrawn", step)
            _owe_report(session, actor, trip)


def _open_steps(session: Session, trip: Delegation) -> list[ProcedureStep]:
    steps = select(ProcedureStep).where(
        ProcedureStep.delegation_id == trip.id,
        col(ProcedureStep.done_on).is_(None),
        col(ProcedureStep.archived_at).is_(None),
    )
    return list(session.exec(steps))
