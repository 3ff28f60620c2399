"""Following a partner, and having seen what changed."""

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.history.service import tell
from app.models import Partner, PartnerFollow, User
from app.outbox.service import insert_once


def follow(session: Session, actor: Actor, partner: Partner, user: User) -> bool:
    """Count a partner among somebody's own without making them its officer; False when it is one already."""
    assert partner.id is not None
    added = insert_once(session, PartnerFollow, user_id=user.id, partner_id=partner.id)
    if added:
        _tell(session, actor, "partner.followed", partner, None, user.name)
    return added


def unfollow(session: Session, actor: Actor, partner: Partner, user: User) -> bool:
    """Stop following; False when it was not followed."""
    assert partner.id is not None
    found = session.get(PartnerFollow, (user.id, partner.id))
    if found is None:
        return False
    session.delete(found)
    session.flush()
    _tell(session, actor, "partner.unfollowed", partner, user.name, None)
    return True


def _tell(
    session: Session, actor: Actor, action: str, partner: Partner, old: str | None, new: str | None
) -> None:
    assert partner.id is not None
    tell(session, actor, action, "partner", partner.id, {"follower": [old, new]}, partners=[partner.id])


def mark_seen(session: Session, actor: Actor, *, until: int) -> None:
    """Note up to which event somebody has seen. It is no change of the account: no version, no history."""
    statement = (
        sa.update(User)
        .where(col(User.id) == actor.user_id, col(User.seen_event_id) < until)
        .values(seen_event_id=until)
        .execution_options(synchronize_session=False)
    )
    session.execute(statement)
