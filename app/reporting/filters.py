"""The span of days that a list may be asked about: what happened, or held, between two days."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.schemas import Blank, Day, Input, refuse
from app.vocabulary import InPeriod


class Spanned(Input):
    """`since` and `until`, both included; a list that has them says as `in_period` what they ask for."""

    since: Annotated[Day | None, Blank, Field(description="First day of what `in_period` asks for.")] = None
    until: Annotated[Day | None, Blank, Field(description="Last day of it.")] = None

    @model_validator(mode="after")
    def _whole(self) -> "Spanned":
        asked: InPeriod | None = getattr(self, "in_period", None)
        if asked is not None and (self.since is None or self.until is None):
            raise refuse("span_needed", field="in_period")
        if asked is None and (self.since or self.until):
            raise refuse("span_of_what", field="since" if self.since else "until")
        if self.since and self.until and self.until < self.since:
            raise refuse("end_before_start", field="until")
        return self

    def without_span(self) -> dict[str, Any]:
        """What an address leaves out to be rid of the span."""
        return {"in_period": None, "since": None, "until": None, "page": None}
