"""What may be said about a delegation; the names of a visit's fields are those of the contract."""

from datetime import time
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from app.fields import PARTLY, HowExact, PartnerSlug, PlanItemId, TitleEn
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

Slugs = Annotated[
    list[Name],
    Field(
        min_length=1,
        max_length=MOST_PARTNERS,
        description="Slugs of the partners that are visited or come, one or more.",
    ),
]
Money = Annotated[int, Field(ge=0, le=10**15)]
RowId = Annotated[int, Field(ge=1, le=2**31 - 1)]
Currency = Annotated[
    str, Field(pattern="^[A-Z]{3}$", description="Code of a currency, three letters (ISO 4217): `VND`.")
]


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

Way = Annotated[
    DelegationDirection, Field(description="`inbound`: a partner comes; `outbound`: the city travels.")
]
TripTitle = Annotated[Line, Field(description="What the trip is called, in a line.")]
FirstDay = Annotated[Day, Field(description="The first day of the visit.")]
LastDay = Annotated[Day, Field(description="The last day of the visit; when left out it lasted one day.")]
TripStart = Annotated[Day, Field(description=f"The first day of the trip. {PARTLY}")]
TripEnd = Annotated[
    Day,
    Field(
        description="The last day of the trip; left out of a new one: as long as its start tells, a day, "
        "a month, a year. "
        f"{PARTLY}"
    ),
]
Rank = Annotated[VisitLevel, Field(description="Rank of who led it.")]
Purpose = Annotated[VisitPurpose, Field(description="What the trip was for.")]
Head = Annotated[Name, Field(description="Who leads it, by name and office, as text.")]
Met = Annotated[Text, Field(description="Whom they met, as text.")]
Minutes = Annotated[Text, Field(description="The minutes, as text.")]
Confidential = Annotated[
    bool,
    Field(
        description="Whom they met, minutes, meetings and report are then told to its author and to "
        "managers only; that it took place still counts."
    ),
]
OffPlan = Annotated[
    bool, Field(description="No item of the year's plan foresaw it; `off_plan_reason` says why it is done.")
]
OffPlanReason = Annotated[Why, Field(description="Why it is done although the plan did not foresee it.")]
FOLLOW_UPS = Field(
    max_length=MOST_FOLLOW_UPS,
    description="What was agreed. An action that somebody is responsible for makes the visit more "
    "than a courtesy.",
)
LineId = Annotated[
    RowId, Field(description="Id of a line that is there already and is kept; a new line has none.")
]
PersonId = Annotated[
    RowId, Field(description="Id of the person in the register; null: somebody told by `name` alone.")
]
MemberName = Annotated[Name, Field(description="Who travels, where the register does not have them.")]
MemberTitle = Annotated[Name, Field(description="Their office, as text.")]
MemberUnit = Annotated[Name, Field(description="Where they work, as text.")]
Leads = Annotated[bool, Field(description="Whether they head the delegation.")]
MeetingDay = Annotated[Day, Field(description="The day of the meeting.")]
StartsAt = Annotated[Clock, Field(description="When it starts on the clocks there: `09:30`.")]
EndsAt = Annotated[Clock, Field(description="When it ends on the clocks there: `11:00`.")]
MeetingPartner = Annotated[
    Name, Field(description="Slug of that one of the trip's partners with which it is.")
]
MeetingPlace = Annotated[Name, Field(description="Where it is held, as text.")]
Counterpart = Annotated[Line, Field(description="Who is met: a person or a body, as text.")]
Topic = Annotated[Line, Field(description="What is talked about, in a line.")]
Result = Annotated[Text, Field(description="What came of it.")]
GiftWay = Annotated[GiftDirection, Field(description="Given by the city, or received by it.")]
What = Annotated[Name, Field(description="What it is, in some words.")]
Band = Annotated[
    GiftBand, Field(description="About what it is worth; the department says what a band means in money.")
]
ByWhom = Annotated[Name, Field(description="Who gave it, as text.")]
ToWhom = Annotated[Name, Field(description="Who received it, as text.")]
HostUnit = Annotated[
    Name, Field(description="Code of the unit that receives the guests or prepares the trip.")
]
EscortUnit = Annotated[Name, Field(description="Code of the unit that goes along with them.")]
Interpreter = Annotated[Name, Field(description="Who interprets, by name.")]
Spoken = Annotated[Short, Field(description="The languages that are spoken, as text.")]
Payer = Annotated[Name, Field(description="Who pays for it, as text.")]
CostPlanned = Annotated[Money, Field(description="What it may cost, in whole units of the currency.")]
CostActual = Annotated[Money, Field(description="What it cost, in whole units of the currency.")]
Returns = Annotated[RowId, Field(description="Id of the visit that this one returns.")]
MEMBERS = Field(max_length=MOST_MEMBERS, description="Who travels. The lines sent replace those there are.")
MEETINGS = Field(
    max_length=MOST_MEETINGS, description="The meetings of the trip. The lines sent replace those there are."
)
GIFTS = Field(
    max_length=MOST_GIFTS, description="Gifts of both sides. The lines sent replace those there are."
)
ThoseConcerned = Annotated[
    list[Name], Field(description="Slugs of those of the trip's partners that it concerns; all when empty.")
]
Report = Annotated[Text, Field(description="The result report, as text.")]
ReportDay = Annotated[Day, Field(description="The day on which it was made; today when left out.")]
WhyNot = Annotated[Why, Field(description="Why it will not take place.")]


