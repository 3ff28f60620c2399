"""What a period report is: numbers with the lists behind them, alike on paper, on screen and in the API."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from app.i18n import Words
from app.reporting.periods import Period


@dataclass(slots=True)
class Number:
    """A count, and the address of the list of what was counted."""

    value: int
    url: str


@dataclass(slots=True)
class Link:
    """A record by name."""

    name: str
    url: str


@dataclass(slots=True)
class Row:
    """A line of a table: its words, its numbers, perhaps the records that they count. `inner`: it is a part
    of the line above that is not."""

    label: str
    numbers: list[Number]
    inner: bool
    names: list[Link]


@dataclass(slots=True)
class Block:
    """A table. `note` says what its numbers leave out or count twice; empty where they do neither."""

    code: str
    title: str
    columns: list[str]
    rows: list[Row]
    note: str


@dataclass(slots=True)
class Section:
    """A chapter of the report."""

    code: str
    title: str
    blocks: list[Block]


@dataclass(slots=True)
class Report:
    """A period's report as of a day. `first` to `last`: the days it covers; it counts up to `counted_to`,
    which is earlier while the period lasts. `before` is the period it is compared with."""

    name: str
    first: date
    last: date
    counted_to: date
    before: str
    before_first: date
    before_last: date
    made_on: date
    sections: list[Section]


@dataclass(frozen=True, slots=True)
class Asked:
    """What every chapter needs: the days that count, those before, the reader's words."""

    now: Period
    before: Period
    today: date
    spoken: Words

    @property
    def both(self) -> tuple[Period, Period]:
        """This period and the one before."""
        return self.now, self.before


def rows_of(report: Report) -> Iterator[Row]:
    """Every line of every table."""
    for section in report.sections:
        for block in section.blocks:
            yield from block.rows


def listed(path: str, **parameters: Any) -> str:
    """The address of a list: codes by value, days in ISO form, lists repeated, None left out."""
    given = {name: _plain(value) for name, value in parameters.items() if value is not None}
    return f"{path}?{urlencode(given, doseq=True)}"


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.value if isinstance(value, StrEnum) else value


def row(label: str, numbers: Iterable[Number], *, inner: bool = False, names: Iterable[Link] = ()) -> Row:
    """A line of a table."""
    return Row(label, list(numbers), inner, list(names))


def told(rows: Iterable[Row]) -> list[Row]:
    """The lines in which there is something to count."""
    return [found for found in rows if any(number.value for number in found.numbers)]
