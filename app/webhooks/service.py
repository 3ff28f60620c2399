"""Webhooks: made, changed, given a new secret, silenced and woken. None of it sends anything itself."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.actor import Actor
from app.errors import Conflict, Refused, Stale
from app.feeds import sequence
from app.history import record
from app.history.service import tell
from app.models import Event, Outbox, User, Webhook, WebhookAttempt
from app.notices.service import notify
from app.outbox.queries import dead, in_lane, under, waits
from app.outbox.service import enqueue
from app.vocabulary import NoticeKind, Role, WebhookEnd
from app.webhooks import signing
from app.webhooks.owners import owner_of
from app.webhooks.queries import CHANNEL, lane
from app.webhooks.reachable import check_reachable
from app.webhooks.schemas import WebhookIn, WebhookPatch

# A caller cannot make the feeder work without end.
MOST = 50


def create_webhook(session: Session, actor: Actor, data: WebhookIn) -> tuple[Webhook, str]:
    """Subscribe from now on; the secret is returned once. Raises Conflict for one's fifty-first, Invalid for
    what can never be told."""
    check_reachable(session, actor, data.events, data.filter)
    mine = sa.select(sa.func.count()).select_from(Webhook).where(
        col(Webhook.archived_at).is_(None), col(Webhook.api_key_id) == actor.api_key_id
    )  # fmt: skip
    if actor.api_key_id is not None and (session.scalar(mine) or 0) >= MOST:
        raise Conflict("too_many_webhooks", most=MOST)
    salt = signing.new_salt()
    webhook = Webhook(
        name=data.name,
        url=data.url,
        events=list(data.events),
        filters=data.filter.model_dump(mode="json", exclude_defaults=True),
        api_key_id=actor.api_key_id,
        owner_id=actor.user_id,
        salt=salt,
        fingerprint=signing.fingerprint(salt),
        position=_now(session),
        is_demo=actor.is_demo,
    )
    record(session, actor, "webhook.created", webhook)
    return webhook, signing.secret_of(salt)


def _now(session: Session) -> int:
    """The position behind which lies what is not committed yet."""
    sequence.number(session)
    return sequence.head(session)


def change_webhook(
    session: Session, actor: Actor, webhook: Webhook, data: WebhookPatch, *, version: int
) -> Webhook:
    """Change name, address, events or filter; what waits goes to the new address. Raises Stale, Invalid for
    what its owner can never be told."""
    _unchanged(webhook, version)
    check_reachable(session, owner_of(session, webhook), data.events, data.filter)
    sent = data.model_fields_set
    for name in ("name", "url"):
        if name in sent and getattr(data, name) is not None:
            setattr(webhook, name, getattr(data, name))
    if data.events is not None:
        webhook.events = list(data.events)
    if data.filter is not None:
        webhook.filters = data.filter.model_dump(mode="json", exclude_defaults=True)
    if session.is_modified(webhook):
        record(session, actor, "webhook.changed", webhook)
    return webhook


def new_secret(session: Session, actor: Actor, webhook: Webhook, *, overlap: timedelta, version: int) -> str:
    """A new secret, returned once; the one before it signs beside it for a while. Raises Stale."""
    _unchanged(webhook, version)
    old_is_good = webhook.fingerprint == signing.fingerprint(webhook.salt)
    webhook.previous_salt = webhook.salt if old_is_good and overlap else None
    webhook.previous_until = clock.now() + overlap if webhook.previous_salt else None
    webhook.salt = signing.new_salt()
    webhook.fingerprint = signing.fingerprint(webhook.salt)
    record(session, actor, "webhook.secret_changed", webhook, more={"secret": (None, clock.now())})
    return signing.secret_of(webhook.salt)


def archive_webhook(session: Session, actor: Actor, webhook: Webhook, *, version: int) -> None:
    """Take it out; what waits is not sent. Raises Stale."""
    _unchanged(webhook, version)
    webhook.archived_at = clock.now()
    record(session, actor, "webhook.archived", webhook)
    _put_back(session, webhook)


def restore_webhook(session: Session, actor: Actor, webhook: Webhook, *, version: int) -> Webhook:
    """Bring it back, silent: waking it is an act of its own."""
    _unchanged(webhook, version)
    webhook.archived_at = None
    if webhook.disabled_at is None:
        webhook.disabled_at, webhook.disabled_why = clock.now(), WebhookEnd.by_hand
    record(session, actor, "webhook.restored", webhook)
    return webhook


def silence(session: Session, actor: Actor, webhook: Webhook, why: WebhookEnd) -> Webhook:
    """Send nothing more until it is woken. What waits goes back into the feed, to be taken up again from
    there. Unless somebody did it by hand, administrators and its owner are told."""
    if webhook.disabled_at is not None:
        return webhook
    webhook.disabled_at, webhook.disabled_why = clock.now(), why
    record(session, actor, "webhook.disabled", webhook)
    _put_back(session, webhook)
    if why != WebhookEnd.by_hand:
        _warn(session, webhook)
    return webhook


def wake(session: Session, actor: Actor, webhook: Webhook, *, missed: bool, version: int) -> Webhook:
    """Let it speak again: with what it missed first, what was given up since the last arrival included, or
    from now on. Raises Stale, Conflict when it is not silent, Refused while its secret is lost."""
    _unchanged(webhook, version)
    if webhook.disabled_at is None:
        raise Conflict("webhook_not_disabled")
    if webhook.fingerprint != signing.fingerprint(webhook.salt):
        raise Refused("webhook_secret_lost")
    webhook.disabled_at = webhook.disabled_why = None
    record(session, actor, "webhook.enabled", webhook)
    if not missed:
        move(session, webhook.id, position=_now(session))
    elif webhook.failing_since is not None:
        # Nothing has arrived since then, so that all of it comes before what waits in the feed.
        _rewind(session, webhook, sa.and_(dead(), col(Outbox.dead_at) >= webhook.failing_since))
    move(session, webhook.id, failing_since=None)
    return webhook


def ping(session: Session, actor: Actor, webhook: Webhook) -> str:
    """Promise a `webhook.ping` past everything that waits; its message's id. Raises Conflict while silent."""
    _speaks(webhook)
    line = tell(session, actor, "webhook.pinged", "webhook", webhook.id or 0, {"url": [None, webhook.url]})
    key = f"{CHANNEL}:{webhook.id}:ping:{line.id}"
    enqueue(session, lane(webhook.id, "ping"), key, {"webhook": webhook.id, "subject": "webhook.ping"})
    return key


