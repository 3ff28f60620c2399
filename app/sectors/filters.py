"""What the pages and lists of sectors may be asked for."""

from typing import Annotated

from pydantic import Field

from app.listings import MOST
from app.partners.filters import Several
from app.schemas import Blank, Day, Input, Maybe, Name
from app.vocabulary import ResultLevel, SectorLevel

_Cursor = Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")]
_Level = Annotated[
    ResultLevel | None,
    Blank,
    Field(description="`output`: what was delivered; `outcome`: what it changed."),
]


class OutcomeFilters(Input):
    """With whom, and since when."""

    partner: Annotated[Maybe[Name], Field(description="Slug of a partner.")] = None
    since: Annotated[Day | None, Blank, Field(description="On this day or later.")] = None


class ResultFilters(OutcomeFilters):
    """Which results: of several values of one filter any fits, and every filter must."""

    until: Annotated[Day | None, Blank, Field(description="On this day or before.")] = None
    sector: Annotated[Several[Name], Field(description="Codes of sectors or policy areas.")] = ()
    level: _Level = None
    verified: Annotated[bool | None, Blank, Field(description="With evidence, or without.")] = None


class ResultList(ResultFilters):
    """A page of the list as its URL tells it."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class ResultQuery(ResultFilters):
    """A page of the list as programs ask for it, the newest first."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: _Cursor = None


class OutcomeQuery(OutcomeFilters):
    """A page of what came out, as programs ask for it."""

    verified: Annotated[bool | None, Blank, Field(description="With evidence, or without.")] = None
    level: _Level = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: _Cursor = None


class SectorQuery(Input):
    """A page of the sectors."""

    level: Annotated[
        SectorLevel | None, Blank, Field(description="Policy areas alone, or the sectors below them alone.")
    ] = None
    area: Annotated[Maybe[Name], Field(description="Code of a policy area.")] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: _Cursor = None
