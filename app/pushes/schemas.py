"""What may be said about a push."""

from typing import Annotated

from pydantic import Field, model_validator

from app.follow_ups.schemas import FollowUpIn
from app.schemas import Blank, Day, Input, Maybe, Name, Text, refuse
from app.vocabulary import Rung

MOST_PARTNERS = 20
MOST_STEPS = 40
Note = Annotated[Text, Field(max_length=2000)]


class PushStepIn(FollowUpIn):
    """A step of a push: a follow-up that somebody sees to. `partners` names those of the push that it
    concerns, one follow-up for each; all of them when empty."""

    partners: Annotated[list[Name], Field(max_length=MOST_PARTNERS)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _somebody(self) -> "PushStepIn":
        if self.assignee is None and self.unit is None:
            raise refuse("nobody_sees_to_it", field="assignee")
        return self


class PushIn(Input):
    """A push on one or several partners, each with a record of its own. Without a goal each is pushed to its
    own next rung."""

    partners: Annotated[list[Name], Field(min_length=1, max_length=MOST_PARTNERS)]
    goal: Annotated[Rung | None, Blank] = None
    deadline: Day
    note: Maybe[Note] = None
    follow_ups: Annotated[list[PushStepIn], Field(max_length=MOST_STEPS)] = Field(default_factory=list)


class PushPatch(Input):
    """Changes to an open push."""

    deadline: Annotated[Day | None, Blank] = None
    note: Maybe[Note] = None


class WithdrawalIn(Input):
    """Why a push is given up."""

    why: Annotated[Text, Field(max_length=500)]
