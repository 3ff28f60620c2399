"""What is written of a trip to come, its lines included."""

from datetime import date
from typing import Any

from sqlmodel import Session, select

from app import clock
from app.actor import Actor
from app.delegations import lines
from app.delegations.queries import HAPPENED
from app.delegations.schemas import TripIn, TripPatch
from app.delegations.service.common import check_plan, enter, partners_by_slug
from app.delegations.service.report_due import move_report
from app.errors import Conflict, Forbidden, Refused, Stale
from app.history import record
from app.models import Delegation, DelegationMeeting, DelegationPartner
from app.organisations.queries import id_of
from app.partners.queries import ids_of
from app.plan.queries import fitting_item
from app.schemas import Facts
from app.standing import counted_on
from app.vocabulary import DelegationState, PlanItemKind


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
    check_plan(trip)
    enter(session, actor, "delegation.planned", trip, partner_ids)
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
    before, partners = partners_by_slug(session, trip), None
    if data.partners is not None:
        ids = ids_of(session, data.partners, "partners")
        partners = dict(zip(dict.fromkeys(data.partners), ids, strict=True))
    _apply(session, trip, data)
    _check_days(trip)
    _check_state(trip, today)
    check_plan(trip)
    now = partners or before
    changed = _store_lines(session, actor, trip, data, now)
    if partners is not None:
        changed |= _store_partners(session, trip, partners)
    if changed:  # lines and partners lie in other tables: the version must move with them all the same
        trip.updated_at = clock.now()
    told = {"partners": (sorted(before), sorted(now))}
    record(session, actor, "delegation.changed", trip, partners={*before.values(), *now.values()}, more=told)
    move_report(session, actor, trip)
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
        unit = getattr(trip, f"{name}_id") if trip else None
        found[f"{name}_id"] = id_of(session, getattr(data, name), name, keep=unit)
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


def _check_meetings(session: Session, trip: Delegation, partners: dict[str, int]) -> None:
    """Meetings that were there before still lie within the trip, and with one of its partners."""
    for meeting in lines.live(session, DelegationMeeting, trip.id):
        if lines.is_outside(trip, meeting.on):
            raise Refused("meeting_outside", field="ends_on", day=meeting.on)
        if meeting.partner_id is not None and meeting.partner_id not in partners.values():
            raise Refused("still_a_meeting_there", field="partners")
