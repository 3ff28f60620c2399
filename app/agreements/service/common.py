"""What every write of an agreement needs: the paper, its partners, its version."""

from sqlmodel import Session, select

from app.errors import NotFound, Stale
from app.models import Agreement, AgreementPartner


def get(session: Session, agreement_id: int) -> Agreement:
    """One agreement; raises NotFound."""
    paper = session.get(Agreement, agreement_id)
    if paper is None or paper.archived_at is not None:
        raise NotFound("agreement")
    return paper


def partners_of(session: Session, paper: Agreement) -> list[int]:
    """The ids of the partners of a paper."""
    links = select(AgreementPartner.partner_id).where(AgreementPartner.agreement_id == paper.id)
    with session.no_autoflush:
        return sorted(session.exec(links))


def at(paper: Agreement, version: int) -> None:
    """Raises Stale when the paper is not at the version that the writer read."""
    if paper.version != version:
        raise Stale(paper)


def touch(paper: Agreement) -> None:
    """What belongs to the paper has changed: its version moves, so that another's form is found stale."""
    paper.updated_at = None
