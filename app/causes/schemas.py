"""What a manager says holds a partnership back, and which of these a list is asked for."""

from typing import Annotated

from pydantic import Field, model_validator

from app.partners.filters import Several
from app.schemas import Input, Maybe, Name, Text, refuse
from app.vocabulary import Cause

HeldBack = Annotated[Cause, Field(description="What holds the partnership back.")]
InWords = Annotated[Text, Field(description="The same in words; `other` needs them.")]


class CauseIn(Input):
    """A cause, with some words on it; `other` needs them."""

    cause: HeldBack
    why: Maybe[Annotated[InWords, Field(max_length=2000)]] = None

    @model_validator(mode="after")
    def _complete(self) -> "CauseIn":
        if self.cause == Cause.other and self.why is None:
            raise refuse("why_needed", field="why")
        return self


class CauseQuery(Input):
    """Filters and page of a list over named causes."""

    cause: Annotated[Several[Cause], Field(description="What holds the partnership back.")] = ()
    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()
    in_force: Annotated[
        bool | None, Field(description="Only those in force, or only those that were given up.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
