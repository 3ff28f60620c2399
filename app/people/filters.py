"""What a list of people may be asked for: the same words on the page and in the API."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from app.listings import MOST
from app.schemas import Blank, Input, Maybe, Name, refuse

SORTS = ("name", "id")


class Tenure(StrEnum):
    """Whether a person holds a post (at the place that is asked for) today, held one, or has none at all."""

    current = "current"
    former = "former"
    without = "without"


def _sort(value: str) -> str:
    if value.removeprefix("-") not in SORTS:
        raise refuse("bad_sort")
    return value


Sort = Annotated[str, Field(max_length=40), AfterValidator(_sort)]


class PeopleFilters(Input):
    """Which people; those whose data were erased are in no list."""

    q: Annotated[Maybe[Name], Field(description="Words of the name; needs the scope `read:people`.")] = None
    partner: Annotated[Maybe[Name], Field(description="Slug of a partner they hold or held a post at.")] = (
        None
    )
    organisation: Annotated[Maybe[Name], Field(description="Code of an organisation, likewise.")] = None
    state: Annotated[
        Tenure | None, Blank, Field(description="In office today, formerly, or with no post on file.")
    ] = None


class PeopleList(PeopleFilters):
    """A page of the list as its URL tells it."""

    sort: Annotated[Sort | None, Blank] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class PeopleQuery(PeopleFilters):
    """A page of the list as programs ask for it."""

    sort: Annotated[
        Sort, Field(description="`id`, or `name` with the scope `read:people`; - reverses it.")
    ] = "id"
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
