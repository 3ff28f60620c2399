"""The manners of every list: its state is in the URL, its order is total, its pages begin after a row."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar, get_origin
from urllib.parse import quote_plus

import sqlalchemy as sa
from pydantic import BaseModel, ValidationError
from sqlmodel import Session
from starlette.datastructures import QueryParams

from app.errors import Refused
from app.schemas import field_errors

M = TypeVar("M", bound=BaseModel)


# The saved view (app/views) that a page was opened by: it stays in the page's links, no filter knows it.
SAVED = "saved"


@cache
def _repeatable(schema: type[BaseModel]) -> frozenset[str]:
    """The parameters of which any number may be given: those whose value is a tuple."""
    return frozenset(n for n, field in schema.model_fields.items() if get_origin(field.annotation) is tuple)


def read(schema: type[M], params: QueryParams, *, page: bool = True, beside: Collection[str] = ()) -> M:
    """The list that a URL asks for. Raises Refused for a parameter that is unknown, repeated or senseless:
    a filter that is silently ignored shows a list that its reader takes for another. A page's address may
    name the saved view it was opened by as well; what is read elsewhere is named by `beside`."""
    repeatable = _repeatable(schema)
    found: dict[str, Any] = {}
    for name, value in params.multi_items():
        if (page and name == SAVED) or name in beside:
            continue
        if name not in schema.model_fields:
            raise Refused("unknown_parameter", field=name[:60], name=name[:60])
        if name in repeatable:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise Refused("duplicate_parameter", field=name, name=name)
        else:
            found[name] = value
    try:
        return schema.model_validate(found)
    except ValidationError as error:
        wrong = field_errors(error.errors(include_url=False))[0]
        name = wrong.pointer.split("-")[0]
        if wrong.code in {"unknown_code", "required", "not_a_number", "out_of_range"}:
            raise Refused("unknown_value", field=name, name=name) from None
        raise Refused(wrong.code, field=name, **dict(wrong.params)) from None


@dataclass(frozen=True)
class Order:
    """One step of a list's order. No expression may be NULL, since the databases place NULL differently."""

    expression: Any
    down: bool = False

    @property
    def clause(self) -> Any:
        """For ORDER BY."""
        return self.expression.desc() if self.down else self.expression.asc()


def after(order: Sequence[Order], values: Sequence[Any]) -> Any:
    """The condition for the rows behind the one with these values of `order`.

    The last step of the order must be unique, or rows would be skipped. Dates may come as ISO texts, as a
    cursor holds them.
    """
    if len(order) != len(values):
        raise Refused("bad_cursor", field="cursor")
    ways: list[Any] = []
    same: list[Any] = []
    for step, raw in zip(order, values, strict=True):
        value = date.fromisoformat(raw) if _is_day(step) and isinstance(raw, str) else raw
        ways.append(sa.and_(*same, step.expression < value if step.down else step.expression > value))
        same.append(step.expression == value)
    return sa.or_(*ways)


def _is_day(step: Order) -> bool:
    return isinstance(step.expression.type, sa.Date)


R = TypeVar("R")


@dataclass(slots=True)
class Part:
    """Which rows of a list are wanted: those behind the one with the values `behind`, or from `offset` on;
    `limit` of them, all when that is None. `counted`: the number of all that fit is wanted too, and told as
    `total`."""

    behind: Sequence[Any] | None = None
    limit: int | None = None
    counted: bool = False
    offset: int = 0
    total: int | None = None

    def rows(self, session: Session, statement: Any, order: Sequence[Order]) -> Sequence[Any]:
        """The rows of a statement without order: one query, one more to count."""
        self.count(session, statement)
        if self.behind is not None:
            statement = statement.where(after(order, self.behind))
        placed = statement.order_by(*(step.clause for step in order)).limit(self.limit)
        return session.execute(placed.offset(self.offset) if self.offset else placed).all()

    def count(self, session: Session, statement: Any) -> None:
        """Count the rows of a statement where that is wanted."""
        if self.counted:
            plain = statement.with_only_columns(sa.literal(1).label("one"), maintain_column_froms=True)
            wanted = sa.select(sa.func.count()).select_from(plain.order_by(None).subquery())
            self.total = session.scalar(wanted)

    def cut(self, rows: Iterable[R], is_behind: Callable[[R, Sequence[Any]], bool]) -> list[R]:
        """The same of rows that are all at hand, in their order."""
        every = list(rows)
        self.total = len(every) if self.counted else None
        if (behind := self.behind) is not None:
            every = [row for row in every if is_behind(row, behind)]
        return every[: self.limit]


def ranked(column: Any, codes: Iterable[Any]) -> Any:
    """The place of a code in an order of its own, for ORDER BY."""
    whens = {code: place for place, code in enumerate(codes)}
    return sa.case(whens, value=column, else_=len(whens))


class Address:
    """A list's own address; calling it gives the address with some parameters changed, the others kept.

    With an empty path its links are relative: shorter, where a page holds a hundred of them.
    """

    def __init__(self, path: str, pairs: Iterable[tuple[str, str]]) -> None:
        self.path = path
        self._parts = [(name, value, _written(name, value)) for name, value in pairs]

    def __call__(self, **changes: Any) -> str:
        """`here(sort="-name", page=None)`: None takes a parameter away."""
        kept = [part for name, _, part in self._parts if name not in changes]
        return self._url([*kept, *(_written(k, str(v)) for k, v in changes.items() if v is not None)])

    def toggled(self, name: str, value: str) -> str:
        """The first page with one value of a repeatable parameter added, or taken away when it is there."""
        own = _written(name, value)
        kept = [part for other, _, part in self._parts if other != "page"]
        return self._url([part for part in kept if part != own] if own in kept else [*kept, own])

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters, for the hidden fields of a form."""
        return [(name, value) for name, value, _ in self._parts]

    @property
    def query(self) -> str:
        """The parameters without the page, as they stand behind the question mark."""
        return "&".join(part for name, _, part in self._parts if name != "page")

    def _url(self, parts: list[str]) -> str:
        return f"{self.path}?{'&'.join(parts)}" if parts else self.path or "?"


def _written(name: str, value: str) -> str:
    return f"{name}={quote_plus(value, safe='@=')}"
