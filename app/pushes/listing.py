"""The list of pushes: the filters as conditions, one page of it, and how many each filter would show."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.lists import Order, Part
from app.models import Partner, Push, User
from app.partners.filters import ME, NOBODY
from app.partners.queries import ids_of
from app.pushes.filters import PushFilters, PushList
from app.pushes.queries import PushRow, part_of_pushes, push_rows
from app.pushes.state import cause_column, state_column
from app.vocabulary import Locale, PushState

PAGE = 25
# What is open stands first, the one that ends soonest at its head; what is over follows, the latest first.
_PLACES = {state.value: place for place, state in enumerate(PushState)}


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list; `counts` by filter and value, with every other filter in force; `officers`: the
    names behind the addresses."""

    rows: tuple[PushRow, ...]
    total: int
    counts: dict[str, Counter[str]]
    officers: dict[str, str]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def list_pushes(session: Session, actor: Actor, asked: PushList, today: date, locale: Locale) -> Found:
    """One page with its counts; a fixed number of statements for any number of pushes."""
    wanted = conditions(session, actor, asked, today)
    is_open = state_column(today) == PushState.open.value
    order = (
        sa.case((is_open, 0), else_=1),
        sa.case((is_open, col(Push.deadline))),
        col(Push.opened_on).desc(),
    )
    start = (asked.page - 1) * PAGE
    rows = push_rows(session, locale, today, *wanted, order=order, limit=PAGE, offset=start)
    counts, officers = _counted(session, actor, asked, today)
    total = sum(counts["state"][state.value] for state in asked.state or PushState)
    return Found(tuple(rows), total, counts, officers)


def conditions(
    session: Session, actor: Actor, asked: PushFilters, today: date, *, leaving_out: str = ""
) -> list[Any]:
    """The filters as conditions on Push and Partner. Raises Refused for a partner that is not on file."""
    found: list[Any] = []
    if asked.state and leaving_out != "state":
        found.append(state_column(today).in_([state.value for state in asked.state]))
    if asked.partner:
        found.append(col(Push.partner_id).in_(ids_of(session, asked.partner, "partner")))
    if asked.region and leaving_out != "region":
        found.append(col(Partner.region).in_(asked.region))
    if asked.tier and leaving_out != "tier":
        found.append(col(Partner.tier).in_(asked.tier))
    if asked.cause and leaving_out != "cause":
        found.append(cause_column(today).in_([cause.value for cause in asked.cause]))
    if asked.officer and leaving_out != "officer":
        found.append(_looked_after(actor, asked.officer))
    return found


def _looked_after(actor: Actor, officers: tuple[str, ...]) -> Any:
    emails = [email.lower() for email in officers if email not in (ME, NOBODY)]
    ways: list[Any] = [col(Partner.officer_id).in_(sa.select(User.id).where(col(User.email).in_(emails)))]
    if ME in officers:
        ways.append(col(Partner.officer_id) == actor.user_id)
    if NOBODY in officers:
        ways.append(col(Partner.officer_id).is_(None))
    return sa.or_(*ways)


def _counted(
    session: Session, actor: Actor, asked: PushFilters, today: date
) -> tuple[dict[str, Counter[str]], dict[str, str]]:
    """Per filter how many each of its values would show; a statement each."""
    columns: dict[str, Any] = {
        "state": state_column(today),
        "region": col(Partner.region),
        "tier": col(Partner.tier),
        "cause": cause_column(today),
        "officer": sa.func.coalesce(User.email, NOBODY),
    }
    counts: dict[str, Counter[str]] = {}
    officers: dict[str, str] = {}
    for name, column in columns.items():
        statement = (
            sa.select(column.label("value"), sa.func.max(User.name), sa.func.count())
            .select_from(Push)
            .join(Partner, col(Partner.id) == Push.partner_id)
            .outerjoin(User, col(User.id) == Partner.officer_id)
            .where(
                col(Push.archived_at).is_(None),
                col(Partner.archived_at).is_(None),
                *conditions(session, actor, asked, today, leaving_out=name),
            )
            .group_by(sa.text("value"))
        )
        rows = session.execute(statement).all()
        counts[name] = Counter({str(row[0]): row[2] for row in rows if row[0] is not None})
        if name == "officer":
            officers = {str(row[0]): row[1] for row in rows if row[1]}
    return counts, officers


_LATEST = (Order(col(Push.opened_on), down=True), Order(col(Push.id), down=True))


def pushes_in(session: Session, actor: Actor, asked: PushFilters, today: date, part: Part) -> list[PushRow]:
    """The pushes that fit, the latest first; one statement."""
    wanted = conditions(session, actor, asked, today)
    return part_of_pushes(session, Locale.vi, today, part, _LATEST, *wanted)
