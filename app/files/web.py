"""Files: those of a record with the form for more, one in full, its bytes, its small picture."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.dependencies import Form, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, Refused, Stale
from app.failures import told, understood
from app.files import queries, service
from app.files.filters import FilesOfRecord
from app.files.forms import differences, labels, options, panel_of, stored
from app.files.holders import HOLDERS, Holder, holder_of
from app.files.receiving import Files, Received
from app.files.schemas import FileIn, FilePatch
from app.files.sending import send_bytes, send_thumbnail
from app.forms import FormView, Typed
from app.history.listing import history_of
from app.lists import Address, read
from app.models import File
from app.once import Once
from app.rest import RecordId
from app.schemas import parse
from app.templating import View
from app.vocabulary import FileCategory, FileClassification

router = APIRouter()


# ---- the files of a record


def _index(
    view: View,
    session: Session,
    holder: Holder,
    record_id: int,
    *,
    form: FormView | None = None,
    status: int = 200,
) -> Response:
    assert view.actor is not None
    kind, params = holder.record, view.request.query_params
    page = read(FilesOfRecord, params).page
    owner = queries.owner_of(session, holder, record_id, view.actor, view.locale)
    files = panel_of(view, session, kind, record_id, form=form, limit=queries.PAGE, page=page, whole=True)
    pages = max(1, -(-files.panel.total // queries.PAGE))
    if page > pages:
        raise Refused("bad_page", field="page")
    gone = None
    if files.panel.may_add:
        gone = queries.files_of(session, kind, record_id, view.actor, limit=queries.PAGE, archived=True)
    return view.page(
        "files/index.html",
        status=status,
        owner=owner,
        files=files,
        gone=gone,
        page=page,
        pages=pages,
        here=Address(files.panel.url, params.multi_items()),
        token=FormView().token,
    )


def _upload(
    view: View, session: Session, actor: Actor, received: Received, holder: Holder, record_id: int
) -> Response:
    """All the files or none of them; refused, the page keeps what was typed and says which file it was."""
    typed = received.typed
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        if received.refusal:
            raise received.refusal
        data = parse(FileIn, {n: text for n, text in typed.data().items() if n not in {"whole", "file"}})
        if not received.uploads:
            raise Refused("file_needed", field="file")
        for upload in received.uploads:
            service.attach(session, actor, holder, record_id, upload, data, today=view.today)
    except DomainError as error:
        session.rollback()
        if error.status not in {413, 415, 422}:
            raise
        form = FormView(typed.texts(), told(view.words, error), key="files")
        return _index(view, session, holder, record_id, form=form, status=error.status)
    count = len(received.uploads)
    said = view.words.ngettext("%(n)s file added.", "%(n)s files added.", count)
    back = f"{holder.url(record_id)}{'/files' if typed.get('whole') else '#files'}"
    return once.keep(view.redirect(back, said))


def _add(holder: Holder) -> None:
    """The two addresses of one kind of record."""
    of_record: Any = Annotated[RecordId, Path(alias=holder.name)]
    path = f"/{holder.place}/{{{holder.name}}}/files"

    def index(view: Page, session: ReadSession, actor: Viewer, key: of_record) -> Response:
        return _index(view, session, holder, key)

    def upload(
        view: Page, actor: Officer, received: Files, session: WriteSession, key: of_record
    ) -> Response:
        return _upload(view, session, actor, received, holder, key)

    router.add_api_route(path, index, methods=["GET"], name=f"files:of_{holder.record}")
    router.add_api_route(path, upload, methods=["POST"], name=f"files:upload_to_{holder.record}")


for _holder in HOLDERS:
    _add(_holder)


# ---- one file


@router.get("/files/{file_id}", name="files:show")
def show(view: Page, session: ReadSession, actor: Viewer, file_id: RecordId) -> Response:
    return _page(view, session, actor, file_id)


def _page(
    view: View, session: Session, actor: Actor, file_id: int, form: FormView | None = None, status: int = 200
) -> Response:
    page = queries.file_page(session, actor, file_id, view.locale)
    return view.page(
        "files/show.html",
        status=status,
        page=page,
        row=page.row,
        form=form or FormView(stored(page.row), version=page.row.version),
        labels=labels(view.words),
        categories=options(view.words, FileCategory),
        classifications=options(view.words, FileClassification),
        lines=history_of(session, "file", file_id, actor, view.words),
        token=FormView().token,
    )


@router.get("/files/{file_id}/content", name="files:content")
def content(
    request: Request, actor: Viewer, session: ReadSession, file_id: RecordId, download: str = ""
) -> Response:
    file = queries.get(session, actor, file_id)
    session.close()  # the bytes may take their time: the database need not wait for a slow line
    return send_bytes(request, file, download=bool(download))


@router.get("/files/{file_id}/thumbnail", name="files:thumbnail")
def thumbnail(request: Request, actor: Viewer, session: ReadSession, file_id: RecordId) -> Response:
    file = queries.get(session, actor, file_id)
    session.close()
    return send_thumbnail(request, file)


@router.post("/files/{file_id}")
def change(
    view: Page, typed: Form, actor: Officer, session: WriteSession, file_id: RecordId, today: Today
) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    file = queries.get(session, actor, file_id)
    try:
        data = parse(FilePatch, typed.chosen())
        service.change(session, actor, file, data, version=_version(typed), today=today)
    except (Stale, StaleDataError):
        session.rollback()
        return _stale(view, session, actor, file_id, typed)
    except DomainError as error:
        session.rollback()
        form = FormView(typed.texts(), told(view.words, error), typed.version)
        return _page(view, session, actor, file_id, form, error.status)
    return once.keep(view.redirect(f"/files/{file_id}", view.words.gettext("File changed.")))


def _version(typed: Typed) -> int:
    if typed.version is None:
        raise Refused("version_needed")
    return typed.version


def _stale(view: View, session: Session, actor: Actor, file_id: int, typed: Typed) -> Response:
    page = queries.file_page(session, actor, file_id, view.locale)
    return view.page(
        "files/stale.html",
        status=409,
        page=page,
        form=FormView(typed.texts(), version=page.row.version),
        rows=differences(typed, page.row, view.words),
    )


@router.post("/files/{file_id}/delete")
def archive(view: Page, typed: Form, actor: Officer, session: WriteSession, file_id: RecordId) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    file = queries.get(session, actor, file_id)
    try:
        service.archive(session, actor, file, version=_version(typed))
    except (Stale, StaleDataError, Refused) as error:
        session.rollback()
        said = told(view.words, understood(error))
        return _page(view, session, actor, file_id, FormView(typed.texts(), said), 409)
    said_so = view.words.gettext("File taken off: %(name)s.", name=file.name)
    undo = f"/files/{file_id}/restoration?version={file.version}"
    return once.keep(view.redirect(_place(file), said_so, undo))


@router.post("/files/{file_id}/restoration")
def restore(view: Page, typed: Form, actor: Officer, session: WriteSession, file_id: RecordId) -> Response:
    """Undo, from a toast (which names the version in its address) or from the list of what was taken off."""
    told_version = view.request.query_params.get("version", "")
    once = Once(session, actor.caller, typed.token or f"file:{file_id}:{told_version}")
    if once.first:
        return once.first
    file = queries.get(session, actor, file_id, archived=True)
    version = int(told_version) if re.fullmatch(r"[0-9]{1,9}", told_version) else _version(typed)
    service.restore(session, actor, file, version=version)
    return once.keep(view.redirect(_place(file), view.words.gettext("File put back.")))


def _place(file: File) -> str:
    holder, record_id = holder_of(file)
    return f"{holder.url(record_id)}/files"
