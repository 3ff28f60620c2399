"""Follows the feed for every webhook and promises what it is to be told.

A write of the register knows nothing of webhooks: the worker reads on in the feed, as any program does, so
there is nothing to slow a write down and nothing to forget in one, and what is promised stands in the feed's
order. The position and the promises are one transaction, and each promise has a key of its own: whatever
dies between, nothing is left out and nothing promised twice.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor, system
from app.db import Database
from app.feeds import sequence
from app.feeds.queries import events_after
from app.feeds.types import chosen
from app.models import Event, EventPartner, Outbox, Partner, User, Webhook
from app.outbox.queries import in_lane, waits
from app.outbox.service import enqueue
from app.vocabulary import Door, WebhookEnd
from app.webhooks import service
from app.webhooks.owners import owner_of
from app.webhooks.queries import lane

# So many events are looked through at once; so many promises at most wait for one receiver. What is beyond
# stays in the feed.
BATCH, MOST_WAITING = 200, 1000
CLOCK = system(Door.clock)


def feed(database: Database) -> int:
    """Promise what is new to whoever asked for it; how many promises. Without webhooks: one statement."""
    with database.read() as session:
        ids = list(session.scalars(sa.select(Webhook.id).where(*_speaking()).order_by(col(Webhook.id))))
        if not ids:
            return 0
        sequence.catch_up(database, session)
        behind = sa.select(Webhook.id).where(*_speaking(), col(Webhook.position) < sequence.head(session))
        ids = list(session.scalars(behind.order_by(col(Webhook.id))))
    promised = 0
    for webhook_id in ids:
        with database.write() as session:
            promised += _feed(session, webhook_id)
    return promised


def _speaking() -> list[Any]:
    return [col(Webhook.archived_at).is_(None), col(Webhook.disabled_at).is_(None)]


def _feed(session: Session, webhook_id: int) -> int:
    statement = sa.select(Webhook).where(col(Webhook.id) == webhook_id, *_speaking())
    webhook = session.scalars(statement.with_for_update(skip_locked=True)).first()
    if webhook is None:
        return 0
    owner = owner_of(session, webhook)
    if owner is None:
        service.silence(session, CLOCK, webhook, WebhookEnd.owner)
        return 0
    room = min(BATCH, MOST_WAITING - _waiting(session, webhook))
    if room <= 0:
        return 0
    head = sequence.head(session)
    found = events_after(session, owner, asked(webhook), after=webhook.position, until=head, limit=room)
    promised = sum(_promise(session, webhook, event) for event in found)
    last = found[-1].position if len(found) == room else head
    service.move(session, webhook.id, position=last)
    return promised


def _promise(session: Session, webhook: Webhook, event: Event) -> bool:
    topic = lane(webhook.id)
    payload = {"webhook": webhook.id, "event": event.id, "subject": event.action}
    return enqueue(session, topic, f"{topic}:{event.id}", payload)


def _waiting(session: Session, webhook: Webhook) -> int:
    waiting = sa.select(sa.func.count()).select_from(Outbox).where(in_lane(lane(webhook.id)), waits())
    return session.scalar(waiting) or 0


def asked(webhook: Webhook) -> list[Any]:
    """The conditions of a webhook on events: its types, and what one of the event's partners must be."""
    found: list[Any] = [col(Event.action).in_(chosen(tuple(webhook.events)))]
    columns: dict[str, Any] = {
        "partner": Partner.slug, "country": Partner.country, "tier": Partner.tier, "officer": User.email,
    }  # fmt: skip
    conditions = [columns[name].in_(values) for name, values in webhook.filters.items() if values]
    if conditions:
        concerned = (
            sa.select(EventPartner.event_id)
            .join(Partner, col(Partner.id) == EventPartner.partner_id)
            .outerjoin(User, col(User.id) == Partner.officer_id)
            .where(*conditions)
        )
        found.append(col(Event.id).in_(concerned))
    return found


def visible(session: Session, owner: Actor, event_id: int) -> Event | None:
    """One event, when the owner may know of it."""
    found = events_after(
        session, owner, [col(Event.id) == event_id], after=0, until=sequence.head(session), limit=1
    )
    return found[0] if found else None
