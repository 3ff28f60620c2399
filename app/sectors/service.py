"""Sectors: entered, made a priority of the city."""

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import Conflict, Stale
from app.history import record
from app.models import Sector
from app.sectors.queries import ids_of
from app.sectors.schemas import PriorityIn, SectorIn


def add_sector(session: Session, actor: Actor, data: SectorIn) -> Sector:
    """Enter a sector or policy area. Raises Conflict for a taken code, Refused for an unknown parent."""
    if session.scalar(sa.select(Sector.id).where(col(Sector.code) == data.code)) is not None:
        raise Conflict("conflict", field="code")
    sector = Sector(
        **data.model_dump(exclude={"parent"}),
        parent_id=ids_of(session, [data.parent], "parent")[0] if data.parent else None,
    )
    record(session, actor, "sector.added", sector)
    return sector


def set_priority(session: Session, actor: Actor, sector: Sector, data: PriorityIn, *, version: int) -> Sector:
    """Say whether the city makes a sector a priority. Raises Stale."""
    if sector.version != version:
        raise Stale(sector)
    sector.priority = data.priority
    record(session, actor, "sector.changed", sector)
    return sector
