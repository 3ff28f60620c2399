"""What may be said about the reporting year."""

from typing import Annotated

from pydantic import Field, model_validator

from app.reporting.periods import LAST_START
from app.schemas import Input, refuse
from app.vocabulary import PeriodKind


class ReportingPatch(Input):
    """The day on which the reporting year begins, and how often the department reports; what is left out
    stays."""

    year_month: Annotated[int, Field(ge=1, le=12)] | None = None
    year_day: Annotated[int, Field(ge=1, le=31)] | None = None
    every: PeriodKind | None = None

    @model_validator(mode="after")
    def _in_every_month(self) -> "ReportingPatch":
        """A year that began on the 31st would have months that begin nowhere."""
        if self.year_day is not None and self.year_day > LAST_START:
            raise refuse("no_such_day_in_every_month", field="year_day", last=LAST_START)
        return self
