"""Files over REST: sent as multipart/form-data, described in JSON, handed out as they came."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from app.actor import Actor, Permission
from app.acts import Act, IdempotencyKey, WriterAct, WriterPatch, claim
from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today, WriteSession, api_actor, require
from app.described import (
    answers_archived,
    answers_bytes,
    answers_changed,
    answers_created,
    answers_list,
    answers_one,
    parameters,
    problems,
    upload_of,
)
from app.errors import Refused
from app.files import queries, service
from app.files.filters import FileQuery
from app.files.holders import HOLDERS, Holder
from app.files.receiving import Files
from app.files.resource import FileJson, list_json, one_json
from app.files.schemas import FileIn, FilePatch
from app.files.sending import send_bytes
from app.listings import listed
from app.rest import ApiRoute, RecordId, asked
from app.schemas import parse

router = APIRouter(tags=["files"], route_class=ApiRoute)


@dataclass(slots=True)
class FilePage:
    """A page of files; `next` is the address of the one after, or null."""

    items: list[FileJson]
    next: str | None


@router.get(
    "/files",
    name="list",
    summary="List files",
    responses=answers_list(FilePage),
    openapi_extra=parameters(FileQuery),
)
def list_(
    request: Request,
    query: Annotated[FileQuery, asked(FileQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """Files that this key may see, the newest first: internal ones need the scope `write`, those of
    confidential delegations `admin`."""
    return listed(request, query, lambda part: list_json(session, actor, query, part))


@router.get("/files/{file_id}", summary="One file", responses=answers_one(FileJson, 404))
def show(request: Request, file_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """What is said of one file. Its ETag is needed to change it; its bytes are at `content`."""
    found = one_json(session, actor, file_id)
    return one(request, found, found.version)


@router.get(
    "/files/{file_id}/content",
    summary="A file's bytes",
    responses=answers_bytes(404),
    response_class=Response,
)
def content(request: Request, file_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """The file as it was sent. The ETag is its sha256; one Range is answered."""
    file = queries.get(session, actor, file_id)
    session.close()  # the bytes may take their time: the database need not wait for a slow line
    return send_bytes(request, file, download=True)


@router.patch("/files/{file_id}", summary="Change a file", responses=answers_changed(FileJson))
def change(file_id: RecordId, data: FilePatch, act: WriterPatch) -> Response:
    """Change what is said of a file; its content and its name stay as they were sent."""
    file = queries.get(act.session, act.actor, file_id)
    service.change(act.session, act.actor, file, data, version=act.version(file), today=act.today)
    found = one_json(act.session, act.actor, file_id)
    return act.answer(found, found.version)


@router.delete("/files/{file_id}", status_code=204, summary="Take a file off", responses=answers_archived())
def archive(file_id: RecordId, act: WriterPatch) -> Response:
    """Archive a file: out of every list, its bytes kept, until it is put back."""
    file = queries.get(act.session, act.actor, file_id)
    service.archive(act.session, act.actor, file, version=act.version(file))
    return Response(status_code=204)


@router.post(
    "/files/{file_id}/restoration",
    summary="Put a file back",
    responses={200: {"description": "It is back.", "model": FileJson}, **problems(404, 409, 412)},
)
def restore(file_id: RecordId, act: WriterAct) -> Response:
    """Undo a DELETE. If-Match may be left out."""
    file = queries.get(act.session, act.actor, file_id, archived=True)
    version = act.version(file, optional=True)
    service.restore(act.session, act.actor, file, version=version)
    found = one_json(act.session, act.actor, file_id)
    return act.answer(found, found.version)


def uploading(permission: Permission) -> Any:
    """The dependency of an upload."""

    async def get_upload(
        request: Request,
        actor: Annotated[Actor, require(permission, api_actor)],
        received: Files,
        session: WriteSession,
        today: Today,
        key: IdempotencyKey = None,
    ) -> Act:
        """An act recognised by what was received; the writer's turn is taken when all of it is here."""
        fingerprint = request.url.path.encode() + received.fingerprint
        return Act(request, session, actor, today, await claim(session, actor, key, fingerprint))

    return Depends(get_upload)


def _add(holder: Holder) -> None:
    """The address to which files for one kind of record are sent."""
    of_record: Any = Annotated[RecordId, Path(alias=holder.name)]
    # Evidence is part of a unit's report on its work.
    reports = holder.record == "follow_up"
    act_of: Any = Annotated[Act, uploading(Permission.report if reports else Permission.write)]

    def upload(act: act_of, received: Files, key: of_record) -> Response:
        if received.refusal:
            raise received.refusal
        data = parse(FileIn, received.typed.data())
        if len(received.uploads) != 1:
            raise Refused("file_needed" if not received.uploads else "one_file_only", field="file")
        file = service.attach(act.session, act.actor, holder, key, received.uploads[0], data, today=act.today)
        found = one_json(act.session, act.actor, file.id or 0)
        return act.created(found, found.version, at=f"/api/v1/files/{file.id}")

    router.add_api_route(
        f"/{holder.place}/{{{holder.name}}}/files",
        upload,
        methods=["POST"],
        name=f"add_to_{holder.record}",
        status_code=201,
        summary=f"Add a file to one of the {holder.place}",
        description=(
            "One file a call, in the part `file`; its kind is decided by its content, which must agree with "
            "its name. Not for state secrets. A repeat with the same Idempotency-Key is recognised by the "
            "fields and the file's content, however the request is framed."
        ),
        responses=answers_created(FileJson, 404),
        openapi_extra=upload_of(FileIn),
    )


for _holder in HOLDERS:
    _add(_holder)
