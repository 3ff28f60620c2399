"""The acts that lead a trip from its plan to its report, or end it."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from app import clock
from app.actor import Actor
from app.deadlines import service as deadlines
from app.delegations.queries import HAPPENED
from app.delegations.schemas import CancellationIn, CompletionIn, MinutesIn, ReportIn
from app.delegations.service.agreed import open_agreed
from app.delegations.service.common import partners_by_slug
from app.delegations.service.report_due import open_steps, owe_report
from app.errors import Conflict, Forbidden, Refused, Stale
from app.history import record
from app.models import Delegation
from app.standings.keeper import settle
from app.vocabulary import DatePrecision, DelegationState

OPEN = (DelegationState.planned, DelegationState.approved, DelegationState.under_way)


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
    owe_report(session, actor, trip)
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
    for step in open_steps(session, trip):
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


def reinstate(session: Session, actor: Actor, trip: Delegation, *, version: int) -> Delegation:
    """A cancelled trip is to take place after all: it is planned anew, and wants its approval anew. Raises
    Stale, or Conflict for one that is not cancelled."""
    if trip.version != version:
        raise Stale(trip)
    if trip.state != DelegationState.cancelled:
        raise Conflict("trip_not_cancelled")
    trip.state = DelegationState.planned
    trip.cancelled_why = trip.approved_on = trip.approved_by_id = None
    return _tell(session, actor, "delegation.reinstated", trip)


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
    record(session, actor, action, trip, partners=partners_by_slug(session, trip).values())
    return trip


def _note(trip: Delegation, data: MinutesIn) -> None:
    """What is left empty stays as it was; once confidential, only the edit form makes notes open again."""
    trip.met = data.met or trip.met
    trip.minutes = data.minutes or trip.minutes
    trip.confidential = trip.confidential or data.confidential


def _follow(session: Session, actor: Actor, trip: Delegation, data: MinutesIn, today: date) -> Taken:
    partners = partners_by_slug(session, trip)
    works = open_agreed(session, actor, trip, data.follow_ups, partners, today)
    settle(session, today)
    return Taken(trip, tuple(work.id for work in works if work.id is not None))
