"""What ids in the history stand for outside: slugs, codes, e-mail addresses, and where a record is read."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.history.service import ERASED
from app.models import Event, Forum, Organisation, Partner, Plan, Sector, User

# What the outside names a record by, where that is not its id.
_KEYS: dict[str, Any] = {
    "partner": Partner.slug,
    "organisation": Organisation.code,
    "forum": Forum.code,
    "sector": Sector.code,
    "plan": Plan.year,
    "user": User.email,
}
_TABLES: dict[str, Any] = {
    "partner": Partner, "organisation": Organisation, "forum": Forum, "sector": Sector, "plan": Plan,
    "user": User,
}  # fmt: skip
_PLACES = {
    "agreement": "/agreements/{}",
    "delegation": "/delegations/{}",
    "figure": "/figures/{}",
    "file": "/files/{}",
    "follow_up": "/follow-ups/{}",
    "forum": "/forums/{}",
    "interaction": "/interactions/{}",
    "organisation": "/organisations/{}",
    "partner": "/partners/{}",
    "partner_cause": "/causes/{}",
    "pause": "/pauses/{}",
    "person": "/people/{}",
    "plan": "/plans/{}",
    "play": "/playbook/{}",
    "programme": "/programmes/{}",
    "push": "/pushes/{}",
    "review_meeting": "/review/meetings/{}",
    "sector": "/sectors/{}",
    "standing": "/partners/{}/standing",
    "webhook": "/webhooks/{}",
}


class Addresses:
    """The outside's names for what some events tell of; one statement for each kind of record."""

    def __init__(self, session: Session, events: Iterable[Event]) -> None:
        self._columns: dict[str, Any] = {
            str(mapper.class_.__tablename__): mapper.class_.__table__.columns
            for mapper in sa.inspect(Event).registry.mappers
        }
        self._keys: dict[tuple[str, int], Any] = {}
        wanted: dict[str, set[int]] = defaultdict(set)
        for event in events:
            wanted[_holder(event.record_type)].add(event.record_id)
            for name, values in event.changes.items():
                if (table := self.named(event.record_type, name)[1]) is not None:
                    wanted[table].update(value for value in values if isinstance(value, int))
        for table, ids in wanted.items():
            if table in _KEYS:
                rows = sa.select(_TABLES[table].id, _KEYS[table]).where(col(_TABLES[table].id).in_(ids))
                self._keys.update({(table, key): name for key, name in session.execute(rows)})

    def named(self, record_type: str, name: str) -> tuple[str, str | None]:
        """A field as the outside calls it, and the table whose rows its values name: officer_id -> officer,
        user."""
        columns = self._columns.get(record_type)
        column = columns.get(name) if columns is not None else None
        target = None
        if column is not None:
            target = next((key.column.table.name for key in column.foreign_keys), None)
        return (name.removesuffix("_id") if target else name), target

    def value(self, target: str | None, value: Any) -> Any:
        """A value as the outside knows it; None for one that was erased."""
        if value == ERASED:
            return None
        return self._keys.get((target, value), value) if target and isinstance(value, int) else value

    def key(self, record_type: str, record_id: int) -> str:
        """What an address names a record by."""
        return str(self._keys.get((_holder(record_type), record_id), record_id))

    def url(self, record_type: str, record_id: int) -> str | None:
        """Where the record is read; None for what is part of another, or has no address of its own."""
        place = _PLACES.get(record_type)
        return f"/api/v1{place.format(self.key(record_type, record_id))}" if place else None


def _holder(record_type: str) -> str:
    """A standing has its partner's id."""
    return "partner" if record_type == "standing" else record_type
