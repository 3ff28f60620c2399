"""Keys: the administrators' pages. A secret is on the one page that answers its making, and nowhere else."""

from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app import clock
from app.actor import Actor
from app.dependencies import Admin, Form, Page, ReadSession, WriteSession
from app.errors import DomainError, Stale
from app.failures import told
from app.forms import FormView, Typed
from app.history.listing import Looked, history_of, latest
from app.keys import service
from app.keys.forms import differences, menus, stored, typed_in
from app.keys.queries import key_row, keys_by_state
from app.keys.schemas import OVERLAP_DAYS, KeyIn, KeyPatch, RotationIn
from app.models import ApiKey
from app.pages import ToldOnce, once_only, version_of
from app.schemas import parse
from app.templating import View

router = APIRouter(prefix="/settings/keys")

# As many of a key's latest acts stand on its page; the history has all of them.
ACTS = 15


@router.get("", name="keys:index")
def index(view: Page, session: ReadSession, actor: Admin) -> Response:
    return _list(view, session, FormView({"scopes": ["read"]}))


def _list(view: View, session: Session, form: FormView, status: int = 200) -> Response:
    rows = keys_by_state(session, clock.now(), view.locale)
    return view.page("keys/index.html", status=status, rows=rows, form=form, **menus(view, session))


@router.post("")
def create(view: Page, typed: Form, session: WriteSession, actor: Admin) -> Response:
    def act() -> ToldOnce:
        data = parse(KeyIn, typed.data(lists=("scopes",)))
        return _told_once(view, session, *service.create_key(session, actor, data))

    def refused(error: DomainError) -> Response:
        return _list(view, session, FormView(typed_in(typed), told(view.words, error)), error.status)

    return once_only(session, actor, typed.token, act, refused)


def _told_once(view: View, session: Session, key: ApiKey, text: str) -> ToldOnce:
    said = view.words.gettext(
        "This was done already. A secret is shown once; give the key a new one if it is lost."
    )
    row = key_row(session, key.public_id, clock.now(), view.locale)
    page = view.page("keys/secret.html", row=row, text=text)
    return ToldOnce(page, again=view.redirect(f"/settings/keys/{key.public_id}", said))


@router.get("/{key_id}", name="keys:show")
def show(view: Page, session: ReadSession, actor: Admin, key_id: str) -> Response:
    return _page(view, session, actor, key_id)


def _page(
    view: View,
    session: Session,
    actor: Actor,
    key_id: str,
    form: FormView | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    row = key_row(session, key_id, clock.now(), view.locale)
    return view.page(
        "keys/show.html",
        status=status,
        row=row,
        form=form or FormView(stored(row), version=row.version),
        rotation=more.pop("rotation", None)
        or FormView({"overlap_days": OVERLAP_DAYS}, version=row.version, key="rotation"),
        acts=latest(session, actor, view.words, Looked(api_key_id=row.id), limit=ACTS),
        lines=history_of(session, "api_key", row.id, actor, view.words),
        token=FormView().token,
        differences=more.get("differences"),
        saved_by=more.get("saved_by") or "CityTies",
        **menus(view, session),
    )


@router.post("/{key_id}")
def change(view: Page, typed: Form, session: WriteSession, actor: Admin, key_id: str) -> Response:
    def act() -> Response:
        data = parse(KeyPatch, typed.chosen(lists=("scopes",)))
        key = service.get_key(session, key_id)
        key = service.change_key(session, actor, key, data, version=version_of(typed))
        said = view.words.gettext("Key %(name)s saved.", name=key.name)
        return view.redirect(f"/settings/keys/{key_id}", said)

    def refused(error: DomainError) -> Response:
        return _refused(view, session, actor, key_id, typed, error)

    return once_only(session, actor, typed.token, act, refused)


def _refused(
    view: View, session: Session, actor: Actor, key_id: str, typed: Typed, error: DomainError
) -> Response:
    row = key_row(session, key_id, clock.now(), view.locale)
    if isinstance(error, Stale):
        form = FormView(typed_in(typed), version=row.version)
        apart = differences(typed, row, menus(view, session))
        return _page(view, session, actor, key_id, form, 409, differences=apart, saved_by=row.updated_by)
    form = FormView(typed_in(typed), told(view.words, error), typed.version)
    return _page(view, session, actor, key_id, form, error.status)


@router.post("/{key_id}/rotation")
def rotate(view: Page, typed: Form, session: WriteSession, actor: Admin, key_id: str) -> Response:
    def act() -> ToldOnce:
        key, data = service.get_key(session, key_id), parse(RotationIn, typed.data())
        made = service.rotate_key(session, actor, key, data, version=version_of(typed))
        return _told_once(view, session, *made)

    def refused(error: DomainError) -> Response:
        row = key_row(session, key_id, clock.now(), view.locale)
        form = FormView(typed.texts(), told(view.words, error), row.version, key="rotation")
        return _page(view, session, actor, key_id, status=error.status, rotation=form)

    return once_only(session, actor, typed.token, act, refused)


@router.post("/{key_id}/revocation")
def revoke(view: Page, typed: Form, session: WriteSession, actor: Admin, key_id: str) -> Response:
    def act() -> Response:
        key = service.revoke_key(session, actor, service.get_key(session, key_id))
        said = view.words.gettext("Key %(name)s opens nothing any more.", name=key.name)
        return view.redirect(f"/settings/keys/{key_id}", said)

    return once_only(session, actor, typed.token, act)
