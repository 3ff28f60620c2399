"""In whose eyes a webhook sees: those of the key or the person it belongs to, as they are now."""

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.actor import Actor, Permission
from app.auth.sessions import actor_of
from app.models import ApiKey, User, Webhook
from app.vocabulary import Door, Scope


def owner_of(session: Session, webhook: Webhook) -> Actor | None:
    """The owner; None when the key is ended or the account closed, or when they may not read any more."""
    actor = _key(session, webhook) if webhook.api_key_id is not None else _person(session, webhook)
    return actor if actor is not None and actor.can(Permission.read) else None


def _key(session: Session, webhook: Webhook) -> Actor | None:
    key = session.scalars(sa.select(ApiKey).where(col(ApiKey.id) == webhook.api_key_id)).first()
    if key is None or key.revoked_at is not None:
        return None
    if key.expires_at is not None and key.expires_at <= clock.now():
        return None
    scopes = frozenset(Scope(scope) for scope in key.scopes)
    return Actor(name=key.name, door=Door.api, api_key_id=key.id, scopes=scopes, unit_id=key.unit_id)


def _person(session: Session, webhook: Webhook) -> Actor | None:
    user = session.scalars(sa.select(User).where(col(User.id) == webhook.owner_id)).first()
    if user is None or user.disabled_at is not None or user.archived_at is not None:
        return None
    return actor_of(user, Door.page)
