"""Reads of accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.errors import NotFound, Refused
from app.models import Organisation, User
from app.vocabulary import Locale, Role


@dataclass(frozen=True)
class UserRow:
    """A user as lists show them."""

    id: int
    version: int
    email: str
    name: str
    role: Role
    unit: str | None
    unit_name: str | None
    locale: Locale
    disabled_at: datetime | None
    is_demo: bool
    updated_at: datetime | None
    updated_by: str | None


def by_email(session: Session, email: str) -> User | None:
    """The account of an address, whatever its case."""
    return session.exec(select(User).where(User.email == email.strip().lower())).first()


def worker(session: Session, email: str, field: str, *, keep: int | None = None) -> User:
    """Whoever is given a partner or a follow-up, by their address. Raises Refused, naming the field, for an
    unknown account, a closed one, and a viewer's, who could not do the work.

    Whoever has it already (`keep`, their id) keeps it, whatever became of the account since.
    """
    user = by_email(session, email)
    if user is None or user.archived_at is not None:
        raise Refused("unknown_user", field=field)
    if user.id != keep and (user.disabled_at is not None or user.role == Role.viewer):
        raise Refused("cannot_take_work", field=field, name=user.name)
    return user


def worker_id(session: Session, email: str | None, field: str, *, keep: int | None = None) -> int | None:
    """The id of `worker`; None for nobody."""
    return None if email is None else worker(session, email, field, keep=keep).id


def get(session: Session, user_id: int) -> User:
    """One user; raises NotFound."""
    user = session.get(User, user_id)
    if user is None or user.archived_at is not None:
        raise NotFound("user")
    return user


def list_users(session: Session, *, active_only: bool = False, who_write: bool = False) -> list[UserRow]:
    """Users by name; `who_write` leaves out viewers, who can be given no work."""
    statement = _rows().order_by(col(User.name), col(User.id))
    if active_only:
        statement = statement.where(col(User.disabled_at).is_(None))
    if who_write:
        statement = statement.where(col(User.role) != Role.viewer)
    return [UserRow(*row) for row in session.execute(statement)]


def show(session: Session, user_id: int) -> UserRow:
    """One user as the page shows them; raises NotFound."""
    row = session.execute(_rows().where(col(User.id) == user_id)).first()
    if row is None:
        raise NotFound("user")
    return UserRow(*row)


def _rows() -> sa.Select[Any]:
    editor = aliased(User)
    return (
        sa.select(
            User.id, User.version, User.email, User.name, User.role, Organisation.code,
            Organisation.name_vi, User.locale, User.disabled_at, User.is_demo, User.updated_at, editor.name,
        )
        .outerjoin(Organisation, col(Organisation.id) == User.unit_id)
        .outerjoin(editor, editor.id == User.updated_by_id)
        .where(col(User.archived_at).is_(None))
    )  # fmt: skip


def demo_accounts(session: Session) -> list[UserRow]:
    """The accounts of a demonstration by what they may do, for the sign-in page and the server's greeting."""
    found = [user for user in list_users(session, active_only=True) if user.is_demo]
    return sorted(found, key=lambda user: (list(Role).index(user.role), user.id))


def unit_code(session: Session, unit_id: int | None) -> str | None:
    """The code of a user's or a key's unit."""
    if unit_id is None:
        return None
    code: str | None = session.scalar(sa.select(Organisation.code).where(Organisation.id == unit_id))
    return code
