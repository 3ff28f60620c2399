"""What happens between the city and its partners: agreements, delegations, contacts, work, programmes."""

from datetime import date, datetime, time
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.base import (
    Instant,
    Record,
    Sourced,
    code_field,
    link,
    long_text,
    pair,
    precision_field,
    required_link,
)
from app.vocabulary import (
    AgreementKind,
    AgreementLevel,
    AgreementState,
    Channel,
    Completion,
    DatePrecision,
    DelegationDirection,
    DelegationState,
    FollowUpKind,
    FollowUpSource,
    FollowUpState,
    GiftBand,
    GiftDirection,
    OwedBy,
    PauseReason,
    PauseState,
    Priority,
    ProgrammeState,
    ProgrammeUnitRole,
    ReasonCode,
    ResultLevel,
    VisitLevel,
    VisitPurpose,
)


class Agreement(Record, Sourced, table=True):
    """A paper between the city (or a department) and one or more partners.

    `state` says how far the signing got; in force, expired and terminated follow from the dates.
    """

    kind: AgreementKind = code_field(AgreementKind)
    title: str = Field(max_length=300)
    title_en: str | None = Field(default=None, max_length=300)
    level: AgreementLevel = code_field(AgreementLevel, AgreementLevel.city)
    state: AgreementState = code_field(AgreementState, AgreementState.signed)
    number: str | None = Field(default=None, max_length=80)
    signed_in_name_of: str | None = Field(default=None, max_length=200)
    signed_on: date | None = None
    signed_precision: DatePrecision | None = precision_field("signed_precision")
    effective_on: date | None = None
    effective_precision: DatePrecision | None = precision_field("effective_precision")
    expires_on: date | None = None
    expires_precision: DatePrecision | None = precision_field("expires_precision")
    terminated_on: date | None = None
    terminated_precision: DatePrecision | None = precision_field("terminated_precision")
    auto_renews: bool = Field(default=False)
    notice_months: int | None = None
    lead_unit_id: int | None = link("organisation")
    place: str | None = Field(default=None, max_length=200)
    languages: str | None = Field(default=None, max_length=120)
    signatories: str | None = long_text()
    amends_id: int | None = link("agreement")
    renews_id: int | None = link("agreement")
    summary: str | None = long_text()
    # The day on which the dossier for the consultation was complete: opinions count from it.
    dossier_complete_on: date | None = None
    signing_authority: str | None = Field(default=None, max_length=200)
    refused_why: str | None = long_text()
    plan_item_id: int | None = link("plan_item")
    search_text: str = Field(default="", sa_type=sa.Text)

    searched: ClassVar[tuple[str, ...]] = ("title", "title_en", "number")


class AgreementPartner(SQLModel, table=True):
    __tablename__ = "agreement_partner"

    agreement_id: int = pair("agreement")
    partner_id: int = pair("partner", index=True)


class AgreementSector(SQLModel, table=True):
    __tablename__ = "agreement_sector"

    agreement_id: int = pair("agreement")
    sector_id: int = pair("sector", index=True)


class AgreementUnit(SQLModel, table=True):
    """A supporting unit of an agreement."""

    __tablename__ = "agreement_unit"

    agreement_id: int = pair("agreement")
    organisation_id: int = pair("organisation", index=True)


class Delegation(Record, Sourced, table=True):
    """A trip in or out. `confidential` covers its notes (met, minutes), not that it took place."""

    direction: DelegationDirection = code_field(DelegationDirection)
    title: str = Field(max_length=300)
    title_en: str | None = Field(default=None, max_length=300)
    state: DelegationState = code_field(DelegationState)
    level: VisitLevel | None = code_field(VisitLevel, None)
    purpose: VisitPurpose | None = code_field(VisitPurpose, None)
    starts_on: date = Field(index=True)
    starts_precision: DatePrecision = code_field(DatePrecision, DatePrecision.day, name="starts_precision")
    ends_on: date
    ends_precision: DatePrecision = code_field(DatePrecision, DatePrecision.day, name="ends_precision")
    head: str | None = Field(default=None, max_length=200)
    members: str | None = long_text()
    met: str | None = long_text()
    minutes: str | None = long_text()
    confidential: bool = Field(default=False)
    host_unit_id: int | None = link("organisation")
    escort_unit_id: int | None = link("organisation")
    interpreter: str | None = Field(default=None, max_length=200)
    languages: str | None = Field(default=None, max_length=120)
    budget_source: str | None = Field(default=None, max_length=200)
    currency: str | None = Field(default=None, max_length=3)
    cost_planned: int | None = Field(default=None, sa_type=sa.BigInteger)
    cost_actual: int | None = Field(default=None, sa_type=sa.BigInteger)
    plan_item_id: int | None = link("plan_item")
    # Not foreseen in the year's plan, and why it was done all the same.
    off_plan: bool = Field(default=False)
    off_plan_reason: str | None = Field(default=None, max_length=500)
    approved_on: date | None = None
    approved_by_id: int | None = link("user", index=False)
    cancelled_why: str | None = long_text()
    report: str | None = long_text()
    reported_on: date | None = None
    # The visit that this one returns.
    returns_id: int | None = link("delegation")
    search_text: str = Field(default="", sa_type=sa.Text)

    # Not the minutes: a search must not tell what a confidential note holds.
    searched: ClassVar[tuple[str, ...]] = ("title", "title_en", "head")


