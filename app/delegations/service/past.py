"""What took place: a visit logged in one act, a delegation that a source tells of."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from app.actor import Actor
from app.delegations.schemas import AgreedIn, DelegationIn, PastDelegation, VisitIn
from app.delegations.service.agreed import open_agreed
from app.delegations.service.common import check_plan, enter
from app.delegations.service.report_due import owe_report
from app.errors import NotFound, Refused
from app.history import record
from app.models import Delegation, DelegationPartner, Partner
from app.partners.queries import get as get_partner
from app.partners.queries import ids_of
from app.plan.queries import fitting_item
from app.standings.keeper import refresh, settle
from app.standings.queries import standing_of
from app.standings.schemas import StandingOut
from app.vocabulary import DelegationState, PlanItemKind


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
    """Enter a completed delegation with its minutes and follow-ups, in one transaction. Its report falls due.

    Raises Refused for an unknown partner, a visit that has not ended yet, an unknown assignee or unit, an
    item of the plan that does not fit, and a visit off the plan without a reason.
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
    item_id = fitting_item(session, data.plan_item, PlanItemKind.delegation, field="plan_item")
    values = data.model_dump(exclude={"partner", "follow_ups", "plan_item"})
    delegation = Delegation(**values, plan_item_id=item_id, state=DelegationState.completed)
    check_plan(delegation)
    session.add(delegation)
    record(session, actor, "delegation.logged", delegation, partners=[partner.id])
    assert delegation.id is not None
    session.add(DelegationPartner(delegation_id=delegation.id, partner_id=partner.id))
    session.flush()
    agreed = [AgreedIn(**item.model_dump()) for item in data.follow_ups]
    works = open_agreed(session, actor, delegation, agreed, {partner.slug: partner.id}, today)
    owe_report(session, actor, delegation)
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
    return enter(session, actor, "delegation.recorded", delegation, partner_ids)


def _plain(data: DelegationIn) -> dict[str, Any]:
    return data.model_dump(exclude={"partners", "facts", "reported"})
