"""What fields mean that many inputs share: said once, with the form they have."""

from typing import Annotated, Any, get_type_hints

from pydantic import Field

from app.schemas import Line, Name, Text
from app.vocabulary import DatePrecision

# Behind the meaning of a day that may be partly known (normalise_partial in app/schemas.py).
PARTLY = "A month or a year will do: `2008-02`, `2008`."
HowExact = Annotated[
    DatePrecision,
    Field(description="How much of the day is known; a day written `2008-02` or `2008` tells it by itself."),
]

NameVi = Annotated[Name, Field(description="What it is called in Vietnamese.")]
NameEn = Annotated[Name, Field(description="What it is called in English.")]
TitleEn = Annotated[
    Line, Field(description="The title in English; where there is none, English pages show the other.")
]
Source = Annotated[Text, Field(description="Where this is known from: a document, a page, who told it.")]
Remark = Annotated[Text, Field(description="The register's own remark, in Vietnamese.")]
RemarkEn = Annotated[Text, Field(description="The remark in English.")]

PartnerSlug = Annotated[Name, Field(description="Slug of the partner.")]
LeadUnit = Annotated[Name, Field(description="Code of the unit in the lead; null: none is named.")]
PlanItemId = Annotated[
    int, Field(ge=1, le=2**31 - 1, description="Id of the item of the year's plan that it carries out.")
]
Version = Annotated[
    int,
    Field(
        ge=1,
        le=2**31 - 1,
        description="Its `version` as it was read; what somebody changed since is not overwritten.",
    ),
]

# Of answers.
VERSION = Field(description="Grows with every change; If-Match holds a write to it.")
IS_DEMO = Field(description="It is invented, for the demonstration.")


def like(told: Any, name: str = "") -> Any:
    """For a field of an answer: the description that a type bears, or a field `name` of another answer."""
    kind = get_type_hints(told, include_extras=True)[name] if name else told
    said = [part.description for part in kind.__metadata__ if getattr(part, "description", None)]
    return Field(description=said[-1])
