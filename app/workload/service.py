"""All of one person's work given to another, in one act."""

from datetime import date

from sqlmodel import Session, col, select

from app.accounts.queries import by_email, worker
from app.actor import Actor
from app.errors import Refused
from app.follow_ups import service as follow_ups
from app.follow_ups.schemas import FollowUpPatch
from app.history import record
from app.models import FollowUp, Partner, User
from app.partners.schemas import PartnerPatch
from app.partners.service import change_partner
from app.vocabulary import FollowUpState
from app.workload.queries import HANDED_OVER
from app.workload.schemas import HandoverIn


def hand_over(session: Session, actor: Actor, data: HandoverIn, *, today: date) -> int:
    """Give every partner and every open follow-up of somebody to somebody else: each by its own act, so that
    each keeps its history, and none is left behind. What nobody is assigned to goes along with its partner.
    Returns the id of its line in the history, by which its sheet is found.

    Raises Refused for an unknown giver, a taker who may not be given work, and where there is nothing.
    """
    giver = _known(session, data.giver, "giver")
    taker = _taking(session, data.taker, "taker", giver)
    chaser = _taking(session, data.follow_ups_to, "follow_ups_to", giver) if data.follow_ups_to else taker
    # Locked in the order of their ids, so that two acts wait for each other and never both.
    partners = session.exec(
        select(Partner)
        .where(Partner.officer_id == giver.id, col(Partner.archived_at).is_(None))
        .order_by(col(Partner.id))
        .with_for_update()
    ).all()
    work = session.exec(
        select(FollowUp)
        .where(
            FollowUp.assignee_id == giver.id,
            FollowUp.state == FollowUpState.open,
            col(FollowUp.archived_at).is_(None),
        )
        .order_by(col(FollowUp.id))
        .with_for_update()
    ).all()
    if not partners and not work:
        raise Refused("nothing_to_hand_over", field="giver")
    for partner in partners:
        with session.no_autoflush:
            change_partner(
                session, actor, partner, PartnerPatch(officer=taker.email), version=partner.version
            )
    for row in work:
        follow_ups.change(
            session, actor, row, FollowUpPatch(assignee=chaser.email), version=row.version, today=today
        )
    told = {"giver": giver.name, "taker": taker.name, "follow_ups_to": chaser.name, "note": data.note}
    line = record(
        session, actor, HANDED_OVER, giver, more={name: (None, value) for name, value in told.items()}
    )
    assert line is not None
    assert line.id is not None
    return line.id


def _known(session: Session, email: str, field: str) -> User:
    user = by_email(session, email)
    if user is None or user.archived_at is not None:
        raise Refused("unknown_user", field=field)
    return user


def _taking(session: Session, email: str, field: str, giver: User) -> User:
    user = worker(session, email, field)
    if user.id == giver.id:
        raise Refused("giver_takes", field=field, name=user.name)
    return user
