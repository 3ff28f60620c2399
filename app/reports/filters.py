"""What the period report may be asked for."""

from datetime import date
from typing import Annotated

from pydantic import Field, create_model

from app.schemas import Blank, Day, Input


class _Span(Input):
    @property
    def first(self) -> date | None:
        """The first day."""
        return self._day("from")

    @property
    def last(self) -> date | None:
        """The last day."""
        return self._day("to")

    def _day(self, name: str) -> date | None:
        found: date | None = getattr(self, name)
        return found


_first = Field(description="First day; with `to` left out too, the period of today.")
# `from` cannot be written as the name of a field.
ReportAsked = create_model(
    "ReportAsked",
    __base__=_Span,
    **{
        "from": (Annotated[Day | None, Blank, _first], None),
        "to": (Annotated[Day | None, Blank, Field(description="Last day.")], None),
    },
)
