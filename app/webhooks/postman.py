"""Delivers one promise of a webhook, and writes down what was sent and what came back.

The body is made when it is sent: it shows what its owner may know then, and nothing that was erased since.
Nothing is locked and no transaction is open while the other side takes its time.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.actor import system
from app.answers import to_json
from app.db import Database
from app.feeds.queries import told
from app.models import Webhook, WebhookAttempt
from app.outbox.worker import Refusal
from app.vocabulary import Door, WebhookEnd
from app.webhooks import service, signing
from app.webhooks.feeder import visible
from app.webhooks.owners import owner_of
from app.webhooks.queries import CHANNEL
from app.webhooks.sending import MOST_KEPT, Answer, post

# A receiver that takes nothing for so long is given up (as Svix, the specification's author, does it).
PATIENCE = timedelta(days=5)
CLOCK = system(Door.clock)

log = logging.getLogger("cityties")


class Failed(Exception):
    """It did not arrive; it is tried again."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent."""

    webhook: Webhook
    id: str
    type: str
    event_id: int | None
    body: bytes


class Postman:
    """The outbox's way out for webhooks (app.outbox.worker.Channel)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, payload: dict[str, Any], dedupe_key: str) -> None:
        """Send one promise. Raises Refusal when it is never to be tried again, Failed when it is; returns
        when it arrived, and where there is nothing to tell any more."""
        with self._database.read() as session:
            message = self._message(session, payload, dedupe_key)
        if message is None:
            return
        at = clock.now()
        if message.webhook.fingerprint != signing.fingerprint(message.webhook.salt):
            answer = Answer(None, "", "secret_lost", 0)
        else:
            signed = signing.headers(message.webhook, message.id, at, message.body)
            answer = post(message.webhook.url, message.body, {**_PLAIN, **signed})
        self._write_down(message, answer, at)
        if answer.arrived:
            return
        if answer.status == 410 or answer.error == "secret_lost":
            raise Refusal(f"{answer.status or answer.error}")
        raise Failed(f"{answer.error or answer.status}")

    def _message(self, session: Session, payload: dict[str, Any], dedupe_key: str) -> Message | None:
        """What a promise says now; None when the webhook is silent or its owner may not know the event."""
        webhook = session.get(Webhook, payload["webhook"])
        if webhook is None or webhook.archived_at is not None or webhook.disabled_at is not None:
            return None
        if "event" not in payload:
            body = _body("webhook.ping", clock.now(), b'{"webhook":%d}' % (webhook.id or 0))
            return Message(webhook, dedupe_key.replace(":", "_"), "webhook.ping", None, body)
        owner = owner_of(session, webhook)
        event = visible(session, owner, payload["event"]) if owner else None
        if owner is None or event is None or event.id is None:
            return None
        data = to_json(told(session, owner, [event])[0])
        # The same however often it is sent: by it a receiver knows what it has.
        message_id = f"{CHANNEL}_{webhook.id}_{event.id}"
        return Message(webhook, message_id, event.action, event.id, _body(event.action, event.at, data))

    def _write_down(self, message: Message, answer: Answer, at: datetime) -> None:
        """Into the log, and what follows for the webhook. That this fails must not send the message again."""
        try:
            with self._database.write() as session:
                self._log(session, message, answer, at)
                webhook = session.get(Webhook, message.webhook.id)
                if webhook is not None:
                    _follow_up(session, webhook, answer, at)
        except Exception:
            log.exception("an attempt of webhook %s could not be written down", message.webhook.id)

    def _log(self, session: Session, message: Message, answer: Answer, at: datetime) -> None:
        before = sa.select(sa.func.count()).where(
            col(WebhookAttempt.webhook_id) == message.webhook.id,
            col(WebhookAttempt.message_id) == message.id,
        )
        session.add(
            WebhookAttempt(
                webhook_id=message.webhook.id or 0,
                event_id=message.event_id,
                type=message.type,
                message_id=message.id,
                at=at,
                attempt=(session.scalar(before) or 0) + 1,
                url=message.webhook.url,
                body=message.body.decode()[: 4 * MOST_KEPT],
                status=answer.status,
                response=answer.text,
                error=answer.error,
                milliseconds=answer.milliseconds,
            )
        )


_PLAIN = {"Content-Type": "application/json", "User-Agent": "CityTies-Webhooks/1", "Accept": "*/*"}


def _body(kind: str, at: datetime, data: bytes) -> bytes:
    stamp = at.isoformat().replace("+00:00", "Z")
    return b'{"type":%s,"timestamp":%s,"data":%s}' % (
        json.dumps(kind).encode(), json.dumps(stamp).encode(), data,
    )  # fmt: skip


def _follow_up(session: Session, webhook: Webhook, answer: Answer, at: datetime) -> None:
    if webhook.disabled_at is not None or webhook.archived_at is not None:
        return
    if answer.arrived:
        if webhook.failing_since is not None:
            service.move(session, webhook.id, failing_since=None)
        return
    if answer.status == 410:
        service.silence(session, CLOCK, webhook, WebhookEnd.gone)
    elif answer.error == "secret_lost":
        service.silence(session, CLOCK, webhook, WebhookEnd.secret)
    elif webhook.failing_since is None:
        service.move(session, webhook.id, failing_since=at)
    elif at - webhook.failing_since >= PATIENCE:
        service.silence(session, CLOCK, webhook, WebhookEnd.failing)
