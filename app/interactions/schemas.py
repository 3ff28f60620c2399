"""What may be said about a contact short of a delegation."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.schemas import Day, Facts, Input, Line, Maybe, Name, Text, normalise_partial
from app.vocabulary import Channel, DatePrecision


class InteractionIn(Input):
    """A call, a letter, a meeting in the margin of something else. The date may be partly known."""

    on: Day
    precision: DatePrecision = DatePrecision.day
    channel: Channel
    title: Line
    title_en: Maybe[Line] = None
    partners: Annotated[list[Name], Field(min_length=1, max_length=40)]
    people: Maybe[Text] = None
    summary: Maybe[Text] = None
    two_way: bool = True
    confidential: bool = False
    facts: Facts = Field(default_factory=Facts)

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        return normalise_partial(data, "on", "precision")
