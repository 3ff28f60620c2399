"""What may be said about an agreement, and what each act on one needs."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from app.fields import PARTLY, HowExact, LeadUnit, PlanItemId, Remark, Source, TitleEn
from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, Text, Word, normalise_partial, refuse
from app.standing import counted_on
from app.vocabulary import AgreementKind, AgreementLevel, AgreementState, DatePrecision, Opinion

_DATES = ("signed", "effective", "expires", "terminated")
Precision = Annotated[HowExact | None, Blank]
MaybeDay = Annotated[Day | None, Blank]
Codes = Annotated[list[Name], Field(max_length=40)]
Partners = Annotated[
    list[Name],
    Field(min_length=1, max_length=40, description="Slugs of the partners that sign it, one or more."),
]
Months = Maybe[
    Annotated[int, Field(ge=0, le=60, description="How many months before its end notice has to be given.")]
]
RecordNumber = Maybe[Annotated[int, Field(ge=1, le=2**31 - 1)]]

PaperKind = Annotated[AgreementKind, Field(description="What kind of paper it is.")]
PaperTitle = Annotated[Line, Field(description="Its title, as it is written on the paper.")]
Sectors = Annotated[
    Codes, Field(description="Codes of the sectors it names; with a lead unit they make it concrete.")
]
Signer = Annotated[AgreementLevel, Field(description="Whether the city or a department of it signs.")]
Number = Annotated[Word, Field(description="Its number and symbol, such as 12/TT-UBND.")]
InNameOf = Annotated[Name, Field(description="In whose name it is signed on the city's side.")]
SignedOn = Annotated[
    Day, Field(description="The day of the signature, from which the copy and the report fall due.")
]
SignedDay = Annotated[
    MaybeDay,
    Field(description=f"The day of the signature; null where only that it exists is known. {PARTLY}"),
]
EffectiveDay = Annotated[
    MaybeDay, Field(description=f"The day from which it holds; null: from the signature. {PARTLY}")
]
ExpiryDay = Annotated[
    MaybeDay, Field(description=f"The first day on which it no longer holds; null: it has no end. {PARTLY}")
]
EndedDay = Annotated[
    MaybeDay,
    Field(description=f"The first day on which it no longer holds because one side ended it. {PARTLY}"),
]
Renews = Annotated[bool, Field(description="Whether it goes on by itself at its end unless notice is given.")]
SupportUnits = Annotated[Codes, Field(description="Codes of the units that support the lead.")]
Place = Annotated[Name, Field(description="Where it is signed, as text.")]
Written = Annotated[Line, Field(description="The languages it is written in, as text.")]
Signatories = Annotated[Text, Field(description="Who signs for both sides, one a line.")]
Summary = Annotated[Text, Field(description="What it says, in short.")]
Amended = Annotated[
    RecordNumber, Field(description="Id of the agreement that it amends, whose end it moves.")
]
Renewed = Annotated[
    RecordNumber, Field(description="Id of the agreement that it takes the place of when that ends.")
]
Beginning = Annotated[
    AgreementState,
    Field(
        description="`idea`, or `signed` for a paper that only now comes into the register; the acts lead"
        " to the others."
    ),
]
CompleteOn = Annotated[
    Day, Field(description="The day on which the dossier was complete; the time for opinions counts from it.")
]
Asked = Annotated[list[Name], Field(description="Codes of the organisations that are asked.")]
Answering = Annotated[Name, Field(description="Code of the organisation that answered.")]
Answer = Annotated[Opinion, Field(description="What it answered; all but `agrees` need `text`.")]
AnswerDay = Annotated[Day, Field(description="The day on which its answer came in.")]
AnswerText = Annotated[Text, Field(description="What it said, in its words.")]
Disagreeing = Annotated[Name, Field(description="Code of the organisation that disagrees.")]
GoingOn = Annotated[Text, Field(description="Why the city goes on all the same.")]
Authority = Annotated[Name, Field(description="Who may sign and on whose authority, as text.")]
SentOn = Annotated[Day, Field(description="The day on which copy and report were sent.")]
Letter = Annotated[Text, Field(description="The letter with which they were sent, such as its number.")]
WhyNot = Annotated[Text, Field(description="Why it is refused or withdrawn.")]
EndedOn = Annotated[Day, Field(description="The first day on which it no longer holds, past or to come.")]
WhyEnded = Annotated[Text, Field(description="Why it is ended.")]


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

    kind: PaperKind
    title: PaperTitle
    title_en: Maybe[TitleEn] = None
    partners: Partners
    sectors: Sectors = Field(default_factory=list)
    level: Signer = AgreementLevel.city
    number: Maybe[Number] = None
    signed_in_name_of: Maybe[InNameOf] = None
    signed_on: SignedDay = None
    signed_precision: Precision = None
    effective_on: EffectiveDay = None
    effective_precision: Precision = None
    expires_on: ExpiryDay = None
    expires_precision: Precision = None
    terminated_on: EndedDay = None
    terminated_precision: Precision = None
    auto_renews: Renews = False
    notice_months: Months = None
    lead_unit: Maybe[LeadUnit] = None
    support_units: SupportUnits = Field(default_factory=list)
    place: Maybe[Place] = None
    languages: Maybe[Annotated[Written, Field(max_length=120)]] = None
    signatories: Maybe[Signatories] = None
    summary: Maybe[Summary] = None
    amends: Amended = None
    renews: Renewed = None
    plan_item: Maybe[PlanItemId] = None


class AgreementIn(PaperIn):
    """A paper as the seed tells of it, in any state, with what the register keeps of its source."""

    state: AgreementState = AgreementState.signed
    facts: Facts = Field(default_factory=Facts)


class NewAgreement(PaperIn):
    """A paper entered by hand: an idea, or one that is signed already and only now comes into the register.
    What lies between is reached by the acts, which keep the procedure's days."""

    state: Beginning = AgreementState.idea
    source: Maybe[Source] = None
    note: Maybe[Remark] = None

    @model_validator(mode="after")
    def _beginning(self) -> Self:
        if self.state not in (AgreementState.idea, AgreementState.signed):
            raise refuse("state_by_act", field="state")
        return self


