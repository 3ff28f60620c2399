"""A meeting, and what it decided about a partner."""

from typing import Annotated

from pydantic import Field

from app.review.schemas import ReviewList
from app.schemas import Blank, Day, Input, Maybe, Name, Text
from app.vocabulary import MeetingDecision

Note = Annotated[Text, Field(max_length=2000, description="What was said on it, in some words.")]

MeetingTitle = Annotated[Name, Field(description="What the meeting is called, in a line.")]
HeldOn = Annotated[Day, Field(description="The day on which it is held; today when left out.")]
Decided = Annotated[
    MeetingDecision, Field(description="What was decided; the act itself is a call of its own.")
]


class MeetingIn(Input):
    """A meeting as it begins; without a day it is today's."""

    title: MeetingTitle
    held_on: Annotated[HeldOn | None, Blank] = None
    people: Maybe[Annotated[Text, Field(max_length=2000, description="Who takes part.")]] = None


class DecisionIn(Input):
    """What the meeting decided about a partner. It is written down; the act itself has its own address."""

    partner: Annotated[Name, Field(description="A partner's slug.")]
    decision: Decided
    note: Maybe[Note] = None


class MeetingList(ReviewList):
    """A queue as a meeting goes through it, and the meeting that its decisions are written to."""

    meeting: Maybe[Annotated[int, Field(ge=1, le=2**31 - 1)]] = None


class MeetingQuery(Input):
    """A page of meetings as programs ask for it."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
