"""Conditions over posts, for people's own lists and for those of partners."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.models import OrganisationPartner, Person, Post


def held_on(day: Any) -> Any:
    """The condition that a post is held on a day; a date known in part counts from its first day. Whether the
    person is on file, see `on_file`."""
    return sa.and_(
        col(Post.archived_at).is_(None),
        sa.or_(col(Post.from_on).is_(None), col(Post.from_on) <= day),
        sa.or_(col(Post.to_on).is_(None), col(Post.to_on) > day),
    )


def on_file() -> Any:
    """The condition that a person is neither in the trash nor erased."""
    return sa.and_(col(Person.archived_at).is_(None), col(Person.erased_at).is_(None))


def at_partner(partner_id: Any) -> Any:
    """The condition that a post is at a partner, or at an organisation of it."""
    own = sa.select(OrganisationPartner.organisation_id).where(OrganisationPartner.partner_id == partner_id)
    return sa.or_(col(Post.partner_id) == partner_id, col(Post.organisation_id).in_(own))
