"""The columns of a list that leaves as a table, made from its read model.

Their headings are the names of the fields, for programs as well as for people: they are the same in every
language and stay. What lies within a field is `field.inner`; several values stand in one cell, a semicolon
between them; lines of their own (gifts, meetings) are JSON in one cell.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter

from app.references import is_many, references_of
from app.tables import Cell


@dataclass(frozen=True)
class Column:
    """A heading, and how its cell is read from a record."""

    heading: str
    cell: Callable[[Any], Cell]


def columns(item: type, only: Sequence[str] = ()) -> list[Column]:
    """The columns of a read model: all, or those of some of its fields in the order asked for."""
    found = _columns(item)
    names = only or [field.name for field in fields(item)]
    return [column for name in names for column in found[name]]


@cache
def _columns(item: type) -> dict[str, list[Column]]:
    hints = get_type_hints(item)
    return {field.name: _of(field.name, hints[field.name]) for field in fields(item)}


def _of(name: str, hint: Any) -> list[Column]:
    inner = next((part for part in (hint, *get_args(hint)) if is_dataclass(part)), None)
    if inner is None or get_origin(hint) in {list, tuple, dict}:
        return [Column(name, lambda row: cell(getattr(row, name)))]
    return [
        Column(f"{name}.{column.heading}", _within(name, column.cell))
        for part in _columns(inner).values()  # type: ignore[arg-type]
        for column in part
    ]


def _within(name: str, read: Callable[[Any], Cell]) -> Callable[[Any], Cell]:
    def of(row: Any) -> Cell:
        inner = getattr(row, name)
        return None if inner is None else read(inner)

    return of


def reference_columns(item: type, names: Sequence[str]) -> list[Column]:
    """The columns of what some fields refer to; their cells are read from what `expanded` tells."""
    kinds = references_of(item)
    return [
        Column(f"{name}.{field.name}", _of_reference(name, field.name, many=is_many(item, name)))
        for name in names
        for field in fields(kinds[name].told)
    ]


def _of_reference(name: str, inner: str, *, many: bool) -> Callable[[Any], Cell]:
    def of(told: Any) -> Cell:
        if many:
            return cell([str(cell(getattr(one, inner)) or "") for one in told[name]])
        return None if told[name] is None else cell(getattr(told[name], inner))

    return of


def cell(value: Any) -> Cell:
    """A value of a read model as a cell: codes as text, instants as RFC 3339, several values joined."""
    match value:
        case None | str() | int() | float():
            return value.value if isinstance(value, Enum) else value
        case datetime():
            return str(_plain(value))
        case date():
            return value
        case list() | tuple() if all(isinstance(one, str | int) for one in value):
            return "; ".join(str(one.value if isinstance(one, Enum) else one) for one in value) or None
        case list() | tuple() | dict() if not value:
            return None
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    return TypeAdapter(type(value)).dump_python(value, mode="json")
