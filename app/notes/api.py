"""Notes on a partner over REST."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app.acts import WriterAct, WriterPatch, WriterPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession
from app.described import (
    answers_changed,
    answers_created,
    answers_list,
    answers_one,
    parameters,
    problems,
)
from app.listings import listed
from app.notes import service
from app.notes.queries import NoteJson, note_json, notes_json
from app.notes.schemas import NoteIn, NotePatch
from app.partners.queries import get as get_partner
from app.rest import ApiRoute, RecordId, asked
from app.schemas import Input

router = APIRouter(tags=["notes"], route_class=ApiRoute)


class NoteQuery(Input):
    """Which page of the notes."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )


@dataclass(slots=True)
class NotePage:
    """A page of notes, newest first; `next` is the address of the one after, or null."""

    items: list[NoteJson]
    next: str | None


@router.get(
    "/partners/{slug}/notes",
    name="list",
    summary="List the notes on a partner",
    responses=answers_list(NotePage, 404),
    openapi_extra=parameters(NoteQuery),
)
def list_(
    request: Request,
    slug: str,
    query: Annotated[NoteQuery, asked(NoteQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """The notes on a partner. Confidential ones are only there for the scope `admin`."""
    partner = get_partner(session, slug)
    return listed(
        request,
        query,
        lambda part: notes_json(session, partner, actor, part),
        key=lambda row: [row.id],
        items=list,
    )


@router.get(
    "/partners/{slug}/notes/{note_id}", summary="One note on a partner", responses=answers_one(NoteJson, 404)
)
def show(request: Request, slug: str, note_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """One note. Its ETag is needed to change it."""
    partner = get_partner(session, slug)
    note = service.get(session, actor, partner, note_id)
    return one(request, note_json(session, partner, note), note.version)


@router.post(
    "/partners/{slug}/notes",
    status_code=201,
    summary="Add a note",
    responses=answers_created(NoteJson, 404),
)
def add(slug: str, data: NoteIn, act: WriterPost) -> Response:
    """Add a note; colleagues named in it with `@` and their e-mail address or name are told."""
    partner = get_partner(act.session, slug)
    note = service.add(act.session, act.actor, partner, data)
    return act.created(
        note_json(act.session, partner, note), note.version, at=f"/api/v1/partners/{slug}/notes/{note.id}"
    )


@router.patch(
    "/partners/{slug}/notes/{note_id}", summary="Change a note", responses=answers_changed(NoteJson)
)
def change(slug: str, note_id: RecordId, data: NotePatch, act: WriterPatch) -> Response:
    """Change a note. Needs the scope `admin`: a note belongs to the person who wrote it and to managers."""
    partner = get_partner(act.session, slug)
    note = service.get(act.session, act.actor, partner, note_id)
    service.change(act.session, act.actor, note, data, version=act.version(note))
    return act.answer(note_json(act.session, partner, note), note.version)


@router.delete(
    "/partners/{slug}/notes/{note_id}",
    status_code=204,
    summary="Archive a note",
    responses={204: {"description": "It is archived."}, **problems(404, 412, 428)},
)
def archive(slug: str, note_id: RecordId, act: WriterPatch) -> Response:
    """Take a note off the partner's page. Needs the scope `admin`."""
    note = service.get(act.session, act.actor, get_partner(act.session, slug), note_id)
    service.archive(act.session, act.actor, note, version=act.version(note))
    return Response(status_code=204)


@router.post(
    "/partners/{slug}/notes/{note_id}/restoration",
    summary="Bring a note back",
    responses=answers_changed(NoteJson),
)
def restore(slug: str, note_id: RecordId, act: WriterAct) -> Response:
    """Bring an archived note back. Needs the scope `admin`."""
    partner = get_partner(act.session, slug)
    note = service.get(act.session, act.actor, partner, note_id, archived=True)
    version = act.version(note, optional=True)
    service.restore(act.session, act.actor, note, version=version)
    return act.answer(note_json(act.session, partner, note), note.version)
