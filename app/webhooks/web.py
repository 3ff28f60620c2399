"""Webhooks: the administrators' pages. A secret is on the one page that answers its making."""

import re
from datetime import timedelta

from fastapi import APIRouter
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.dependencies import Admin, Form, Page, ReadSession, WriteSession
from app.errors import DomainError, NotFound, Refused, Stale
from app.failures import understood
from app.feeds.types import FAMILIES
from app.forms import FormView, Typed
from app.history.listing import history_of
from app.lists import Part
from app.models import Webhook
from app.once import Once
from app.schemas import parse
from app.templating import View
from app.vocabulary import WebhookEnd
from app.webhooks import service
from app.webhooks.forms import differences, errors_of, menus, read, stored, typed_in
from app.webhooks.queries import get_attempt, get_webhook, list_attempts, list_webhooks, webhook_row
from app.webhooks.schemas import OVERLAP_HOURS, ActivationIn, SecretIn, WebhookIn, WebhookPatch

router = APIRouter(prefix="/settings/webhooks")

# So many attempts stand on a webhook's page; the API has all of the last month.
SHOWN = 30


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


@router.get("", name="webhooks:index")
def index(view: Page, session: ReadSession, actor: Admin) -> Response:
    return _list(view, session, actor, FormView({"events": "standing.changed"}))


def _list(view: View, session: Session, actor: Actor, form: FormView, status: int = 200) -> Response:
    rows = list_webhooks(session, actor)
    return view.page(
        "webhooks/index.html", status=status, rows=rows, form=form, families=FAMILIES, **menus(view.words)
    )


@router.post("")
def create(view: Page, typed: Form, session: WriteSession, actor: Admin) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        webhook, secret = service.create_webhook(session, actor, parse(WebhookIn, read(typed)))
    except DomainError as error:
        session.rollback()
        form = FormView(typed_in(typed), errors_of(view.words, error))
        return _list(view, session, actor, form, error.status)
    return _shown_once(view, session, actor, once, webhook, secret)


def _shown_once(
    view: View, session: Session, actor: Actor, once: Once, webhook: Webhook, secret: str
) -> Response:
    """The page with the secret. Whoever sends the form again is led to the webhook, not to the secret."""
    said = _("This was done already. A secret is shown once; make a new one if it is lost.")
    once.keep(view.redirect(f"/settings/webhooks/{webhook.id}", view.words.gettext(said)))
    row = webhook_row(session, actor, webhook.id or 0)
    return view.page("webhooks/secret.html", row=row, text=secret)


@router.get("/{webhook_id}", name="webhooks:show")
def show(view: Page, session: ReadSession, actor: Admin, webhook_id: int) -> Response:
    return _page(view, session, actor, webhook_id)


def _page(
    view: View,
    session: Session,
    actor: Actor,
    webhook_id: int,
    form: FormView | None = None,
    status: int = 200,
    apart: list[dict[str, str]] | None = None,
) -> Response:
    row = webhook_row(session, actor, webhook_id)
    return view.page(
        "webhooks/show.html",
        status=status,
        row=row,
        form=form or FormView(stored(row), version=row.version),
        secret=FormView({"overlap_hours": OVERLAP_HOURS}, version=row.version, key="secret"),
        attempts=list_attempts(session, webhook_id, Part(limit=SHOWN)),
        lines=history_of(session, "webhook", row.id, actor, view.words),
        token=FormView().token,
        differences=apart,
        saved_by=row.updated_by or "CityTies",
        families=FAMILIES,
        **menus(view.words),
    )


@router.post("/{webhook_id}")
def change(view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        webhook = get_webhook(session, actor, webhook_id)
        data = parse(WebhookPatch, read(typed))
        service.change_webhook(session, actor, webhook, data, version=_version(typed))
    except (DomainError, StaleDataError) as error:
        session.rollback()
        return _refused(view, session, actor, webhook_id, typed, understood(error))
    return once.keep(_back(view, webhook_id, _("The webhook is saved.")))


def _refused(
    view: View, session: Session, actor: Actor, webhook_id: int, typed: Typed, error: DomainError
) -> Response:
    if isinstance(error, NotFound):
        raise error
    if isinstance(error, Stale):
        row = webhook_row(session, actor, webhook_id)
        form = FormView(typed_in(typed), version=row.version)
        apart = differences(typed, row, menus(view.words)["labels"])
        return _page(view, session, actor, webhook_id, form, error.status, apart)
    form = FormView(typed_in(typed), errors_of(view.words, error), typed.version)
    return _page(view, session, actor, webhook_id, form, error.status)


def _version(typed: Typed) -> int:
    if typed.version is None:
        raise Refused("version_needed")
    return typed.version


def _back(view: View, webhook_id: int, said: str, undo: str | None = None) -> Response:
    return view.redirect(f"/settings/webhooks/{webhook_id}", view.words.gettext(said), undo)


@router.post("/{webhook_id}/secret")
def rotate(view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    webhook = get_webhook(session, actor, webhook_id)
    overlap = timedelta(hours=parse(SecretIn, typed.data()).overlap_hours)
    secret = service.new_secret(session, actor, webhook, overlap=overlap, version=_version(typed))
    return _shown_once(view, session, actor, once, webhook, secret)


@router.post("/{webhook_id}/activation")
def wake(view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    webhook = get_webhook(session, actor, webhook_id)
    missed = parse(ActivationIn, typed.data()).after == "missed"
    service.wake(session, actor, webhook, missed=missed, version=webhook.version)
    return once.keep(_back(view, webhook_id, _("The webhook sends again.")))


@router.post("/{webhook_id}/deactivation")
def silence(view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    webhook = get_webhook(session, actor, webhook_id)
    service.silence(session, actor, webhook, WebhookEnd.by_hand)
    return once.keep(_back(view, webhook_id, _("The webhook is silent now.")))


@router.post("/{webhook_id}/test")
def ping(view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    service.ping(session, actor, get_webhook(session, actor, webhook_id))
    return once.keep(_back(view, webhook_id, _("A test is on its way; the log tells how it went.")))


@router.post("/{webhook_id}/deliveries/{delivery_id}/resend")
def resend(
    view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int, delivery_id: int
) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    webhook = get_webhook(session, actor, webhook_id)
    service.resend(session, actor, get_attempt(session, webhook_id, delivery_id), webhook)
    return once.keep(_back(view, webhook_id, _("It will be sent again.")))


@router.post("/{webhook_id}/delete")
def archive(view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    webhook = get_webhook(session, actor, webhook_id)
    service.archive_webhook(session, actor, webhook, version=webhook.version)
    said = view.words.gettext(_("The webhook is archived."))
    undo = f"/settings/webhooks/{webhook_id}/restoration?version={webhook.version}"
    return once.keep(view.redirect("/settings/webhooks", said, undo))


@router.post("/{webhook_id}/restoration")
def restore(view: Page, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    """From a toast's Undo, which names the version in its address."""
    text = view.request.query_params.get("version", "")
    once = Once(session, actor.caller, f"restore:webhook:{webhook_id}:{text}")
    if once.first:
        return once.first
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Refused("version_needed")
    webhook = get_webhook(session, actor, webhook_id, archived=True)
    service.restore_webhook(session, actor, webhook, version=int(text))
    return once.keep(_back(view, webhook_id, _("The webhook is back, silent until it is woken.")))
