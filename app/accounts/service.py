"""Accounts: made, changed, disabled, signed in."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from app import clock
from app.accounts.queries import by_email, get
from app.accounts.schemas import OwnPatch, UserIn, UserPatch
from app.actor import Actor
from app.auth import sessions
from app.auth.passwords import hash_password, verify_password
from app.config import settings
from app.errors import Refused, Stale, TooMany
from app.history import record
from app.models import SignInFailure, User
from app.organisations.queries import id_of
from app.vocabulary import Role

# 30 wrong passwords within 15 minutes, per account and per address, and the door stays shut for a while.
MOST_FAILURES = 30
WINDOW = timedelta(minutes=15)
_ENDS_SESSIONS = ("role", "password_hash", "disabled_at")


def add_user(
    session: Session, actor: Actor, data: UserIn, *, is_demo: bool = False, password_hash: str | None = None
) -> User:
    """Open an account. Raises Refused when the address has one, or the unit is unknown.

    `password_hash` saves the work where it is known already: the accounts of a demonstration share one.
    """
    if by_email(session, data.email) is not None:
        raise Refused("email_taken", field="email")
    user = User(
        email=data.email,
        name=data.name,
        role=data.role,
        unit_id=id_of(session, data.unit, "unit"),
        locale=data.locale,
        password_hash=password_hash or hash_password(data.password),
        is_demo=is_demo,
    )
    session.add(user)
    record(session, actor, "user.added", user)
    return user


def change_user(session: Session, actor: Actor, user_id: int, data: UserPatch, *, version: int) -> User:
    """Change an account; closing it, or changing its role or password, ends its sessions.

    Raises Stale, and Refused where the last active admin would be lost.
    """
    user = get(session, user_id)
    if user.version != version:
        raise Stale(user)
    for name in ("name", "role", "locale"):
        if (value := getattr(data, name)) is not None:
            setattr(user, name, value)
    if "unit" in data.model_fields_set:
        user.unit_id = id_of(session, data.unit, "unit", keep=user.unit_id)
    more: dict[str, tuple[Any, Any]] = {}
    if data.password:
        user.password_hash = hash_password(data.password)
        more["password"] = (None, "set")  # that it was changed is told, never what it is
    if data.disabled is not None and data.disabled != (user.disabled_at is not None):
        user.disabled_at = clock.now() if data.disabled else None
    ends = any(sa.inspect(user).attrs[name].history.has_changes() for name in _ENDS_SESSIONS)
    _keep_an_admin(session, user)
    record(session, actor, "user.changed", user, more=more)
    if ends:
        sessions.end_all(session, user_id)
    return user


def change_own(session: Session, actor: Actor, data: OwnPatch, *, version: int) -> User:
    """Change one's own account: its language, and whether the digest comes. Raises Stale."""
    user = get(session, actor.user_id or 0)
    if user.version != version:
        raise Stale(user)
    user.locale, user.digest = data.locale, data.digest
    record(session, actor, "user.changed", user)
    return user


def _keep_an_admin(session: Session, user: User) -> None:
    if user.role == Role.admin and user.disabled_at is None:
        return
    others = sa.select(sa.func.count()).where(
        col(User.role) == Role.admin, col(User.disabled_at).is_(None), col(User.id) != user.id
    )
    with session.no_autoflush:
        if not session.execute(others).scalar_one():
            raise Refused("last_admin", field="role")


def sign_in(session: Session, email: str, password: str, address: str) -> str | None:
    """A session's token when the password fits, else None: for an unknown account in the same words and time.

    Raises TooMany when this account or this address has failed too often of late. The accounts of a
    demonstration, whose password is public, open nothing outside of one.
    """
    subjects = (f"account:{email.strip().lower()[:200]}", f"address:{address}"[:220])
    since = clock.now() - WINDOW
    _check(session, subjects)
    user = by_email(session, email)
    fits = verify_password(password[:200], user.password_hash if user else None)
    if user is None or not fits or not _open(user):
        session.add_all(SignInFailure(subject=subject, at=clock.now()) for subject in subjects)
        return None
    session.exec(delete(SignInFailure).where(col(SignInFailure.at) < since))
    session.exec(delete(SignInFailure).where(col(SignInFailure.subject) == subjects[0]))
    return sessions.start(session, user)


def _open(user: User) -> bool:
    return user.disabled_at is None and user.archived_at is None and (settings().demo or not user.is_demo)


def _check(session: Session, subjects: tuple[str, ...]) -> None:
    for subject in subjects:
        failures = session.exec(
            select(SignInFailure.at)
            .where(SignInFailure.subject == subject, SignInFailure.at > clock.now() - WINDOW)
            .order_by(col(SignInFailure.at))
        ).all()
        if len(failures) >= MOST_FAILURES:
            frees = failures[-MOST_FAILURES] + WINDOW - clock.now()
            raise TooMany("too_many_failures", retry_after=max(1, int(frees.total_seconds()) + 1))
