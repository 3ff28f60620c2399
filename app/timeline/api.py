"""A partner's timeline over REST."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app.dependencies import ApiReader, ReadSession
from app.described import answers_list, parameters
from app.listings import MOST, listed
from app.lists import Part
from app.partners import queries as partners
from app.partners.filters import Several
from app.rest import ApiRoute, asked
from app.schemas import Blank, Day, Input
from app.timeline.queries import timeline, timeline_counts
from app.timeline.schemas import TimelineItem, TimelineKind

router = APIRouter(tags=["partners"], route_class=ApiRoute)


class TimelineQuery(Input):
    """Which entries."""

    kind: Annotated[Several[TimelineKind], Field(description="What the entry is about.")] = ()
    as_of: Annotated[Day | None, Blank, Field(description="Only what had happened by this day.")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )


@dataclass(slots=True)
class TimelinePage:
    """A page of entries, newest first; `next` is the address of the one after, or null."""

    items: list[TimelineItem]
    next: str | None


@router.get(
    "/partners/{slug}/timeline",
    name="timeline",
    summary="One partner's timeline",
    openapi_extra=parameters(TimelineQuery),
    responses=answers_list(TimelinePage, 404),
)
def show(
    request: Request,
    slug: str,
    query: Annotated[TimelineQuery, asked(TimelineQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """Everything dated that is on file about a partner. Confidential notes are null for whoever may not read
    them, and `hidden` says so."""
    partner = partners.get(session, slug)
    assert partner.id is not None
    key = partner.id

    def read(part: Part) -> list[Any]:
        if part.counted:
            counts = timeline_counts(session, key, actor, as_of=query.as_of)
            part.total = sum(n for kind, n in counts.items() if kind in (query.kind or counts))
        thread = timeline(
            session,
            key,
            actor,
            kinds=query.kind,
            before=part.behind,
            limit=part.limit or MOST,
            as_of=query.as_of,
        )
        return list(zip(thread.items, thread.keys, strict=True))

    return listed(request, query, read)
