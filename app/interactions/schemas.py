"""What may be said about a contact short of a delegation."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, Text, normalise_partial
from app.vocabulary import Channel, DatePrecision

Partners = Annotated[list[Name], Field(min_length=1, max_length=40)]
Answers = Annotated[int | None, Field(ge=1, le=2**31 - 1), Blank]


class NewInteraction(Input):
    """A call, a letter, a meeting in the margin of something else. The date may be partly known.

    `two_way` left out follows from the channel: a letter or a mail is one-way until it is answered.
    `answers` is the contact that this one answers, which becomes two-way by it.
    """

    on: Day
    precision: DatePrecision = DatePrecision.day
    channel: Channel
    title: Line
    title_en: Maybe[Line] = None
    partners: Partners
    people: Maybe[Text] = None
    summary: Maybe[Text] = None
    two_way: Annotated[bool | None, Blank] = None
    answers: Answers = None
    confidential: bool = False

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        return normalise_partial(data, "on", "precision")


class InteractionIn(NewInteraction):
    """A contact as seeds and imports enter it, with its source."""

    facts: Facts = Field(default_factory=Facts)


class InteractionPatch(Input):
    """Changes to a contact; a field left out stays as it is."""

    on: Annotated[Day | None, Blank] = None
    precision: Annotated[DatePrecision | None, Blank] = None
    channel: Channel | None = None
    title: Line | None = None
    title_en: Maybe[Line] = None
    partners: Partners | None = None
    people: Maybe[Text] = None
    summary: Maybe[Text] = None
    two_way: Annotated[bool | None, Blank] = None
    answers: Answers = None
    confidential: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        return normalise_partial(data, "on", "precision")