class VisitIn(Input):
    """A visit that took place, its minutes and what was agreed."""

    partner: PartnerSlug
    direction: Way
    title: TripTitle
    starts_on: FirstDay
    ends_on: LastDay
    level: Annotated[Rank | None, Blank] = None
    purpose: Annotated[Purpose | None, Blank] = None
    head: Maybe[Head] = None
    met: Maybe[Met] = None
    minutes: Maybe[Minutes] = None
    confidential: Confidential = False
    plan_item: Annotated[PlanItemId | None, Blank] = None
    off_plan: OffPlan = False
    off_plan_reason: Maybe[OffPlanReason] = None
    follow_ups: Annotated[list[FollowUpIn], FOLLOW_UPS] = Field(default_factory=list)

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

    id: Annotated[LineId | None, Blank] = None
    person: Annotated[PersonId | None, Blank] = None
    name: Maybe[MemberName] = None
    title: Maybe[MemberTitle] = None
    unit: Maybe[MemberUnit] = None
    leads: Leads = False

    @model_validator(mode="after")
    def _somebody(self) -> "MemberIn":
        if self.name is None and self.person is None and self.id is None:
            raise refuse("required", field="name")
        return self


class MeetingIn(Input):
    """A meeting of the trip. Its times are those of the clocks there; `partner` is one of the trip's."""

    id: Annotated[LineId | None, Blank] = None
    on: MeetingDay
    starts_at: Annotated[StartsAt | None, Blank] = None
    ends_at: Annotated[EndsAt | None, Blank] = None
    partner: Maybe[MeetingPartner] = None
    place: Maybe[MeetingPlace] = None
    counterpart: Maybe[Counterpart] = None
    topic: Maybe[Topic] = None
    result: Maybe[Result] = None

    @model_validator(mode="after")
    def _in_order(self) -> "MeetingIn":
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise refuse("ends_before_it_starts", field="ends_at")
        return self


class GiftIn(Input):
    """A gift given or received, with a band for its value."""

    id: Annotated[LineId | None, Blank] = None
    direction: GiftWay
    what: What
    band: Annotated[Band | None, Blank] = None
    by_whom: Maybe[ByWhom] = None
    to_whom: Maybe[ToWhom] = None


