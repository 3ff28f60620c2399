"""What a list of agreements may be asked for: the same words on the page and in the API."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from app.listings import MOST
from app.partners.filters import Several
from app.reporting.filters import Spanned
from app.schemas import Blank, Day, Maybe, Name, refuse
from app.vocabulary import (
    AgreementForce,
    AgreementKind,
    AgreementLevel,
    AgreementState,
    ExpiryLane,
    InPeriod,
    Region,
)

SORTS = ("ends_on", "signed_on", "title", "id")


class AgreementsAs(StrEnum):
    """How the page shows them."""

    list = "list"
    lanes = "lanes"


def _sort(value: str) -> str:
    if value.removeprefix("-") not in SORTS:
        raise refuse("bad_sort")
    return value


Sort = Annotated[str, Field(max_length=40), AfterValidator(_sort)]


class AgreementFilters(Spanned):
    """Which papers: of several values of one filter any fits, and every filter must."""

    q: Annotated[Maybe[Name], Field(description="Words of the title or number.")] = None
    force: Annotated[
        Several[AgreementForce], Field(description="Whether they bind today, by their dates.")
    ] = ()
    state: Annotated[
        Several[AgreementState], Field(description="How far they came on the way to the signature.")
    ] = ()
    lane: Annotated[
        Several[ExpiryLane], Field(description="How far off the end or the last day for notice is.")
    ] = ()
    kind: Annotated[Several[AgreementKind], Field(description="What kind of paper they are.")] = ()
    level: Annotated[
        Several[AgreementLevel], Field(description="Whether the city or a department of it signs.")
    ] = ()
    sector: Annotated[Several[Name], Field(description="Codes of sectors.")] = ()
    lead_unit: Annotated[Several[Name], Field(description="Codes of units.")] = ()
    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()
    region: Annotated[Several[Region], Field(description="Regions of their partners.")] = ()
    in_period: Annotated[
        Literal[InPeriod.signed, InPeriod.in_force, InPeriod.ended, InPeriod.carried_out] | None,
        Blank,
        Field(description="What held or happened from `since` to `until`."),
    ] = None


class AgreementList(AgreementFilters):
    """A page of the list as its URL tells it."""

    view: Annotated[AgreementsAs, Blank] = AgreementsAs.list
    sort: Annotated[Sort | None, Blank] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class AgreementQuery(AgreementFilters):
    """A page of the list as programs ask for it."""

    expires_before: Annotated[Day | None, Blank, Field(description="Ends before this day.")] = None
    sort: Annotated[Sort, Field(description=f"{', '.join(SORTS)}; a leading - reverses it.")] = "id"
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
