"""What may be said about a person and a term of office."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from app.accounts.schemas import Email
from app.fields import PARTLY, HowExact, Source
from app.schemas import Blank, Day, Input, Maybe, Name, Text, Word, normalise_partial, refuse

MaybeDay = Annotated[Day | None, Blank]
Precision = Annotated[HowExact | None, Blank]

PostTitle = Annotated[Name, Field(description="What the office is called in Vietnamese.")]
PostTitleEn = Annotated[Name, Field(description="What the office is called in English.")]
FromDay = Annotated[MaybeDay, Field(description=f"The first day in office. {PARTLY}")]
EndsPrevious = Annotated[
    bool, Field(description="Ends, on the day this one begins, the posts that the person holds now.")
]
FullName = Annotated[Name, Field(description="The full name, as the person writes it.")]
Honorific = Annotated[Word, Field(description="How they are addressed: Ms, Dr, Governor.")]
Speaks = Annotated[Name, Field(description="The languages they speak, as text.")]
Reached = Annotated[Email, Field(description="Where mail reaches them; personal data.")]
Phone = Annotated[Word, Field(description="With the code of the country: +81 92 711 4111.")]
Protocol = Annotated[Text, Field(description="What protocol has to know: diet, precedence, gifts.")]
POSTS = Field(max_length=20, description="The posts they hold or held.")


class PostPatch(Input):
    """Changes to a term of office; a field left out stays as it is."""

    title_vi: PostTitle | None = None
    title_en: Maybe[PostTitleEn] = None
    partner: Annotated[Maybe[Name], Field(description="Slug of the partner.")] = None
    organisation: Annotated[Maybe[Name], Field(description="Code of the organisation.")] = None
    from_on: FromDay = None
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

    title_vi: PostTitle
    ends_previous: EndsPrevious = False

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.partner is None and self.organisation is None:
            raise refuse("post_nowhere", field="partner")
        if self.ends_previous and self.from_on is None:
            raise refuse("post_needs_start", field="from_on")
        return self


class PersonPatch(Input):
    """Changes to a person; a field left out stays as it is."""

    name: FullName | None = None
    honorific: Maybe[Annotated[Honorific, Field(max_length=40)]] = None
    languages: Maybe[Annotated[Speaks, Field(max_length=120)]] = None
    email: Maybe[Reached] = None
    phone: Maybe[Phone] = None
    protocol_notes: Maybe[Protocol] = None
    source: Maybe[Annotated[Source, Field(max_length=2000)]] = None


class PersonIn(PersonPatch):
    """A new person, with the posts they hold or held."""

    name: FullName
    posts: Annotated[list[PostIn], POSTS] = Field(default_factory=list)