class DelegationPartner(SQLModel, table=True):
    __tablename__ = "delegation_partner"

    delegation_id: int = pair("delegation")
    partner_id: int = pair("partner", index=True)


class DelegationMember(Record, table=True):
    """Who travels: a person of the register, or a name as text. `leads` marks the head."""

    __tablename__ = "delegation_member"

    delegation_id: int = required_link("delegation")
    person_id: int | None = link("person")
    position: int = Field(default=0)
    name: str = Field(max_length=200)
    title: str | None = Field(default=None, max_length=200)
    unit: str | None = Field(default=None, max_length=200)
    leads: bool = Field(default=False)


class DelegationMeeting(Record, table=True):
    """A meeting of a trip. Times are the local ones of its place, as the programme prints them."""

    __tablename__ = "delegation_meeting"

    delegation_id: int = required_link("delegation")
    partner_id: int | None = link("partner")
    on: date
    starts_at: time | None = None
    ends_at: time | None = None
    place: str | None = Field(default=None, max_length=200)
    counterpart: str | None = Field(default=None, max_length=300)
    topic: str | None = Field(default=None, max_length=300)
    result: str | None = long_text()


class Gift(Record, table=True):
    """A gift of a delegation, with a band for its value."""

    delegation_id: int = required_link("delegation")
    direction: GiftDirection = code_field(GiftDirection)
    what: str = Field(max_length=200)
    band: GiftBand | None = code_field(GiftBand, None)
    by_whom: str | None = Field(default=None, max_length=200)
    to_whom: str | None = Field(default=None, max_length=200)


class Interaction(Record, Sourced, table=True):
    """A contact short of a delegation: a call, a letter, a meeting in the margin of a forum."""

    on: date = Field(index=True)
    precision: DatePrecision = code_field(DatePrecision, DatePrecision.day, name="precision")
    channel: Channel = code_field(Channel)
    title: str = Field(max_length=300)
    title_en: str | None = Field(default=None, max_length=300)
    people: str | None = long_text()
    summary: str | None = long_text()
    two_way: bool = Field(default=True)
    answers_id: int | None = link("interaction")
    confidential: bool = Field(default=False)
    search_text: str = Field(default="", sa_type=sa.Text)

    searched: ClassVar[tuple[str, ...]] = ("title", "title_en")


class InteractionPartner(SQLModel, table=True):
    __tablename__ = "interaction_partner"

    interaction_id: int = pair("interaction")
    partner_id: int = pair("partner", index=True)


class FollowUp(Record, table=True):
    """Something one side said it would do. Overdue follows from `due_on` and the state."""

    __tablename__ = "follow_up"

    title: str = Field(max_length=300)
    owed_by: OwedBy = code_field(OwedBy)
    kind: FollowUpKind = code_field(FollowUpKind, FollowUpKind.other)
    priority: Priority = code_field(Priority, Priority.normal)
    state: FollowUpState = code_field(FollowUpState, FollowUpState.open)
    assignee_id: int | None = link("user")
    unit_id: int | None = link("organisation")
    raised_on: date
    due_on: date = Field(index=True)
    original_due_on: date
    done_on: date | None = None
    dropped_on: date | None = None
    outcome: str | None = long_text()
    expected_reaction: str | None = long_text()
    reaction_due_on: date | None = None
    source: FollowUpSource = code_field(FollowUpSource, FollowUpSource.manual)
    delegation_id: int | None = link("delegation")
    interaction_id: int | None = link("interaction")
    agreement_id: int | None = link("agreement")
    push_id: int | None = link("push")
    reason: ReasonCode | None = code_field(ReasonCode, None)
    source_key: str | None = Field(default=None, max_length=120, unique=True)
    search_text: str = Field(default="", sa_type=sa.Text)

    searched: ClassVar[tuple[str, ...]] = ("title",)