class AgreementPatch(_Dated):
    """Changes to a paper; what is left out stays. Its state changes by the acts."""

    kind: PaperKind | None = None
    title: PaperTitle | None = None
    title_en: Maybe[TitleEn] = None
    partners: Partners | None = None
    sectors: Sectors | None = None
    level: Signer | None = None
    number: Maybe[Number] = None
    signed_in_name_of: Maybe[InNameOf] = None
    signed_on: SignedDay = None
    signed_precision: Precision = None
    effective_on: EffectiveDay = None
    effective_precision: Precision = None
    expires_on: ExpiryDay = None
    expires_precision: Precision = None
    terminated_on: EndedDay = None
    terminated_precision: Precision = None
    auto_renews: Renews | None = None
    notice_months: Months = None
    lead_unit: Maybe[LeadUnit] = None
    support_units: SupportUnits | None = None
    place: Maybe[Place] = None
    languages: Maybe[Annotated[Written, Field(max_length=120)]] = None
    signatories: Maybe[Signatories] = None
    summary: Maybe[Summary] = None
    amends: Amended = None
    renews: Renewed = None
    plan_item: Maybe[PlanItemId] = None
    source: Maybe[Source] = None
    note: Maybe[Remark] = None


class ConsultationIn(Input):
    """The agencies that are asked, and the day on which the dossier they got was complete."""

    dossier_complete_on: CompleteOn
    agencies: Annotated[Asked, Field(min_length=1, max_length=40)]


class OpinionIn(Input):
    """What an agency answered, and when it came in."""

    agency: Answering
    opinion: Answer
    on: AnswerDay
    text: Maybe[AnswerText] = None

    @model_validator(mode="after")
    def _in_words(self) -> Self:
        if self.opinion != Opinion.agrees and self.text is None:
            raise refuse("opinion_text_needed", field="text")
        return self


class ResolutionIn(Input):
    """A manager's reason to go on although an agency disagrees."""

    agency: Disagreeing
    reason: GoingOn


class ApprovalIn(Input):
    """Who may sign, and on whose authority."""

    signing_authority: Authority


class SignatureIn(_Dated):
    """The signing. Fields left out stay as they were prepared."""

    signed_on: SignedOn
    number: Maybe[Number] = None
    signed_in_name_of: Maybe[InNameOf] = None
    place: Maybe[Place] = None
    signatories: Maybe[Signatories] = None
    languages: Maybe[Annotated[Written, Field(max_length=120)]] = None
    effective_on: EffectiveDay = None
    effective_precision: Precision = None
    expires_on: ExpiryDay = None
    expires_precision: Precision = None
    auto_renews: Renews | None = None
    notice_months: Months = None
    sectors: Sectors | None = None
    lead_unit: Maybe[LeadUnit] = None
    support_units: SupportUnits | None = None


class ReportIn(Input):
    """The copy and the report were sent: when, and by which letter."""

    on: SentOn
    text: Maybe[Letter] = None


class WhyIn(Input):
    """Why a paper is refused or withdrawn."""

    why: Annotated[WhyNot, Field(max_length=2000)]


class TerminationIn(Input):
    """The day from which the paper no longer holds, and why."""

    terminated_on: EndedOn
    why: Annotated[WhyEnded, Field(max_length=2000)]
