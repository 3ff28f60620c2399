"""What may be said about a programme, its milestones, its progress and its results."""

import re
from typing import Annotated, Any

from babel import Locale as Cldr
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from app.fields import PARTLY, HowExact, LeadUnit, PlanItemId, Remark, Source, TitleEn
from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, Text, normalise_partial, refuse
from app.vocabulary import Completion, ProgrammeState, ResultLevel

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
Currency = Maybe[
    Annotated[
        Name,
        AfterValidator(_currency),
        Field(description="Code of a currency, three letters (ISO 4217): `VND`."),
    ]
]
Figure = Annotated[float | None, Field(ge=-1e15, le=1e15, allow_inf_nan=False), Blank]

ProgrammeTitle = Annotated[Line, Field(description="What the programme is called, in a line.")]
TakingPart = Annotated[list[Name], Field(description="Slugs of the partners that take part, one or more.")]
SectorCode = Annotated[Name, Field(description="Code of the sector it works in.")]
AgreementId = Annotated[Id, Field(description="Id of the agreement that it carries out; null: none.")]
SupportUnits = Annotated[Codes, Field(description="Codes of the units that support the lead.")]
Donors = Annotated[Codes, Field(description="Codes of the organisations that give money for it.")]
StartedOn = Annotated[
    MaybeDay, Field(description=f"The day it began to run, from which on the tie is substantive. {PARTLY}")
]
EndsOn = Annotated[MaybeDay, Field(description="The day on which it is to end.")]
EndedOn = Annotated[MaybeDay, Field(description="The day on which it was over.")]
CancelledOn = Annotated[MaybeDay, Field(description="The day on which it was given up.")]
Budget = Annotated[Money, Field(description="What it may cost in all, in whole units of the currency.")]
Payer = Annotated[Name, Field(description="Who pays for it, as text.")]
OwnShare = Annotated[Money, Field(description="The city's own share of it, in the same currency.")]
HowFar = Annotated[
    Completion, Field(description="How far it got, in a word; not beside `completion_percent`.")
]
Percent = Annotated[int, Field(description="How far it got, from 0 to 100; not beside `completion`.")]
Objectives = Annotated[Text, Field(description="What it is to reach.")]
Stage = Annotated[ProgrammeState, Field(description="How far the programme has come.")]
FollowUpId = Annotated[Id, Field(description="Id of the follow-up that it grew out of.")]
Finishes = Annotated[bool, Field(description="Closes that follow-up as done.")]
NextStage = Annotated[
    ProgrammeState,
    Field(description="The state it is to have; which it may have depends on the present one."),
]
MovedOn = Annotated[MaybeDay, Field(description="The day of the move, not one to come; today when left out.")]
WhyMoved = Annotated[Why, Field(description="Why it is suspended or cancelled; asked for then.")]
Aim = Annotated[Line, Field(description="What is to be reached, in a line.")]
DueOn = Annotated[MaybeDay, Field(description="The day by which it is to be reached.")]
DoneOn = Annotated[MaybeDay, Field(description="The day on which it was reached; null: not yet.")]
Proof = Annotated[Text, Field(description="What proves it: a document, a page, a number.")]
AboutDay = Annotated[Day, Field(description="The day it is about.")]
HowItGoes = Annotated[Text, Field(description="How it goes, in some words.")]
Level = Annotated[ResultLevel, Field(description="`output`: what was delivered; `outcome`: what it changed.")]
Indicator = Annotated[Name, Field(description="What is measured, in some words.")]
CountedIn = Annotated[Name, Field(description="What it is counted in: people, tonnes, USD.")]
Target = Annotated[Figure, Field(description="The number that was aimed at.")]
Actual = Annotated[Figure, Field(description="The number that was reached.")]
MeasuredOn = Annotated[Day, Field(description="The day for which it was measured.")]
ResultProof = Annotated[
    Text, Field(description="What proves it; without it the result is unverified and counts as no outcome.")
]


class ProgrammePatch(Input):
    """Changes to a programme; a field left out stays as it is. Its state is moved by acts of their own.

    Completion is told on one scale, as high, medium or low or in percent: not both.
    """

    title: ProgrammeTitle | None = None
    title_en: Maybe[TitleEn] = None
    partners: Annotated[TakingPart, Field(min_length=1, max_length=20)] | None = None
    sector: SectorCode | None = None
    agreement_id: AgreementId = None
    plan_item_id: Annotated[PlanItemId | None, Blank] = None
    lead_unit: Maybe[LeadUnit] = None
    support_units: SupportUnits | None = None
    donors: Donors | None = None
    started_on: StartedOn = None
    started_precision: Annotated[HowExact | None, Blank] = None
    ends_on: EndsOn = None
    ended_on: EndedOn = None
    cancelled_on: CancelledOn = None
    budget: Budget = None
    currency: Currency = None
    budget_source: Maybe[Payer] = None
    counterpart_funds: OwnShare = None
    completion: Annotated[HowFar | None, Blank] = None
    completion_percent: Annotated[Percent | None, Field(ge=0, le=100), Blank] = None
    objectives: Maybe[Objectives] = None
    source: Maybe[Source] = None
    note: Maybe[Remark] = None

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        return normalise_partial(data, "started_on", "started_precision")


class ProgrammeIn(ProgrammePatch):
    """Joint work with one or more partners in one sector.

    `follow_up_id` names the work it grew out of; `finish_follow_up` closes that as done.
    """

    title: ProgrammeTitle
    partners: Annotated[TakingPart, Field(min_length=1, max_length=20)]
    sector: SectorCode
    state: Stage = ProgrammeState.proposed
    follow_up_id: FollowUpId = None
    finish_follow_up: Finishes = False


class SourcedProgramme(ProgrammeIn):
    """A programme as the seed files tell it, with where the facts come from."""

    facts: Facts = Field(default_factory=Facts)


class MoveIn(Input):
    """A move to another state, on a day that has come (today unless told). Suspending and cancelling need a
    `why`; a programme that ends may say how far it got."""

    to: NextStage
    on: MovedOn = None
    why: Maybe[WhyMoved] = None
    completion: Annotated[HowFar | None, Blank] = None
    completion_percent: Annotated[Percent | None, Field(ge=0, le=100), Blank] = None


class MilestoneIn(Input):
    """A step of a programme; it is progress from the day it is done."""

    title: Aim
    due_on: DueOn = None
    done_on: DoneOn = None
    evidence: Maybe[Proof] = None


class MilestonePatch(Input):
    """Changes to a milestone; `done_on` marks it as done, without a day it is open again."""

    title: Aim | None = None
    due_on: DueOn = None
    done_on: DoneOn = None
    evidence: Maybe[Proof] = None


class ProgressIn(Input):
    """A dated line on how a programme goes."""

    on: AboutDay
    text: HowItGoes


class ProgressPatch(Input):
    """Changes to a note of progress."""

    on: AboutDay | None = None
    text: HowItGoes | None = None


class ResultIn(Input):
    """A result in figures; without evidence it stays unverified."""

    level: Level
    indicator: Indicator
    unit: Maybe[Annotated[CountedIn, Field(max_length=60)]] = None
    target: Target = None
    actual: Actual = None
    on: MeasuredOn
    evidence: Maybe[ResultProof] = None


class ResultPatch(Input):
    """Changes to a result; evidence that is added verifies it."""

    level: Level | None = None
    indicator: Indicator | None = None
    unit: Maybe[Annotated[CountedIn, Field(max_length=60)]] = None
    target: Target = None
    actual: Actual = None
    on: MeasuredOn | None = None
    evidence: Maybe[ResultProof] = None