class FollowUpPartner(SQLModel, table=True):
    __tablename__ = "follow_up_partner"

    follow_up_id: int = pair("follow_up")
    partner_id: int = pair("partner", index=True)


class Postponement(SQLModel, table=True):
    """One move of a follow-up's due date and why; the original date stays on the follow-up."""

    id: int | None = Field(default=None, primary_key=True)
    follow_up_id: int = required_link("follow_up")
    from_due: date
    to_due: date
    why: str = Field(max_length=500)
    on: date
    at: datetime = Field(sa_type=Instant)
    by_id: int | None = link("user", index=False)


class FollowUpProgress(Record, table=True):
    """A dated line on how a follow-up goes. `by` names who said so: a person, or a unit's program."""

    __tablename__ = "follow_up_progress"

    follow_up_id: int = required_link("follow_up")
    on: date
    text: str = Field(sa_type=sa.Text)
    by: str = Field(max_length=200)


class Programme(Record, Sourced, table=True):
    """Joint work in one sector: what makes a relationship substantive."""

    title: str = Field(max_length=300)
    title_en: str | None = Field(default=None, max_length=300)
    sector_id: int = required_link("sector")
    agreement_id: int | None = link("agreement")
    lead_unit_id: int | None = link("organisation")
    state: ProgrammeState = code_field(ProgrammeState)
    started_on: date | None = None
    started_precision: DatePrecision | None = precision_field("started_precision")
    ends_on: date | None = None
    ended_on: date | None = None
    cancelled_on: date | None = None
    budget: int | None = Field(default=None, sa_type=sa.BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    budget_source: str | None = Field(default=None, max_length=200)
    counterpart_funds: int | None = Field(default=None, sa_type=sa.BigInteger)
    completion: Completion | None = code_field(Completion, None)
    completion_percent: int | None = None
    objectives: str | None = long_text()
    # The work it grew out of.
    follow_up_id: int | None = link("follow_up")
    plan_item_id: int | None = link("plan_item")
    search_text: str = Field(default="", sa_type=sa.Text)

    searched: ClassVar[tuple[str, ...]] = ("title", "title_en")


class ProgrammePartner(SQLModel, table=True):
    __tablename__ = "programme_partner"

    programme_id: int = pair("programme")
    partner_id: int = pair("partner", index=True)


class ProgrammeUnit(SQLModel, table=True):
    """A supporting unit or a donor of a programme."""

    __tablename__ = "programme_unit"

    programme_id: int = pair("programme")
    organisation_id: int = pair("organisation", index=True)
    role: ProgrammeUnitRole = code_field(ProgrammeUnitRole, ProgrammeUnitRole.support, name="role")


class Milestone(Record, table=True):
    programme_id: int = required_link("programme")
    title: str = Field(max_length=300)
    due_on: date | None = None
    done_on: date | None = None
    evidence: str | None = long_text()


class ProgressNote(Record, table=True):
    """A dated line on how a programme goes."""

    __tablename__ = "progress_note"

    programme_id: int = required_link("programme")
    on: date
    text: str = Field(sa_type=sa.Text)


class ProgrammeResult(Record, table=True):
    """A result in figures. Without evidence it is unverified and proves no outcome."""

    __tablename__ = "programme_result"

    programme_id: int = required_link("programme")
    level: ResultLevel = code_field(ResultLevel)
    indicator: str = Field(max_length=200)
    unit: str | None = Field(default=None, max_length=60)
    target: float | None = None
    actual: float | None = None
    on: date
    evidence: str | None = long_text()


class ReviewConfirmation(Record, table=True):
    """An officer's word that a partner's file is complete on a day."""

    __tablename__ = "review_confirmation"

    partner_id: int = required_link("partner")
    on: date
    by_id: int | None = link("user", index=False)


class Pause(Record, table=True):
    """A decision to park a relationship for [starts_on, until). Two people: who asks does not approve."""

    partner_id: int = required_link("partner")
    starts_on: date
    until: date | None = None
    reason: PauseReason = code_field(PauseReason)
    why: str | None = long_text()
    state: PauseState = code_field(PauseState, PauseState.asked, index=True)
    asked_by_id: int | None = link("user", index=False)
    decided_by_id: int | None = link("user", index=False)
    decided_on: date | None = None

    __table_args__ = (
        # Nobody is asked twice whether one partner is to be parked.
        sa.Index(
            "uq_pause_asked",
            "partner_id",
            unique=True,
            sqlite_where=sa.text("state = 'asked' AND archived_at IS NULL"),
            postgresql_where=sa.text("state = 'asked' AND archived_at IS NULL"),
        ),
    )
