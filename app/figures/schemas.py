"""What may be said about a figure."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.fields import PARTLY, HowExact, Remark, Source, TitleEn
from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, normalise_partial
from app.vocabulary import FigureQualifier

_Value = Annotated[
    float, Field(ge=-1e15, le=1e15, allow_inf_nan=False, description="The number, as the source gives it.")
]
_Unit = Annotated[
    Name,
    Field(
        max_length=60,
        description="What it is counted in: `percent`, `usd_million` and others have words in both "
        "languages, all else is shown as it is.",
    ),
]

Measured = Annotated[Line, Field(description="What is measured, in a line.")]
Exactly = Annotated[
    FigureQualifier, Field(description="How exactly the source gives it; null: as it stands.")
]
AsOf = Annotated[Day, Field(description=f"The day the number is of. {PARTLY}")]
About = Annotated[Name, Field(description="Slug of the partner it is about; null: the city itself.")]


class FigureIn(Input):
    """A value of an indicator as a source gives it, about a partner or, without one, the city."""

    title: Measured
    title_en: Maybe[TitleEn] = None
    value: _Value
    unit: Maybe[_Unit] = None
    qualifier: Annotated[Exactly | None, Blank] = None
    as_of: Annotated[AsOf | None, Blank] = None
    as_of_precision: Annotated[HowExact | None, Blank] = None
    partner: Maybe[About] = None
    source: Source
    note: Maybe[Remark] = None

    @model_validator(mode="before")
    @classmethod
    def _as_known(cls, data: Any) -> Any:
        return normalise_partial(data, "as_of", "as_of_precision")


class FigurePatch(Input):
    """A correction; what is left out stays."""

    title: Measured | None = None
    title_en: Maybe[TitleEn] = None
    value: _Value | None = None
    unit: Maybe[_Unit] = None
    qualifier: Annotated[Exactly | None, Blank] = None
    as_of: Annotated[AsOf | None, Blank] = None
    as_of_precision: Annotated[HowExact | None, Blank] = None
    partner: Maybe[About] = None
    source: Source | None = None
    note: Maybe[Remark] = None

    @model_validator(mode="before")
    @classmethod
    def _as_known(cls, data: Any) -> Any:
        return normalise_partial(data, "as_of", "as_of_precision")


class KnownFigure(FigureIn):
    """A figure as the seed files tell it."""

    facts: Facts = Field(default_factory=Facts)
