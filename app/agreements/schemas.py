"""What may be said about an agreement, and what each act on one needs."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, Text, Word, normalise_partial, refuse
from app.standing import counted_on
from app.vocabulary import AgreementKind, AgreementLevel, AgreementState, DatePrecision, Opinion

_DATES = ("signed", "effective", "expires", "terminated")
Precision = Annotated[DatePrecision | None, Blank]
MaybeDay = Annotated[Day | None, Blank]
Codes = Annotated[list[Name], Field(max_length=40)]
Partners = Annotated[list[Name], Field(min_length=1, max_length=40)]
Months = Maybe[Annotated[int, Field(ge=0, le=60)]]
RecordNumber = Maybe[Annotated[int, Field(ge=1, le=2**31 - 1)]]


class _Dated(Input):
    """Dates that may be partly known, and stand in order."""

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        for name in _DATES:
            if f"{name}_precision" in cls.model_fields:
                data = normalise_partial(data, f"{name}_on", f"{name}_precision")
        return data

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        start = getattr(self, "effective_on", None) or getattr(self, "signed_on", None)
        for name in ("expires", "terminated"):
            end = getattr(self, f"{name}_on", None)
            # A year or month stands for its last day: signed in March 2025, in force "to 2025" is no slip.
            known = getattr(self, f"{name}_precision", None) or DatePrecision.day
            if start and end and counted_on(end, known) < start:
                raise refuse("end_before_start", field=f"{name}_on")
        return self


class PaperIn(_Dated):
    """A paper with one or more partners. Dates may be partly known; a signed one may lack its day entirely,
    when a source tells only that it exists."""

    kind: AgreementKind
    title: Line
    title_en: Maybe[Line] = None
    partners: Partners
    sectors: Codes = Field(default_factory=list)
    level: AgreementLevel = AgreementLevel.city
    number: Maybe[Word] = None
    signed_in_name_of: Maybe[Name] = None
    signed_on: MaybeDay = None
    signed_precision: Precision = None
    effective_on: MaybeDay = None
    effective_precision: Precision = None
    expires_on: MaybeDay = None
    expires_precision: Precision = None
    terminated_on: MaybeDay = None
    terminated_precision: Precision = None
    auto_renews: bool = False
    notice_months: Months = None
    lead_unit: Maybe[Name] = None
    support_units: Codes = Field(default_factory=list)
    place: Maybe[Name] = None
    languages: Maybe[Annotated[Line, Field(max_length=120)]] = None
    signatories: Maybe[Text] = None
    summary: Maybe[Text] = None
    amends: RecordNumber = None
    renews: RecordNumber = None
    plan_item: RecordNumber = None


class AgreementIn(PaperIn):
    """A paper as the seed tells of it, in any state, with what the register keeps of its source."""

    state: AgreementState = AgreementState.signed
    facts: Facts = Field(default_factory=Facts)


class NewAgreement(PaperIn):
    """A paper entered by hand: an idea, or one that is signed already and only now comes into the register.
    What lies between is reached by the acts, which keep the procedure's days."""

    state: AgreementState = AgreementState.idea
    source: Maybe[Text] = None
    note: Maybe[Text] = None

    @model_validator(mode="after")
    def _beginning(self) -> Self:
        if self.state not in (AgreementState.idea, AgreementState.signed):
            raise refuse("state_by_act", field="state")
        return self


class AgreementPatch(_Dated):
    """Changes to a paper; what is left out stays. Its state changes by the acts."""

    kind: AgreementKind | None = None
    title: Line | None = None
    title_en: Maybe[Line] = None
    partners: Partners | None = None
    sectors: Codes | None = None
    level: AgreementLevel | None = None
    number: Maybe[Word] = None
    signed_in_name_of: Maybe[Name] = None
    signed_on: MaybeDay = None
    signed_precision: Precision = None
    effective_on: MaybeDay = None
    effective_precision: Precision = None
    expires_on: MaybeDay = None
    expires_precision: Precision = None
    terminated_on: MaybeDay = None
    terminated_precision: Precision = None
    auto_renews: bool | None = None
    notice_months: Months = None
    lead_unit: Maybe[Name] = None
    support_units: Codes | None = None
    place: Maybe[Name] = None
    languages: Maybe[Annotated[Line, Field(max_length=120)]] = None
    signatories: Maybe[Text] = None
    summary: Maybe[Text] = None
    amends: RecordNumber = None
    renews: RecordNumber = None
    plan_item: RecordNumber = None
    source: Maybe[Text] = None
    note: Maybe[Text] = None


class ConsultationIn(Input):
    """The agencies that are asked, and the day on which the dossier they got was complete."""

    dossier_complete_on: Day
    agencies: Annotated[list[Name], Field(min_length=1, max_length=40)]


class OpinionIn(Input):
    """What an agency answered, and when it came in."""

    agency: Name
    opinion: Opinion
    on: Day
    text: Maybe[Text] = None

    @model_validator(mode="after")
    def _in_words(self) -> Self:
        if self.opinion != Opinion.agrees and self.text is None:
            raise refuse("opinion_text_needed", field="text")
        return self


class ResolutionIn(Input):
    """A manager's reason to go on although an agency disagrees."""

    agency: Name
    reason: Text


class ApprovalIn(Input):
    """Who may sign, and on whose authority."""

    signing_authority: Name


class SignatureIn(_Dated):
    """The signing. Fields left out stay as they were prepared."""

    signed_on: Day
    number: Maybe[Word] = None
    signed_in_name_of: Maybe[Name] = None
    place: Maybe[Name] = None
    signatories: Maybe[Text] = None
    languages: Maybe[Annotated[Line, Field(max_length=120)]] = None
    effective_on: MaybeDay = None
    effective_precision: Precision = None
    expires_on: MaybeDay = None
    expires_precision: Precision = None
    auto_renews: bool | None = None
    notice_months: Months = None
    sectors: Codes | None = None
    lead_unit: Maybe[Name] = None
    support_units: Codes | None = None


class ReportIn(Input):
    """The copy and the report were sent: when, and by which letter."""

    on: Day
    text: Maybe[Text] = None


class WhyIn(Input):
    """Why a paper is refused or withdrawn."""

    why: Annotated[Text, Field(max_length=2000)]


class TerminationIn(Input):
    """The day from which the paper no longer holds, and why."""

    terminated_on: Day
    why: Annotated[Text, Field(max_length=2000)]
