"""The map over REST: where partners lie, with what is painted there."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.dependencies import ApiReader, ReadSession
from app.described import answers_list, parameters
from app.listings import listing
from app.map.queries import places_of
from app.partners.filters import PartnerFilters
from app.rest import ApiRoute, Spoken, asked
from app.vocabulary import Rung, Status

router = APIRouter(tags=["partners"], route_class=ApiRoute)


@dataclass(slots=True)
class PlaceJson:
    """Where a partner lies, and how the tie stands; null where its place is not on file."""

    partner: str
    name: str
    country: str
    status: Status
    underlying: Status
    rung: Rung
    months_waiting: int | None
    patience_months: int
    lat: float | None
    lon: float | None


@dataclass(slots=True)
class PlacePage:
    """All places; `next` is always null."""

    items: list[PlaceJson]
    next: str | None


@router.get(
    "/map",
    name="map",
    summary="Where partners lie",
    openapi_extra=parameters(PartnerFilters),
    responses=answers_list(PlacePage),
)
def places(
    request: Request,
    query: Annotated[Any, asked(PartnerFilters)],
    actor: ApiReader,
    session: ReadSession,
    spoken: Spoken,
) -> Response:
    """The partners that fit with their coordinates, by name: the marks of the map, all in one page."""
    return listing(request, [PlaceJson(*it) for it in places_of(session, actor, query, spoken.locale)])
