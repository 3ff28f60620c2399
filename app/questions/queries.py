"""The questions with the addresses of their answers, filled in for a day and for what they are about."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlmodel import Session, col

from app.errors import Refused
from app.i18n import Words
from app.models import Forum, Sector
from app.partners.named import find_partner
from app.questions.filters import QuestionsAsked
from app.questions.table import ANSWERS, Answer
from app.records.queries import named
from app.reporting.queries import load_reporting
from app.standing import add_months
from app.vocabulary import Locale, Question

# Without a first day "since D" means the last twelve months.
SPAN = 12


@dataclass(slots=True)
class QuestionJson:
    """A question, the page that answers it and the call that does; `needs` names what is to be filled in
    first, where the address still has it in braces."""

    number: int
    id: Question
    text: str
    page: str
    api: str
    needs: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A question as the page shows it; without what it needs its link leads to where one chooses."""

    number: int
    text: str
    page: str
    api: str
    missing: tuple[str, ...]


def known(session: Session, asked: QuestionsAsked, today: date) -> dict[str, str]:
    """What fills the addresses. Raises Refused for a forum, partner or sector that does not exist; four
    statements at most."""
    reporting = load_reporting(session)
    filled = {
        "today": today.isoformat(),
        "period": reporting.containing(reporting.every, today).first.isoformat(),
        "since": (asked.since or add_months(today, -SPAN)).isoformat(),
    }
    for name, table in (("forum", Forum), ("sector", Sector)):
        code = getattr(asked, name)
        if code is None:
            continue
        if (
            session.scalar(sa.select(table.id).where(table.code == code, col(table.archived_at).is_(None)))
            is None
        ):
            raise Refused("unknown_value", field=name, name=name)
        filled[name] = code
    if asked.partner:
        filled["partner"] = find_partner(session, asked.partner)[0]
    return filled


def numbers() -> dict[Question, int]:
    """The number of each question, from 1."""
    return {question: number for number, question in enumerate(Question, 1)}


def lines(spoken: Words, filled: dict[str, str]) -> list[Line]:
    """Every question for the page, in order."""
    return [_line(spoken, answer, filled) for answer in _ordered()]


def as_json(spoken: Words, filled: dict[str, str]) -> list[QuestionJson]:
    """Every question for programs, in order."""
    number = numbers()
    return [
        QuestionJson(
            number[it.question],
            it.question,
            spoken.label(it.question),
            _fill(it.page, filled),
            "/api/v1" + _fill(it.api, filled),
            [name for name in it.needs if name not in filled],
        )
        for it in _ordered()
    ]


def menus(session: Session, locale: Locale) -> dict[str, list[tuple[str, str]]]:
    """Codes and names of forums and sectors; two statements."""
    found = {}
    for name, table in (("forum", Forum), ("sector", Sector)):
        shown = named(table, locale)
        statement: Any = sa.select(table.code, shown).where(col(table.archived_at).is_(None)).order_by(shown)
        found[name] = [(row[0], row[1]) for row in session.execute(statement)]
    return found


def _ordered() -> list[Answer]:
    place = numbers()
    return sorted(ANSWERS, key=lambda it: place[it.question])


def _line(spoken: Words, answer: Answer, filled: dict[str, str]) -> Line:
    missing = tuple(name for name in answer.needs if name not in filled)
    page = answer.instead if missing and answer.instead else _fill(answer.page, filled)
    api = "/api/v1" + _fill(answer.api, filled)
    return Line(numbers()[answer.question], spoken.label(answer.question), page, api, missing)


def _fill(address: str, filled: dict[str, str]) -> str:
    for name, value in filled.items():
        address = address.replace(f"{{{name}}}", quote(value, safe=""))
    return address
