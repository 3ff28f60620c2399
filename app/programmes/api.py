"""Programmes over REST, with their moves, milestones, notes of progress and results."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import WriterAct, WriterPatch, WriterPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters, problems
from app.listings import listed, listing
from app.programmes import service
from app.programmes.filters import ProgrammeQuery
from app.programmes.parts import PARTS, PartKind
from app.programmes.resource import (
    MilestoneJson,
    NoteJson,
    ProgrammeJson,
    ProgrammeWhole,
    ResultJson,
    list_json,
    one_json,
    part_json,
    parts_json,
)
from app.programmes.schemas import MoveIn, ProgrammeIn, ProgrammePatch
from app.rest import ApiRoute, RecordId, asked

router = APIRouter(tags=["programmes"], route_class=ApiRoute)
_GONE = {204: {"description": "Archived; it can be restored."}, **problems(404, 412, 428)}


@dataclass(slots=True)
class ProgrammesPage:
    """A page of programmes; `next` is the address of the one after, or null."""

    items: list[ProgrammeJson]
    next: str | None


@dataclass(slots=True)
class MilestonesPage:
    """The milestones of a programme, all of them: `next` is null."""

    items: list[MilestoneJson]
    next: str | None


@dataclass(slots=True)
class NotesPage:
    """The notes of progress of a programme, all of them: `next` is null."""

    items: list[NoteJson]
    next: str | None


@dataclass(slots=True)
class ResultsPage:
    """The results of a programme, all of them: `next` is null."""

    items: list[ResultJson]
    next: str | None


@router.get(
    "/programmes",
    name="list",
    summary="List programmes",
    responses=answers_list(ProgrammesPage),
    openapi_extra=parameters(ProgrammeQuery),
)
def list_(
    request: Request,
    query: Annotated[ProgrammeQuery, asked(ProgrammeQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """Joint work with partners; what runs stands first unless sorted otherwise."""
    return listed(request, query, lambda part: list_json(session, query, today, part))


@router.get("/programmes/{programme_id}", summary="One programme", responses=answers_one(ProgrammeWhole, 404))
def show(
    request: Request, programme_id: RecordId, actor: ApiReader, session: ReadSession, today: Today
) -> Response:
    """One programme with what belongs to it. Its ETag is needed to change it."""
    found = one_json(session, programme_id, today)
    return one(request, found, found.version)


@router.post(
    "/programmes", status_code=201, summary="Enter a programme", responses=answers_created(ProgrammeWhole)
)
def create(data: ProgrammeIn, act: WriterPost) -> Response:
    """Enter joint work. With `follow_up_id` it grows out of that work, which `finish_follow_up` closes."""
    run = service.add_programme(act.session, act.actor, data, today=act.today)
    found = one_json(act.session, run.id or 0, act.today)
    return act.created(found, found.version, at=f"/api/v1/programmes/{run.id}")


@router.patch(
    "/programmes/{programme_id}",
    summary="Change a programme",
    responses=answers_changed(ProgrammeWhole, 409),
)
def change(programme_id: RecordId, data: ProgrammePatch, act: WriterPatch) -> Response:
    """Change what is known of a programme; its state is changed by POST to `moves`."""
    run = service.get(act.session, programme_id)
    service.change_programme(act.session, act.actor, run, data, version=act.version(run), today=act.today)
    found = one_json(act.session, programme_id, act.today)
    return act.answer(found, found.version)


@router.post(
    "/programmes/{programme_id}/moves",
    summary="Move a programme to another state",
    responses=answers_changed(ProgrammeWhole, 409),
)
def move(programme_id: RecordId, data: MoveIn, act: WriterAct) -> Response:
    """proposed -> planned -> active -> completed; suspended and resumed; cancelled; taken up again."""
    run = service.get(act.session, programme_id)
    service.move(act.session, act.actor, run, data, version=act.version(run), today=act.today)
    found = one_json(act.session, programme_id, act.today)
    return act.answer(found, found.version)


def _part_routes(kind: PartKind, shape: Any, page: Any, what: str) -> None:
    """The addresses of one kind of what belongs to a programme: list, one, add, change, archive, restore."""
    every = f"/programmes/{{programme_id}}/{kind}"
    single = f"{every}/{{part_id}}"
    create_in, change_in = PARTS[kind].create, PARTS[kind].patch

    @router.get(every, name=f"list_{kind}", summary=f"List {kind}", responses=answers_list(page, 404))
    def list_parts(
        request: Request, programme_id: RecordId, actor: ApiReader, session: ReadSession
    ) -> Response:
        """Everything of this kind that belongs to a programme, in one page."""
        service.get(session, programme_id)
        return listing(request, parts_json(session, programme_id, kind))

    @router.post(
        every,
        status_code=201,
        name=f"add_{kind}",
        summary=f"Add {what}",
        responses=answers_created(shape, 404),
    )
    def add(
        programme_id: RecordId,
        data: create_in,  # type: ignore[valid-type]
        act: WriterPost,
    ) -> Response:
        """Add one. A day on which it happened must have come."""
        run = service.get(act.session, programme_id)
        row = service.add_part(act.session, act.actor, run, kind, data, today=act.today)
        return act.created(
            part_json(kind, row), row.version, at=f"/api/v1/programmes/{programme_id}/{kind}/{row.id}"
        )

    @router.get(single, name=f"show_{kind}", summary=f"One of the {kind}", responses=answers_one(shape, 404))
    def show_part(
        request: Request, programme_id: RecordId, part_id: RecordId, actor: ApiReader, session: ReadSession
    ) -> Response:
        """One of them. Its ETag is needed to change it."""
        row = service.get_part(session, service.get(session, programme_id), kind, part_id)
        return one(request, part_json(kind, row), row.version)

    @router.patch(single, name=f"change_{kind}", summary=f"Change {what}", responses=answers_changed(shape))
    def change_part(
        programme_id: RecordId,
        part_id: RecordId,
        data: change_in,  # type: ignore[valid-type]
        act: WriterPatch,
    ) -> Response:
        """Change one; a field left out stays as it is."""
        run = service.get(act.session, programme_id)
        row = service.get_part(act.session, run, kind, part_id)
        version = act.version(row)
        service.change_part(act.session, act.actor, run, kind, row, data, version=version, today=act.today)
        return act.answer(part_json(kind, row), row.version)

    @router.delete(
        single, status_code=204, name=f"archive_{kind}", summary=f"Archive {what}", responses=_GONE
    )
    def archive_part(programme_id: RecordId, part_id: RecordId, act: WriterPatch) -> Response:
        """Take one out of its programme; it proves nothing any more. POST to `restoration` brings it back."""
        run = service.get(act.session, programme_id)
        row = service.get_part(act.session, run, kind, part_id)
        service.archive_part(act.session, act.actor, run, row, version=act.version(row))
        return Response(status_code=204)

    @router.post(
        f"{single}/restoration",
        name=f"restore_{kind}",
        summary=f"Restore {what}",
        responses=answers_changed(shape, 409),
    )
    def restore_part(programme_id: RecordId, part_id: RecordId, act: WriterAct) -> Response:
        """Bring one back as it was. If-Match may be left out."""
        run = service.get(act.session, programme_id)
        row = service.get_part(act.session, run, kind, part_id, archived=True)
        version = act.version(row, optional=True)
        service.restore_part(act.session, act.actor, run, kind, part_id, version=version)
        return act.answer(part_json(kind, row), row.version)


_part_routes(PartKind.milestones, MilestoneJson, MilestonesPage, "a milestone")
_part_routes(PartKind.notes, NoteJson, NotesPage, "a note of progress")
_part_routes(PartKind.results, ResultJson, ResultsPage, "a result")
