"""Saved views on pages: kept from a list's menu, renamed and deleted on a page of their own."""

import re
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.dependencies import Form, Page, ReadSession, Viewer, WriteSession
from app.errors import DomainError, Forbidden, NotFound, Refused
from app.failures import told, understood
from app.forms import FormView, Typed
from app.models import SavedView
from app.once import Once
from app.rest import RecordId
from app.schemas import parse
from app.templating import View
from app.views import service
from app.views.queries import list_views, view_row
from app.views.schemas import ViewIn, ViewPatch

router = APIRouter()
_PAGES = {
    "/partners": "Partners",
    "/review": "Review",
    "/review/meeting": "Review",
    "/follow-ups": "Follow-ups",
    "/delegations": "Delegations",
    "/agreements": "Agreements",
    "/programmes": "Programmes",
    "/people": "People",
    "/organisations": "Organisations",
}


@router.get("/views", name="views:index")
def index(view: Page, session: ReadSession, actor: Viewer) -> Response:
    return _page(view, session, actor)


def _page(
    view: View, session: Session, actor: Actor, typed: Typed | None = None, error: DomainError | None = None,
    about: int | None = None,
) -> Response:  # fmt: skip
    rows = []
    for row in list_views(session, actor):
        data: dict[str, Any] = {"name": row.name, "shared": row.shared}
        errors: dict[str, str] = {}
        if typed and error and row.id == about:
            data, errors = {**data, **typed.texts()}, told(view.words, error)
        page = view.words.gettext(_PAGES[row.place.path]) if row.place.path in _PAGES else row.place.path
        rows.append((row, page, FormView(data, errors, row.version, f"view-{row.id}")))
    new = None
    if typed and error and about is None:
        new = FormView(typed.texts(), told(view.words, error), None, "new")
    return view.page("views/index.html", status=error.status if error else 200, rows=rows, new=new)


@router.post("/views")
def save(view: Page, typed: Form, actor: Viewer, session: WriteSession) -> Response:
    def act() -> tuple[SavedView, str]:
        row = service.save(session, actor, parse(ViewIn, typed.data()))
        return row, view.words.gettext("The view “%(name)s” is saved.", name=row.name)

    return _answer(view, session, actor, typed, act)


@router.post("/views/{view_id}")
def change(view: Page, view_id: RecordId, typed: Form, actor: Viewer, session: WriteSession) -> Response:
    def act() -> tuple[SavedView, str]:
        if typed.version is None:
            raise Refused("version_needed")
        row = service.get(session, actor, view_id)
        said: dict[str, Any] = {n: v for n, v in typed.data().items() if n != "has_shared"}
        if typed.get("has_shared"):  # an unticked box is not sent
            said.setdefault("shared", "false")
        service.change(session, actor, row, parse(ViewPatch, said), version=typed.version)
        return row, view.words.gettext("The view “%(name)s” is saved.", name=row.name)

    return _answer(view, session, actor, typed, act, about=view_id)


@router.post("/views/{view_id}/delete")
def delete(view: Page, view_id: RecordId, typed: Form, actor: Viewer, session: WriteSession) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    if typed.version is None:
        raise Refused("version_needed")
    row = service.delete(session, actor, service.get(session, actor, view_id), version=typed.version)
    said = view.words.gettext("The view “%(name)s” is deleted.", name=row.name)
    return once.keep(view.redirect("/views", said, f"/views/{view_id}/restoration?version={row.version}"))


@router.post("/views/{view_id}/restoration")
def restore(view: Page, view_id: RecordId, actor: Viewer, session: WriteSession) -> Response:
    """From a toast's Undo, which names the version in its address."""
    text = view.request.query_params.get("version", "")
    once = Once(session, actor.caller, f"restore:view:{view_id}:{text}")
    if once.first:
        return once.first
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Refused("version_needed")
    row = service.restore(session, actor, service.get(session, actor, view_id, deleted=True))
    said = view.words.gettext("The view “%(name)s” is back.", name=row.name)
    return once.keep(view.redirect("/views", said))


def _answer(
    view: View,
    session: Session,
    actor: Actor,
    typed: Typed,
    act: Callable[[], tuple[SavedView, str]],
    *,
    about: int | None = None,
) -> Response:
    """Do it once and open the view; what is wrong is told on the page of all views."""
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        row, said = act()
        session.flush()
    except (Forbidden, NotFound):
        raise
    except (DomainError, StaleDataError) as error:
        session.rollback()
        return _page(view, session, actor, typed, understood(error), about)
    where = view_row(session, actor, row.id or 0).url if typed.get("url") else "/views"
    return once.keep(view.redirect(where, said))
