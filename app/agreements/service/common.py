"""What every write of an agreement needs: the paper, its partners, its version."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session, select

from app import clock
from app.actor import Actor
from app.errors import NotFound, Stale
from app.history import record
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


def record_paper(
    session: Session,
    actor: Actor,
    action: str,
    paper: Agreement,
    *,
    partners: Iterable[int] = (),
    more: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """Write the history of a paper. With an amendment moves the version of what it amends, or amended until
    now: its end follows, and whoever copies it (a calendar) knows by the version that it is another."""
    told = record(session, actor, action, paper, partners=partners, more=more)
    if told is None:
        return
    for other in {paper.amends_id, *told.changes.get("amends_id", ())} - {None}:
        amended = session.get(Agreement, other)
        if amended is not None and amended.archived_at is None:
            amended.updated_at, amended.updated_by_id = clock.now(), actor.user_id
    session.flush()
