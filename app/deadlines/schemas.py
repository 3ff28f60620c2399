"""What may be said about rules and days off."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field, model_validator

from app.schemas import Blank, Day, Input, Line, Maybe, Text, refuse
from app.vocabulary import DayKind, ProcedureCode

MOST_DAYS = 365
# The longest row of days off that one entry may hold: Tết is nine days with its weekends.
MOST_IN_A_ROW = 31

Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]
HolidayName = Annotated[Line, Field(max_length=120)]


class RuleIn(Input):
    """A rule that holds from a day on; the one before it ends on that day."""

    code: ProcedureCode
    days: Days
    day_kind: DayKind
    legal_basis: Line
    valid_from: Day


class RulePatch(Input):
    """A correction of a rule under which nothing has begun yet; what is left out stays."""

    days: Days | None = None
    day_kind: DayKind | None = None
    legal_basis: Line | None = None
    valid_from: Day | None = None


class HolidayIn(Input):
    """A day off, or a row of them up to `until`; or a weekend day that is worked in exchange (`works`)."""

    on: Day
    until: Annotated[Day | None, Blank] = None
    name_vi: HolidayName
    name_en: Maybe[HolidayName] = None
    works: bool = False
    source: Maybe[Text] = None

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
