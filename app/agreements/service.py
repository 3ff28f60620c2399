"""Agreements: entered."""

from typing import Any

from sqlmodel import Session

from app.actor import Actor
from app.agreements.schemas import AgreementIn
from app.history import record
from app.models import Agreement, AgreementPartner, AgreementSector
from app.organisations.queries import id_of
from app.partners.queries import ids_of
from app.sectors.queries import ids_of as sector_ids_of


def add_agreement(session: Session, actor: Actor, data: AgreementIn) -> Agreement:
    """Enter a paper with its partners and sectors. Raises Refused for a code that does not exist."""
    partner_ids = ids_of(session, data.partners, "partners")
    sector_ids = sector_ids_of(session, data.sectors, "sectors")
    paper = Agreement(
        **data.model_dump(exclude={"partners", "sectors", "lead_unit", "facts"}),
        **data.facts.model_dump(),
        lead_unit_id=id_of(session, data.lead_unit, "lead_unit"),
    )
    session.add(paper)
    more: dict[str, tuple[Any, Any]] = {"partners": ([], data.partners), "sectors": ([], data.sectors)}
    record(session, actor, "agreement.added", paper, partners=partner_ids, more=more)
    assert paper.id is not None
    session.add_all(AgreementPartner(agreement_id=paper.id, partner_id=p) for p in partner_ids)
    session.add_all(AgreementSector(agreement_id=paper.id, sector_id=s) for s in sector_ids)
    session.flush()
    return paper
