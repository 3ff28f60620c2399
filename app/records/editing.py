"""Forms over one record: saved once, refused beside their fields, and both versions when two were at it.

A form carries what it was filled with (`was`), so that after a stale edit the fields its reader had left
alone take the other's value by themselves.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, col
from starlette.responses import Response

from app.actor import Actor
from app.errors import DomainError, Refused, Stale
from app.failures import told
from app.forms import FormView, Typed
from app.history.service import plain
from app.i18n import Words
from app.models import Record, User
from app.once import Once
from app.templating import View
from app.vocabulary import DatePrecision

Data = dict[str, Any]
Option = tuple[str, str]


@dataclass(frozen=True)
class Difference:
    """One field in both versions; `keep` tells which one to prefer."""

    name: str
    label: str
    mine: str
    theirs: str
    keep: str


@dataclass(frozen=True)
class Saved:
    """Where an act leads, and what is said there."""

    url: str
    text: str


class RecordForm(ABC):
    """A form of one record, new (`row` is None) or stored, as its page shows it."""

    row: Record | None = None
    key: str = ""

    def __init__(self, view: View, session: Session) -> None:
        self.view, self.session = view, session

    @abstractmethod
    def stored(self) -> Data:
        """The fields as a person would type them; of a new record, what they begin with."""

    @abstractmethod
    def labels(self) -> dict[str, str]:
        """The words of every field, in the order of the form."""

    @abstractmethod
    def page(
        self, form: FormView, status: int = 200, differences: list[Difference] | None = None
    ) -> Response:
        """The page with the form on it."""

    def choices(self) -> dict[str, list[Option]]:
        """The options of the fields that are chosen from a list."""
        return {}

    def opened(self) -> Response:
        """The page as it is first seen."""
        return self.page(self.form(self.stored()))

    def form(self, data: Data, errors: dict[str, str] | None = None) -> FormView:
        """A form that knows what it was filled with."""
        was = json.dumps(self.stored(), ensure_ascii=False) if self.row is not None else ""
        version = self.row.version if self.row is not None else None
        return FormView({**data, "was": was}, errors or {}, version, self.key)


@dataclass(frozen=True)
class Sent:
    """A form as it came in."""

    view: View
    typed: Typed
    session: Session
    actor: Actor

    @property
    def version(self) -> int:
        """The version the form was made from. Raises Refused where it names none."""
        if self.typed.version is None:
            raise Refused("version_needed")
        return self.typed.version

    def said(self, form: RecordForm) -> Data:
        """The fields to change: those that differ from what is stored; all of them for a new record."""
        data = {k: v for k, v in self.typed.chosen().items() if k != "was"}
        if form.row is None:
            return {name: text for name, text in data.items() if text.strip()}
        now = form.stored()
        return {name: text for name, text in data.items() if same(text) != same(now.get(name, ""))}


def save(sent: Sent, form: Callable[[], RecordForm], act: Callable[[], Saved]) -> Response:
    """Do an act once; refused, its page comes back with every typed word.

    `form` makes the form anew from what is stored now: after a refusal nothing loaded before may be used.
    """
    once = Once(sent.session, sent.actor.caller, sent.typed.token)
    if once.first:
        return once.first
    try:
        done = act()
        sent.session.flush()
    except (DomainError, StaleDataError) as error:
        sent.session.rollback()
        if isinstance(error, Stale | StaleDataError):
            return _both(sent, form())
        if error.status not in {409, 422}:
            raise
        shown = form()
        view = shown.form(_texts(sent.typed), told(sent.view.words, error))
        return shown.page(view, error.status)
    return once.keep(sent.view.redirect(done.url, done.text))


def _texts(typed: Typed) -> Data:
    """What was typed, an unticked box included."""
    return {k: v for k, v in typed.texts().items() if k not in {"was", "form_token", "version"}}


def _both(sent: Sent, form: RecordForm) -> Response:
    """Both versions side by side, and the form as it was typed, ready to be sent for the present version."""
    mine, now = _texts(sent.typed), form.stored()
    found = differences(mine, now, _was(sent.typed), form)
    taken = {d.name: now[d.name] for d in found if d.keep == "theirs"}
    return form.page(form.form({**mine, **taken}), Stale.status, found)


def _was(typed: Typed) -> Data:
    try:
        was = json.loads(typed.get("was") or "{}")
    except ValueError:
        return {}
    return was if isinstance(was, dict) else {}


def differences(mine: Data, now: Data, was: Data, form: RecordForm) -> list[Difference]:
    """The fields in which what was typed differs from what is stored."""
    choices = {name: dict(options) for name, options in form.choices().items()}

    def shown(name: str, value: Any) -> str:
        return str(choices.get(name, {}).get(str(value), value))

    return [
        Difference(
            name,
            label,
            shown(name, mine[name]),
            shown(name, now[name]),
            "theirs" if name in was and same(mine[name]) == same(was[name]) else "mine",
        )
        for name, label in form.labels().items()
        if name in mine and name in now and same(mine[name]) != same(now[name])
    ]


def same(value: Any) -> str:
    """A text as it is compared: line ends and outer space do not count."""
    return "\n".join(line.rstrip() for line in str(value).strip().splitlines())


def typed_value(value: Any) -> str:
    """A stored value as a person would type it; a list one a line."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(plain(value))


def typed_date(day: date | None, precision: DatePrecision | None = None) -> str:
    """A date as it is typed when only a part of it is known: 2008, 02/2008, 20/02/2008."""
    if day is None:
        return ""
    if precision == DatePrecision.year:
        return f"{day:%Y}"
    return f"{day:%m/%Y}" if precision == DatePrecision.month else f"{day:%d/%m/%Y}"


def coded(spoken: Words, enum: type[StrEnum]) -> list[Option]:
    """The codes of a field with their words."""
    return [(code.value, spoken.label(code)) for code in enum]


def saved_by(session: Session, row: Record | None) -> str:
    """Who changed a record last."""
    name = sa.select(User.name).where(col(User.id) == (row.updated_by_id if row else None))
    return str(session.scalar(name) or "CityTies")
