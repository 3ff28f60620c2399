"""What the list of follow-ups may be asked for."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.schemas import Blank, Input, Maybe, Name
from app.vocabulary import FollowUpState, OwedBy

ME, ALL = "me", "all"
# How many follow-ups one act may change: all of them are locked until it is done.
MOST = 200


class Due(StrEnum):
    """When an open follow-up falls due, counted from today."""

    overdue = "overdue"
    week = "week"
    later = "later"


class FollowUpList(Input):
    """A page of the list as its URL tells it. `who` is `me`, `all` or an e-mail address."""

    who: Maybe[Name] = None
    side: Annotated[OwedBy | None, Blank] = None
    state: Annotated[FollowUpState | None, Blank] = None
    due: Annotated[Due | None, Blank] = None
    partner: Maybe[Name] = None
    q: Maybe[Name] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
