"""What managers say about partnerships in review."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from app.models.base import Record, code_field, link, required_link
from app.vocabulary import Cause, MeetingDecision


class PartnerCause(Record, table=True):
    """Why a partnership stands still, in a manager's judgement, for [named_on, ended_on).

    A partner has one at a time, naming another ends it; `ended_on` is empty for the one in force.
    """

    __tablename__ = "partner_cause"

    partner_id: int = required_link("partner")
    cause: Cause = code_field(Cause, index=True)
    why: str | None = Field(default=None, sa_type=sa.Text)
    named_on: date
    named_by_id: int | None = link("user", index=False)
    ended_on: date | None = None

    __table_args__ = (
        # Two managers at one moment: the second fails rather than leaving two causes in force.
        sa.Index(
            "uq_partner_cause_in_force",
            "partner_id",
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL AND archived_at IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL AND archived_at IS NULL"),
        ),
    )


class ReviewMeeting(Record, table=True):
    """A meeting that goes through the review's queue."""

    __tablename__ = "review_meeting"

    title: str = Field(max_length=200)
    held_on: date = Field(index=True)
    people: str | None = Field(default=None, sa_type=sa.Text)
    led_by_id: int | None = link("user", index=False)


class ReviewDecision(Record, table=True):
    """What a meeting decided about a partner; what was done about it has records of its own."""

    __tablename__ = "review_decision"

    meeting_id: int = required_link("review_meeting")
    partner_id: int = required_link("partner")
    decision: MeetingDecision = code_field(MeetingDecision)
    note: str | None = Field(default=None, sa_type=sa.Text)
    on: date
