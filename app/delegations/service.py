"""Delegations. Above all: the log of a visit, in one act."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from app.actor import Actor
from app.delegations.schemas import DelegationIn, PastDelegation, PlannedDelegation, VisitIn
from app.errors import NotFound, Refused
from app.follow_ups import service as follow_ups
from app.follow_ups.service import Origin
from app.history import record
from app.models import Delegation, DelegationPartner, Partner
from app.partners.queries import get as get_partner
from app.partners.queries import ids_of
from app.standings.keeper import refresh, settle
from app.standings.queries import standing_of
from app.standings.schemas import StandingOut
from app.vocabulary import DelegationState, FollowUpSource


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


def log_visit(session: Session, actor: Actor, data: VisitIn, *, today: date) -> Logged:
    """Enter a completed delegation with its minutes and follow-ups, in one transaction.

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
    origin = Origin(source=FollowUpSource.delegation, delegation_id=delegation.id)
    works = [
        follow_ups.open_(
            session,
            actor,
            item,
            partners=[partner.id],
            today=today,
            origin=origin,
            raised_on=data.ends_on,
            field=f"follow_ups-{place}-",
        )
        for place, item in enumerate(data.follow_ups)
    ]
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
    """Enter a delegation of the past from a source. Raises Refused for an unknown partner."""
    state = DelegationState.reported if data.reported else DelegationState.completed
    return _enter(session, actor, "delegation.recorded", data, state)


def plan_delegation(session: Session, actor: Actor, data: PlannedDelegation) -> Delegation:
    """Enter a delegation to come. Raises Refused for an unknown partner."""
    state = DelegationState.approved if data.approved else DelegationState.planned
    return _enter(session, actor, "delegation.planned", data, state)


def _enter(
    session: Session, actor: Actor, action: str, data: DelegationIn, state: DelegationState
) -> Delegation:
    partner_ids = ids_of(session, data.partners, "partners")
    plain = data.model_dump(exclude={"partners", "facts", "reported", "approved"})
    delegation = Delegation(**plain, **data.facts.model_dump(), state=state)
    session.add(delegation)
    record(session, actor, action, delegation, partners=partner_ids)
    assert delegation.id is not None
    session.add_all(DelegationPartner(delegation_id=delegation.id, partner_id=p) for p in partner_ids)
    session.flush()
    return delegation
