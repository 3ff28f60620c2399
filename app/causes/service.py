"""Naming why a partnership stands still, and giving the name up again. For managers."""

from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.actor import Actor, Permission
from app.causes.schemas import CauseIn
from app.errors import Conflict, Forbidden, NotFound, Stale
from app.history import record
from app.models import Partner, PartnerCause


def name_cause(
    session: Session, actor: Actor, partner: Partner, data: CauseIn, *, today: date, is_demo: bool = False
) -> PartnerCause:
    """Name what holds a partnership back; the cause named before ends today.

    Raises Forbidden for all but managers, and Conflict where just this is named already or another manager
    names one at this moment.
    """
    assert partner.id is not None
    if not actor.can(Permission.manage):
        raise Forbidden("not_allowed")
    before = in_force(session, partner.id)
    if before is not None:
        if (before.cause, before.why) == (data.cause, data.why):
            raise Conflict("cause_named_already")
        before.ended_on = today
        record(session, actor, "partner.cause_ended", before, partners=[partner.id])
    row = PartnerCause(
        partner_id=partner.id,
        cause=data.cause,
        why=data.why,
        named_on=today,
        named_by_id=actor.user_id,
        is_demo=is_demo,
    )
    try:
        record(session, actor, "partner.cause_named", row, partners=[partner.id])
    except IntegrityError as error:
        raise Conflict("conflict") from error
    return row


def end_cause(
    session: Session, actor: Actor, cause: PartnerCause, *, version: int, today: date
) -> PartnerCause:
    """Give a cause up without naming another. Raises Forbidden, Stale, and Conflict where it is over."""
    if not actor.can(Permission.manage):
        raise Forbidden("not_allowed")
    if cause.version != version:
        raise Stale(cause)
    if cause.ended_on is not None:
        raise Conflict("conflict")
    cause.ended_on = today
    record(session, actor, "partner.cause_ended", cause, partners=[cause.partner_id])
    return cause


def get_cause(session: Session, cause_id: int) -> PartnerCause:
    """One named cause; raises NotFound."""
    row = session.get(PartnerCause, cause_id)
    if row is None or row.archived_at is not None:
        raise NotFound("cause")
    return row


def in_force(session: Session, partner_id: int) -> PartnerCause | None:
    """The cause that is named for a partner now."""
    statement = select(PartnerCause).where(
        PartnerCause.partner_id == partner_id,
        col(PartnerCause.ended_on).is_(None),
        col(PartnerCause.archived_at).is_(None),
    )
    return session.exec(statement).first()
