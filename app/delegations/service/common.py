"""What every write of a delegation needs: the trip and its partners."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import NotFound, Refused
from app.history import record
from app.models import Delegation, DelegationPartner, Partner


def get(session: Session, delegation_id: int) -> Delegation:
    """One delegation; raises NotFound."""
    found = session.get(Delegation, delegation_id)
    if found is None or found.archived_at is not None:
        raise NotFound("delegation")
    return found


def enter(
    session: Session, actor: Actor, action: str, delegation: Delegation, partner_ids: Iterable[int]
) -> Delegation:
    """Store a delegation with its partners, and tell of it."""
    session.add(delegation)
    record(session, actor, action, delegation, partners=partner_ids)
    assert delegation.id is not None
    session.add_all(DelegationPartner(delegation_id=delegation.id, partner_id=p) for p in partner_ids)
    session.flush()
    return delegation


def partners_by_slug(session: Session, trip: Delegation) -> dict[str, int]:
    """The ids of a trip's partners by their slugs."""
    statement = (
        sa.select(Partner.slug, Partner.id)
        .join(DelegationPartner, col(DelegationPartner.partner_id) == Partner.id)
        .where(DelegationPartner.delegation_id == trip.id)
    )
    with session.no_autoflush:
        return {row.slug: row.id for row in session.execute(statement)}


def check_plan(trip: Delegation) -> None:
    """Refuse a trip that names an item of the plan and is off it, or is off it without a reason."""
    if trip.off_plan and trip.plan_item_id is not None:
        raise Refused("planned_or_not", field="off_plan")
    if trip.off_plan and not trip.off_plan_reason:
        raise Refused("why_needed", field="off_plan_reason")
