"""Saved views over REST: those that managers share, since a program has none of its own."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.acts import ManagerPatch, ManagerPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession
from app.described import (
    answers_archived,
    answers_changed,
    answers_created,
    answers_list,
    answers_one,
    problems,
)
from app.listings import listing
from app.rest import ApiRoute, RecordId
from app.views import service
from app.views.queries import ViewRow, list_views, view_row
from app.views.schemas import ViewIn, ViewPatch

router = APIRouter(prefix="/views", tags=["views"], route_class=ApiRoute)


@dataclass(slots=True)
class ViewJson:
    """A name for a list; `url` is the address of its page, filters included."""

    id: int
    version: int
    name: str
    url: str
    shared: bool
    owner: str | None


@dataclass(slots=True)
class ViewPage:
    """All shared views; `next` is always null."""

    items: list[ViewJson]
    next: str | None


def _json(row: ViewRow) -> ViewJson:
    return ViewJson(row.id, row.version, row.name, row.url, row.shared, row.owner_email)


def _found(session: Session, actor: Actor, view_id: int | None) -> ViewJson:
    return _json(view_row(session, actor, view_id or 0))


@router.get("", name="list", summary="List shared views", responses=answers_list(ViewPage))
def list_(request: Request, actor: ApiReader, session: ReadSession) -> Response:
    """Every view that managers share, by page and name."""
    return listing(request, [_json(row) for row in list_views(session, actor)])


@router.get("/{view_id}", name="show", summary="One view", responses=answers_one(ViewJson, 404))
def show(request: Request, view_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """One shared view. Its ETag is needed to change it."""
    found = _found(session, actor, view_id)
    return one(request, found, found.version)


@router.post("", name="save", status_code=201, summary="Save a view", responses=answers_created(ViewJson))
def save(data: ViewIn, act: ManagerPost) -> Response:
    """Keep a list under a name, for everybody (`shared` must be true)."""
    row = service.save(act.session, act.actor, data)
    found = _found(act.session, act.actor, row.id)
    return act.created(found, found.version, at=f"/api/v1/views/{row.id}")


@router.patch("/{view_id}", name="change", summary="Change a view", responses=answers_changed(ViewJson))
def change(view_id: RecordId, data: ViewPatch, act: ManagerPatch) -> Response:
    """Rename a shared view or let it lead elsewhere."""
    row = service.get(act.session, act.actor, view_id)
    service.change(act.session, act.actor, row, data, version=act.version(row))
    found = _found(act.session, act.actor, view_id)
    return act.answer(found, found.version)


@router.delete(
    "/{view_id}", name="delete", status_code=204, summary="Delete a view", responses=answers_archived()
)
def delete(view_id: RecordId, act: ManagerPatch) -> Response:
    """Take a shared view out of everybody's menus."""
    row = service.get(act.session, act.actor, view_id)
    service.delete(act.session, act.actor, row, version=act.version(row))
    return Response(status_code=204)


@router.post(
    "/{view_id}/restoration",
    name="restore",
    summary="Bring a view back",
    responses={200: {"description": "It is back.", "model": ViewJson}, **problems(404)},
)
def restore(view_id: RecordId, act: ManagerPost) -> Response:
    """Undo a deletion."""
    row = service.get(act.session, act.actor, view_id, deleted=True)
    service.restore(act.session, act.actor, row)
    found = _found(act.session, act.actor, view_id)
    return act.answer(found, found.version)
