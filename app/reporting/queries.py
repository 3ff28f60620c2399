"""The reporting year as it is set, and what follows from it for a day."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import ReportingRow, User
from app.reporting.periods import Period, Reporting
from app.vocabulary import PeriodKind


@dataclass(slots=True)
class ReportingSettings:
    """The setting as it stands; version 0 while nobody has changed it."""

    version: int
    year_month: int
    year_day: int
    every: PeriodKind
    changed_at: datetime | None = None
    changed_by: str | None = None

    @property
    def reporting(self) -> Reporting:
        """What the arithmetic needs of it."""
        return Reporting(self.year_month, self.year_day, self.every)


def reporting_settings(session: Session) -> ReportingSettings:
    """The setting; the decree's year while nobody has changed it. One statement."""
    statement = (
        sa.select(ReportingRow.version, ReportingRow.year_month, ReportingRow.year_day, ReportingRow.every,
                  ReportingRow.updated_at, User.name)
        .outerjoin(User, col(User.id) == ReportingRow.updated_by_id)
        .order_by(col(ReportingRow.id))
        .limit(1)
    )  # fmt: skip
    row = session.execute(statement).first()
    if row is None:
        default = Reporting()
        return ReportingSettings(0, default.month, default.day, default.every)
    return ReportingSettings(*row)


def load_reporting(session: Session) -> Reporting:
    """The reporting year in force. One statement."""
    return reporting_settings(session).reporting


def last_report_date(session: Session, today: date) -> date:
    """The last day that the latest report covered: what is told "since the last report" counts from here.
    One statement."""
    return load_reporting(session).last_report(today)


def reporting_period(session: Session, day: date) -> Period:
    """The period, as long as the department reports by, that a day lies in. One statement."""
    reporting = load_reporting(session)
    return reporting.containing(reporting.every, day)
