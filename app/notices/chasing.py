"""The chasing of reports: whoever a late one concerns is told once a delegation."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.digest.queries import owed_reports
from app.models import User
from app.notices.service import notify
from app.vocabulary import Locale, NoticeKind


def chase_reports(session: Session, _day: date) -> int:
    """Tell those whom an overdue report concerns; how many were told. Told before, nobody is told again."""
    today = clock.today()
    active = set(
        session.scalars(
            sa.select(User.id).where(col(User.disabled_at).is_(None), col(User.archived_at).is_(None))
        )
    )
    return sum(
        notify(
            session,
            user_id,
            NoticeKind.report_overdue,
            record=("delegation", report.id),
            payload={"title": report.title},
            dedupe_key=f"report_overdue:{report.id}:{user_id}",
        )
        for report in owed_reports(session, Locale.vi)
        if report.due_on < today
        for user_id in sorted(report.people & active)
    )
