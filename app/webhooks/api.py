"""Webhooks over REST: a program keeps its own, administrators' programs all of them."""

from dataclasses import fields
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app.actor import Permission
from app.acts import Act, ActUpon, acted, patched, posted
from app.answers import one
from app.dependencies import ApiReader, ReadSession
from app.described import (
    answers_archived,
    answers_changed,
    answers_created,
    answers_list,
    answers_one,
    parameters,
    problems,
)
from app.listings import listed
from app.models import Webhook
from app.rest import ApiRoute, RecordId, asked
from app.schemas import Input
from app.vocabulary import WebhookEnd
from app.webhooks import service
from app.webhooks.queries import (
    get_attempt,
    get_webhook,
    list_attempts,
    list_webhooks,
    webhook_row,
)
from app.webhooks.resource import (
    DeliveriesPage,
    NewWebhookJson,
    Promised,
    WebhookJson,
    WebhooksPage,
    delivery_json,
    webhook_json,
)
from app.webhooks.schemas import ActivationIn, SecretIn, WebhookIn, WebhookPatch

router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=ApiRoute)

# Whoever may read may be told: a key's webhooks are its own, whatever else it may do.
OwnPost = Annotated[Act, posted(Permission.read)]
OwnPatch = Annotated[ActUpon, patched(Permission.read)]
OwnAct = Annotated[ActUpon, acted(Permission.read)]


class WebhooksQuery(Input):
    """Which webhooks."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )


class DeliveriesQuery(WebhooksQuery):
    """Which attempts."""

    failed: Annotated[bool | None, Field(description="Only those that failed, or that arrived.")] = None


_PROMISED: Any = {202: {"description": "It will be sent.", "model": Promised}}


def _now(act: Act, webhook: Webhook) -> WebhookJson:
    act.session.flush()
    return webhook_json(webhook_row(act.session, act.actor, webhook.id or 0))


def _answered(act: Act, webhook: Webhook) -> Response:
    found = _now(act, webhook)
    return act.answer(found, found.version)


def _told_once(act: Act, webhook: Webhook, secret: str) -> Response:
    shown = _now(act, webhook)
    found = {field.name: getattr(shown, field.name) for field in fields(shown)}
    return act.created(
        NewWebhookJson(**found, secret=secret),
        shown.version,
        at=f"/api/v1/webhooks/{webhook.id}",
        kept=NewWebhookJson(**found, secret=None),
    )


@router.get(
    "",
    name="list",
    summary="List webhooks",
    responses=answers_list(WebhooksPage),
    openapi_extra=parameters(WebhooksQuery),
)
def list_(
    request: Request,
    query: Annotated[WebhooksQuery, asked(WebhooksQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """The key's own; with the scope `admin` all."""
    return listed(
        request,
        query,
        lambda part: list_webhooks(session, actor, part),
        key=lambda row: [row.id],
        items=lambda rows: [webhook_json(row) for row in rows],
    )


