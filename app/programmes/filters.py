"""What a list of programmes may be asked for: the same words on the page and in the API."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from app.listings import MOST
from app.partners.filters import Several
from app.reporting.filters import Spanned
from app.schemas import Blank, Maybe, Name, refuse
from app.vocabulary import InPeriod, ProgrammeState

SORTS = ("state", "title", "started_on", "ends_on", "id")


def _sort(value: str) -> str:
    if value.removeprefix("-") not in SORTS:
        raise refuse("bad_sort")
    return value


Sort = Annotated[str, Field(max_length=40), AfterValidator(_sort)]


class ProgrammeFilters(Spanned):
    """Which programmes: of several values of one filter any fits, and every filter must."""

    q: Annotated[Maybe[Name], Field(description="Words of the title.")] = None
    state: Annotated[Several[ProgrammeState], Field(description="How far the programme has come.")] = ()
    area: Annotated[Several[Name], Field(description="Codes of policy areas.")] = ()
    sector: Annotated[Several[Name], Field(description="Codes of sectors.")] = ()
    unit: Annotated[Several[Name], Field(description="Codes of lead units.")] = ()
    donor: Annotated[Several[Name], Field(description="Codes of donors.")] = ()
    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()
    funded: Annotated[bool | None, Blank, Field(description="With a donor, or with none.")] = None
    unmatched: Annotated[
        bool | None, Blank, Field(description="Not over, and without counterpart funds.")
    ] = None
    quiet: Annotated[
        bool | None, Blank, Field(description="Running without progress for as long as the standings allow.")
    ] = None

    in_period: Annotated[
        Literal[InPeriod.at_work, InPeriod.begun, InPeriod.completed] | None,
        Blank,
        Field(description="What held or happened from `since` to `until`."),
    ] = None

    def alone(self) -> "ProgrammeFilters":
        """The filters without what a list adds to them."""
        return ProgrammeFilters.model_construct(
            **{name: getattr(self, name) for name in ProgrammeFilters.model_fields}
        )


class ProgrammeList(ProgrammeFilters):
    """A page of the list as its URL tells it."""

    sort: Annotated[Sort | None, Blank] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class ProgrammeQuery(ProgrammeFilters):
    """A page of the list as programs ask for it."""

    sort: Annotated[
        Sort | None, Blank, Field(description=f"{', '.join(SORTS)}; a leading - reverses it.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
