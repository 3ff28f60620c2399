"""Reads of saved views."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor, Permission
from app.errors import NotFound
from app.models import SavedView, User
from app.views.schemas import Place


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view as its reader sees it; `own`: it is theirs, `may_change`: they may rename or delete it."""

    id: int
    version: int
    name: str
    place: Place
    shared: bool
    owner: str | None
    owner_email: str | None
    own: bool
    may_change: bool

    @property
    def url(self) -> str:
        """The address that opens it."""
        return self.place.url(self.id)


def list_views(session: Session, actor: Actor, path: str | None = None) -> list[ViewRow]:
    """One's own views and the shared ones, by page and name; those of one page where `path` names it."""
    statement = _visible(actor).order_by(SavedView.path, SavedView.name, SavedView.id)
    if path is not None:
        statement = statement.where(SavedView.path == path)
    return [_row(row, actor) for row in session.execute(statement)]


def view_row(session: Session, actor: Actor, view_id: int) -> ViewRow:
    """One view; raises NotFound for another person's own."""
    found = session.execute(_visible(actor).where(SavedView.id == view_id)).first()
    if found is None:
        raise NotFound("saved_view")
    return _row(found, actor)


def _visible(actor: Actor) -> Any:
    view = SavedView
    return (
        sa.select(
            view.id, view.version, view.name, view.path, view.query, view.shared, view.owner_id, User.name,
            User.email,
        )
        .outerjoin(User, col(User.id) == view.owner_id)
        .where(col(view.archived_at).is_(None), whose(actor))
    )  # fmt: skip


def whose(actor: Actor) -> Any:
    """The condition for views that somebody may see."""
    shared = col(SavedView.shared).is_(True)
    return shared if actor.user_id is None else sa.or_(shared, col(SavedView.owner_id) == actor.user_id)


def _row(row: Any, actor: Actor) -> ViewRow:
    key, version, name, path, query, shared, owner_id, owner, email = row
    own = actor.user_id is not None and owner_id == actor.user_id
    may_change = own or (shared and actor.can(Permission.manage))
    return ViewRow(key, version, name, Place(path, query), shared, owner, email, own, may_change)
