"""A feed as a calendar program fetches it. The token in the address is the key: it opens nothing else."""

import time
from datetime import date
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from app.calendars import ical
from app.calendars.entries import Span
from app.calendars.queries import Opened, entries, opened_by
from app.db import data_version
from app.dependencies import ReadSession, Today, client_address
from app.described import parameters, problems
from app.errors import NotFound, TooMany
from app.models import CalendarFeed
from app.rest import ApiRoute, asked
from app.schemas import Input
from app.unchanged import is_known, known_unchanged, program

router = APIRouter(tags=["calendar"], route_class=ApiRoute)


class Address(Input):
    """What a feed's address holds."""

    token: Annotated[str, Field(min_length=1, max_length=100, description="From the page of calendars.")]


_PARAMETERS = [{**told, "required": True} for told in parameters(Address)["parameters"]]

_CALENDAR = {"text/calendar": {"schema": {"type": "string"}}}
_ETAG = {"ETag": {"description": "The state of the calendar.", "schema": {"type": "string"}}}

_KEPT = {"cache-control": "private, no-cache"}


@router.get(
    "/calendar.ics",
    name="show",
    summary="A calendar feed",
    response_class=Response,
    responses={
        200: {"description": "An iCalendar object (RFC 5545).", "content": _CALENDAR, "headers": _ETAG},
        304: {"description": "The caller has this very state already (If-None-Match)."},
        **{s: told for s, told in problems(404).items() if s in (404, 422, 429, 503)},
    },
    openapi_extra={"parameters": _PARAMETERS, "security": []},
)
def show(
    request: Request, session: ReadSession, today: Today, address: Annotated[Address, asked(Address)]
) -> Response:
    """Delegations, meetings, deadlines and days of partners, as the owner of the feed chose them. A person
    makes the address on the page of calendars and may end it there; no key is needed, and none helps."""
    opened = _opened(request, session, address.token)
    state = _state(session, opened.feed, today)
    if known := known_unchanged(request, state):
        return _unchanged(known.headers["etag"])
    body = ical.written(opened.feed.name, entries(session, opened, today), Span.around(today))
    tag = f'"{sha256(body).hexdigest()[:12]}.{state}"'
    if is_known(request, tag):
        return _unchanged(tag)
    headers = {"etag": tag, **_KEPT, "content-disposition": 'inline; filename="cityties.ics"'}
    return Response(body, 200, headers, media_type=ical.TYPE)


def _opened(request: Request, session: Session, token: str) -> Opened:
    """The feed behind a token. Raises NotFound, and TooMany when the feed is fetched too often or an address
    tries many tokens."""
    limits, now = request.app.state.limits, time.monotonic()
    try:
        opened = opened_by(session, token)
    except NotFound:
        if (wait := limits.knocked(client_address(request), now)) is None:
            raise
        raise TooMany("too_many_tokens", retry_after=wait) from None
    if (wait := limits.fetched(opened.feed.id, now)) is not None:
        raise TooMany("too_many_fetches", retry_after=wait)
    return opened


def _state(session: Session, feed: CalendarFeed, today: date) -> str:
    """A name of everything that a calendar follows from (app/unchanged.py)."""
    parts = (program(), data_version(session), today, feed.id, feed.version)
    return sha256(repr(parts).encode()).hexdigest()[:12]


def _unchanged(tag: str) -> Response:
    return Response(status_code=304, headers={"etag": tag, **_KEPT})
