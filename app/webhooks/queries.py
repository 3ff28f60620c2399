"""Reads of webhooks and of what became of their deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.actor import Actor, Permission
from app.errors import NotFound
from app.lists import Order, Part
from app.models import ApiKey, Outbox, User, Webhook, WebhookAttempt
from app.outbox.queries import dead, waits
from app.vocabulary import WebhookEnd

CHANNEL = "webhook"
_EDITOR = aliased(User)
_ROWS: Any = (
    sa.select(Webhook, ApiKey.name, User.name, _EDITOR.name)
    .select_from(Webhook)
    .outerjoin(ApiKey, col(ApiKey.id) == Webhook.api_key_id)
    .outerjoin(User, col(User.id) == Webhook.owner_id)
    .outerjoin(_EDITOR, _EDITOR.id == Webhook.updated_by_id)
)
ATTEMPTS = (Order(WebhookAttempt.id, down=True),)


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A webhook as lists show it. `waiting`: promises not kept yet, the first of them due since `oldest`;
    `given_up`: those that are tried no more."""

    id: int
    version: int
    name: str
    url: str
    events: list[str]
    filters: dict[str, Any]
    key: str | None
    owner: str | None
    previous_until: datetime | None
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: WebhookEnd | None
    archived_at: datetime | None
    waiting: int
    oldest: datetime | None
    given_up: int
    updated_at: datetime | None
    updated_by: str | None
    is_demo: bool


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt: what was sent, what came back. `error` is a code where there was no answer."""

    id: int
    type: str
    message_id: str
    event_id: int | None
    at: datetime
    attempt: int
    url: str
    body: str
    status: int | None
    response: str | None
    error: str | None
    milliseconds: int

    @property
    def arrived(self) -> bool:
        """Whether the receiver took it."""
        return self.error is None and self.status is not None and 200 <= self.status < 300


def lane(webhook_id: int | None, beside: str = "") -> str:
    """The topic of a webhook's deliveries, which go in order; or of those that go past them."""
    return f"{CHANNEL}:{webhook_id}{beside and ':'}{beside}"


def get_webhook(session: Session, actor: Actor, webhook_id: int, *, archived: bool = False) -> Webhook:
    """A webhook of the caller's own, or any for administrators; raises NotFound."""
    found = session.get(Webhook, webhook_id)
    if found is None or (found.archived_at is not None) != archived or not _may_see(actor, found):
        raise NotFound("webhook")
    return found


def _may_see(actor: Actor, webhook: Webhook) -> bool:
    if actor.can(Permission.administer):
        return True
    return actor.api_key_id is not None and webhook.api_key_id == actor.api_key_id


def list_webhooks(session: Session, actor: Actor, part: Part | None = None) -> list[WebhookRow]:
    """The caller's own webhooks, or all for administrators, the oldest first; two statements."""
    order = (Order(Webhook.id),)
    statement = _ROWS.where(col(Webhook.archived_at).is_(None))
    if not actor.can(Permission.administer):
        statement = statement.where(
            col(Webhook.api_key_id) == actor.api_key_id, col(Webhook.api_key_id).is_not(None)
        )
    return _rows(session, (part or Part()).rows(session, statement, order))


def webhook_row(session: Session, actor: Actor, webhook_id: int) -> WebhookRow:
    """One webhook; raises NotFound, also for another's."""
    webhook = get_webhook(session, actor, webhook_id)
    return _rows(session, session.execute(_ROWS.where(col(Webhook.id) == webhook.id)).all())[0]


def _rows(session: Session, found: Sequence[Any]) -> list[WebhookRow]:
    queues = _queues(session, [lane(webhook.id) for webhook, *_ in found])
    return [
        WebhookRow(
            webhook.id, webhook.version, webhook.name, webhook.url, webhook.events, webhook.filters, key,
            owner, webhook.previous_until, webhook.failing_since, webhook.disabled_at, webhook.disabled_why,
            webhook.archived_at, *queues.get(lane(webhook.id), (0, None, 0)), webhook.updated_at,
            editor, webhook.is_demo,
        )
        for webhook, key, owner, editor in found
    ]  # fmt: skip


def _queues(session: Session, topics: list[str]) -> dict[str, tuple[int, datetime | None, int]]:
    statement = (
        sa.select(
            Outbox.topic,
            sa.func.count().filter(waits()),
            sa.func.min(col(Outbox.due_at)).filter(waits()),
            sa.func.count().filter(dead()),
        )
        .where(col(Outbox.topic).in_(topics), col(Outbox.done_at).is_(None))
        .group_by(col(Outbox.topic))
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(statement)}


def list_attempts(
    session: Session,
    webhook_id: int,
    part: Part,
    *,
    failed: bool | None = None,
) -> list[AttemptRow]:
    """The attempts of one webhook, the latest first; one statement."""
    statement = sa.select(WebhookAttempt).where(col(WebhookAttempt.webhook_id) == webhook_id)
    if failed is not None:
        arrived = sa.and_(
            col(WebhookAttempt.error).is_(None), sa.func.coalesce(WebhookAttempt.status, 0).between(200, 299)
        )
        statement = statement.where(sa.not_(arrived) if failed else arrived)
    found = [row[0] for row in part.rows(session, statement, ATTEMPTS)]
    return [
        AttemptRow(
            it.id or 0, it.type, it.message_id, it.event_id, it.at, it.attempt, it.url, it.body, it.status,
            it.response, it.error, it.milliseconds,
        )
        for it in found
    ]  # fmt: skip


def get_attempt(session: Session, webhook_id: int, attempt_id: int) -> WebhookAttempt:
    """One attempt of a webhook; raises NotFound."""
    found = session.get(WebhookAttempt, attempt_id)
    if found is None or found.webhook_id != webhook_id:
        raise NotFound("webhook_attempt")
    return found
