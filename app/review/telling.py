"""Who is told of a pause: those who may decide it, whoever asked, and all it concerned when it is over."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import clock
from app.actor import Actor, Permission, roles_with, system
from app.history import record
from app.models import Notice, Partner, Pause, User
from app.notices.service import notify
from app.review.pauses import askers
from app.vocabulary import Door, NoticeKind, PauseState

# An end that lies further back is put into the history, and is no news to anybody any more.
_STILL_NEWS = timedelta(days=60)


def asked(session: Session, actor: Actor, pauses: Sequence[Pause]) -> None:
    """Tell everybody who may approve: managers and administrators, whoever asked left out. What was asked for
    in one act is one notice."""
    if not pauses:
        return
    managers = sa.select(User.id).where(col(User.role).in_(roles_with(Permission.manage)))
    others = set(session.scalars(managers)) - _askers(session, pauses[0])
    _tell(session, actor, pauses[0], NoticeKind.pause_asked, others, n=len(pauses))


def decided(session: Session, actor: Actor, pause: Pause) -> None:
    """Tell whoever asked; nobody else has anything to decide any more."""
    session.execute(
        sa.update(Notice)
        .where(
            col(Notice.record_type) == "pause",
            col(Notice.record_id) == pause.id,
            col(Notice.kind) == NoticeKind.pause_asked,
            col(Notice.dedupe_key).like(f"{NoticeKind.pause_asked}:{pause.id}:%"),  # it alone
            col(Notice.read_at).is_(None),
        )
        .values(read_at=clock.now())
    )
    approved = pause.state == PauseState.approved
    kind = NoticeKind.pause_approved if approved else NoticeKind.pause_declined
    _tell(session, actor, pause, kind, _askers(session, pause))


def over(session: Session, actor: Actor, pause: Pause) -> None:
    """Tell the partner's officer, whoever asked and whoever approved that the partner is back."""
    partner = session.get(Partner, pause.partner_id)
    if partner is None or partner.archived_at is not None:
        return
    people = {partner.officer_id, pause.decided_by_id} | _askers(session, pause)
    _tell(session, actor, pause, NoticeKind.pause_ended, people)


def end_what_ran_out(session: Session, _day: date) -> int:
    """The pauses whose day has come are over: said once in the history and to all whom it concerns, however
    many days nobody looked. How many there were."""
    today, actor = clock.today(), system(Door.clock)
    ran_out = select(Pause).where(
        Pause.state == PauseState.approved, col(Pause.until) <= today, col(Pause.archived_at).is_(None)
    )
    pauses = list(session.exec(ran_out.order_by(col(Pause.until), col(Pause.id))))
    for pause in pauses:
        pause.state = PauseState.ended
        record(session, actor, "partner.pause_ran_out", pause, partners=[pause.partner_id])
        if pause.until is not None and pause.until > today - _STILL_NEWS:
            over(session, actor, pause)
    return len(pauses)


def _askers(session: Session, pause: Pause) -> set[int | None]:
    return {key for what, key in askers(session, pause) if what == "user"}


def _tell(
    session: Session, actor: Actor, pause: Pause, kind: NoticeKind, ids: Iterable[int | None], *, n: int = 1
) -> None:
    """What the seed loads was not said to anybody, and nobody is told of what they did themselves.
    `n`: of how many pauses this is the first."""
    if pause.id is None or actor.door == Door.seed:
        return
    here = sa.select(User.id).where(
        col(User.id).in_({*ids} - {actor.user_id, None}),
        col(User.disabled_at).is_(None),
        col(User.archived_at).is_(None),
    )
    payload = {
        "by": actor.name if actor.door != Door.clock else "",
        "on": pause.until.isoformat() if pause.until else None,
        **({"n": n} if n > 1 else {}),
    }
    what = f"{pause.id}+{n - 1}" if n > 1 else f"{pause.id}"
    for user_id in session.scalars(here.order_by(col(User.id))):
        key = f"{kind}:{what}:{user_id}"
        notify(session, user_id, kind, record=("pause", pause.id), payload=payload, dedupe_key=key)
