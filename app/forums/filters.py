"""What a list of forums may be asked for."""

from typing import Annotated

from pydantic import Field

from app.listings import MOST
from app.schemas import Input, Maybe, Name


class ForumFilters(Input):
    """Which forums."""

    q: Annotated[Maybe[Name], Field(description="Words of a name or acronym.")] = None


class ForumList(ForumFilters):
    """A page of the list as its URL tells it."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class ForumQuery(ForumFilters):
    """A page of the list as programs ask for it, in the order of the codes."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
