"""The values of history as a reader knows them: labels of codes, names behind ids, dates as written."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.history.service import ERASED
from app.i18n import Words, family
from app.models import Event, Forum, Organisation, Partner, Person, Plan, ProcedureRule, Push, Sector, User
from app.records.queries import named, titled
from app.vocabulary import DatePrecision, ReasonCode


def _tables() -> dict[str, Any]:
    """The tables that history tells of, by name."""
    mappers = sa.inspect(Event).registry.mappers
    return {str(mapper.class_.__tablename__): mapper.class_ for mapper in mappers}


class Names:
    """Values as a reader knows them: labels of codes, names behind ids, dates as they are written."""

    def __init__(self, session: Session, spoken: Words, events: list[Event]) -> None:
        self._spoken = spoken
        self._tables = _tables()
        self._names: dict[tuple[str, Any], str] = {}
        wanted: dict[str, set[Any]] = defaultdict(set)
        for event in events:
            for name, values in event.changes.items():
                target = self._target(event.record_type, name)
                if target:
                    wanted[target].update(v for value in values for v in _each(value))
        for target, keys in wanted.items():
            self._look_up(session, target, keys)

    def _column(self, kind: str, name: str) -> Any:
        table = self._tables.get(kind)
        return table.__table__.columns.get(name) if table is not None else None

    def _target(self, kind: str, name: str) -> str | None:
        """What a value names: a table's rows by id, or what has a code by that."""
        if name in {"sectors", "strengths"}:
            return "sector.code"
        if name == "partners" or (kind, name) == ("forum", "member"):
            return "partner.slug"
        if name in {"support_units", "donors"}:
            return "organisation.code"
        column = self._column(kind, name)
        if column is None:
            return None
        if name.endswith("by_id"):
            return "user"
        return next((key.column.table.name for key in column.foreign_keys), None)

    def _look_up(self, session: Session, target: str, keys: set[Any]) -> None:
        table, _, code = target.partition(".")
        row = self._tables[table]
        if row in (Sector, Organisation, Partner, Forum):
            text = named(row, self._spoken.locale)
        elif row is User:
            text = User.name
        elif row is Plan:
            text = sa.cast(Plan.year, sa.String)
        elif row is Push:
            text = sa.select(named(Partner, self._spoken.locale)).where(col(Partner.id) == Push.partner_id)
            text = text.correlate(Push).scalar_subquery()
        elif row is ProcedureRule:
            text = ProcedureRule.legal_basis
        elif row is Person:
            erased = sa.literal(self._spoken.gettext("erased person"))
            text = sa.case((col(Person.erased_at).is_not(None), erased), else_=Person.name)
        else:
            text = titled(row, self._spoken.locale) if hasattr(row, "title_en") else row.title
        key = getattr(row, code or "id")
        for value, name in session.execute(sa.select(key, text).where(key.in_(keys))):
            self._names[target, value] = name

    def shown(self, kind: str, name: str, value: Any, precision: Any = None) -> str:
        """One value in words; empty for none."""
        if value in (None, "", []):
            return ""
        if isinstance(value, list):
            return ", ".join(self._one(kind, name, item, None) for item in value)
        return self._one(kind, name, value, precision)

    def _one(self, kind: str, name: str, value: Any, precision: Any) -> str:
        if value == ERASED:
            return self._spoken.gettext("erased")
        target = self._target(kind, name)
        if target:
            return self._names.get((target, value), str(value))
        if isinstance(value, bool):
            return self._spoken.gettext("yes") if value else self._spoken.gettext("no")
        if isinstance(value, int | float):
            return self._spoken.number(value)
        column = self._column(kind, name)
        if column is not None and isinstance(column.type, sa.Date | sa.DateTime):
            day = date.fromisoformat(str(value)[:10])
            return self._spoken.date(day, DatePrecision(precision) if precision else None)
        return self._code(ReasonCode if name == "reasons" else getattr(column, "type", None), str(value))

    def _code(self, kind: Any, value: str) -> str:
        """A code's label; what is no code of ours stays as it is."""
        enum = kind.enum_class if isinstance(kind, sa.Enum) else kind
        if not isinstance(enum, type) or not issubclass(enum, StrEnum):
            return value
        return self._spoken.word(family(enum), value) if value in set(enum) else value


def _each(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
