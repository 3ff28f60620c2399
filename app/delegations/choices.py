"""The menus of a trip's form that lie in other features' tables."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Person, Plan, PlanItem
from app.vocabulary import PlanItemKind

# A menu of people must not outweigh its page; whoever is not in it is written as text.
MOST_PEOPLE = 300
CURRENCIES = ("VND", "USD", "EUR", "JPY", "KRW", "CNY", "SGD", "THB", "GBP", "AUD")


def plan_items(session: Session, today: date, kept: int | None) -> list[tuple[str, str]]:
    """The delegations of this year's and the coming plans, and the one that a trip has already."""
    statement = (
        sa.select(PlanItem.id, Plan.year, PlanItem.title)
        .join(Plan, col(Plan.id) == PlanItem.plan_id)
        .where(
            PlanItem.kind == PlanItemKind.delegation,
            col(PlanItem.archived_at).is_(None),
            sa.or_(col(Plan.year) >= today.year - 1, col(PlanItem.id) == kept),
        )
        .order_by(Plan.year, PlanItem.title, PlanItem.id)
    )
    return [(str(row.id), f"{row.year} · {row.title}") for row in session.execute(statement)]


def people(session: Session) -> list[str]:
    """People of the register as a line names them: the name and the id behind it."""
    statement = (
        sa.select(Person.id, Person.name)
        .where(col(Person.archived_at).is_(None), col(Person.erased_at).is_(None))
        .order_by(Person.name, Person.id)
        .limit(MOST_PEOPLE)
    )
    return [named_person(row.name, row.id) for row in session.execute(statement)]


def named_person(name: str, person_id: int | None) -> str:
    """How a line names somebody: "Tanaka Yuki #12" is a person of the register, without a number a text."""
    return f"{name} #{person_id}" if person_id is not None else name
