"""What may be said about a visit; the names of the fields are those of the contract."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.follow_ups.schemas import FollowUpIn
from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, Text, normalise_partial, refuse
from app.vocabulary import DatePrecision, DelegationDirection, VisitLevel, VisitPurpose


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
    follow_ups: Annotated[list[FollowUpIn], Field(max_length=40)] = Field(default_factory=list)

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
        data = normalise_partial(data, "starts_on", "starts_precision")
        if isinstance(data, dict) and not data.get("ends_on"):
            return {**data, "ends_on": data.get("starts_on"), "ends_precision": data.get("starts_precision")}
        return normalise_partial(data, "ends_on", "ends_precision")


class PlannedDelegation(DelegationIn):
    """A delegation to come; approved once the leaders have agreed to it."""

    approved: bool = False


class PastDelegation(DelegationIn):
    """A delegation of the past as sources tell it.

    Seeds and imports enter these; an officer logs a visit. Nobody expects the report of one that is over
    for long: it counts as `reported`, unless its report is still owed.
    """

    met: Maybe[Text] = None
    minutes: Maybe[Text] = None
    confidential: bool = False
    reported: bool = True