def resend(session: Session, actor: Actor, attempt: WebhookAttempt, webhook: Webhook) -> str:
    """Promise what was sent once again, under the same id, past what waits. Raises Conflict while silent, and
    for a ping or an event that is no more."""
    _speaks(webhook)
    if attempt.event_id is None:
        raise Conflict("not_resendable")
    told = {"message": [None, attempt.message_id]}
    line = tell(session, actor, "webhook.resent", "webhook", webhook.id or 0, told)
    key = f"{CHANNEL}:{webhook.id}:{attempt.event_id}:{line.id}"
    payload = {"webhook": webhook.id, "event": attempt.event_id, "subject": attempt.type}
    enqueue(session, lane(webhook.id, "again"), key, payload)
    return attempt.message_id


def move(session: Session, webhook_id: int | None, **values: object) -> None:
    """Write where a webhook stands, past version and history: it is nobody's edit."""
    statement = sa.update(Webhook).where(col(Webhook.id) == webhook_id).values(**values)
    session.execute(statement, execution_options={"synchronize_session": "fetch"})


def _speaks(webhook: Webhook) -> None:
    if webhook.disabled_at is not None:
        raise Conflict("webhook_disabled")


def _unchanged(webhook: Webhook, version: int) -> None:
    if webhook.version != version:
        raise Stale(webhook)


def _put_back(session: Session, webhook: Webhook) -> None:
    """Take back every promise that waits; what stood in the feed is taken up again from there."""
    _rewind(session, webhook, waits())
    session.execute(sa.delete(Outbox).where(under(lane(webhook.id)), waits()))


def _rewind(session: Session, webhook: Webhook, condition: Any) -> None:
    """Take back those promises of the feed that fit, and stand before the first of them."""
    promises = (in_lane(lane(webhook.id)), condition)
    ids = [payload["event"] for payload in session.scalars(sa.select(Outbox.payload).where(*promises))]
    first = session.scalar(sa.select(sa.func.min(Event.position)).where(col(Event.id).in_(ids)))
    session.execute(sa.delete(Outbox).where(*promises))
    if first is not None:
        move(session, webhook.id, position=min(webhook.position, first - 1))


def _warn(session: Session, webhook: Webhook) -> None:
    admins = sa.select(User.id).where(
        sa.or_(col(User.role) == Role.admin, col(User.id) == webhook.owner_id),
        col(User.disabled_at).is_(None),
        col(User.archived_at).is_(None),
    )
    for user_id in session.scalars(admins).all():
        notify(
            session,
            user_id,
            NoticeKind.webhook_disabled,
            record=("webhook", webhook.id or 0),
            payload={"title": webhook.name},
            dedupe_key=f"webhook_disabled:{webhook.id}:{clock.now():%Y%m%d%H%M%S}:{user_id}",
        )
