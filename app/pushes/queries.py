"""Reads of pushes: rows for lists and panels, and one with its steps and what has changed since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import NotFound
from app.lists import Order, Part
from app.models import FollowUp, Partner, Push, StandingRow, User
from app.pushes.state import cause_column, state_column
from app.records.queries import named
from app.standing import months_between
from app.standings.queries import standing_history
from app.standings.schemas import StandingOut
from app.vocabulary import Cause, FollowUpState, Locale, PushState, ReasonCode, Region, Rung, Status, Tier

# A push that ends within so many days is near its end: a month is left to do something about it.
NEAR_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRow:
    """A push as lists show it. `steps` are the follow-ups it opened, `done` those of them that are done,
    `late` those that are open and overdue; `rung` and `status` are the partner's today."""

    id: int
    version: int
    partner_id: int
    partner: str
    name: str
    country: str
    region: Region
    tier: Tier
    officer: str | None
    officer_email: str | None
    opened_on: date
    opened_by: str | None
    opened_by_email: str | None
    goal: Rung
    rung_then: Rung
    rung: Rung
    status: Status
    reasons: tuple[ReasonCode, ...]
    deadline: date
    note: str | None
    state: PushState
    cause: Cause | None
    moved_on: date | None
    reached_on: date | None
    months_to_next: int | None
    withdrawn_on: date | None
    withdrawn_by: str | None
    withdrawn_why: str | None
    steps: int
    done: int
    late: int
    is_demo: bool

    @property
    def ended_on(self) -> date | None:
        """The day on which it was over; None while it is open."""
        ends = {
            PushState.reached: self.reached_on,
            PushState.withdrawn: self.withdrawn_on,
            PushState.not_reached: self.deadline,
        }
        return ends.get(self.state)


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of the standing since a push was opened."""

    on: date
    status: Status
    rung: Rung
    rose: bool
    fell: bool


def _statement(locale: Locale, today: date) -> Any:
    opener, closer, officer = aliased(User), aliased(User), aliased(User)
    steps = (
        sa.select(
            col(FollowUp.push_id).label("push_id"),
            sa.func.count().label("steps"),
            sa.func.sum(sa.case((col(FollowUp.state) == FollowUpState.done, 1), else_=0)).label("done"),
            sa.func.sum(
                sa.case(
                    (sa.and_(col(FollowUp.state) == FollowUpState.open, col(FollowUp.due_on) < today), 1),
                    else_=0,
                )
            ).label("late"),
        )
        .where(col(FollowUp.push_id).is_not(None), col(FollowUp.archived_at).is_(None))
        .group_by(col(FollowUp.push_id))
        .subquery()
    )
    columns: list[Any] = [
        Push.id, Push.version, Push.partner_id, col(Partner.slug).label("partner"),
        named(Partner, locale).label("name"), Partner.country, Partner.region, Partner.tier,
        col(officer.name).label("officer"), col(officer.email).label("officer_email"), Push.opened_on,
        col(opener.name).label("opened_by"), col(opener.email).label("opened_by_email"), Push.goal,
        Push.rung_then, StandingRow.rung, StandingRow.status, Push.reasons, Push.deadline, Push.note,
        state_column(today).label("state"), cause_column(today).label("cause"), Push.moved_on,
        Push.reached_on, Push.withdrawn_on,
        col(closer.name).label("withdrawn_by"), Push.withdrawn_why, Push.is_demo,
        sa.func.coalesce(steps.c.steps, 0).label("steps"),
        sa.func.coalesce(steps.c.done, 0).label("done"),
        sa.func.coalesce(steps.c.late, 0).label("late"),
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .select_from(Push)
        .join(Partner, col(Partner.id) == Push.partner_id)
        .join(StandingRow, col(StandingRow.partner_id) == Push.partner_id)
        .outerjoin(officer, col(officer.id) == Partner.officer_id)
        .outerjoin(opener, col(opener.id) == Push.opened_by_id)
        .outerjoin(closer, col(closer.id) == Push.withdrawn_by_id)
        .outerjoin(steps, steps.c.push_id == Push.id)
        .where(col(Push.archived_at).is_(None), col(Partner.archived_at).is_(None))
    )


def _row(row: Any, today: date) -> PushRow:
    told = dict(row._mapping)
    reasons = tuple(ReasonCode(code) for code in told.pop("reasons"))
    months = months_to_next(row, today)
    return PushRow(**{**told, "state": PushState(told["state"])}, reasons=reasons, months_to_next=months)


def months_to_next(push: Any, today: date) -> int | None:
    """Whole months from the opening of a push to the rung above the one it was opened at; None where that was
    not there by its end, or is not by today."""
    last = min(push.deadline, push.withdrawn_on or push.deadline, today)
    if push.moved_on is None or push.moved_on > last:
        return None
    return months_between(push.opened_on, push.moved_on)


def push_rows(
    session: Session,
    locale: Locale,
    today: date,
    *conditions: Any,
    order: Sequence[Any] = (),
    limit: int | None = None,
    offset: int = 0,
) -> list[PushRow]:
    """The pushes that fit, in some order; one statement."""
    statement = _statement(locale, today).where(*conditions).order_by(*order, col(Push.id).desc())
    return [_row(row, today) for row in session.execute(statement.limit(limit).offset(offset))]


def part_of_pushes(
    session: Session, locale: Locale, today: date, part: Part, order: Sequence[Order], *conditions: Any
) -> list[PushRow]:
    """Some of the pushes that fit; one statement."""
    statement = _statement(locale, today).where(*conditions)
    return [_row(row, today) for row in part.rows(session, statement, order)]


def push_row(session: Session, push_id: int, locale: Locale, today: date) -> PushRow:
    """One push; raises NotFound."""
    found = push_rows(session, locale, today, Push.id == push_id)
    if not found:
        raise NotFound("push")
    return found[0]


def open_push(session: Session, partner_id: int, locale: Locale, today: date) -> PushRow | None:
    """The push that is open on a partner; one statement."""
    found = push_rows(session, locale, today, Push.partner_id == partner_id, is_open(today), limit=1)
    return found[0] if found else None


def is_open(today: date) -> Any:
    """The condition for the pushes that are open."""
    return state_column(today) == PushState.open.value


def open_pushes(session: Session, partner_ids: Iterable[int], locale: Locale, today: date) -> list[PushRow]:
    """The pushes that are open on some partners; one statement."""
    return push_rows(session, locale, today, col(Push.partner_id).in_(list(partner_ids)), is_open(today))


def turns_since(session: Session, partner: Partner, row: PushRow, today: date) -> list[Turn]:
    """How the standing changed from the opening of a push until today or its end, the latest first; a fixed
    number of statements."""
    end = max(row.opened_on, min(row.ended_on or today, today))
    return turns(standing_history(session, partner, row.opened_on, end))


def turns(course: Iterable[StandingOut]) -> list[Turn]:
    """The changes of status and rung in a course, the latest first."""
    found: list[Turn] = []
    for standing in course:
        last = found[-1] if found else None
        if last and (last.status, last.rung) == (standing.status, standing.rung):
            continue
        higher = standing.rung.height - (last.rung.height if last else standing.rung.height)
        found.append(Turn(standing.as_of, standing.status, standing.rung, higher > 0, higher < 0))
    return found[::-1]
