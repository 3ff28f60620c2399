"""Organisations: entered."""

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import Conflict
from app.history import record
from app.models import Organisation
from app.organisations.schemas import OrganisationIn


def add_organisation(
    session: Session, actor: Actor, data: OrganisationIn, *, is_demo: bool = False
) -> Organisation:
    """Enter an organisation. Raises Conflict for a code that is taken."""
    if session.scalar(sa.select(Organisation.id).where(col(Organisation.code) == data.code)) is not None:
        raise Conflict("conflict", field="code")
    organisation = Organisation(**data.model_dump(), is_demo=is_demo)
    record(session, actor, "organisation.added", organisation)
    return organisation
