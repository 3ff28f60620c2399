"""Saved views: kept, changed, deleted, brought back."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import clock
from app.actor import Actor, Permission
from app.errors import Conflict, Forbidden, NotFound, Refused, Stale
from app.history import record
from app.models import SavedView
from app.views.queries import whose
from app.views.schemas import ViewIn, ViewPatch


def get(session: Session, actor: Actor, view_id: int, *, deleted: bool = False) -> SavedView:
    """One view that the reader may see; raises NotFound."""
    statement = select(SavedView).where(SavedView.id == view_id, whose(actor))
    row = session.exec(statement).first()
    if row is None or (row.archived_at is not None) != deleted:
        raise NotFound("saved_view")
    return row


def save(session: Session, actor: Actor, data: ViewIn) -> SavedView:
    """Keep a list under a name. Raises Refused for a name that one has for this page already, and Forbidden
    where somebody shares who is no manager. What a program saves is shared: it has no views of its own."""
    if actor.user_id is None and not data.shared:
        raise Refused("programs_share_views", field="shared")
    row = SavedView(
        owner_id=actor.user_id, name=data.name, path=data.url.path, query=data.url.query, shared=data.shared
    )
    if data.shared:
        _must_manage(actor)
    _must_be_free(session, row)
    session.add(row)
    record(session, actor, "saved_view.saved", row)
    return row


def change(session: Session, actor: Actor, row: SavedView, data: ViewPatch, *, version: int) -> SavedView:
    """Rename a view, let it lead elsewhere, share it or not. Raises Stale, Refused, Forbidden."""
    _must_own(actor, row)
    if row.version != version:
        raise Stale(row)
    if data.shared is not None and data.shared != row.shared:
        _must_manage(actor)
        if row.owner_id is None:
            raise Refused("programs_share_views", field="shared")
        row.shared = data.shared
    if data.name is not None and data.name != row.name:
        row.name = data.name
    if data.url is not None and (data.url.path, data.url.query) != (row.path, row.query):
        row.path, row.query = data.url.path, data.url.query
    _must_be_free(session, row)
    record(session, actor, "saved_view.changed", row)
    return row


def delete(session: Session, actor: Actor, row: SavedView, *, version: int) -> SavedView:
    """Take a view out of the menus. Raises Stale, Forbidden."""
    _must_own(actor, row)
    if row.version != version:
        raise Stale(row)
    row.archived_at = clock.now()
    record(session, actor, "saved_view.deleted", row)
    return row


def restore(session: Session, actor: Actor, row: SavedView) -> SavedView:
    """Bring a deleted view back. Raises Refused where its name was given to another meanwhile, Forbidden."""
    _must_own(actor, row)
    if row.archived_at is None:
        raise Conflict("not_in_trash")
    row.archived_at = None
    _must_be_free(session, row)
    record(session, actor, "saved_view.restored", row)
    return row


def _must_manage(actor: Actor) -> None:
    if not actor.can(Permission.manage):
        raise Forbidden("not_allowed")


def _must_own(actor: Actor, row: SavedView) -> None:
    """A view is for its owner to change; a shared one for every manager."""
    own = actor.user_id is not None and row.owner_id == actor.user_id
    if not own and not (row.shared and actor.can(Permission.manage)):
        raise Forbidden("not_allowed")


def _must_be_free(session: Session, row: SavedView) -> None:
    with session.no_autoflush:
        owner = col(SavedView.owner_id)
        same = sa.select(SavedView.id, SavedView.name).where(
            owner.is_(None) if row.owner_id is None else owner == row.owner_id,
            SavedView.path == row.path,
            col(SavedView.archived_at).is_(None),
        )
        # Compared here: SQLite folds no letter beyond ASCII.
        name = row.name.casefold()
        if any(key != row.id and other.casefold() == name for key, other in session.execute(same)):
            raise Refused("view_name_taken", field="name", name=row.name)
