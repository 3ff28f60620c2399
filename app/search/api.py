"""Search over REST: what the field at the top of the pages finds."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_one, parameters
from app.references import ForumRef, OrganisationRef, PartnerRef
from app.rest import ApiRoute, Spoken, asked
from app.schemas import Input, Maybe, Name
from app.search.queries import SUGGESTED, find

router = APIRouter(tags=["search"], route_class=ApiRoute)


class SearchQuery(Input):
    """The words that are looked for."""

    q: Annotated[Maybe[Name], Field(description="Words of a name; marks and case do not matter.")] = None


@dataclass(slots=True)
class PersonHit:
    """Somebody on file."""

    id: int
    name: str | None


@dataclass(slots=True)
class SearchJson:
    """The first of each kind, those that fit best first; people only with the scope read:people."""

    partners: list[PartnerRef]
    people: list[PersonHit]
    organisations: list[OrganisationRef]
    forums: list[ForumRef]


@router.get(
    "/search",
    name="find",
    summary="Find by name",
    openapi_extra=parameters(SearchQuery),
    responses=answers_one(SearchJson),
)
def search(
    request: Request,
    query: Annotated[Any, asked(SearchQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
    spoken: Spoken,
) -> Response:
    """The first eight partners, people, organisations and forums whose names hold every word. Each list takes
    `q` as well, and tells all."""
    found = find(session, actor, query.q or "", today, spoken.locale, SUGGESTED)
    told = SearchJson(
        [PartnerRef(it.slug, it.name_vi, it.name_en, it.country, it.tier) for it in found.partners],
        [PersonHit(it.id, it.name) for it in found.people],
        [OrganisationRef(it.code, it.name_vi, it.name_en, it.acronym, it.kind) for it in found.organisations],
        [ForumRef(it.code, it.name_vi, it.name_en, it.acronym) for it in found.forums],
    )
    return one(request, told)
