"""A feed as a calendar program fetches it. The token in the address is the key: it opens nothing else."""

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app.calendars import ical
from app.calendars.entries import Span
from app.calendars.queries import entries, opened_by
from app.dependencies import ReadSession, Today
from app.described import parameters, problems
from app.rest import ApiRoute, asked
from app.schemas import Input
from app.unchanged import tags_of

router = APIRouter(tags=["calendar"], route_class=ApiRoute)


class Address(Input):
    """What a feed's address holds."""

    token: Annotated[str, Field(min_length=1, max_length=100, description="From the page of calendars.")]


_PARAMETERS = [{**told, "required": True} for told in parameters(Address)["parameters"]]

_CALENDAR = {"text/calendar": {"schema": {"type": "string"}}}
_ETAG = {"ETag": {"description": "The state of the calendar.", "schema": {"type": "string"}}}


@router.get(
    "/calendar.ics",
    name="show",
    summary="A calendar feed",
    response_class=Response,
    responses={
        200: {"description": "An iCalendar object (RFC 5545).", "content": _CALENDAR, "headers": _ETAG},
        304: {"description": "The caller has this very state already (If-None-Match)."},
        **{s: told for s, told in problems(404).items() if s in (404, 422, 503)},
    },
    openapi_extra={"parameters": _PARAMETERS, "security": []},
)
def show(
    request: Request, session: ReadSession, today: Today, address: Annotated[Address, asked(Address)]
) -> Response:
    """Delegations, meetings, deadlines and days of partners, as the owner of the feed chose them. A person
    makes the address on the page of calendars and may end it there; no key is needed, and none helps."""
    opened = opened_by(session, address.token)
    body = ical.written(opened.feed.name, entries(session, opened, today), Span.around(today))
    tag = f'"{sha256(body).hexdigest()[:16]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if tag in tags_of(request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    headers["content-disposition"] = 'inline; filename="cityties.ics"'
    return Response(body, 200, headers, media_type=ical.TYPE)
