"""What the list of contacts may be asked for."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.listings import MOST
from app.partners.filters import Several
from app.schemas import Blank, Day, Input, Maybe, Name, refuse
from app.vocabulary import Channel


def _sort(value: str) -> str:
    if value.removeprefix("-") not in {"on", "id"}:
        raise refuse("bad_sort")
    return value


FIRST = "-on"
Sort = Annotated[str, Field(max_length=40), AfterValidator(_sort)]


class InteractionFilters(Input):
    """Which contacts: of several values of one filter any fits, and every filter must."""

    q: Annotated[Maybe[Name], Field(description="Words of the title.")] = None
    channel: Annotated[Several[Channel], Field(description="How the contact was made.")] = ()
    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()
    two_way: Annotated[bool | None, Blank, Field(description="An exchange, or answered since.")] = None
    since: Annotated[Day | None, Blank, Field(description="On this day or after it.")] = None
    until: Annotated[Day | None, Blank, Field(description="On this day or before it.")] = None


class InteractionList(InteractionFilters):
    """A page of the list as its URL tells it."""

    sort: Annotated[Sort | None, Blank] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class InteractionQuery(InteractionFilters):
    """A page of the list as programs ask for it."""

    sort: Annotated[Sort, Field(description="on, id; a leading - reverses it.")] = FIRST
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
