"""Pushes: the list, one with what came of it, a new one on one or several partners, and its acts."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.dependencies import Form, Manager, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, Refused
from app.failures import understood
from app.follow_ups.acts import inside
from app.forms import Typed
from app.lists import Address, read
from app.models import Push
from app.once import Once
from app.pushes import desk, form, service
from app.pushes.desk import Trouble
from app.pushes.filters import PushFilters, PushList
from app.pushes.listing import list_pushes
from app.pushes.options import Options
from app.pushes.plays import figures
from app.pushes.schemas import PushPatch, PushStepIn, WithdrawalIn
from app.rest import RecordId
from app.review import hall
from app.schemas import parse
from app.templating import View
from app.views.menu import menu

router = APIRouter()


@router.get("/pushes", name="pushes:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    params = view.request.query_params
    asked = read(PushList, params)
    found = list_pushes(session, actor, asked, today, view.locale)
    if asked.page > found.pages:
        raise Refused("bad_page", field="page")
    here = Address("/pushes", params.multi_items())
    view.behind = "/review"
    return view.page(
        "pushes/index.html",
        found=found,
        asked=asked,
        here=here,
        options=Options(view.words, asked, found, here),
        figures=figures(session, actor, asked, today),
        narrowed=asked.alone() != PushFilters(),
        saved=menu(view, session),
    )


@router.get("/pushes/new", name="pushes:new")
def new(view: Page, session: ReadSession, actor: Manager) -> Response:
    params = view.request.query_params
    ticked = form.ticked(session, params.getlist("id"))
    slugs = form.named(session, [*params.getlist("partner"), *ticked], field="partner")
    return form.opened(view, session, slugs, inside(params.get("next", "")))


@router.post("/pushes")
def create(view: Page, typed: Form, session: WriteSession, actor: Manager, today: Today) -> Response:
    if typed.get("add"):
        return form.added(view, session, typed)
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    slugs = typed.all("partners")
    try:
        slugs = form.named(session, [*slugs, typed.get("add_partner")], field="add_partner")
        pushes = service.open_(session, actor, form.read_push(typed, slugs), today=today)
        hall.pushed(session, actor, typed, pushes, today=today)
        session.flush()
    except DomainError as error:
        session.rollback()
        return form.again(view, session, typed, slugs, error=error)
    said = view.words.ngettext("Push opened.", "%(n)s pushes opened.", len(pushes))
    there = f"/pushes/{pushes[0].id}" if len(pushes) == 1 else "/pushes?state=open"
    return once.keep(view.redirect(inside(typed.get("next")) or there, said))


@router.get("/pushes/{push_id}", name="pushes:show")
def show(view: Page, session: ReadSession, actor: Viewer, push_id: RecordId) -> Response:
    return desk.page(view, session, push_id)


@router.post("/pushes/{push_id}")
def change(
    view: Page, typed: Form, session: WriteSession, actor: Manager, today: Today, push_id: RecordId
) -> Response:
    def act(push: Push) -> str:
        data = parse(PushPatch, typed.data())
        service.change(session, actor, push, data, version=_version(typed), today=today)
        return view.words.gettext("Push changed.")

    return _done(view, typed, session, push_id, "edit", act)


@router.post("/pushes/{push_id}/withdrawal")
def withdraw(
    view: Page, typed: Form, session: WriteSession, actor: Manager, today: Today, push_id: RecordId
) -> Response:
    def act(push: Push) -> str:
        data = parse(WithdrawalIn, typed.data())
        service.withdraw(session, actor, push, data, version=_version(typed), today=today)
        return view.words.gettext("Push withdrawn. Its steps stay open.")

    return _done(view, typed, session, push_id, "withdrawal", act)


@router.post("/pushes/{push_id}/steps")
def add_step(
    view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today, push_id: RecordId
) -> Response:
    def act(push: Push) -> str:
        data = parse(PushStepIn, {k: v for k, v in typed.data().items() if v.strip()})
        work = service.add_step(session, actor, push, data, today=today)
        return view.words.gettext("Opened: %(title)s.", title=work.title)

    return _done(view, typed, session, push_id, "step", act)


def _version(typed: Typed) -> int:
    if typed.version is None:
        raise Refused("version_needed")
    return typed.version


def _done(
    view: View, typed: Typed, session: Session, push_id: int, act: str, do: Callable[[Push], str]
) -> Response:
    """Do it once; refused, the push's page says why beside the field and keeps what was typed."""
    assert view.actor is not None
    once = Once(session, view.actor.caller, typed.token and f"{act}:{typed.token}")
    if once.first:
        return once.first
    try:
        said: Any = do(service.get(session, push_id))
        session.flush()
    except (DomainError, StaleDataError) as broken:
        session.rollback()
        error = understood(broken)
        if error.status not in {409, 422}:
            raise
        return desk.page(view, session, push_id, Trouble(act, typed, error))
    return once.keep(view.redirect(f"/pushes/{push_id}", said))
