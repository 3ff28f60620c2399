"""Contacts short of a delegation over REST."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from app import batch
from app.acts import WriterPatch, WriterPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.interactions import service
from app.interactions.filters import InteractionQuery
from app.interactions.resource import InteractionJson, list_json, one_json, several_json
from app.interactions.schemas import InteractionPatch, NewInteraction
from app.listings import listed
from app.rest import ApiRoute, RecordId, asked

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
    return listed(request, query, lambda part: list_json(session, actor, query, part))


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


@dataclass(slots=True)
class InteractionBatch:
    """The contacts that were entered, in the order in which they came."""

    items: list[InteractionJson]


@router.post(
    "/interactions/batch",
    name="log_batch",
    status_code=201,
    summary="Log up to 200 contacts",
    responses=answers_created(InteractionBatch),
)
def log_batch(
    data: Annotated[list[NewInteraction], Body(min_length=1, max_length=batch.MOST)], act: WriterPost
) -> Response:
    """Enter contacts that took place, all or none. What is refused is named by its place: `/3/on`."""
    made = batch.each(data, lambda one: service.log_interaction(act.session, act.actor, one, today=act.today))
    found = several_json(act.session, act.actor, [talk.id or 0 for talk in made])
    return act.created(InteractionBatch(found), None, at="/api/v1/interactions")


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
