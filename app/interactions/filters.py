"""What the list of contacts may be asked for."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.partners.filters import Several
from app.rest import MOST
from app.schemas import Blank, Day, Input, Maybe, Name, refuse
from app.vocabulary import Channel


def _sort(value: str) -> str:
    if value.removeprefix("-") not in {"on", "id"}:
        raise refuse("bad_sort")
    return value


class InteractionQuery(Input):
    """Filters, order and page of a list of contacts."""

    q: Annotated[Maybe[Name], Field(description="Words of the title.")] = None
    channel: Several[Channel] = ()
    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()
    two_way: Annotated[bool | None, Blank, Field(description="An exchange, or answered since.")] = None
    since: Annotated[Day | None, Blank, Field(description="On this day or after it.")] = None
    until: Annotated[Day | None, Blank, Field(description="On this day or before it.")] = None
    sort: Annotated[str, Field(max_length=40), AfterValidator(_sort)] = "-on"
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
