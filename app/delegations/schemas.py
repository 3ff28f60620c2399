"""What may be said about a delegation; the names of a visit's fields are those of the contract."""

from datetime import time
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from app.follow_ups.schemas import FollowUpIn, Why
from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, Text, normalise_partial, refuse
from app.vocabulary import (
    DatePrecision,
    DelegationDirection,
    GiftBand,
    GiftDirection,
    VisitLevel,
    VisitPurpose,
)

# A trip to twenty places or with sixty people is a mistake of the form, not a trip.
MOST_PARTNERS, MOST_MEMBERS, MOST_MEETINGS, MOST_GIFTS, MOST_FOLLOW_UPS = 20, 60, 60, 40, 40

Slugs = Annotated[list[Name], Field(min_length=1, max_length=MOST_PARTNERS)]
Money = Annotated[int, Field(ge=0, le=10**15)]
RowId = Annotated[int, Field(ge=1, le=2**31 - 1)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


def _written_time(value: Any) -> Any:
    """09:30; seconds, zones and numbers are no times of a programme."""
    if isinstance(value, time):
        return value
    text = str(value).strip() if isinstance(value, str) else ""
    hours, _, minutes = text.partition(":")
    good = len(text) <= 5 and hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()
    if not good or len(minutes) != 2 or int(hours) > 23 or int(minutes) > 59:
        raise refuse("bad_time")
    return time(int(hours), int(minutes))


Clock = Annotated[time, BeforeValidator(_written_time)]
Short = Annotated[Line, Field(max_length=120)]


class VisitIn(Input):
    """A visit that took place, its minutes and what was agreed."""

    partner: Name
    direction: DelegationDirection
    title: Line
    starts_on: Day
    ends_on: Day
    level: Annotated[VisitLevel | None, Blank] = None
    purpose: Annotated[VisitPurpose | None, Blank] = None
    head: Maybe[Name] = None
    met: Maybe[Text] = None
    minutes: Maybe[Text] = None
    confidential: bool = False
    # The item of the year's plan that it carried out; or that none foresaw it, and why it was done.
    plan_item: Annotated[RowId | None, Blank] = None
    off_plan: bool = False
    off_plan_reason: Maybe[Why] = None
    follow_ups: Annotated[list[FollowUpIn], Field(max_length=MOST_FOLLOW_UPS)] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _one_day(cls, data: Any) -> Any:
        """A visit without an end lasted one day."""
        if isinstance(data, dict) and not data.get("ends_on"):
            return {**data, "ends_on": data.get("starts_on")}
        return data

    @model_validator(mode="after")
    def _in_order(self) -> "VisitIn":
        if self.ends_on < self.starts_on:
            raise refuse("end_before_start", field="ends_on")
        return self


class MemberIn(Input):
    """Who travels: a person of the register by id, or a name. `id` keeps a line that is there already, with
    its name where the caller may not read it."""

    id: Annotated[RowId | None, Blank] = None
    person: Annotated[RowId | None, Blank] = None
    name: Maybe[Name] = None
    title: Maybe[Name] = None
    unit: Maybe[Name] = None
    leads: bool = False

    @model_validator(mode="after")
    def _somebody(self) -> "MemberIn":
        if self.name is None and self.person is None and self.id is None:
            raise refuse("required", field="name")
        return self


class MeetingIn(Input):
    """A meeting of the trip. Its times are those of the clocks there; `partner` is one of the trip's."""

    id: Annotated[RowId | None, Blank] = None
    on: Day
    starts_at: Annotated[Clock | None, Blank] = None
    ends_at: Annotated[Clock | None, Blank] = None
    partner: Maybe[Name] = None
    place: Maybe[Name] = None
    counterpart: Maybe[Line] = None
    topic: Maybe[Line] = None
    result: Maybe[Text] = None

    @model_validator(mode="after")
    def _in_order(self) -> "MeetingIn":
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise refuse("ends_before_it_starts", field="ends_at")
        return self


class GiftIn(Input):
    """A gift given or received, with a band for its value."""

    id: Annotated[RowId | None, Blank] = None
    direction: GiftDirection
    what: Name
    band: Annotated[GiftBand | None, Blank] = None
    by_whom: Maybe[Name] = None
    to_whom: Maybe[Name] = None


class _Arranged(Input):
    """How a trip is arranged, paid and peopled: every field may be left out."""

    title_en: Maybe[Line] = None
    level: Annotated[VisitLevel | None, Blank] = None
    purpose: Annotated[VisitPurpose | None, Blank] = None
    head: Maybe[Name] = None
    host_unit: Maybe[Name] = None
    escort_unit: Maybe[Name] = None
    interpreter: Maybe[Name] = None
    languages: Maybe[Short] = None
    budget_source: Maybe[Name] = None
    currency: Annotated[Currency | None, Blank] = None
    cost_planned: Annotated[Money | None, Blank] = None
    plan_item: Annotated[RowId | None, Blank] = None
    off_plan_reason: Maybe[Why] = None
    returns: Annotated[RowId | None, Blank] = None


class TripIn(_Arranged):
    """A trip to come, in or out: whom it visits, who goes, how it is arranged and paid.

    A trip that stands in the year's plan names its item (`plan_item`); one that does not says `off_plan`
    and why.
    """

    partners: Slugs
    direction: DelegationDirection
    title: Line
    starts_on: Day
    starts_precision: DatePrecision = DatePrecision.day
    ends_on: Day
    ends_precision: DatePrecision = DatePrecision.day
    off_plan: bool = False
    members: Annotated[list[MemberIn], Field(max_length=MOST_MEMBERS)] = Field(default_factory=list)
    meetings: Annotated[list[MeetingIn], Field(max_length=MOST_MEETINGS)] = Field(default_factory=list)
    gifts: Annotated[list[GiftIn], Field(max_length=MOST_GIFTS)] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _days(cls, data: Any) -> Any:
        return partly_known(data)


class TripPatch(_Arranged):
    """Changes to a trip. A list of lines replaces the lines there are; a line with its `id` is kept.

    `met`, `minutes`, `confidential`, `report` and `meetings` are for those who may read confidential notes.
    """

    partners: Slugs | None = None
    direction: DelegationDirection | None = None
    title: Line | None = None
    starts_on: Day | None = None
    starts_precision: DatePrecision | None = None
    ends_on: Day | None = None
    ends_precision: DatePrecision | None = None
    off_plan: bool | None = None
    cost_actual: Annotated[Money | None, Blank] = None
    met: Maybe[Text] = None
    minutes: Maybe[Text] = None
    confidential: bool | None = None
    report: Maybe[Text] = None
    members: Annotated[list[MemberIn] | None, Field(max_length=MOST_MEMBERS)] = None
    meetings: Annotated[list[MeetingIn] | None, Field(max_length=MOST_MEETINGS)] = None
    gifts: Annotated[list[GiftIn] | None, Field(max_length=MOST_GIFTS)] = None

    @model_validator(mode="before")
    @classmethod
    def _days(cls, data: Any) -> Any:
        for name in ("starts", "ends"):
            if isinstance(data, dict) and f"{name}_on" in data:
                data = normalise_partial(data, f"{name}_on", f"{name}_precision")
        return data


def partly_known(data: Any) -> Any:
    """Read the days of a trip, which may be known to the month or the year only; without an end it lasts as
    long as its start tells: a day, that month, that year."""
    data = normalise_partial(data, "starts_on", "starts_precision")
    if isinstance(data, dict) and not data.get("ends_on"):
        return {
            **data,
            "ends_on": data.get("starts_on"),
            "ends_precision": data.get("starts_precision", "day"),
        }
    return normalise_partial(data, "ends_on", "ends_precision")


class AgreedIn(FollowUpIn):
    """A follow-up of a trip; `partners` names those of the trip that it concerns, all when empty."""

    partners: Annotated[list[Name], Field(max_length=MOST_PARTNERS)] = Field(default_factory=list)


class MinutesIn(Input):
    """What a trip came to: whom it met, its minutes, and what was agreed on both sides."""

    met: Maybe[Text] = None
    minutes: Maybe[Text] = None
    confidential: bool = False
    follow_ups: Annotated[list[AgreedIn], Field(max_length=MOST_FOLLOW_UPS)] = Field(default_factory=list)


class CompletionIn(MinutesIn):
    """A trip that is over, with what it came to and what it cost."""

    cost_actual: Annotated[Money | None, Blank] = None


class ReportIn(Input):
    """The result report: its text and the day on which it was made."""

    report: Text
    reported_on: Annotated[Day | None, Blank] = None


class CancellationIn(Input):
    """Why a trip will not take place."""

    why: Why


class DelegationIn(Input):
    """A delegation to or from several partners, perhaps with partly known dates."""

    partners: Annotated[list[Name], Field(min_length=1)]
    direction: DelegationDirection
    title: Line
    title_en: Maybe[Line] = None
    starts_on: Day
    starts_precision: DatePrecision = DatePrecision.day
    ends_on: Day
    ends_precision: DatePrecision = DatePrecision.day
    level: Annotated[VisitLevel | None, Blank] = None
    purpose: Annotated[VisitPurpose | None, Blank] = None
    head: Maybe[Name] = None
    facts: Facts = Field(default_factory=Facts)

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        return partly_known(data)


class PastDelegation(DelegationIn):
    """A delegation of the past as sources tell it.

    Seeds and imports enter these; an officer logs a visit. Nobody expects the report of one that is over
    for long: it counts as `reported`, unless its report is still owed.
    """

    met: Maybe[Text] = None
    minutes: Maybe[Text] = None
    confidential: bool = False
    reported: bool = True
