"""What the clock tells of pushes, once each: the goal was reached, or its day has passed without."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import clock
from app.actor import system
from app.history.service import plain, tell
from app.models import Partner, Push, User
from app.notices.service import notify
from app.pushes.state import state_column
from app.vocabulary import Door, NoticeKind, PushState

_KINDS = {
    PushState.reached.value: NoticeKind.push_reached,
    PushState.not_reached.value: NoticeKind.push_not_reached,
}


def tell_results(session: Session, _day: date) -> int:
    """Tell whoever opened a push, and the partner's officer, what became of it; how many were told. Told
    before, nobody is told again. That a day has passed without the goal is put into the history once, even
    when the evidence is edited later: what is shown then follows the evidence."""
    today = clock.today()
    statement = (
        sa.select(Push, state_column(today), Partner.officer_id, Partner.name_vi)
        .join(Partner, col(Partner.id) == Push.partner_id)
        .where(
            state_column(today).in_(list(_KINDS)),
            col(Push.archived_at).is_(None),
            col(Partner.archived_at).is_(None),
        )
        .order_by(col(Push.id))
    )
    active = set(session.scalars(select(User.id).where(col(User.disabled_at).is_(None))))
    told = 0
    for push, state, officer_id, name in session.execute(statement).all():
        if state == PushState.not_reached.value and push.missed_on is None:
            _note(session, push, today)
        for user_id in sorted({push.opened_by_id, officer_id} & active - {None}):
            told += notify(
                session,
                user_id,
                _KINDS[state],
                record=("push", push.id),
                payload={"title": name},
                dedupe_key=f"{_KINDS[state]}:{push.id}:{user_id}",
            )
    return told


def _note(session: Session, push: Push, today: date) -> None:
    assert push.id is not None
    session.execute(sa.update(Push).where(col(Push.id) == push.id).values(missed_on=today))
    tell(
        session,
        system(Door.clock),
        "push.not_reached",
        "push",
        push.id,
        {"deadline": [None, plain(push.deadline)]},
        partners=[push.partner_id],
        is_demo=push.is_demo,
    )
