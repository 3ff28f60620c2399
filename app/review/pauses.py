"""Pauses: asked for by one person, decided by another; those that wait, those of a partner, all of them."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.errors import NotFound
from app.lists import Order, Part
from app.models import ApiKey, Event, Partner, Pause, User
from app.review.schemas import PauseQuery
from app.vocabulary import Locale, PauseReason, PauseState

_ORDER = (Order(col(Pause.id), down=True),)


@dataclass(frozen=True, slots=True)
class PauseRow:
    """A pause, asked for or decided; `asked_by` is a person's name, or the name of a program's key, and
    `asked_by_id` then whoever made that key."""

    id: int
    version: int
    partner: str
    partner_name: str
    reason: PauseReason
    why: str | None
    starts_on: date
    until: date | None
    state: PauseState
    asked_at: datetime | None
    asked_by_id: int | None
    asked_by: str | None
    asked_email: str | None
    decided_on: date | None
    decided_by: str | None
    decided_email: str | None
    is_demo: bool

    def runs_on(self, day: date) -> bool:
        """Approved, and not over on that day: it parks the partner now or will."""
        decided = self.state in (PauseState.approved, PauseState.ended)
        return decided and (self.until is None or self.until > day)

    def is_over_on(self, day: date) -> bool:
        """It parked the partner, and its day has come."""
        decided = self.state in (PauseState.approved, PauseState.ended)
        return decided and self.until is not None and self.starts_on < self.until <= day

    def known_on(self, day: date) -> bool:
        """Decided, and begun by that day: what is told of it when one looks back."""
        return self.state in (PauseState.approved, PauseState.ended) and self.starts_on <= day


def pauses_of(session: Session, partner_id: int, locale: Locale) -> tuple[PauseRow, ...]:
    """Every pause of a partner, asked for or decided, the latest first."""
    return tuple(PauseRow(*row) for row in session.execute(_pauses_of(locale), {"partner": partner_id}))


def requests(session: Session, locale: Locale) -> tuple[PauseRow, ...]:
    """The pauses that wait for a second person, the oldest first."""
    return tuple(PauseRow(*row) for row in session.execute(_requests(locale)))


def pause_row(session: Session, pause_id: int, locale: Locale = Locale.vi) -> PauseRow:
    """One pause; raises NotFound."""
    found = session.execute(_pauses(locale).where(Pause.id == pause_id)).first()
    if found is None:
        raise NotFound("pause")
    return PauseRow(*found)


def list_pauses(session: Session, query: PauseQuery, part: Part) -> list[PauseRow]:
    """Pauses that fit, the latest first."""
    statement = _pauses(Locale.vi)
    if query.state:
        statement = statement.where(col(Pause.state).in_(query.state))
    if query.partner:
        statement = statement.where(col(Partner.slug).in_(query.partner))
    return [PauseRow(*row) for row in part.rows(session, statement, _ORDER)]


def partner_of(session: Session, pause_id: int) -> Partner:
    """The partner that a pause parks; raises NotFound."""
    pause = session.get(Pause, pause_id)
    partner = session.get(Partner, pause.partner_id) if pause and pause.archived_at is None else None
    if partner is None or partner.archived_at is not None:
        raise NotFound("pause")
    return partner


def askers(session: Session, pause: Pause) -> set[tuple[str, int]]:
    """Who asked, from the record and from the history, which alone knows the key of a program."""
    asked = sa.select(Event.user_id, Event.api_key_id).where(
        Event.record_type == "pause", Event.record_id == pause.id, Event.action == "partner.pause_asked"
    )
    found = people_behind(session, pause.asked_by_id, None)
    for user_id, key_id in session.execute(asked):
        found |= people_behind(session, user_id, key_id)
    return found


def people_behind(session: Session, user_id: int | None, key_id: int | None) -> set[tuple[str, int]]:
    """A user; or a key with the user who made it: a key in one's own pocket is no second person."""
    found = {("user", user_id)} if user_id is not None else set()
    if key_id is not None:
        found.add(("key", key_id))
        maker = session.scalar(sa.select(ApiKey.created_by_id).where(ApiKey.id == key_id))
        found |= {("user", maker)} if maker is not None else set()
    return found


# Built once, on tables: an aliased class costs more than its query.
_partner, _pause = Partner.__table__, Pause.__table__  # type: ignore[attr-defined]
_event = Event.__table__  # type: ignore[attr-defined]
_key = ApiKey.__table__  # type: ignore[attr-defined]
_asker, _decider = (User.__table__.alias() for _ in range(2))  # type: ignore[attr-defined]
_THIS = sa.bindparam("partner", type_=sa.Integer)


@cache
def _pauses(locale: Locale) -> Any:
    """Pauses with their people. The history knows a key's name; a user's is taken as it is now."""
    asked = sa.and_(
        _event.c.record_type == "pause",
        _event.c.record_id == _pause.c.id,
        _event.c.action == "partner.pause_asked",
    )
    tables = (
        _pause.join(_partner, _partner.c.id == _pause.c.partner_id)
        .outerjoin(_asker, _asker.c.id == _pause.c.asked_by_id)
        .outerjoin(_decider, _decider.c.id == _pause.c.decided_by_id)
        .outerjoin(_event, asked)
        .outerjoin(_key, _key.c.id == _event.c.api_key_id)
    )
    own = [_pause.c[n] for n in ("reason", "why", "starts_on", "until", "state", "created_at")]
    own.append(sa.func.coalesce(_pause.c.asked_by_id, _key.c.created_by_id))
    return (
        sa.select(
            _pause.c.id, _pause.c.version, _partner.c.slug, _partner.c[f"name_{locale.value}"], *own,
            sa.func.coalesce(_asker.c.name, _event.c.actor_name), _asker.c.email,
            _pause.c.decided_on, _decider.c.name, _decider.c.email, _pause.c.is_demo,
        )
        .select_from(tables)
        .where(_pause.c.archived_at.is_(None))
    )  # fmt: skip


@cache
def _pauses_of(locale: Locale) -> Any:
    return _pauses(locale).where(_pause.c.partner_id == _THIS).order_by(_pause.c.id.desc())


@cache
def _requests(locale: Locale) -> Any:
    waiting = _pauses(locale).where(_pause.c.state == PauseState.asked, _partner.c.archived_at.is_(None))
    return waiting.order_by(_pause.c.id)
