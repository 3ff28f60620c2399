"""Signed-in browsers: a random token in a cookie, only its hash in the database."""

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, delete

from app import clock
from app.actor import Actor
from app.config import settings
from app.models import Notice, User, UserSession
from app.vocabulary import Door

# A session that is used is marked so at most this often: reading pages should not write.
SEEN_EVERY = timedelta(minutes=10)


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host and to https; browsers refuse it on plain http."""
    return "__Host-cityties" if settings().https else "cityties"


def hashed(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(session: Session, user: User) -> str:
    """Open a session and return its token; sessions that ended are swept out."""
    now = clock.now()
    session.exec(delete(UserSession).where(col(UserSession.ends_at) < now))
    token = secrets.token_urlsafe(32)
    assert user.id is not None
    ends = now + timedelta(days=settings().session_days)
    session.add(
        UserSession(token_hash=hashed(token), user_id=user.id, created_at=now, seen_at=now, ends_at=ends)
    )
    return token


def end(session: Session, token: str) -> None:
    """Sign out: the token is worth nothing from now on."""
    session.exec(delete(UserSession).where(col(UserSession.token_hash) == hashed(token)))


def end_all(session: Session, user_id: int) -> None:
    """Sign a user out everywhere, as when the account is disabled."""
    session.exec(delete(UserSession).where(col(UserSession.user_id) == user_id))


def touch(session: Session, token: str) -> None:
    """Note that a session is in use."""
    session.execute(
        sa.update(UserSession).where(col(UserSession.token_hash) == hashed(token)).values(seen_at=clock.now())
    )


# Built once, and columns rather than a whole User: every page asks this.
_user, _open = User.__table__.c, UserSession.__table__.c  # type: ignore[attr-defined]
_notice = Notice.__table__.c  # type: ignore[attr-defined]
_UNREAD = (
    sa.select(sa.func.count())
    .where(_notice.user_id == _user.id, _notice.read_at.is_(None))
    .scalar_subquery()
    .label("unread")
)
_FIND = (
    sa.select(
        _user.id, _user.name, _user.email, _user.role, _user.unit_id, _user.locale, _user.is_demo,
        _open.seen_at, _UNREAD,
    )
    .join_from(User.__table__, UserSession.__table__, _open.user_id == _user.id)  # type: ignore[attr-defined]
    .where(
        _open.token_hash == sa.bindparam("hash"),
        _open.ends_at > sa.bindparam("now"),
        _open.seen_at > sa.bindparam("since"),
        _user.disabled_at.is_(None),
    )
)  # fmt: skip


def find(session: Session, token: str, request_id: str | None) -> tuple[Actor, bool] | None:
    """Who holds this token, and whether to mark the session as seen; None when it is worth nothing."""
    now = clock.now()
    since = now - timedelta(hours=settings().session_idle_hours)
    row = session.execute(_FIND, {"hash": hashed(token), "now": now, "since": since}).first()
    if row is None:
        return None
    actor = replace(actor_of(row, Door.page, request_id), unread=row.unread)
    return actor, row.seen_at < now - SEEN_EVERY


def actor_of(user: User | sa.Row[Any], door: Door, request_id: str | None = None) -> Actor:
    """A user as the services know them."""
    return Actor(
        name=user.name,
        door=door,
        user_id=user.id,
        email=user.email,
        role=user.role,
        unit_id=user.unit_id,
        locale=user.locale,
        request_id=request_id,
        is_demo=user.is_demo,
    )
