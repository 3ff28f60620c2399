"""What may be said about a programme, its milestones, its progress and its results."""

import re
from typing import Annotated, Any

from babel import Locale as Cldr
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, Text, normalise_partial, refuse
from app.vocabulary import Completion, DatePrecision, ProgrammeState, ResultLevel

MaybeDay = Annotated[Day | None, Blank]
Id = Annotated[int | None, Field(ge=1, le=2**31 - 1), Blank]
Codes = Annotated[list[Name], Field(max_length=40)]
Why = Annotated[Text, Field(max_length=500)]

CURRENCIES = frozenset(map(str, Cldr("en").currencies))
_GROUPED = re.compile(r"^\d{1,3}([., \u00a0\u202f]\d{3})+$")


def _whole(value: Any) -> Any:
    """An amount may be written with its thousands apart, 2.400.000.000 or 2,400,000,000: it has no
    fraction, so that either mark can only part them."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text:
        return None
    return re.sub(r"\D", "", text) if _GROUPED.match(text) else text


def _currency(value: str) -> str:
    code = value.upper()
    if code not in CURRENCIES:
        raise refuse("unknown_currency")
    return code


# In whole units of the currency; a đồng has no fraction, and nobody plans in cents.
Money = Annotated[int | None, Field(ge=0, le=10**15), BeforeValidator(_whole)]
Currency = Maybe[Annotated[Name, AfterValidator(_currency)]]
Figure = Annotated[float | None, Field(ge=-1e15, le=1e15, allow_inf_nan=False), Blank]


class ProgrammePatch(Input):
    """Changes to a programme; a field left out stays as it is. Its state is moved by acts of their own.

    Completion is told on one scale, as high, medium or low or in percent: not both.
    """

    title: Line | None = None
    title_en: Maybe[Line] = None
    partners: Annotated[list[Name], Field(min_length=1, max_length=20)] | None = None
    sector: Name | None = None
    agreement_id: Id = None
    plan_item_id: Id = None
    lead_unit: Maybe[Name] = None
    support_units: Codes | None = None
    donors: Codes | None = None
    started_on: MaybeDay = None
    started_precision: Annotated[DatePrecision | None, Blank] = None
    ends_on: MaybeDay = None
    ended_on: MaybeDay = None
    cancelled_on: MaybeDay = None
    budget: Money = None
    currency: Currency = None
    budget_source: Maybe[Name] = None
    counterpart_funds: Money = None
    completion: Annotated[Completion | None, Blank] = None
    completion_percent: Annotated[int | None, Field(ge=0, le=100), Blank] = None
    objectives: Maybe[Text] = None
    source: Maybe[Text] = None
    note: Maybe[Text] = None

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        return normalise_partial(data, "started_on", "started_precision")


class ProgrammeIn(ProgrammePatch):
    """Joint work with one or more partners in one sector.

    `follow_up_id` names the work it grew out of; `finish_follow_up` closes that as done.
    """

    title: Line
    partners: Annotated[list[Name], Field(min_length=1, max_length=20)]
    sector: Name
    state: ProgrammeState = ProgrammeState.proposed
    follow_up_id: Id = None
    finish_follow_up: bool = False


class SourcedProgramme(ProgrammeIn):
    """A programme as the seed files tell it, with where the facts come from."""

    facts: Facts = Field(default_factory=Facts)


class MoveIn(Input):
    """A move to another state, on a day that has come (today unless told). Suspending and cancelling need a
    `why`; a programme that ends may say how far it got."""

    to: ProgrammeState
    on: MaybeDay = None
    why: Maybe[Why] = None
    completion: Annotated[Completion | None, Blank] = None
    completion_percent: Annotated[int | None, Field(ge=0, le=100), Blank] = None


class MilestoneIn(Input):
    """A step of a programme; it is progress from the day it is done."""

    title: Line
    due_on: MaybeDay = None
    done_on: MaybeDay = None
    evidence: Maybe[Text] = None


class MilestonePatch(Input):
    """Changes to a milestone; `done_on` marks it as done, without a day it is open again."""

    title: Line | None = None
    due_on: MaybeDay = None
    done_on: MaybeDay = None
    evidence: Maybe[Text] = None


class ProgressIn(Input):
    """A dated line on how a programme goes."""

    on: Day
    text: Text


class ProgressPatch(Input):
    """Changes to a note of progress."""

    on: Day | None = None
    text: Text | None = None


class ResultIn(Input):
    """A result in figures; without evidence it stays unverified."""

    level: ResultLevel
    indicator: Name
    unit: Maybe[Annotated[Name, Field(max_length=60)]] = None
    target: Figure = None
    actual: Figure = None
    on: Day
    evidence: Maybe[Text] = None


class ResultPatch(Input):
    """Changes to a result; evidence that is added verifies it."""

    level: ResultLevel | None = None
    indicator: Name | None = None
    unit: Maybe[Annotated[Name, Field(max_length=60)]] = None
    target: Figure = None
    actual: Figure = None
    on: Day | None = None
    evidence: Maybe[Text] = None
