"""What a list of figures may be asked for: the same words on the page and in the API."""

from typing import Annotated

from pydantic import Field

from app.listings import MOST
from app.partners.filters import Several
from app.schemas import Blank, Input, Maybe, Name


class FigureFilters(Input):
    """Which figures: every filter must fit."""

    q: Annotated[Maybe[Name], Field(description="Words of the indicator.")] = None
    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()
    disputed: Annotated[
        bool | None, Blank, Field(description="Another source gives another value, or none does.")
    ] = None


class FigureList(FigureFilters):
    """A page of the list as its URL tells it."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class FigureQuery(FigureFilters):
    """A page of the list as programs ask for it, in the order in which figures were entered."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
