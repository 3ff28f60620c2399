"""What may be said about a year's plan and its items."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from app.schemas import Blank, Input, Line, Maybe, Name, Text, Word, refuse
from app.vocabulary import DelegationDirection, PlanItemKind

_GROUPED = re.compile(r"\d{1,3}([ .,\u00a0]\d{3})+")


def _ungrouped(value: Any) -> Any:
    """A sum may be written with separators, as in 1.500.000.000."""
    if isinstance(value, str) and _GROUPED.fullmatch(value.strip()):
        return re.sub(r"\D", "", value)
    return value


# Whole units of a currency.
Money = Annotated[int | None, Field(ge=0, le=10**15), BeforeValidator(_ungrouped), Blank]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Year = Annotated[int, Field(ge=1990, le=2100)]
Month = Annotated[int | None, Field(ge=1, le=12), Blank]
Why = Annotated[Text, Field(max_length=500)]
Partners = Annotated[list[Name], Field(max_length=40)]


class PlanPatch(Input):
    """The plan's own budget and the decision that set it."""

    budget: Money = None
    currency: Currency | None = None
    number: Maybe[Word] = None
    note: Maybe[Text] = None


class PlanIn(PlanPatch):
    """The plan of a year, begun."""

    year: Year


class PlanItemPatch(Input):
    """Changes to an item. `dropped_why` drops it; null takes the drop back."""

    kind: PlanItemKind | None = None
    direction: Annotated[DelegationDirection | None, Blank] = None
    title: Line | None = None
    month: Month = None
    partners: Partners | None = None
    lead_unit: Maybe[Name] = None
    budget: Money = None
    note: Maybe[Text] = None
    dropped_why: Maybe[Why] = None


class PlanItemIn(Input):
    """Something foreseen for a year. A delegation says which way it goes."""

    kind: PlanItemKind
    direction: Annotated[DelegationDirection | None, Blank] = None
    title: Line
    month: Month = None
    partners: Partners = Field(default_factory=list)
    lead_unit: Maybe[Name] = None
    budget: Money = None
    note: Maybe[Text] = None

    @model_validator(mode="after")
    def _which_way(self) -> "PlanItemIn":
        if self.kind == PlanItemKind.delegation and self.direction is None:
            raise refuse("direction_needed", field="direction")
        return self


class ItemDrop(Input):
    """Why an item will not be carried out."""

    dropped_why: Why


class CopyIn(Input):
    """Items of the year before, by id, to be taken over."""

    items: Annotated[list[Annotated[int, Field(ge=1, le=2**31 - 1)]], Field(min_length=1, max_length=500)]
