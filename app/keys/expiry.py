"""Keys about to expire: administrators are told in time to give them a later day or to let them go."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.keys.queries import expiring
from app.keys.schemas import last_day
from app.models import User
from app.notices.service import notify
from app.vocabulary import NoticeKind, Role

# Two weeks: time to reach those who run the other program, and for them to act.
AHEAD = timedelta(days=14)


def warn_of_keys(session: Session, _day: date) -> int:
    """Tell every administrator of each key that expires within two weeks, once a key and last day; how many
    were told."""
    now = clock.now()
    admins = session.scalars(
        sa.select(User.id).where(
            User.role == Role.admin, col(User.disabled_at).is_(None), col(User.archived_at).is_(None)
        )
    ).all()
    return sum(
        notify(
            session,
            user_id,
            NoticeKind.key_expiring,
            record=("api_key", key.id or 0),
            payload={"title": key.name, "key": key.public_id, "on": str(last_day(key.expires_at))},
            dedupe_key=f"key_expiring:{key.id}:{last_day(key.expires_at)}:{user_id}",
        )
        for key in expiring(session, now, now + AHEAD)
        for user_id in sorted(admins)
    )
