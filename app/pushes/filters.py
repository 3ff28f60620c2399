"""What a list of pushes may be asked for: the same words on the page and in the API."""

from typing import Annotated

from pydantic import Field

from app.listings import MOST
from app.partners.filters import Several
from app.schemas import Input, Name
from app.vocabulary import Cause, PushState, Region, Tier


class PushFilters(Input):
    """Which pushes: of several values of one filter any fits, and every filter must."""

    state: Annotated[Several[PushState], Field(description="As of today, by the evidence.")] = ()
    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()
    region: Annotated[Several[Region], Field(description="Regions of the partner.")] = ()
    tier: Annotated[Several[Tier], Field(description="How much attention the city owes the partner.")] = ()
    cause: Annotated[Several[Cause], Field(description="Named by a manager while the push was open.")] = ()
    officer: Annotated[
        Several[Name], Field(description="Of the partner: addresses, `me`, or `none` for nobody.")
    ] = ()

    def alone(self) -> "PushFilters":
        """The filters without what a list adds to them."""
        return PushFilters.model_construct(**{name: getattr(self, name) for name in PushFilters.model_fields})


class PushList(PushFilters):
    """A page of the list as its URL tells it."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class PushQuery(PushFilters):
    """A page of the list as programs ask for it."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
