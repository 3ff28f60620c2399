"""The history over REST: who changed what, when, through which door."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app.actor import Permission
from app.dependencies import ApiReader, ReadSession
from app.described import answers_list, parameters
from app.errors import Forbidden, Refused
from app.history.listing import HistoryLine, Looked, count_lines, latest
from app.keys.service import get_key
from app.listings import MOST, listed
from app.lists import Part
from app.partners.queries import get as get_partner
from app.rest import ApiRoute, Spoken, asked
from app.schemas import Input, Maybe, Name
from app.vocabulary import Door

router = APIRouter(tags=["history"], route_class=ApiRoute)


class HistoryQuery(Input):
    """Which events, and which page of them."""

    partner: Annotated[Maybe[Name], Field(description="Slug of a partner.")] = None
    action: Annotated[Maybe[Name], Field(description="A kind of act, as `delegation.logged`.")] = None
    key: Annotated[Maybe[Name], Field(description="Id of a key; for the scope `admin`.")] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )


@dataclass(slots=True)
class FieldChangeJson:
    """One field in words; an empty text stands for nothing."""

    field: str
    old: str
    new: str


@dataclass(slots=True)
class HistoryJson:
    """One event. `key`: the id of the key that a program presented, told to the scope `admin` alone.
    `subject`: the name of what was entered. `hidden`: it changed notes that this caller may not read."""

    id: int
    at: datetime
    who: str
    key: str | None
    door: Door
    action: str
    record_type: str
    record_id: int
    subject: str | None
    partners: list[str]
    changes: list[FieldChangeJson]
    hidden: bool


@dataclass(slots=True)
class HistoryPage:
    """A page of events, the latest first; `next` is the address of the one after, or null."""

    items: list[HistoryJson]
    next: str | None


def _json(line: HistoryLine) -> HistoryJson:
    return HistoryJson(
        line.id, line.at, line.who, line.key, line.door, line.action, line.record_type, line.record_id,
        line.subject, [slug for slug, _ in line.partners],
        [FieldChangeJson(it.field, it.old, it.new) for it in line.changes], line.hidden,
    )  # fmt: skip


@router.get(
    "/history",
    name="list",
    summary="List what was changed",
    openapi_extra=parameters(HistoryQuery),
    responses=answers_list(HistoryPage, 404),
)
def list_(
    request: Request,
    query: Annotated[Any, asked(HistoryQuery)],
    actor: ApiReader,
    session: ReadSession,
    spoken: Spoken,
) -> Response:
    """Who changed what of a partner, the latest first, in the words of the pages. The scope `admin` may
    leave the partner out and reads of the whole register. Programs that follow along read `changes`."""
    if query.key is not None and not actor.can(Permission.administer):
        raise Forbidden("not_allowed")
    if query.partner is None and not actor.can(Permission.manage):
        raise Refused("required", field="partner")
    partner_id = get_partner(session, query.partner).id if query.partner else None
    key_id = get_key(session, query.key).id if query.key else None
    looked = Looked(partner_id=partner_id, api_key_id=key_id, action=query.action)

    def read(part: Part) -> Sequence[HistoryLine]:
        if part.counted:
            part.total = count_lines(session, actor, looked)
        before = int(part.behind[0]) if part.behind else None
        return latest(session, actor, spoken, replace(looked, before=before), limit=part.limit or MOST)

    return listed(
        request, query, read, key=lambda row: [row.id], items=lambda rows: [_json(row) for row in rows]
    )
