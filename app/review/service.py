"""The managers' acts: take the step, park, reassign. The file is confirmed by app.partners.service."""

from datetime import date

from sqlmodel import Session, col, select

from app.actor import Actor, Permission
from app.errors import Conflict, Forbidden, NotFound, Refused, Stale
from app.follow_ups import service as follow_ups
from app.follow_ups.service import Origin
from app.history import record
from app.models import FollowUp, Partner, Pause
from app.partners.schemas import PartnerPatch
from app.partners.service import change_partner, hold
from app.review import telling
from app.review.pauses import askers, people_behind
from app.review.schemas import OfficerIn, PauseDecision, PauseIn, StepIn
from app.standings.queries import standing_of
from app.vocabulary import FollowUpSource, PauseState, ReasonCode


def take_step(session: Session, actor: Actor, partner: Partner, data: StepIn, *, today: date) -> FollowUp:
    """Turn the playbook's proposal into a real follow-up. Raises Conflict when none is proposed any more."""
    assert partner.id is not None
    step = standing_of(session, partner, today).next_step
    if step is None:
        raise Conflict("no_step")
    origin = Origin(source=FollowUpSource.standing, reason=ReasonCode(step["reason"]))
    return follow_ups.open_(session, actor, data, partners=[partner.id], today=today, origin=origin)


def get_pause(session: Session, pause_id: int) -> Pause:
    """One pause; raises NotFound."""
    pause = session.get(Pause, pause_id)
    if pause is None or pause.archived_at is not None:
        raise NotFound("pause")
    return pause


def ask_pause(
    session: Session,
    actor: Actor,
    partner: Partner,
    data: PauseIn,
    *,
    today: date,
    is_demo: bool = False,
    told: bool = True,
) -> Pause:
    """Ask to park a relationship. It counts only when another person has approved it. Those who may are told,
    unless the caller does (`told`).

    Raises Refused for an end that has passed, Conflict where a pause runs or waits already.
    """
    assert partner.id is not None
    starts_on = data.starts_on or today
    if data.until is not None and data.until <= max(starts_on, today):
        raise Refused("until_past", field="until")
    hold(session, partner)
    mine = select(Pause).where(Pause.partner_id == partner.id, col(Pause.archived_at).is_(None))
    for other in session.exec(mine):
        if other.state == PauseState.asked:
            raise Conflict("pause_waiting")
        if other.state == PauseState.approved and (other.until is None or other.until > starts_on):
            raise Conflict("already_parked")
    pause = Pause(
        partner_id=partner.id,
        starts_on=starts_on,
        until=data.until,
        reason=data.reason,
        why=data.why,
        state=PauseState.asked,
        asked_by_id=actor.user_id,
        is_demo=is_demo,
    )
    session.add(pause)
    record(session, actor, "partner.pause_asked", pause, partners=[partner.id])
    if told:
        telling.asked(session, actor, [pause])
    return pause


def decide_pause(
    session: Session, actor: Actor, pause: Pause, data: PauseDecision, *, version: int, today: date
) -> Pause:
    """Approve or decline. Raises Stale, Conflict when it is settled already or its end has passed while it
    waited, and Forbidden when whoever asked would approve; declining one's own request withdraws it."""
    if pause.version != version:
        raise Stale(pause)
    if pause.state != PauseState.asked:
        raise Conflict("already_decided")
    if not actor.can(Permission.manage):
        raise Forbidden("not_allowed")
    if data.approve and people_behind(session, actor.user_id, actor.api_key_id) & askers(session, pause):
        raise Forbidden("own_request")
    if data.approve and pause.until is not None and pause.until <= today:
        raise Conflict("pause_outlived")
    pause.state = PauseState.approved if data.approve else PauseState.declined
    pause.decided_by_id = actor.user_id
    pause.decided_on = today
    if data.approve and pause.starts_on < today:
        pause.starts_on = today  # nothing is parked for the days it waited
    action = "partner.paused" if data.approve else "partner.pause_declined"
    more = {"decision": (None, data.why)} if data.why else None
    record(session, actor, action, pause, partners=[pause.partner_id], more=more)
    telling.decided(session, actor, pause)
    return pause


def end_pause(session: Session, actor: Actor, pause: Pause, *, version: int, today: date) -> Pause:
    """Take the relationship up again before its time."""
    if pause.version != version:
        raise Stale(pause)
    if pause.state != PauseState.approved or (pause.until is not None and pause.until <= today):
        raise Conflict("conflict")
    pause.state = PauseState.ended
    pause.until = max(today, pause.starts_on)
    record(session, actor, "partner.pause_ended", pause, partners=[pause.partner_id])
    telling.over(session, actor, pause)
    return pause


def reassign(session: Session, actor: Actor, partner: Partner, data: OfficerIn, *, version: int) -> Partner:
    """Give the partner to another officer, or to nobody. Raises Stale, Refused, Forbidden."""
    # One flush, the one that signs the change: a query's own would save it before anybody's name is on it.
    with session.no_autoflush:
        return change_partner(session, actor, partner, PartnerPatch(officer=data.officer), version=version)
