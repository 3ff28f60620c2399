"""Contacts short of a delegation over REST."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import WriterPatch, WriterPost
from app.dependencies import ApiReader, ReadSession
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.interactions import service
from app.interactions.filters import InteractionQuery
from app.interactions.resource import InteractionJson, list_json, one_json
from app.interactions.schemas import InteractionPatch, NewInteraction
from app.rest import (
    ApiRoute,
    RecordId,
    asked,
    listing,
    one,
    page_of,
    read_cursor,
)

router = APIRouter(tags=["interactions"], route_class=ApiRoute)


@dataclass(slots=True)
class InteractionPage:
    """A page of contacts; `next` is the address of the one after, or null."""

    items: list[InteractionJson]
    next: str | None


@router.get(
    "/interactions",
    name="list",
    summary="List contacts",
    responses=answers_list(InteractionPage),
    openapi_extra=parameters(InteractionQuery),
)
def list_(
    request: Request,
    query: Annotated[InteractionQuery, asked(InteractionQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """Calls, letters, meetings short of a delegation, the latest first unless sorted otherwise."""
    behind = read_cursor(request, query.cursor)
    rows = list_json(session, actor, query, behind=behind, limit=query.limit + 1)
    shown, after = page_of(rows, query.limit, lambda row: row[1])
    return listing(request, [item for item, _ in shown], after)


@router.get(
    "/interactions/{interaction_id}",
    name="show",
    summary="One contact",
    responses=answers_one(InteractionJson, 404),
)
def show(request: Request, interaction_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """One contact. Its ETag is needed to change it."""
    found = one_json(session, actor, interaction_id)
    return one(request, found, found.version)


@router.post(
    "/interactions",
    name="log",
    status_code=201,
    summary="Log a contact",
    responses=answers_created(InteractionJson),
)
def log(data: NewInteraction, act: WriterPost) -> Response:
    """Enter a contact that took place. A letter is one-way until an answer names it (`answers`)."""
    talk = service.log_interaction(act.session, act.actor, data, today=act.today)
    found = one_json(act.session, act.actor, talk.id or 0, own=True)
    return act.created(found, found.version, at=f"/api/v1/interactions/{talk.id}")


@router.patch(
    "/interactions/{interaction_id}",
    name="change",
    summary="Change a contact",
    responses=answers_changed(InteractionJson),
)
def change(interaction_id: RecordId, data: InteractionPatch, act: WriterPatch) -> Response:
    """Change a contact. The notes of a confidential one are for those who may read them."""
    talk = service.get(act.session, interaction_id)
    service.change(act.session, act.actor, talk, data, version=act.version(talk), today=act.today)
    found = one_json(act.session, act.actor, interaction_id)
    return act.answer(found, found.version)
