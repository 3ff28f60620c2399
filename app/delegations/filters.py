"""What a list of delegations may be asked for: the same words on the page and in the API."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from app.listings import MOST
from app.partners.filters import Several
from app.schemas import Blank, Day, Input, Maybe, Name, refuse
from app.vocabulary import (
    DelegationDirection,
    DelegationState,
    InPeriod,
    PlanPlace,
    Region,
    VisitLevel,
    VisitPurpose,
)

SORTS = ("starts_on", "ends_on", "state", "level", "id")
FIRST = "-starts_on"


class ReportState(StrEnum):
    """How it stands with the report of a trip that owes one."""

    owed = "owed"
    overdue = "overdue"


class Untold(StrEnum):
    """What a record of a trip does not say."""

    level = "level"
    purpose = "purpose"


class LedTo(StrEnum):
    """What a trip that took place led to: work with someone responsible for it or a signature, or neither."""

    something = "something"
    nothing = "nothing"


def _sort(value: str) -> str:
    if value.removeprefix("-") not in SORTS:
        raise refuse("bad_sort")
    return value


Sort = Annotated[str, Field(max_length=40), AfterValidator(_sort)]
Year = Annotated[int, Field(ge=1900, le=2100)]


class DelegationFilters(Input):
    """Which delegations: of several values of one filter any fits, and every filter must."""

    q: Annotated[Maybe[Name], Field(description="Words of the title or of who led it.")] = None
    direction: Annotated[
        Several[DelegationDirection],
        Field(description="`inbound`: a partner comes; `outbound`: the city travels."),
    ] = ()
    state: Annotated[
        Several[DelegationState], Field(description="How far the trip has come, from the plan to the report.")
    ] = ()
    level: Annotated[Several[VisitLevel], Field(description="Rank of who led it.")] = ()
    purpose: Annotated[Several[VisitPurpose], Field(description="What the trip was for.")] = ()
    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()
    report: Annotated[
        ReportState | None,
        Blank,
        Field(description="`owed`, or `overdue`: owed for too long."),
    ] = None
    region: Annotated[Several[Region], Field(description="Regions of its partners.")] = ()
    sector: Annotated[
        Several[Name], Field(description="Codes of sectors in which one of its partners is strong.")
    ] = ()
    untold: Annotated[Several[Untold], Field(description="What its record does not say.")] = ()
    place: Annotated[Several[PlanPlace], Field(description="Its place in the plan of the year.")] = ()
    led_to: Annotated[
        LedTo | None,
        Blank,
        Field(
            description="Of those that took place: `something`, an action somebody is responsible for or an "
            "agreement signed on its days; or `nothing`."
        ),
    ] = None
    year: Annotated[Year | None, Blank, Field(description="Under way in this year.")] = None
    since: Annotated[Day | None, Blank, Field(description="Not over before this day.")] = None
    until: Annotated[Day | None, Blank, Field(description="Begun on this day or before.")] = None
    in_period: Annotated[
        Literal[InPeriod.took_place] | None,
        Blank,
        Field(description="`took_place`: it did, and began from `since` to `until`."),
    ] = None

    @model_validator(mode="after")
    def _whole_span(self) -> "DelegationFilters":
        if self.in_period is not None and (self.since is None or self.until is None):
            raise refuse("span_needed", field="in_period")
        return self


class DelegationList(DelegationFilters):
    """A page of the list as its URL tells it."""

    sort: Annotated[Sort | None, Blank] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class DelegationQuery(DelegationFilters):
    """A page of the list as programs ask for it."""

    sort: Annotated[Sort, Field(description=f"{', '.join(SORTS)}; a leading - reverses it.")] = FIRST
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )


def _month(value: object) -> object:
    if isinstance(value, str):
        if not re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", value):
            raise refuse("bad_month")
        return date.fromisoformat(f"{value}-01")
    return value


class CalendarAsked(Input):
    """A month of the calendar as its URL tells it: `month=2026-03`."""

    month: Annotated[date | None, BeforeValidator(_month), Blank] = None
    direction: Annotated[DelegationDirection | None, Blank] = None
