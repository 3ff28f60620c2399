"""Reads of named causes: the one in force, those before it, all of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.causes.schemas import CauseQuery
from app.errors import NotFound
from app.lists import Order, Part
from app.models import Partner, PartnerCause, User
from app.vocabulary import Cause

_ORDER = (Order(col(PartnerCause.id), down=True),)


@dataclass(frozen=True, slots=True)
class CauseRow:
    """A cause that was named, for [named_on, ended_on); `ended_on` is None for the one in force."""

    id: int
    version: int
    partner: str
    cause: Cause
    why: str | None
    named_on: date
    named_by: str | None
    named_by_email: str | None
    ended_on: date | None
    is_demo: bool


def causes_of(session: Session, partner_id: int) -> tuple[CauseRow, ...]:
    """Every cause that was named for a partner, the latest first: the one in force, if any, is the first."""
    return tuple(CauseRow(*row) for row in session.execute(_OF_PARTNER, {"partner": partner_id}))


def cause_row(session: Session, cause_id: int) -> CauseRow:
    """One named cause; raises NotFound."""
    found = session.execute(_rows().where(PartnerCause.id == cause_id)).first()
    if found is None:
        raise NotFound("cause")
    return CauseRow(*found)


def list_causes(session: Session, query: CauseQuery, part: Part) -> list[CauseRow]:
    """Named causes that fit, the latest first."""
    statement = _rows()
    if query.cause:
        statement = statement.where(col(PartnerCause.cause).in_(query.cause))
    if query.partner:
        statement = statement.where(col(Partner.slug).in_(query.partner))
    if query.in_force is not None:
        ended = col(PartnerCause.ended_on)
        statement = statement.where(ended.is_(None) if query.in_force else ended.is_not(None))
    return [CauseRow(*row) for row in part.rows(session, statement, _ORDER)]


def partner_of(session: Session, cause_id: int) -> Partner:
    """The partner that a cause was named for; raises NotFound."""
    row = session.get(PartnerCause, cause_id)
    partner = session.get(Partner, row.partner_id) if row and row.archived_at is None else None
    if partner is None or partner.archived_at is not None:
        raise NotFound("cause")
    return partner


def _rows() -> Any:
    row = PartnerCause
    return (
        sa.select(
            row.id, row.version, Partner.slug, row.cause, row.why, row.named_on, User.name, User.email,
            row.ended_on, row.is_demo,
        )
        .join(Partner, col(Partner.id) == row.partner_id)
        .outerjoin(User, col(User.id) == row.named_by_id)
        .where(col(row.archived_at).is_(None), col(Partner.archived_at).is_(None))
    )  # fmt: skip


_OF_PARTNER = (
    _rows()
    .where(PartnerCause.partner_id == sa.bindparam("partner", type_=sa.Integer))
    .order_by(sa.case((col(PartnerCause.ended_on).is_(None), 0), else_=1), col(PartnerCause.id).desc())
)
