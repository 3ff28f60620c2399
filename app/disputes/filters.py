"""What the list of disagreements may be asked for."""

from typing import Annotated

from pydantic import Field

from app.listings import MOST
from app.partners.filters import Several
from app.schemas import Input, Name


class DisputeFilters(Input):
    """Which disagreements."""

    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()


class DisputeList(DisputeFilters):
    """A page of the list as its URL tells it."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class DisputeQuery(DisputeFilters):
    """A page of the list as programs ask for it, in the order in which they were entered."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
