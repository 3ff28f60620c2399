"""Forums: entered, and who belongs to them."""

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import Conflict
from app.forums.schemas import ForumIn, MemberIn
from app.history import record
from app.models import Forum, ForumMembership
from app.partners.queries import ids_of


def add_forum(session: Session, actor: Actor, data: ForumIn) -> Forum:
    """Enter a forum. Raises Conflict for a code that is taken."""
    if session.scalar(sa.select(Forum.id).where(col(Forum.code) == data.code)) is not None:
        raise Conflict("conflict", field="code")
    forum = Forum(**data.model_dump(exclude={"facts"}), **data.facts.model_dump())
    record(session, actor, "forum.added", forum)
    return forum


def add_member(session: Session, actor: Actor, forum: Forum, data: MemberIn) -> ForumMembership:
    """Enter a partner as member of a forum. Raises Refused for an unknown one, Conflict for a member."""
    assert forum.id is not None
    partner_id = ids_of(session, [data.partner], "partner")[0]
    if session.get(ForumMembership, (forum.id, partner_id)) is not None:
        raise Conflict("conflict")
    member = ForumMembership(forum_id=forum.id, partner_id=partner_id, basis=data.basis, source=data.source)
    session.add(member)
    told = {"member": (None, data.partner)}
    record(session, actor, "forum.member_added", forum, partners=[partner_id], more=told)
    return member
