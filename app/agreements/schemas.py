"""What may be said about an agreement."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, Text, normalise_partial, refuse
from app.standing import counted_on
from app.vocabulary import AgreementKind, AgreementLevel, AgreementState, DatePrecision

_DATES = ("signed", "effective", "expires", "terminated")
Precision = Annotated[DatePrecision | None, Blank]
MaybeDay = Annotated[Day | None, Blank]


class AgreementIn(Input):
    """A paper with one or more partners. Dates may be partly known; a signed one may lack its day entirely,
    when a source tells only that it exists."""

    kind: AgreementKind
    title: Line
    title_en: Maybe[Line] = None
    partners: Annotated[list[Name], Field(min_length=1, max_length=40)]
    sectors: Annotated[list[Name], Field(max_length=40)] = Field(default_factory=list)
    level: AgreementLevel = AgreementLevel.city
    state: AgreementState = AgreementState.signed
    number: Maybe[Name] = None
    signed_on: MaybeDay = None
    signed_precision: Precision = None
    effective_on: MaybeDay = None
    effective_precision: Precision = None
    expires_on: MaybeDay = None
    expires_precision: Precision = None
    terminated_on: MaybeDay = None
    terminated_precision: Precision = None
    lead_unit: Maybe[Name] = None
    place: Maybe[Name] = None
    signatories: Maybe[Text] = None
    facts: Facts = Field(default_factory=Facts)

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        for name in _DATES:
            data = normalise_partial(data, f"{name}_on", f"{name}_precision")
        return data

    @model_validator(mode="after")
    def _in_order(self) -> "AgreementIn":
        start = self.effective_on or self.signed_on
        for name in ("expires", "terminated"):
            end = getattr(self, f"{name}_on")
            # A year or month stands for its last day: signed in March 2025, in force "to 2025" is no slip.
            known = getattr(self, f"{name}_precision") or DatePrecision.day
            if start and end and counted_on(end, known) < start:
                raise refuse("end_before_start", field=f"{name}_on")
        return self
