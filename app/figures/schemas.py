"""What may be said about a figure."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, Text, normalise_partial
from app.vocabulary import DatePrecision, FigureQualifier

_Value = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
_Unit = Annotated[Name, Field(max_length=60)]


class FigureIn(Input):
    """A value of an indicator as a source gives it, about a partner or, without one, the city."""

    title: Line
    title_en: Maybe[Line] = None
    value: _Value
    unit: Maybe[_Unit] = None
    qualifier: Annotated[FigureQualifier | None, Blank] = None
    as_of: Annotated[Day | None, Blank] = None
    as_of_precision: Annotated[DatePrecision | None, Blank] = None
    partner: Maybe[Name] = None
    source: Text
    note: Maybe[Text] = None

    @model_validator(mode="before")
    @classmethod
    def _as_known(cls, data: Any) -> Any:
        return normalise_partial(data, "as_of", "as_of_precision")


class FigurePatch(Input):
    """A correction; what is left out stays."""

    title: Line | None = None
    title_en: Maybe[Line] = None
    value: _Value | None = None
    unit: Maybe[_Unit] = None
    qualifier: Annotated[FigureQualifier | None, Blank] = None
    as_of: Annotated[Day | None, Blank] = None
    as_of_precision: Annotated[DatePrecision | None, Blank] = None
    partner: Maybe[Name] = None
    source: Text | None = None
    note: Maybe[Text] = None

    @model_validator(mode="before")
    @classmethod
    def _as_known(cls, data: Any) -> Any:
        return normalise_partial(data, "as_of", "as_of_precision")


class KnownFigure(FigureIn):
    """A figure as the seed files tell it."""

    facts: Facts = Field(default_factory=Facts)
