"""Webhooks: the administrators' pages. A secret is on the one page that answers its making."""

from collections.abc import Callable
from datetime import timedelta

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.dependencies import Admin, Form, Page, ReadSession, WriteSession
from app.errors import DomainError, Stale
from app.forms import FormView, Typed
from app.history.listing import history_of
from app.lists import Part
from app.models import Webhook
from app.pages import ToldOnce, once_only, version_of, version_undone
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


@router.get("", name="webhooks:index")
def index(view: Page, session: ReadSession, actor: Admin) -> Response:
    return _list(view, session, actor, FormView({"events": ["standing.changed"]}))


def _list(view: View, session: Session, actor: Actor, form: FormView, status: int = 200) -> Response:
    rows = list_webhooks(session, actor)
    return view.page("webhooks/index.html", status=status, rows=rows, form=form, **menus(view.words))


@router.post("")
def create(view: Page, typed: Form, session: WriteSession, actor: Admin) -> Response:
    def act() -> ToldOnce:
        webhook, secret = service.create_webhook(session, actor, parse(WebhookIn, read(typed)))
        return _told_once(view, session, actor, webhook, secret)

    def refused(error: DomainError) -> Response:
        form = FormView(typed_in(typed), errors_of(view.words, error))
        return _list(view, session, actor, form, error.status)

    return once_only(session, actor, typed.token, act, refused)


def _told_once(view: View, session: Session, actor: Actor, webhook: Webhook, secret: str) -> ToldOnce:
    said = view.words.gettext("This was done already. A secret is shown once; make a new one if it is lost.")
    row = webhook_row(session, actor, webhook.id or 0)
    page = view.page("webhooks/secret.html", row=row, text=secret)
    return ToldOnce(page, again=view.redirect(f"/settings/webhooks/{webhook.id}", said))


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
        **menus(view.words),
    )


@router.post("/{webhook_id}")
def change(view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    def act(webhook: Webhook) -> None:
        data = parse(WebhookPatch, read(typed, stored(webhook_row(session, actor, webhook_id))))
        service.change_webhook(session, actor, webhook, data, version=version_of(typed))

    def refused(error: DomainError) -> Response:
        return _refused(view, session, actor, webhook_id, typed, error)

    said = view.words.gettext("The webhook is saved.")
    return _acted(view, typed, session, actor, webhook_id, act, said, refused)


def _refused(
    view: View, session: Session, actor: Actor, webhook_id: int, typed: Typed, error: DomainError
) -> Response:
    if isinstance(error, Stale):
        row = webhook_row(session, actor, webhook_id)
        form = FormView(typed_in(typed), version=row.version)
        apart = differences(typed, row, view.words)
        return _page(view, session, actor, webhook_id, form, error.status, apart)
    form = FormView(typed_in(typed), errors_of(view.words, error), typed.version)
    return _page(view, session, actor, webhook_id, form, error.status)


def _acted(
    view: View,
    typed: Typed,
    session: Session,
    actor: Actor,
    webhook_id: int,
    act: Callable[[Webhook], object],
    said: str,
    refused: Callable[[DomainError], Response] | None = None,
) -> Response:
    """Do it to the webhook, once, and lead back to its page."""

    def done() -> Response:
        act(get_webhook(session, actor, webhook_id))
        return view.redirect(f"/settings/webhooks/{webhook_id}", said)

    return once_only(session, actor, typed.token, done, refused)


@router.post("/{webhook_id}/secret")
def rotate(view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    def act() -> ToldOnce:
        webhook = get_webhook(session, actor, webhook_id)
        overlap = timedelta(hours=parse(SecretIn, typed.data()).overlap_hours)
        secret = service.new_secret(session, actor, webhook, overlap=overlap, version=version_of(typed))
        return _told_once(view, session, actor, webhook, secret)

    return once_only(session, actor, typed.token, act)


@router.post("/{webhook_id}/activation")
def wake(view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    def act(webhook: Webhook) -> None:
        missed = parse(ActivationIn, typed.data()).after == "missed"
        service.wake(session, actor, webhook, missed=missed, version=webhook.version)

    said = view.words.gettext("The webhook sends again.")
    return _acted(view, typed, session, actor, webhook_id, act, said)


@router.post("/{webhook_id}/deactivation")
def silence(view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    def act(webhook: Webhook) -> None:
        service.silence(session, actor, webhook, WebhookEnd.by_hand)

    said = view.words.gettext("The webhook is silent now.")
    return _acted(view, typed, session, actor, webhook_id, act, said)


@router.post("/{webhook_id}/test")
def ping(view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    def act(webhook: Webhook) -> None:
        service.ping(session, actor, webhook)

    said = view.words.gettext("A test is on its way; the log tells how it went.")
    return _acted(view, typed, session, actor, webhook_id, act, said)


@router.post("/{webhook_id}/deliveries/{delivery_id}/resend")
def resend(
    view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int, delivery_id: int
) -> Response:
    def act(webhook: Webhook) -> None:
        service.resend(session, actor, get_attempt(session, webhook_id, delivery_id), webhook)

    said = view.words.gettext("It will be sent again.")
    return _acted(view, typed, session, actor, webhook_id, act, said)


@router.post("/{webhook_id}/delete")
def archive(view: Page, typed: Form, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    def act() -> Response:
        webhook = get_webhook(session, actor, webhook_id)
        service.archive_webhook(session, actor, webhook, version=webhook.version)
        undo = f"/settings/webhooks/{webhook_id}/restoration?version={webhook.version}"
        return view.redirect("/settings/webhooks", view.words.gettext("The webhook is archived."), undo)

    return once_only(session, actor, typed.token, act)


@router.post("/{webhook_id}/restoration")
def restore(view: Page, session: WriteSession, actor: Admin, webhook_id: int) -> Response:
    """From a toast's Undo, which names the version in its address."""
    version = version_undone(view)

    def act() -> Response:
        webhook = get_webhook(session, actor, webhook_id, archived=True)
        service.restore_webhook(session, actor, webhook, version=version)
        said = view.words.gettext("The webhook is back, silent until it is woken.")
        return view.redirect(f"/settings/webhooks/{webhook_id}", said)

    return once_only(session, actor, f"restore:webhook:{webhook_id}:{version}", act)
