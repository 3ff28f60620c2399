"""Reads of disagreements between sources, across partners."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.disputes.filters import DisputeFilters
from app.errors import Refused
from app.lists import Order, Part
from app.models import Dispute, Partner
from app.records.queries import DisputeRow, PartnerLink, disputes, named
from app.vocabulary import Locale

PAGE = 25


@dataclass(slots=True)
class DisputeJson:
    """Two sources that disagree on one field of a partner, or of a record of it: the value that is used, the
    other (empty where the other source has none), and both sources."""

    id: int
    partner: str
    record_type: str | None
    record_id: int | None
    field: str
    value_used: str
    value_other: str
    source_used: str | None
    source_other: str | None
    note: str | None
    note_en: str | None


def count_disputes(session: Session, asked: DisputeFilters) -> int:
    """How many fit; one statement."""
    statement = sa.select(sa.func.count()).select_from(Dispute).join(Partner, _of_partner)
    return int(session.scalar(statement.where(*_conditions(asked))) or 0)


def list_disputes(
    session: Session, asked: DisputeFilters, locale: Locale, *, page: int
) -> list[tuple[PartnerLink, list[DisputeRow]]]:
    """A page of them by partner, in the order of names; two statements."""
    statement = (
        sa.select(Dispute.id, Partner.slug, named(Partner, locale), Partner.country)
        .join(Partner, _of_partner)
        .where(*_conditions(asked))
        .order_by(named(Partner, locale), Partner.id, Dispute.id)
    )
    links = session.execute(statement.limit(PAGE).offset((page - 1) * PAGE)).all()
    rows = {row.id: row for row in disputes(session, locale, col(Dispute.id).in_([it[0] for it in links]))}
    return [
        (PartnerLink(*link), [rows[it[0]] for it in own])
        for link, own in groupby(links, lambda it: tuple(it[1:]))
    ]


def json_rows(session: Session, asked: DisputeFilters, part: Part) -> list[DisputeJson]:
    """Those that fit in the order in which they were entered; one statement."""
    names = ("record_type", "record_id", "field", "value_used", "value_other", "source_used", "source_other",
             "note", "note_en")  # fmt: skip
    statement = (
        sa.select(Dispute.id, Partner.slug, *(getattr(Dispute, name) for name in names))
        .join(Partner, _of_partner)
        .where(*_conditions(asked))
    )
    return [DisputeJson(*row) for row in part.rows(session, statement, [Order(col(Dispute.id))])]


def check_known(session: Session, asked: DisputeFilters) -> None:
    """Raises Refused for a partner that does not exist."""
    wanted = set(asked.partner)
    if wanted and wanted - set(session.scalars(sa.select(Partner.slug).where(col(Partner.slug).in_(wanted)))):
        raise Refused("unknown_value", field="partner", name="partner")


_of_partner = col(Partner.id) == col(Dispute.partner_id)


def _conditions(asked: DisputeFilters) -> list[Any]:
    found = [col(Dispute.archived_at).is_(None), col(Partner.archived_at).is_(None)]
    return found + ([col(Partner.slug).in_(asked.partner)] if asked.partner else [])
