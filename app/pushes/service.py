"""Pushes: opened, their day and note changed, given a further step, withdrawn. Success is nobody's to say."""

from datetime import date

from sqlmodel import Session, col, select

from app.actor import Actor
from app.errors import Conflict, NotFound, Refused, Stale
from app.follow_ups import service as follow_ups
from app.follow_ups.schemas import FollowUpIn
from app.follow_ups.service import Origin
from app.history import record
from app.models import FollowUp, Partner, Push
from app.partners.queries import ids_of
from app.pushes.schemas import PushIn, PushPatch, PushStepIn, WithdrawalIn
from app.pushes.state import state_on
from app.standings.queries import standing_of
from app.vocabulary import FollowUpSource, PushState, Rung


def get(session: Session, push_id: int) -> Push:
    """One push; raises NotFound, for one of a partner in the trash too."""
    row = session.exec(
        select(Push, Partner)
        .join(Partner, col(Partner.id) == Push.partner_id)
        .where(Push.id == push_id, col(Push.archived_at).is_(None), col(Partner.archived_at).is_(None))
    ).first()
    if row is None:
        raise NotFound("push")
    return row[0]


def state_of(push: Push, day: date) -> PushState:
    """What a push is on a day."""
    return state_on(day, deadline=push.deadline, reached_on=push.reached_on, withdrawn_on=push.withdrawn_on)


def open_(session: Session, actor: Actor, data: PushIn, *, today: date, is_demo: bool = False) -> list[Push]:
    """Open a push on each partner with the steps that concern it: all of them, or none.

    Raises Refused for a partner that is not on file, a goal that is not above where a partner stands, a
    deadline that does not lie ahead; Conflict where a push is open already.
    """
    slugs = list(dict.fromkeys(data.partners))
    ids = ids_of(session, slugs, "partners")
    if data.deadline <= today:
        raise Refused("deadline_past", field="deadline")
    for place, step in enumerate(data.follow_ups):
        if set(step.partners) - set(slugs):
            raise Refused("not_of_this_push", field=f"follow_ups-{place}-partners")
    partners = _locked(session, ids)
    _none_open(session, ids, today)
    pushes = []
    for slug, key in zip(slugs, ids, strict=True):
        push = _open_one(session, actor, partners[key], data, today=today, is_demo=is_demo)
        for place, step in enumerate(data.follow_ups):
            if not step.partners or slug in step.partners:
                _step(session, actor, push, step, today=today, field=f"follow_ups-{place}-")
        pushes.append(push)
    return pushes


def _locked(session: Session, ids: list[int]) -> dict[int, Partner]:
    """The partners, held until the commit, so that two who push one partner at once follow each other."""
    statement = select(Partner).where(col(Partner.id).in_(ids)).order_by(col(Partner.id)).with_for_update()
    return {row.id: row for row in session.exec(statement) if row.id is not None}


def _none_open(session: Session, ids: list[int], today: date) -> None:
    statement = select(Push).where(
        col(Push.partner_id).in_(ids), col(Push.archived_at).is_(None), col(Push.deadline) >= today
    )
    if any(state_of(push, today) == PushState.open for push in session.exec(statement)):
        raise Conflict("push_open")


def _open_one(
    session: Session, actor: Actor, partner: Partner, data: PushIn, *, today: date, is_demo: bool
) -> Push:
    assert partner.id is not None
    standing = standing_of(session, partner, today)
    goal = data.goal or next_rung(standing.rung)
    if goal is None or goal.height <= standing.rung.height:
        raise Refused("goal_not_above", field="goal")
    push = Push(
        partner_id=partner.id,
        opened_on=today,
        opened_by_id=actor.user_id,
        goal=goal,
        rung_then=standing.rung,
        reasons=[reason.code.value for reason in standing.reasons],
        deadline=data.deadline,
        note=data.note,
        is_demo=is_demo,
    )
    session.add(push)
    record(session, actor, "push.opened", push, partners=[partner.id])
    return push


def next_rung(rung: Rung) -> Rung | None:
    """The rung above; None at the top."""
    rungs = list(Rung)
    return rungs[rung.height + 1] if rung.height + 1 < len(rungs) else None


def add_step(session: Session, actor: Actor, push: Push, data: PushStepIn, *, today: date) -> FollowUp:
    """A further step of an open push. Raises Conflict when it is over."""
    _open(push, today)
    return _step(session, actor, push, data, today=today)


def _step(
    session: Session, actor: Actor, push: Push, data: PushStepIn, *, today: date, field: str = ""
) -> FollowUp:
    work = FollowUpIn.model_validate(data.model_dump(exclude={"partners"}))
    return follow_ups.open_(
        session,
        actor,
        work,
        partners=[push.partner_id],
        today=today,
        origin=Origin(source=FollowUpSource.push, push_id=push.id),
        is_demo=push.is_demo,
        field=field,
    )


def change(session: Session, actor: Actor, push: Push, data: PushPatch, *, version: int, today: date) -> Push:
    """Another deadline, another note. Raises Stale, Conflict when the push is over, Refused for a deadline
    that does not lie ahead."""
    if push.version != version:
        raise Stale(push)
    _open(push, today)
    if data.deadline is not None and data.deadline != push.deadline:
        if data.deadline <= today:
            raise Refused("deadline_past", field="deadline")
        push.deadline = data.deadline
    if "note" in data.model_fields_set:
        push.note = data.note
    record(session, actor, "push.changed", push, partners=[push.partner_id])
    return push


def withdraw(
    session: Session, actor: Actor, push: Push, data: WithdrawalIn, *, version: int, today: date
) -> Push:
    """Give it up, and say why. Its steps stay: what was promised is still owed. Raises Stale, Conflict when
    the push is over."""
    if push.version != version:
        raise Stale(push)
    _open(push, today)
    push.withdrawn_on = today
    push.withdrawn_by_id = actor.user_id
    push.withdrawn_why = data.why
    record(session, actor, "push.withdrawn", push, partners=[push.partner_id])
    return push


def _open(push: Push, today: date) -> None:
    if state_of(push, today) != PushState.open:
        raise Conflict("push_over")
