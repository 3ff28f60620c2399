"""What the feed may be asked for."""

from typing import Annotated

from pydantic import Field

from app.feeds.types import Act, EventType
from app.partners.filters import Several
from app.schemas import Input, Name

FURTHEST = 2**31 - 1


class ChangesQuery(Input):
    """Which events, after which one."""

    type: Annotated[
        Several[EventType],
        Field(description="Types of events: `standing.changed`, or `delegation.*` for a whole family."),
    ] = ()
    action: Annotated[
        Several[Act], Field(description="What was done, whatever to: `archived`, `restored`, `merged`.")
    ] = ()
    partner: Annotated[Several[Name], Field(description="Slugs of partners that the event concerns.")] = ()
    after: Annotated[
        int,
        Field(ge=0, le=FURTHEST, description="The position of the last event known; 0 is the beginning."),
    ] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 100
