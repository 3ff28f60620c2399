"""What moves may be asked for: a period, which partners, and from or into which status or rung."""

from typing import Annotated

from pydantic import Field, create_model

from app.partners.filters import Several
from app.rest import MOST
from app.schemas import Input, Maybe, Name
from app.trends.filters import TrendQuery
from app.vocabulary import Rung, Status

# So many are told where no period is asked for.
MONTHS = 12


class Narrowed(Input):
    """One partner, or what moved from and into what."""

    partner: Annotated[Maybe[Name], Field(description="Slug of one partner.")] = None
    into: Annotated[Several[Status], Field(description="The status that was taken.")] = ()
    out_of: Annotated[Several[Status], Field(description="The status that was left.")] = ()
    rung: Annotated[Several[Rung], Field(description="The rung that was taken.")] = ()


class _Page(Narrowed):
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class _Part(Narrowed):
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )


# Built upon a model that is built itself: `from` cannot be written as the name of a field.
MovesPage = create_model("MovesPage", __base__=(_Page, TrendQuery))
MovesQuery = create_model("MovesQuery", __base__=(_Part, TrendQuery))
