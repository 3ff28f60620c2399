"""What a push is on a day. None of it is stored: it follows from evidence, the deadline and the day."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.models import PartnerCause, Push
from app.vocabulary import PushState


def state_on(day: date, *, deadline: date, reached_on: date | None, withdrawn_on: date | None) -> PushState:
    """The state on a day. A goal reached on the deadline, or on the day of the withdrawal, was reached in
    time: what the evidence says goes before what a person said."""
    last = min(deadline, withdrawn_on) if withdrawn_on else deadline
    if reached_on is not None and reached_on <= min(last, day):
        return PushState.reached
    if withdrawn_on is not None:
        return PushState.withdrawn
    return PushState.not_reached if deadline < day else PushState.open


def state_column(day: Any) -> Any:
    """`state_on` as an expression on Push, for lists (a test holds the two together); the day may
    be a parameter."""
    deadline, reached, withdrawn = col(Push.deadline), col(Push.reached_on), col(Push.withdrawn_on)
    in_time = sa.and_(reached <= day, reached <= deadline, sa.or_(withdrawn.is_(None), reached <= withdrawn))
    return sa.case(
        (in_time, PushState.reached.value),
        (withdrawn.is_not(None), PushState.withdrawn.value),
        (deadline < day, PushState.not_reached.value),
        else_=PushState.open.value,
    )


def cause_column(day: Any) -> Any:
    """The cause that a manager named last for the partner of a push, of those in force while it was open;
    NULL for none. `day` is today."""
    cause, withdrawn = PartnerCause, col(Push.withdrawn_on)
    return (
        sa.select(cause.cause)
        .where(
            col(cause.partner_id) == Push.partner_id,
            col(cause.archived_at).is_(None),
            col(cause.named_on) <= Push.deadline,
            col(cause.named_on) <= day,
            sa.or_(withdrawn.is_(None), col(cause.named_on) <= withdrawn),
            sa.or_(col(cause.ended_on).is_(None), col(cause.ended_on) > Push.opened_on),
        )
        .order_by(col(cause.named_on).desc(), col(cause.id).desc())
        .limit(1)
        .correlate(Push)
        .scalar_subquery()
    )
