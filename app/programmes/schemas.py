"""What may be said about a programme, its milestones, its progress and its results."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, Text, normalise_partial, refuse
from app.vocabulary import Completion, DatePrecision, ProgrammeState, ResultLevel

MaybeDay = Annotated[Day | None, Blank]
Money = Annotated[int | None, Field(ge=0, le=10**15), Blank]
_STARTED = frozenset({ProgrammeState.active, ProgrammeState.suspended, ProgrammeState.completed})


class ProgrammeIn(Input):
    """Joint work with one or more partners in one sector."""

    title: Line
    title_en: Maybe[Line] = None
    partners: Annotated[list[Name], Field(min_length=1, max_length=20)]
    sector: Name
    agreement_id: int | None = None
    lead_unit: Maybe[Name] = None
    state: ProgrammeState = ProgrammeState.proposed
    started_on: MaybeDay = None
    started_precision: Annotated[DatePrecision | None, Blank] = None
    ends_on: MaybeDay = None
    ended_on: MaybeDay = None
    cancelled_on: MaybeDay = None
    budget: Money = None
    currency: Annotated[str | None, Field(pattern=r"^[A-Z]{3}$"), Blank] = None
    budget_source: Maybe[Name] = None
    counterpart_funds: Money = None
    completion: Annotated[Completion | None, Blank] = None
    facts: Facts = Field(default_factory=Facts)

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        return normalise_partial(data, "started_on", "started_precision")

    @model_validator(mode="after")
    def _states_have_dates(self) -> "ProgrammeIn":
        if self.state in _STARTED and self.started_on is None:
            raise refuse("programme_needs_start", field="started_on")
        for name in ("ends_on", "ended_on", "cancelled_on"):
            day = getattr(self, name)
            if day and self.started_on and day < self.started_on:
                raise refuse("end_before_start", field=name)
        return self


class MilestoneIn(Input):
    title: Line
    due_on: MaybeDay = None
    done_on: MaybeDay = None
    evidence: Maybe[Text] = None


class ProgressIn(Input):
    on: Day
    text: Text


class ResultIn(Input):
    """A result in figures; without evidence it stays unverified."""

    level: ResultLevel
    indicator: Name
    unit: Maybe[Name] = None
    target: float | None = None
    actual: float | None = None
    on: Day
    evidence: Maybe[Text] = None
