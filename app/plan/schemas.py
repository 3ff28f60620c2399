"""What may be said about a year's plan and its items."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from app.fields import LeadUnit, Remark
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
Currency = Annotated[
    str, Field(pattern=r"^[A-Z]{3}$", description="Code of a currency, three letters (ISO 4217): `VND`.")
]
Year = Annotated[int, Field(ge=1990, le=2100, description="The year it is for: 2026.")]
Month = Annotated[
    int | None,
    Field(ge=1, le=12, description="The month it is foreseen for, 1 to 12; null: not settled."),
    Blank,
]
Why = Annotated[Text, Field(max_length=500)]
Partners = Annotated[
    list[Name],
    Field(max_length=40, description="Slugs of the partners it is foreseen with; empty where that is open."),
]

PlanBudget = Annotated[
    Money, Field(description="The budget of the whole plan, in whole units of the currency.")
]
ItemBudget = Annotated[
    Money, Field(description="What is set aside for it, in whole units of the plan's currency.")
]
Number = Annotated[Word, Field(description="Number and symbol of the decision that set it.")]
ItemKind = Annotated[PlanItemKind, Field(description="What is foreseen.")]
ItemWay = Annotated[
    DelegationDirection,
    Field(description="Of a delegation alone: `inbound`, a partner comes; `outbound`, the city travels."),
]
ItemTitle = Annotated[Line, Field(description="What is foreseen, in a line.")]
WhyDropped = Annotated[
    Why, Field(description="Why it will not be carried out, which drops it; null takes that back.")
]
Copied = Annotated[
    list[Annotated[int, Field(ge=1, le=2**31 - 1)]],
    Field(description="Ids of items of the year before that are to stand in this plan too."),
]


class PlanPatch(Input):
    """The plan's own budget and the decision that set it."""

    budget: PlanBudget = None
    currency: Currency | None = None
    number: Maybe[Number] = None
    note: Maybe[Remark] = None


class PlanIn(PlanPatch):
    """The plan of a year, begun."""

    year: Year


class PlanItemPatch(Input):
    """Changes to an item. `dropped_why` drops it; null takes the drop back."""

    kind: ItemKind | None = None
    direction: Annotated[ItemWay | None, Blank] = None
    title: ItemTitle | None = None
    month: Month = None
    partners: Partners | None = None
    lead_unit: Maybe[LeadUnit] = None
    budget: ItemBudget = None
    note: Maybe[Remark] = None
    dropped_why: Maybe[WhyDropped] = None


class PlanItemIn(Input):
    """Something foreseen for a year. A delegation says which way it goes."""

    kind: ItemKind
    direction: Annotated[ItemWay | None, Blank] = None
    title: ItemTitle
    month: Month = None
    partners: Partners = Field(default_factory=list)
    lead_unit: Maybe[LeadUnit] = None
    budget: ItemBudget = None
    note: Maybe[Remark] = None

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

    items: Annotated[Copied, Field(min_length=1, max_length=500)]
