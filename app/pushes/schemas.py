"""What may be said about a push."""

from typing import Annotated

from pydantic import Field, model_validator

from app.follow_ups.schemas import FollowUpIn
from app.schemas import Blank, Day, Input, Maybe, Name, Text, refuse
from app.vocabulary import Rung

MOST_PARTNERS = 20
MOST_STEPS = 40
Note = Annotated[Text, Field(max_length=2000, description="What it is about, in some words.")]

ThoseConcerned = Annotated[
    list[Name],
    Field(
        description="Slugs of those of the push's partners that it concerns, one follow-up for each; all "
        "when empty."
    ),
]
Pushed = Annotated[
    list[Name], Field(description="Slugs of the partners, each of which gets a push of its own.")
]
Goal = Annotated[
    Rung, Field(description="The rung to be reached by the deadline; when left out, each partner's next one.")
]
Deadline = Annotated[Day, Field(description="The day by which the evidence is to show it.")]
STEPS = Field(max_length=MOST_STEPS, description="Its steps, each of which becomes a follow-up.")
GivenUp = Annotated[Text, Field(description="Why it is given up.")]


class PushStepIn(FollowUpIn):
    """A step of a push: a follow-up that somebody sees to. `partners` names those of the push that it
    concerns, one follow-up for each; all of them when empty."""

    partners: Annotated[ThoseConcerned, Field(max_length=MOST_PARTNERS)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _somebody(self) -> "PushStepIn":
        if self.assignee is None and self.unit is None:
            raise refuse("nobody_sees_to_it", field="assignee")
        return self


class PushIn(Input):
    """A push on one or several partners, each with a record of its own. Without a goal each is pushed to its
    own next rung."""

    partners: Annotated[Pushed, Field(min_length=1, max_length=MOST_PARTNERS)]
    goal: Annotated[Goal | None, Blank] = None
    deadline: Deadline
    note: Maybe[Note] = None
    follow_ups: Annotated[list[PushStepIn], STEPS] = Field(default_factory=list)


class PushPatch(Input):
    """Changes to an open push."""

    deadline: Annotated[Deadline | None, Blank] = None
    note: Maybe[Note] = None


class WithdrawalIn(Input):
    """Why a push is given up."""

    why: Annotated[GivenUp, Field(max_length=500)]
