"""Keys: the administrators' pages. A secret is on the one page that answers its making, and nowhere else."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app import clock
from app.actor import Actor
from app.dependencies import Admin, Form, Page, ReadSession, WriteSession
from app.errors import DomainError, NotFound, Refused, Stale
from app.failures import told, understood
from app.forms import FormView, Typed
from app.history.listing import Looked, history_of, latest
from app.keys import service
from app.keys.forms import differences, menus, stored, typed_in
from app.keys.queries import key_row, keys_by_state
from app.keys.schemas import OVERLAP_DAYS, KeyIn, KeyPatch, RotationIn
from app.models import ApiKey
from app.once import Once
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
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        data = parse(KeyIn, typed.data(lists=("scopes",)))
        key, text = service.create_key(session, actor, data)
    except DomainError as error:
        session.rollback()
        form = FormView(typed_in(typed), told(view.words, error))
        return _list(view, session, form, error.status)
    return _shown_once(view, session, once, key, text)


def _shown_once(view: View, session: Session, once: Once, key: ApiKey, text: str) -> Response:
    """The page with the secret. Whoever sends the form again is led to the key, which does not tell it."""
    said = _("This was done already. A secret is shown once; give the key a new one if it is lost.")
    once.keep(view.redirect(f"/settings/keys/{key.public_id}", view.words.gettext(said)))
    row = key_row(session, key.public_id, clock.now(), view.locale)
    return view.page("keys/secret.html", row=row, text=text)


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


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
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        data = parse(KeyPatch, typed.chosen(lists=("scopes",)))
        key = service.change_key(
            session, actor, service.get_key(session, key_id), data, version=_version(typed)
        )
    except (DomainError, StaleDataError) as error:
        session.rollback()
        return _refused(view, session, actor, key_id, typed, understood(error))
    text = view.words.gettext("Key %(name)s saved.", name=key.name)
    return once.keep(view.redirect(f"/settings/keys/{key_id}", text))


def _refused(
    view: View, session: Session, actor: Actor, key_id: str, typed: Typed, error: DomainError
) -> Response:
    if isinstance(error, NotFound):
        raise error
    row = key_row(session, key_id, clock.now(), view.locale)
    if isinstance(error, Stale):
        form = FormView(typed_in(typed), version=row.version)
        apart = differences(typed, row, menus(view, session))
        return _page(view, session, actor, key_id, form, 409, differences=apart, saved_by=row.updated_by)
    form = FormView(typed_in(typed), told(view.words, error), typed.version)
    return _page(view, session, actor, key_id, form, error.status)


def _version(typed: Typed) -> int:
    if typed.version is None:
        raise Refused("version_needed")
    return typed.version


@router.post("/{key_id}/rotation")
def rotate(view: Page, typed: Form, session: WriteSession, actor: Admin, key_id: str) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        key = service.get_key(session, key_id)
        data = parse(RotationIn, typed.data())
        key, text = service.rotate_key(session, actor, key, data, version=_version(typed))
    except (DomainError, StaleDataError) as error:
        session.rollback()
        wrong = understood(error)
        if isinstance(wrong, NotFound):
            raise
        row = key_row(session, key_id, clock.now(), view.locale)
        form = FormView(typed.texts(), told(view.words, wrong), row.version, key="rotation")
        return _page(view, session, actor, key_id, status=wrong.status, rotation=form)
    return _shown_once(view, session, once, key, text)


@router.post("/{key_id}/revocation")
def revoke(view: Page, typed: Form, session: WriteSession, actor: Admin, key_id: str) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    key = service.revoke_key(session, actor, service.get_key(session, key_id))
    text = view.words.gettext("Key %(name)s opens nothing any more.", name=key.name)
    return once.keep(view.redirect(f"/settings/keys/{key_id}", text))
