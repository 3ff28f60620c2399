"""The year's plan of foreign affairs, and the rules and days that deadlines are counted by."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.base import Record, code_field, link, long_text, pair, required_link
from app.vocabulary import DayKind, DelegationDirection, Opinion, PlanItemKind, ProcedureCode, ProcedureEvent


class Plan(Record, table=True):
    """The plan of one year."""

    year: int = Field(unique=True)
    budget: int | None = Field(default=None, sa_type=sa.BigInteger)
    currency: str = Field(default="VND", max_length=3)
    number: str | None = Field(default=None, max_length=80)
    note: str | None = long_text()


class PlanItem(Record, table=True):
    """Something foreseen for a year. Done follows from the records that name it, never typed."""

    __tablename__ = "plan_item"

    plan_id: int = required_link("plan")
    kind: PlanItemKind = code_field(PlanItemKind)
    title: str = Field(max_length=300)
    direction: DelegationDirection | None = code_field(DelegationDirection, None)
    month: int | None = None
    budget: int | None = Field(default=None, sa_type=sa.BigInteger)
    lead_unit_id: int | None = link("organisation")
    note: str | None = long_text()
    copied_from_id: int | None = link("plan_item")
    dropped_why: str | None = Field(default=None, max_length=500)


class PlanItemPartner(SQLModel, table=True):
    __tablename__ = "plan_item_partner"

    plan_item_id: int = pair("plan_item")
    partner_id: int = pair("partner", index=True)


class ProcedureRule(Record, table=True):
    """A deadline as dated data, [valid_from, valid_to): a case keeps the rule it began under."""

    __tablename__ = "procedure_rule"

    code: ProcedureCode = code_field(ProcedureCode)
    counts_from: ProcedureEvent = code_field(ProcedureEvent)
    days: int
    day_kind: DayKind = code_field(DayKind)
    legal_basis: str = Field(max_length=300)
    valid_from: date
    valid_to: date | None = None

    __table_args__ = (sa.UniqueConstraint("code", "valid_from"),)


class ProcedureStep(Record, table=True):
    """One deadline of one case, fixed when the case came to it: an agency's opinion, a copy, a report."""

    __tablename__ = "procedure_step"

    agreement_id: int | None = link("agreement")
    delegation_id: int | None = link("delegation")
    rule_id: int = required_link("procedure_rule")
    agency_id: int | None = link("organisation")
    started_on: date
    due_on: date = Field(index=True)
    done_on: date | None = None
    opinion: Opinion | None = code_field(Opinion, None)
    text: str | None = long_text()
    # A manager's decision to go on in spite of what the agency answered.
    resolved_on: date | None = None
    resolved_by_id: int | None = link("user", index=False)
    resolution: str | None = long_text()


class Holiday(Record, table=True):
    """A day off, or (`works`) a weekend day worked in exchange for one."""

    on: date = Field(unique=True)
    name_vi: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    works: bool = Field(default=False)
    source: str | None = long_text()
