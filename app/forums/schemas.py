"""What may be said about a forum, its members and its meetings."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, Text, normalise_partial
from app.vocabulary import DatePrecision, ForumBasis

MaybeDay = Annotated[Day | None, Blank]
Precision = Annotated[DatePrecision | None, Blank]


class ForumPatch(Input):
    """Changes to a forum; a field left out stays as it is. `basis`: how the city's membership is known."""

    # Empty where it goes by its name alone.
    acronym: Annotated[str | None, Field(max_length=60)] = None
    name_vi: Name | None = None
    name_en: Name | None = None
    founded_year: Annotated[int | None, Field(ge=1800, le=2100), Blank] = None
    basis: ForumBasis | None = None
    joined_on: MaybeDay = None
    joined_precision: Precision = None
    source: Maybe[Annotated[Text, Field(max_length=2000)]] = None
    note: Maybe[Annotated[Text, Field(max_length=2000)]] = None
    note_en: Maybe[Annotated[Text, Field(max_length=2000)]] = None

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        return normalise_partial(data, "joined_on", "joined_precision")


class ForumIn(ForumPatch):
    """A multilateral network of cities. A code is made from its acronym or name when none is given."""

    code: Maybe[Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=40)]] = None
    acronym: Annotated[str, Field(max_length=60)] = ""
    name_vi: Name
    name_en: Name
    basis: ForumBasis = ForumBasis.confirmed


class KnownForum(ForumIn):
    """A forum as the seed files tell it."""

    facts: Facts = Field(default_factory=Facts)


class MemberIn(Input):
    """A partner's part in a forum. `basis` tells role and certainty as codes, `member:confirmed`, and a
    creative city's field behind them, `member:confirmed:design`."""

    partner: Name
    basis: Maybe[Name] = None
    source: Maybe[Text] = None


class MeetingPatch(Input):
    """Changes to a meeting; a field left out stays as it is."""

    title: Line | None = None
    title_en: Maybe[Line] = None
    starts_on: MaybeDay = None
    starts_precision: Precision = None
    ends_on: MaybeDay = None
    ends_precision: Precision = None
    place: Maybe[Name] = None
    host: Annotated[Maybe[Name], Field(description="Slug of the partner that hosts it.")] = None
    source: Maybe[Annotated[Text, Field(max_length=2000)]] = None

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        data = normalise_partial(data, "starts_on", "starts_precision")
        return normalise_partial(data, "ends_on", "ends_precision")


class MeetingIn(MeetingPatch):
    """A meeting of a forum, of one day unless it says when it ends."""

    title: Line
    starts_on: Day
