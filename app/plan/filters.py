"""What a plan's page and the plans' lists may be asked for."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from app.listings import MOST
from app.partners.filters import Several
from app.plan.reckon import PlanItemState
from app.plan.schemas import Year
from app.schemas import Blank, Input, Maybe, Name, refuse
from app.vocabulary import DelegationDirection, PlanItemKind

Month = Annotated[int, Field(ge=1, le=12)]


class Show(StrEnum):
    """`all`: every item on one page, for print."""

    all = "all"


def within_months(month: int | None, first: int | None, last: int | None) -> bool:
    """Whether an item lies in a span of months; one without a month lies in none."""
    return (first is None and last is None) or month in range(first or 1, (last or 12) + 1)


class PlanList(Input):
    """A plan's page as its URL tells it."""

    kind: Annotated[PlanItemKind | None, Blank] = None
    direction: Annotated[DelegationDirection | None, Blank] = None
    from_month: Annotated[Month | None, Blank] = None
    to_month: Annotated[Month | None, Blank] = None
    late: Annotated[bool | None, Blank] = None
    state: Annotated[PlanItemState | None, Blank] = None
    show: Annotated[Show | None, Blank] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class PlanHome(PlanList):
    """The page of this year's plan; `year` leads to another's."""

    year: Annotated[Year | None, Blank] = None


def _one_way(value: str) -> str:
    if value not in {"year", "-year"}:
        raise refuse("bad_sort")
    return value


class PlanQuery(Input):
    """A page of the list of plans."""

    sort: Annotated[
        str, Field(max_length=40, description="year; a leading - reverses it."), AfterValidator(_one_way)
    ] = "-year"
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )


class PlanItemQuery(Input):
    """A page of a plan's items, in the order in which they were entered."""

    kind: Annotated[Several[PlanItemKind], Field(description="What is foreseen.")] = ()
    direction: Annotated[
        Several[DelegationDirection], Field(description="Of delegations: inbound or outbound.")
    ] = ()
    state: Annotated[
        Several[PlanItemState],
        Field(description="How far they have come, by the records that carry them out."),
    ] = ()
    partner: Annotated[Maybe[Name], Field(description="A partner's slug.")] = None
    from_month: Annotated[Month | None, Blank, Field(description="The first month, 1 to 12.")] = None
    to_month: Annotated[Month | None, Blank, Field(description="The last month, 1 to 12.")] = None
    late: Annotated[
        bool | None,
        Field(description="Whether the month (or the year) is over and it is neither done nor dropped."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