@router.get("/{webhook_id}", name="show", summary="One webhook", responses=answers_one(WebhookJson, 404))
def show(request: Request, webhook_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """One webhook. Its ETag is needed to change it."""
    found = webhook_json(webhook_row(session, actor, webhook_id))
    return one(request, found, found.version)


@router.post(
    "", name="create", status_code=201, summary="Subscribe", responses=answers_created(NewWebhookJson, 409)
)
def create(data: WebhookIn, act: OwnPost) -> Response:
    """Be told of events as they happen, from now on: each is POSTed to `url` as
    `{"type", "timestamp", "data"}`, where `data` is what `GET /changes` shows your key. The secret that signs
    them is in this answer and nowhere else."""
    return _told_once(act, *service.create_webhook(act.session, act.actor, data))


@router.patch("/{webhook_id}", name="change", summary="Change it", responses=answers_changed(WebhookJson))
def change(webhook_id: RecordId, data: WebhookPatch, act: OwnPatch) -> Response:
    """Change name, address, events or filter. What waits goes to the new address."""
    webhook = get_webhook(act.session, act.actor, webhook_id)
    version = act.version(webhook)
    return _answered(act, service.change_webhook(act.session, act.actor, webhook, data, version=version))


@router.delete(
    "/{webhook_id}", name="archive", status_code=204, summary="Unsubscribe", responses=answers_archived()
)
def archive(webhook_id: RecordId, act: OwnPatch) -> Response:
    """Nothing more is sent, not even what waits. It can be restored."""
    webhook = get_webhook(act.session, act.actor, webhook_id)
    service.archive_webhook(act.session, act.actor, webhook, version=act.version(webhook))
    return Response(status_code=204)


@router.post(
    "/{webhook_id}/restoration",
    name="restore",
    summary="Restore it",
    responses={200: {"description": "It is back, silent.", "model": WebhookJson}, **problems(404, 412)},
)
def restore(webhook_id: RecordId, act: OwnAct) -> Response:
    """It is back, silent: POST to `activation` to wake it. If-Match may be left out."""
    webhook = get_webhook(act.session, act.actor, webhook_id, archived=True)
    version = act.version(webhook, optional=True)
    return _answered(act, service.restore_webhook(act.session, act.actor, webhook, version=version))


@router.post(
    "/{webhook_id}/secret",
    name="rotate",
    status_code=201,
    summary="Give it a new secret",
    responses=answers_created(NewWebhookJson, 404, 412),
)
def rotate(webhook_id: RecordId, data: SecretIn, act: OwnAct) -> Response:
    """A new secret. For `overlap_hours` the one before signs too: each delivery carries both signatures."""
    webhook = get_webhook(act.session, act.actor, webhook_id)
    version, overlap = act.version(webhook, optional=True), timedelta(hours=data.overlap_hours)
    secret = service.new_secret(act.session, act.actor, webhook, overlap=overlap, version=version)
    return _told_once(act, webhook, secret)


@router.post(
    "/{webhook_id}/activation",
    name="wake",
    summary="Let it speak again",
    responses={200: {"description": "It speaks.", "model": WebhookJson}, **problems(404, 409, 412, 413, 415)},
)
def wake(webhook_id: RecordId, data: ActivationIn, act: OwnAct) -> Response:
    """After it fell silent: with everything it `missed`, in order, or with what happens from `now` on."""
    webhook = get_webhook(act.session, act.actor, webhook_id)
    version, missed = act.version(webhook, optional=True), data.after == "missed"
    return _answered(act, service.wake(act.session, act.actor, webhook, missed=missed, version=version))


@router.post(
    "/{webhook_id}/deactivation",
    name="silence",
    summary="Silence it",
    responses={200: {"description": "It is silent.", "model": WebhookJson}, **problems(404, 412)},
)
def silence(webhook_id: RecordId, act: OwnAct) -> Response:
    """Send nothing until it is woken. If-Match may be left out."""
    webhook = get_webhook(act.session, act.actor, webhook_id)
    act.version(webhook, optional=True)
    return _answered(act, service.silence(act.session, act.actor, webhook, WebhookEnd.by_hand))


@router.post(
    "/{webhook_id}/test",
    name="ping",
    status_code=202,
    summary="Try it",
    responses={**_PROMISED, **problems(404, 409)},
)
def ping(webhook_id: RecordId, act: OwnPost) -> Response:
    """Send a `webhook.ping`, past whatever waits; how it went is among the deliveries."""
    webhook = get_webhook(act.session, act.actor, webhook_id)
    told = service.ping(act.session, act.actor, webhook).replace(":", "_")
    return act.promised(Promised(told))


@router.get(
    "/{webhook_id}/deliveries",
    name="deliveries",
    summary="How its deliveries went",
    responses=answers_list(DeliveriesPage, 404),
    openapi_extra=parameters(DeliveriesQuery),
)
def deliveries(
    request: Request,
    webhook_id: RecordId,
    query: Annotated[DeliveriesQuery, asked(DeliveriesQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """Every attempt of the last month, the latest first."""
    webhook = get_webhook(session, actor, webhook_id)
    return listed(
        request,
        query,
        lambda part: list_attempts(session, webhook.id or 0, part, failed=query.failed),
        key=lambda row: [row.id],
        items=lambda rows: [delivery_json(row) for row in rows],
    )


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/resend",
    name="resend",
    status_code=202,
    summary="Send it again",
    responses={**_PROMISED, **problems(404, 409)},
)
def resend(webhook_id: RecordId, delivery_id: RecordId, act: OwnPost) -> Response:
    """The same event under the same `webhook-id`, past whatever waits."""
    webhook = get_webhook(act.session, act.actor, webhook_id)
    attempt = get_attempt(act.session, webhook.id or 0, delivery_id)
    return act.promised(Promised(service.resend(act.session, act.actor, attempt, webhook)))
