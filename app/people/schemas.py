"""What may be said about a person and a term of office."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from app.accounts.schemas import Email
from app.schemas import Blank, Day, Input, Maybe, Name, Text, Word, normalise_partial, refuse
from app.vocabulary import DatePrecision

MaybeDay = Annotated[Day | None, Blank]
Precision = Annotated[DatePrecision | None, Blank]


class PostPatch(Input):
    """Changes to a term of office; a field left out stays as it is."""

    title_vi: Name | None = None
    title_en: Maybe[Name] = None
    partner: Annotated[Maybe[Name], Field(description="Slug of the partner.")] = None
    organisation: Annotated[Maybe[Name], Field(description="Code of the organisation.")] = None
    from_on: MaybeDay = None
    from_precision: Precision = None
    to_on: Annotated[MaybeDay, Field(description="The day it is over: from then on somebody else is.")] = None
    to_precision: Precision = None

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        return normalise_partial(
            normalise_partial(data, "from_on", "from_precision"), "to_on", "to_precision"
        )


class PostIn(PostPatch):
    """A term of office: what, where, from when to when. `ends_previous` ends, on the day this one begins,
    the posts that the person holds now."""

    title_vi: Name
    ends_previous: bool = False

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.partner is None and self.organisation is None:
            raise refuse("post_nowhere", field="partner")
        if self.ends_previous and self.from_on is None:
            raise refuse("post_needs_start", field="from_on")
        return self


class PersonPatch(Input):
    """Changes to a person; a field left out stays as it is."""

    name: Name | None = None
    honorific: Maybe[Annotated[Word, Field(max_length=40)]] = None
    languages: Maybe[Annotated[Name, Field(max_length=120)]] = None
    email: Maybe[Email] = None
    phone: Maybe[Word] = None
    protocol_notes: Maybe[Text] = None
    source: Maybe[Annotated[Text, Field(max_length=2000)]] = None


class PersonIn(PersonPatch):
    """A new person, with the posts they hold or held."""

    name: Name
    posts: Annotated[list[PostIn], Field(max_length=20)] = Field(default_factory=list)
