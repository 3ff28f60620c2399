"""The trash; for every kind of record the page that asks before it goes there, and the way back."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.dependencies import Form, Officer, Page, ReadSession, WriteSession, require
from app.errors import DomainError, NotFound, Refused, Stale
from app.failures import told, understood
from app.forms import FormView, Typed
from app.lists import Address, read
from app.models import Record
from app.once import Once
from app.rest import RecordId
from app.templating import View
from app.trash import queries, service
from app.trash.kinds import KINDS, Kind
from app.trash.schemas import TrashList
from app.vocabulary import Locale

router = APIRouter()


@router.get("/trash", name="trash:index")
def index(view: Page, session: ReadSession, actor: Officer) -> Response:
    params = view.request.query_params
    asked = read(TrashList, params)
    found = queries.trash(session, actor, view.locale, kind=asked.kind, page=asked.page)
    if asked.page > found.pages:
        raise Refused("bad_page", field="page")
    here = Address("/trash", params.multi_items())
    token = FormView().token
    return view.page("trash/index.html", found=found, asked=asked, here=here, kinds=KINDS, token=token)


def _ask(
    view: View, session: Session, kind: Kind, row: Record, *, error: DomainError | None = None
) -> Response:
    """What will happen, before it does."""
    if row.archived_at is not None:
        raise NotFound(kind.name)
    key = getattr(row, kind.key)
    return view.page(
        "trash/ask.html",
        status=error.status if error else 200,
        kind=kind,
        url=kind.url(key),
        title=_title(view, session, kind, key),
        stays=queries.open_work_from(session, kind, row.id or 0),
        form=FormView({}, told(view.words, error) if error else {}, row.version),
    )


def _title(view: View, session: Session, kind: Kind, key: str | int) -> str:
    """What a record is called; a person who was erased has no name."""
    return queries.title_of(session, kind, key, view.locale) or view.words.gettext("Erased person")


def _archive(
    view: View, typed: Typed, session: Session, actor: Actor, kind: Kind, key: str | int
) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    row = service.get(session, kind, key)
    try:
        if typed.version is None:
            raise Refused("version_needed")
        service.archive(session, actor, kind, row, version=typed.version)
    except (Stale, StaleDataError) as error:
        session.rollback()
        return _ask(view, session, kind, service.get(session, kind, key), error=understood(error))
    title = _title(view, session, kind, key)
    said = view.words.gettext("Moved to the trash: %(title)s.", title=title)
    undo = f"{kind.url(key)}/restoration?version={row.version}"
    return once.keep(view.redirect(_nearby(session, kind, row, view.locale), said, undo))


def _nearby(session: Session, kind: Kind, row: Record, locale: Locale) -> str:
    """Where to go on when a record's own page is gone: its partner's, or the list."""
    found = queries.one(session, kind, getattr(row, kind.key), locale)
    if kind.name == "follow_up" or not found or not found.partners:
        return f"/{kind.collection}"
    return f"/partners/{found.partners[0][0]}"


def _restore(
    view: View, typed: Typed, session: Session, actor: Actor, kind: Kind, key: str | int
) -> Response:
    """From a form, or from a toast's Undo, which names the version in its address."""
    row = service.get(session, kind, key)
    text = view.request.query_params.get("version", "")
    version = typed.version or (int(text) if re.fullmatch(r"\d{1,9}", text) else None)
    once = Once(session, actor.caller, f"restore:{kind.name}:{row.id}:{version}")
    if once.first:
        return once.first
    if version is None:
        raise Refused("version_needed")
    service.restore(session, actor, kind, row, version=version)
    title = _title(view, session, kind, key)
    return once.keep(view.redirect(kind.url(key), view.words.gettext("Restored: %(title)s.", title=title)))


def _add(kind: Kind) -> None:
    """The three addresses of one kind of record."""
    may: Any = Annotated[Actor, require(kind.permission)]
    kept_under: Any = RecordId if kind.key == "id" else str
    of_record: Any = Annotated[kept_under, Path(alias=kind.parameter)]
    path = f"/{kind.collection}/{{{kind.parameter}}}"

    def ask(view: Page, session: ReadSession, actor: may, key: of_record) -> Response:
        return _ask(view, session, kind, service.get(session, kind, key))

    def archive(view: Page, typed: Form, session: WriteSession, actor: may, key: of_record) -> Response:
        return _archive(view, typed, session, actor, kind, key)

    def restore(view: Page, typed: Form, session: WriteSession, actor: may, key: of_record) -> Response:
        return _restore(view, typed, session, actor, kind, key)

    router.add_api_route(f"{path}/delete", ask, methods=["GET"], name=f"{kind.name}:ask")
    router.add_api_route(f"{path}/delete", archive, methods=["POST"])
    router.add_api_route(f"{path}/restoration", restore, methods=["POST"])


for _kind in KINDS:
    _add(_kind)
