"""What may be said about rules and days off."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field, model_validator

from app.fields import Source
from app.schemas import Blank, Day, Input, Line, Maybe, refuse
from app.vocabulary import DayKind, ProcedureCode

MOST_DAYS = 365
# The longest row of days off that one entry may hold: Tết is nine days with its weekends.
MOST_IN_A_ROW = 31

Days = Annotated[
    int,
    Field(
        ge=1, le=MOST_DAYS, description="How many days it gives; the day it counts from is not among them."
    ),
]
HolidayName = Annotated[Line, Field(max_length=120)]

Deadline = Annotated[ProcedureCode, Field(description="Which deadline the rule is for.")]
Counted = Annotated[
    DayKind, Field(description="`working` leaves out weekends and days off, `calendar` counts every day.")
]
LegalBasis = Annotated[Line, Field(description="The law or decision it rests on, with its article.")]
HoldsFrom = Annotated[
    Day, Field(description="The first day on which it holds; what began before keeps the rule before.")
]
OffOn = Annotated[Day, Field(description="The day, or the first one of a row.")]
OffUntil = Annotated[Day, Field(description="The last day of a row; null: one day.")]
DayNameVi = Annotated[HolidayName, Field(description="What the day is called in Vietnamese.")]
DayNameEn = Annotated[
    HolidayName, Field(description="What it is called in English; the Vietnamese name when left out.")
]
Works = Annotated[bool, Field(description="A day of the weekend that is worked in exchange for a day off.")]


class RuleIn(Input):
    """A rule that holds from a day on; the one before it ends on that day."""

    code: Deadline
    days: Days
    day_kind: Counted
    legal_basis: LegalBasis
    valid_from: HoldsFrom


class RulePatch(Input):
    """A correction of a rule under which nothing has begun yet; what is left out stays."""

    days: Days | None = None
    day_kind: Counted | None = None
    legal_basis: LegalBasis | None = None
    valid_from: HoldsFrom | None = None


class HolidayIn(Input):
    """A day off, or a row of them up to `until`; or a weekend day that is worked in exchange (`works`)."""

    on: OffOn
    until: Annotated[OffUntil | None, Blank] = None
    name_vi: DayNameVi
    name_en: Maybe[DayNameEn] = None
    works: Works = False
    source: Maybe[Source] = None

    @model_validator(mode="after")
    def _row(self) -> "HolidayIn":
        last = self.until or self.on
        if last < self.on:
            raise refuse("end_before_start", field="until")
        if (last - self.on).days >= MOST_IN_A_ROW:
            raise refuse("too_many_days_off", field="until", most=MOST_IN_A_ROW)
        return self

    @property
    def every_day(self) -> list[date]:
        """Each day that the entry names."""
        last = self.until or self.on
        return [self.on + timedelta(days=n) for n in range((last - self.on).days + 1)]
