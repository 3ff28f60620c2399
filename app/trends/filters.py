"""What trends may be asked for: a period, and which partners; the same words on pages and in the API."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field, create_model

from app.errors import Refused
from app.partners.filters import PartnerFilters, Several
from app.schemas import Blank, Day, Input, Name
from app.standing import add_months
from app.vocabulary import Region, Tier

MONTHS = 120
MOST_YEARS = 60


class TrendFilters(Input):
    """Which partners: of several values of one filter any fits, and every filter must. All are as of today:
    the register keeps no history of who was in which tier."""

    tier: Annotated[Several[Tier], Field(description="How much attention the city owes them.")] = ()
    region: Annotated[
        Several[Region], Field(description="Regions of the world, as the department groups its partners.")
    ] = ()
    forum: Annotated[Several[Name], Field(description="Codes of forums they belong to.")] = ()
    sector: Annotated[Several[Name], Field(description="Codes of sectors they are strong in.")] = ()
    officer: Annotated[Several[Name], Field(description="E-mail addresses, `me`, or `none`.")] = ()

    @property
    def partners(self) -> PartnerFilters:
        """The same as filters of the list of partners."""
        return PartnerFilters.model_construct(
            **{
                **{name: field.default for name, field in PartnerFilters.model_fields.items()},
                **{name: getattr(self, name) for name in TrendFilters.model_fields},
            }
        )


# `from` cannot be written as the name of a field.
TrendQuery = create_model(
    "TrendQuery",
    __base__=TrendFilters,
    **{
        "from": (
            Annotated[Day | None, Blank, Field(description="First day; else 120 months are told.")],
            None,
        ),
        "to": (Annotated[Day | None, Blank, Field(description="Last day; today.")], None),
    },
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days [start, end], both of them in it."""

    start: date
    end: date


def period_of(query: Any, today: date, *, months: int = MONTHS) -> Period:
    """The period a query asks for: so many calendar months up to today when it says nothing.

    Raises Refused for one that ends before it starts, lies ahead, or is longer than anybody remembers.
    """
    end = query.to or today
    start = getattr(query, "from") or add_months(end.replace(day=1), 1 - months)
    if end > today:
        raise Refused("day_ahead", field="to")
    if start > end:
        raise Refused("end_before_start", field="to")
    if end >= add_months(start, MOST_YEARS * 12):
        raise Refused("span_too_long", field="from", years=MOST_YEARS)
    return Period(start, end)
