"""What may be said about a contact short of a delegation."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.fields import PARTLY, HowExact, TitleEn
from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, Text, normalise_partial
from app.vocabulary import Channel, DatePrecision

Partners = Annotated[
    list[Name],
    Field(min_length=1, max_length=40, description="Slugs of the partners it was with, one or more."),
]
Answers = Annotated[
    int | None,
    Field(
        ge=1,
        le=2**31 - 1,
        description="Id of the contact that this one answers, which becomes two-way by it.",
    ),
    Blank,
]

ContactDay = Annotated[Day, Field(description=f"The day of the contact, not one to come. {PARTLY}")]
Way = Annotated[
    Channel,
    Field(
        description="By which way there was contact; `letter_out`: the city wrote, `letter_in`: it was "
        "written to."
    ),
]
Subject = Annotated[Line, Field(description="What it was about, in a line.")]
TakingPart = Annotated[Text, Field(description="Who took part on both sides, as text.")]
Summary = Annotated[Text, Field(description="What was said, in short.")]
Exchange = Annotated[
    bool,
    Field(
        description="Whether both sides spoke. When left out it follows from the channel: a letter or a "
        "mail is one-way."
    ),
]
Confidential = Annotated[
    bool,
    Field(description="Who took part and what was said are then told to its author and to managers only."),
]


class NewInteraction(Input):
    """A call, a letter, a meeting in the margin of something else. The date may be partly known.

    `two_way` left out follows from the channel: a letter or a mail is one-way until it is answered.
    `answers` is the contact that this one answers, which becomes two-way by it.
    """

    on: ContactDay
    precision: HowExact = DatePrecision.day
    channel: Way
    title: Subject
    title_en: Maybe[TitleEn] = None
    partners: Partners
    people: Maybe[TakingPart] = None
    summary: Maybe[Summary] = None
    two_way: Annotated[Exchange | None, Blank] = None
    answers: Answers = None
    confidential: Confidential = False

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        return normalise_partial(data, "on", "precision")


class InteractionIn(NewInteraction):
    """A contact as seeds and imports enter it, with its source."""

    facts: Facts = Field(default_factory=Facts)


class InteractionPatch(Input):
    """Changes to a contact; a field left out stays as it is."""

    on: Annotated[ContactDay | None, Blank] = None
    precision: Annotated[HowExact | None, Blank] = None
    channel: Way | None = None
    title: Subject | None = None
    title_en: Maybe[TitleEn] = None
    partners: Partners | None = None
    people: Maybe[TakingPart] = None
    summary: Maybe[Summary] = None
    two_way: Annotated[Exchange | None, Blank] = None
    answers: Answers = None
    confidential: Confidential | None = None

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        return normalise_partial(data, "on", "precision")
