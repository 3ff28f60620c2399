"""What the list of follow-ups may be asked for."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from app.reporting.filters import Spanned
from app.schemas import Blank, Maybe, Name
from app.vocabulary import FollowUpState, InPeriod, OrganisationKind, OwedBy, PromiseFate

ME, ALL, NO_UNIT = "me", "all", "none"
# How many follow-ups one act may change: all of them are locked until it is done.
MOST = 200


class Due(StrEnum):
    """When an open follow-up falls due, counted from today."""

    overdue = "overdue"
    week = "week"
    later = "later"


class Reckoned(Spanned):
    """Promises as a report reckons them: by the day on which they were first to be done, by what became of
    them, by the unit whose work they are."""

    in_period: Annotated[
        Literal[InPeriod.due] | None,
        Blank,
        Field(description="`due`: first to be done from `since` to `until`, whatever was postponed."),
    ] = None
    kept: Annotated[PromiseFate | None, Blank, Field(description="What became of it.")] = None
    of_unit: Annotated[
        Maybe[Name], Field(description="Code of its unit, else of its assignee's; `none` for neither.")
    ] = None
    for_unit: Annotated[
        Maybe[Name],
        Field(description="Code of a unit as `of_unit` takes it, with all that was merged into it."),
    ] = None
    of_kind: Annotated[
        OrganisationKind | None,
        Blank,
        Field(description="Kind of that unit: `mission`, what was asked of missions, whatever its state."),
    ] = None


class FollowUpList(Reckoned):
    """A page of the list as its URL tells it. `who` is `me`, `all` or an e-mail address."""

    who: Maybe[Name] = None
    side: Annotated[OwedBy | None, Blank] = None
    state: Annotated[FollowUpState | None, Blank] = None
    due: Annotated[Due | None, Blank] = None
    partner: Maybe[Name] = None
    q: Maybe[Name] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
