"""What a list of keys may be asked for."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.listings import MOST
from app.partners.filters import Several
from app.schemas import Input, Name, refuse
from app.vocabulary import KeyState

SORTS = ("name", "id")


def _sort(value: str) -> str:
    if value.removeprefix("-") not in SORTS:
        raise refuse("bad_sort")
    return value


class KeyFilters(Input):
    """Which keys: how they stand, of which units."""

    state: Annotated[Several[KeyState], Field(description="Whether they still open anything.")] = ()
    unit: Annotated[Several[Name], Field(description="Codes of units.")] = ()


class KeyQuery(KeyFilters):
    """A page of the list as programs ask for it."""

    sort: Annotated[
        str,
        Field(max_length=40, description=f"{', '.join(SORTS)}; a leading - reverses it."),
        AfterValidator(_sort),
    ] = "id"
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
