"""What is said to many follow-ups at once."""

from typing import Annotated

from pydantic import Field

from app.fields import Version
from app.follow_ups.filters import MOST, FollowUpList
from app.follow_ups.schemas import Why
from app.schemas import Blank, Day, Input, Maybe, Name

FollowUpId = Annotated[Annotated[int, Field(ge=1, le=2**31 - 1)], Field(description="Id of the follow-up.")]
CHOSEN = Field(
    min_length=1, max_length=MOST, description="The follow-ups, each in the version that was seen."
)
Assignee = Annotated[Name, Field(description="E-mail address of the account that is to see to them.")]
UnitInCharge = Annotated[Name, Field(description="Code of the unit that is to see to them.")]
NewDue = Annotated[Day, Field(description="The day by which all of them are to be done; needs `why`.")]
WhyMoved = Annotated[Why, Field(description="Why they are postponed.")]


class Chosen(Input):
    """One follow-up in the version that was seen."""

    id: FollowUpId
    version: Version


class ReassignmentIn(Input):
    """The follow-ups, and what they all get: somebody, a unit, a day (with why). What is left out stays."""

    follow_ups: Annotated[list[Chosen], CHOSEN]
    assignee: Maybe[Assignee] = None
    unit: Maybe[UnitInCharge] = None
    due_on: Annotated[NewDue | None, Blank] = None
    why: Maybe[WhyMoved] = None


class Choice(FollowUpList):
    """Which follow-ups are to be changed: some by id, or with `every` all that fit the list's filters."""

    id: Annotated[tuple[Annotated[int, Field(ge=1, le=2**31 - 1)], ...], Field(max_length=MOST)] = ()
    every: Maybe[Name] = None
