"""Meetings begun, and what they decided written down. For managers."""

from datetime import date

from sqlmodel import Session

from app.actor import Actor
from app.errors import NotFound
from app.history import record
from app.meetings.schemas import DecisionIn, MeetingIn
from app.models import Partner, ReviewDecision, ReviewMeeting
from app.partners import queries as partners
from app.vocabulary import MeetingDecision


def begin(session: Session, actor: Actor, data: MeetingIn, *, today: date) -> ReviewMeeting:
    """Begin a meeting: decisions may be written to it from now on."""
    row = ReviewMeeting(
        title=data.title, held_on=data.held_on or today, people=data.people, led_by_id=actor.user_id
    )
    session.add(row)
    record(session, actor, "review_meeting.begun", row)
    return row


def get(session: Session, meeting_id: int) -> ReviewMeeting:
    """One meeting; raises NotFound."""
    row = session.get(ReviewMeeting, meeting_id)
    if row is None or row.archived_at is not None:
        raise NotFound("review_meeting")
    return row


def decide(
    session: Session, actor: Actor, meeting: ReviewMeeting, data: DecisionIn, *, today: date
) -> ReviewDecision:
    """Write down what a meeting decided about a partner. Raises NotFound for a partner there is not."""
    partner = partners.get(session, data.partner)
    return note_down(session, actor, meeting, partner, data.decision, data.note, today=today)


def note_down(
    session: Session,
    actor: Actor,
    meeting: ReviewMeeting,
    partner: Partner,
    decision: MeetingDecision,
    note: str | None,
    *,
    today: date,
) -> ReviewDecision:
    """The same for a partner at hand, in the transaction that does what was decided."""
    assert meeting.id is not None and partner.id is not None  # noqa: PT018
    row = ReviewDecision(meeting_id=meeting.id, partner_id=partner.id, decision=decision, note=note, on=today)
    session.add(row)
    record(session, actor, "partner.decided", row, partners=[partner.id])
    return row
