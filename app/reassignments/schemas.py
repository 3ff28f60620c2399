"""What is said to many follow-ups at once."""

from typing import Annotated

from pydantic import Field

from app.follow_ups.filters import MOST, FollowUpList
from app.follow_ups.schemas import Why
from app.schemas import Blank, Day, Input, Maybe, Name


class Chosen(Input):
    """One follow-up in the version that was seen."""

    id: Annotated[int, Field(ge=1, le=2**31 - 1)]
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ReassignmentIn(Input):
    """The follow-ups, and what they all get: somebody, a unit, a day (with why). What is left out stays."""

    follow_ups: Annotated[list[Chosen], Field(min_length=1, max_length=MOST)]
    assignee: Maybe[Name] = None
    unit: Maybe[Name] = None
    due_on: Annotated[Day | None, Blank] = None
    why: Maybe[Why] = None


class Choice(FollowUpList):
    """Which follow-ups are to be changed: some by id, or with `every` all that fit the list's filters."""

    id: Annotated[tuple[Annotated[int, Field(ge=1, le=2**31 - 1)], ...], Field(max_length=MOST)] = ()
    every: Maybe[Name] = None
