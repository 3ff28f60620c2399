"""What a list of organisations may be asked for: the same words on the page and in the API."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from app.listings import MOST
from app.partners.filters import Several
from app.partners.schemas import Country
from app.schemas import Blank, Input, Maybe, Name, refuse
from app.vocabulary import OrganisationKind

SORTS = ("name", "country", "code")


class Activity(StrEnum):
    """Whether an organisation is at work today, or its years are over."""

    active = "active"
    ended = "ended"


def _sort(value: str) -> str:
    if value.removeprefix("-") not in SORTS:
        raise refuse("bad_sort")
    return value


Sort = Annotated[str, Field(max_length=40), AfterValidator(_sort)]


class OrganisationFilters(Input):
    """Which organisations; those merged into another are in no list."""

    q: Annotated[Maybe[Name], Field(description="Words of a name, acronym or former name.")] = None
    kind: Annotated[Several[OrganisationKind], Field(description="What kind of body it is.")] = ()
    country: Annotated[
        Several[Country], Field(description="Codes of countries, two letters each (ISO 3166-1): `JP`.")
    ] = ()
    activity: Annotated[
        Activity | None, Blank, Field(description="At work today, or its years are over.")
    ] = None


class OrganisationList(OrganisationFilters):
    """A page of the list as its URL tells it."""

    sort: Annotated[Sort | None, Blank] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class OrganisationQuery(OrganisationFilters):
    """A page of the list as programs ask for it."""

    sort: Annotated[Sort, Field(description=f"{', '.join(SORTS)}; a leading - reverses it.")] = "code"
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
