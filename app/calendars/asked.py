"""What a feed asks for, as each kind of entry is read by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.calendars.entries import Span
from app.i18n import Words
from app.models import Partner
from app.records.queries import named


@dataclass(frozen=True, slots=True)
class Asked:
    """What a feed asks for. `partners` selects the ids of its partners, None for all; with `owner_id` only
    that person's follow-ups."""

    session: Session
    words: Words
    span: Span
    today: date
    partners: Any
    owner_id: int | None

    def within(self, column: Any) -> Any:
        """A date lies in the span."""
        return sa.and_(column >= self.span.first, column <= self.span.last)

    def linked(self, key: Any, link: Any, own: Any) -> list[Any]:
        """A record is one of the chosen partners', by its link table."""
        if self.partners is None:
            return []
        return [own.in_(sa.select(key).where(link.partner_id.in_(self.partners)))]


def names_of(asked: Asked, link: Any, key: Any, ids: list[Any]) -> dict[int, list[str]]:
    """The names of the partners of some records; one statement."""
    found: dict[int, list[str]] = {}
    if ids:
        name = named(Partner, asked.words.locale)
        statement = sa.select(key, name).join(Partner, col(Partner.id) == link.partner_id)
        for record_id, text in asked.session.execute(statement.where(key.in_(ids)).order_by(name)):
            found.setdefault(record_id, []).append(text)
    return found


def lines_of(partners: Iterable[str], *more: str | None) -> tuple[str, ...]:
    """What is said of an entry below its title, without what is empty."""
    return tuple(line for line in (", ".join(partners), *more) if line)
