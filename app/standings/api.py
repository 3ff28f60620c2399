"""Standings over REST: of all partners, of one on any day, and how it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field, create_model
from starlette.responses import Response

from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_list, answers_one, parameters
from app.errors import Refused
from app.listings import listed, listing
from app.partners import queries as partners
from app.partners.filters import PartnerQuery
from app.partners.listing import list_partners
from app.rest import ApiRoute, Spoken, asked
from app.schemas import Blank, Day, Input
from app.standing import add_months
from app.standings.payload import StandingJson, standing_json
from app.standings.queries import standing_as_of, standing_history, standing_of, standings_of

router = APIRouter(tags=["standings"], route_class=ApiRoute)

MOST_YEARS = 40


@dataclass(slots=True)
class StandingPage:
    """A page of standings; `next` is the address of the one after, or null."""

    items: list[StandingJson]
    next: str | None


class AsOf(Input):
    """A day; today when left out."""

    as_of: Annotated[Day | None, Blank, Field(description="The day it is told for; today when left out.")] = (
        None
    )


# `from` cannot be written as the name of a field.
Span = create_model(
    "Span",
    __base__=Input,
    **{
        "from": (Annotated[Day | None, Blank, Field(description="First day; else ten years before.")], None),
        "to": (Annotated[Day | None, Blank, Field(description="Last day; today.")], None),
    },
)


@router.get(
    "/standings",
    name="list",
    summary="List standings",
    responses=answers_list(StandingPage),
    openapi_extra=parameters(PartnerQuery),
)
def list_(
    request: Request,
    query: Annotated[PartnerQuery, asked(PartnerQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
    spoken: Spoken,
) -> Response:
    """One standing per partner, its reasons in words; `status=stuck&sort=-urgency` is the review queue."""

    def items(rows: Sequence[Any]) -> list[Any]:
        found = standings_of(session, [row.id for row in rows], today, as_of=query.as_of)
        return [standing_json(found[row.id], spoken) for row in rows]

    return listed(
        request,
        query,
        lambda part: list_partners(session, actor, query, today=today, sort=query.sort, part=part),
        key=lambda row: row.key,
        items=items,
    )


@router.get(
    "/partners/{slug}/standing",
    summary="One partner's standing on a day",
    openapi_extra=parameters(AsOf),
    responses=answers_one(StandingJson, 404),
)
def show(
    request: Request,
    slug: str,
    query: Annotated[AsOf, asked(AsOf)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
    spoken: Spoken,
) -> Response:
    """Where a partner stands today, or stood on `as_of` by what today's files say about that day."""
    partner = partners.get(session, slug)
    day = query.as_of
    found = standing_as_of(session, partner, day) if day else standing_of(session, partner, today)
    return one(request, standing_json(found, spoken))


@router.get(
    "/partners/{slug}/standing/history",
    summary="How one partner's standing changed",
    openapi_extra=parameters(Span),
    responses=answers_list(StandingPage, 404),
)
def history(
    request: Request,
    slug: str,
    query: Annotated[Any, asked(Span)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
    spoken: Spoken,
) -> Response:
    """One entry for the first day and one for each day on which the standing changed."""
    end = query.to or today
    start = getattr(query, "from") or add_months(end, -120)
    if start > end:
        raise Refused("end_before_start", field="to")
    if end > add_months(start, MOST_YEARS * 12):
        raise Refused("span_too_long", field="from", years=MOST_YEARS)
    partner = partners.get(session, slug)
    items = [standing_json(s, spoken) for s in standing_history(session, partner, start, end)]
    return listing(request, items)
