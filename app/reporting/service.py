"""The reporting year: changed by managers."""

from sqlmodel import Session, col, select

from app.actor import Actor
from app.errors import Stale
from app.history import record
from app.models import ReportingRow
from app.reporting.schemas import ReportingPatch


def get_reporting(session: Session) -> ReportingRow:
    """The row of the setting; a new one of version 0 while nobody has changed it."""
    found = session.exec(select(ReportingRow).order_by(col(ReportingRow.id)).limit(1)).first()
    return found or ReportingRow(version=0)


def change_reporting(
    session: Session, actor: Actor, row: ReportingRow, data: ReportingPatch, *, version: int
) -> ReportingRow:
    """Set when the reporting year begins and how often the department reports. Raises Stale."""
    if row.version != version:
        raise Stale(row)
    for name in ("year_month", "year_day", "every"):
        if (value := getattr(data, name)) is not None:
            setattr(row, name, value)
    if row.id is None:
        # The first change of all: two at one moment meet on this id, and the second one fails.
        row.id, row.version = 1, 1
        session.add(row)
    record(session, actor, "reporting.changed", row)
    return row
