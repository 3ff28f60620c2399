"""What a clock should start now and then; done twice, it changes nothing more."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CursorResult
from sqlmodel import Session, col, delete, or_

from app import clock
from app.accounts.service import WINDOW
from app.config import settings
from app.models import Answer, SignInFailure, UserSession
from app.once import KEPT
from app.standings.keeper import refresh


@dataclass(frozen=True)
class Done:
    """How much one round did."""

    standings: int
    answers: int
    sessions: int
    failures: int


def tick(session: Session, today: date) -> Done:
    """Bring due standings up to date; sweep out old answers, ended sessions and forgotten failures."""
    now = clock.now()
    idle = now - timedelta(hours=settings().session_idle_hours)
    return Done(
        standings=refresh(session, today),
        answers=_sweep(session, Answer, col(Answer.at) < now - KEPT),
        sessions=_sweep(
            session, UserSession, or_(col(UserSession.ends_at) <= now, col(UserSession.seen_at) <= idle)
        ),
        failures=_sweep(session, SignInFailure, col(SignInFailure.at) < now - WINDOW),
    )


def _sweep(session: Session, table: Any, condition: Any) -> int:
    result: CursorResult[Any] = session.exec(delete(table).where(condition))
    return result.rowcount