class _Arranged(Input):
    """How a trip is arranged, paid and peopled: every field may be left out."""

    title_en: Maybe[TitleEn] = None
    level: Annotated[Rank | None, Blank] = None
    purpose: Annotated[Purpose | None, Blank] = None
    head: Maybe[Head] = None
    host_unit: Maybe[HostUnit] = None
    escort_unit: Maybe[EscortUnit] = None
    interpreter: Maybe[Interpreter] = None
    languages: Maybe[Spoken] = None
    budget_source: Maybe[Payer] = None
    currency: Annotated[Currency | None, Blank] = None
    cost_planned: Annotated[CostPlanned | None, Blank] = None
    plan_item: Annotated[PlanItemId | None, Blank] = None
    off_plan_reason: Maybe[OffPlanReason] = None
    returns: Annotated[Returns | None, Blank] = None


class TripIn(_Arranged):
    """A trip to come, in or out: whom it visits, who goes, how it is arranged and paid.

    A trip that stands in the year's plan names its item (`plan_item`); one that does not says `off_plan`
    and why.
    """

    partners: Slugs
    direction: Way
    title: TripTitle
    starts_on: TripStart
    starts_precision: HowExact = DatePrecision.day
    ends_on: TripEnd
    ends_precision: HowExact = DatePrecision.day
    off_plan: OffPlan = False
    members: Annotated[list[MemberIn], MEMBERS] = Field(default_factory=list)
    meetings: Annotated[list[MeetingIn], MEETINGS] = Field(default_factory=list)
    gifts: Annotated[list[GiftIn], GIFTS] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _days(cls, data: Any) -> Any:
        return partly_known(data)


class TripPatch(_Arranged):
    """Changes to a trip. A list of lines replaces the lines there are; a line with its `id` is kept.

    `met`, `minutes`, `confidential`, `report` and `meetings` are for those who may read confidential notes.
    """

    partners: Slugs | None = None
    direction: Way | None = None
    title: TripTitle | None = None
    starts_on: TripStart | None = None
    starts_precision: HowExact | None = None
    ends_on: TripEnd | None = None
    ends_precision: HowExact | None = None
    off_plan: OffPlan | None = None
    cost_actual: Annotated[CostActual | None, Blank] = None
    met: Maybe[Met] = None
    minutes: Maybe[Minutes] = None
    confidential: Confidential | None = None
    report: Maybe[Report] = None
    members: Annotated[list[MemberIn] | None, MEMBERS] = None
    meetings: Annotated[list[MeetingIn] | None, MEETINGS] = None
    gifts: Annotated[list[GiftIn] | None, GIFTS] = None

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

    partners: Annotated[ThoseConcerned, Field(max_length=MOST_PARTNERS)] = Field(default_factory=list)


class MinutesIn(Input):
    """What a trip came to: whom it met, its minutes, and what was agreed on both sides."""

    met: Maybe[Met] = None
    minutes: Maybe[Minutes] = None
    confidential: Confidential = False
    follow_ups: Annotated[list[AgreedIn], FOLLOW_UPS] = Field(default_factory=list)


class CompletionIn(MinutesIn):
    """A trip that is over, with what it came to and what it cost."""

    cost_actual: Annotated[CostActual | None, Blank] = None


class ReportIn(Input):
    """The result report: its text and the day on which it was made."""

    report: Report
    reported_on: Annotated[ReportDay | None, Blank] = None


class CancellationIn(Input):
    """Why a trip will not take place."""

    why: WhyNot


class DelegationIn(Input):
    """A delegation to or from several partners, perhaps with partly known dates."""

    partners: Annotated[list[Name], Field(min_length=1)]
    direction: Way
    title: Line
    title_en: Maybe[Line] = None
    starts_on: Day
    starts_precision: DatePrecision = DatePrecision.day
    ends_on: Day
    ends_precision: DatePrecision = DatePrecision.day
    level: Annotated[Rank | None, Blank] = None
    purpose: Annotated[Purpose | None, Blank] = None
    head: Maybe[Head] = None
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
