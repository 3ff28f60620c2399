"""The feed of changes over REST."""

import json
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.answers import to_json
from app.dependencies import ApiReader, ReadSession, get_database
from app.described import answers_list, parameters
from app.errors import Refused
from app.feeds import sequence
from app.feeds.queries import ChangeJson, events_after, told, wanted
from app.feeds.schemas import ChangesQuery
from app.rest import ApiRoute, asked

router = APIRouter(tags=["changes"], route_class=ApiRoute)


@dataclass(slots=True)
class ChangesPage:
    """Events in their order. `next` is where to go on, now or later: it is always given. `more`: there are
    events already that this page had no room for."""

    items: list[ChangeJson]
    next: str
    more: bool


@router.get(
    "/changes",
    name="list",
    summary="Follow what changes",
    openapi_extra=parameters(ChangesQuery),
    responses=answers_list(ChangesPage),
)
def changes(
    request: Request,
    query: Annotated[ChangesQuery, asked(ChangesQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """Every event once and in one order that never moves, from the beginning: read until `more` is false,
    keep `next`, and ask it again whenever you like. What comes to light later stands behind it.

    Positions rise; they are not consecutive, since what you may not know of is left out. `changes` has each
    field's old and new value, as far as your key may see them. A record whose event is a `tombstone` is to be
    taken out of a copy; a `...restored` event brings it back. `standing.changed` tells status, rung, warmth
    and reasons before and after, also where only time moved them.
    """
    sequence.catch_up(get_database(request), session)
    head = sequence.head(session)
    if query.after > head:
        raise Refused("ahead_of_feed", field="after", last=head)
    asked_for = wanted(session, query)
    found = events_after(session, actor, asked_for, after=query.after, until=head, limit=query.limit + 1)
    more = len(found) > query.limit
    found = found[: query.limit]
    last = (found[-1].position or 0) if more else head
    address = str(request.url.include_query_params(after=last))
    body = b'{"items":%s,"next":%s,"more":%s}' % (
        to_json(told(session, actor, found)),
        json.dumps(address).encode(),
        b"true" if more else b"false",
    )
    headers = {"link": f'<{address}>; rel="next"'} if more else {}
    return Response(body, 200, headers, media_type="application/json")
