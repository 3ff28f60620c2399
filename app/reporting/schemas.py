"""What may be said about the reporting year."""

from typing import Annotated

from pydantic import Field, model_validator

from app.reporting.periods import LAST_START
from app.schemas import Input, refuse
from app.vocabulary import PeriodKind

FirstMonth = Annotated[int, Field(description="The month in which the reporting year begins, 1 to 12.")]
FirstDay = Annotated[int, Field(description="The day of that month, one that every month has: 1 to 28.")]
Every = Annotated[PeriodKind, Field(description="How often the department reports.")]


class ReportingPatch(Input):
    """The day on which the reporting year begins, and how often the department reports; what is left out
    stays."""

    year_month: Annotated[FirstMonth, Field(ge=1, le=12)] | None = None
    year_day: Annotated[FirstDay, Field(ge=1, le=31)] | None = None
    every: Every | None = None

    @model_validator(mode="after")
    def _in_every_month(self) -> "ReportingPatch":
        """A year that began on the 31st would have months that begin nowhere."""
        if self.year_day is not None and self.year_day > LAST_START:
            raise refuse("no_such_day_in_every_month", field="year_day", last=LAST_START)
        return self
