"""What delegations led to, as conditions on the list."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.delegations.filters import LedTo
from app.delegations.queries import HAPPENED
from app.models import Agreement, AgreementPartner, Delegation, DelegationPartner, FollowUp
from app.vocabulary import DatePrecision


def led_to(asked: LedTo) -> Any:
    """That a trip took place, and led to something or to nothing.

    Something is an action in its minutes with someone responsible, dropped or not (the rule by which a visit
    is substantive), or a paper with one of its partners that was signed on its days.
    """
    something = sa.or_(agreed(), _signed())
    came = something if asked == LedTo.something else sa.not_(something)
    return sa.and_(col(Delegation.state).in_(HAPPENED), came)


def agreed() -> Any:
    """That its minutes hold an agreed action with someone responsible."""
    responsible = sa.or_(col(FollowUp.assignee_id).is_not(None), col(FollowUp.unit_id).is_not(None))
    return sa.exists().where(
        col(FollowUp.delegation_id) == Delegation.id, col(FollowUp.archived_at).is_(None), responsible
    )


def _signed() -> Any:
    """A day known to the month, on either side, stands for its month, and one known to the year for its
    year: what a source tells no closer is not held against the trip."""
    begun, signed = col(Delegation.starts_on), col(Agreement.signed_on)
    same_year = sa.extract("year", begun) == sa.extract("year", signed)
    same_month = sa.and_(same_year, sa.extract("month", begun) == sa.extract("month", signed))
    met = sa.or_(
        sa.and_(signed >= begun, sa.or_(signed <= col(Delegation.ends_on), signed == begun)),
        sa.and_(_known(DatePrecision.month), same_month),
        sa.and_(_known(DatePrecision.year), same_year),
    )
    return sa.exists().where(
        col(DelegationPartner.delegation_id) == Delegation.id,
        col(AgreementPartner.partner_id) == DelegationPartner.partner_id,
        col(Agreement.id) == AgreementPartner.agreement_id,
        col(Agreement.archived_at).is_(None),
        met,
    )


def _known(precision: DatePrecision) -> Any:
    return sa.or_(col(Delegation.starts_precision) == precision, col(Agreement.signed_precision) == precision)
