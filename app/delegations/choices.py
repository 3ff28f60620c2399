"""The menus of a trip's form that lie in other features' tables."""

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Person

# A menu of people must not outweigh its page; whoever is not in it is written as text.
MOST_PEOPLE = 300
CURRENCIES = ("VND", "USD", "EUR", "JPY", "KRW", "CNY", "SGD", "THB", "GBP", "AUD")


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
    return f"{name} #{person_id}".strip() if person_id is not None else name
