"""What a briefing is: chapters of lines, alike on the page, in Word and in the API."""

from dataclasses import dataclass
from datetime import date

from app.vocabulary import DatePrecision


@dataclass(slots=True)
class Line:
    """One statement. `url` leads to the record it rests on, `source` names what that rests on; `as_of` is the
    day it speaks of, `months` how long ago that was (None where no day is known). `note` is what only some
    may read, such as protocol."""

    text: str
    url: str
    source: str | None
    as_of: date | None
    precision: DatePrecision
    months: int | None
    note: str | None


@dataclass(slots=True)
class Chapter:
    """Lines of one kind; `empty` is what is said where there are none."""

    code: str
    title: str
    lines: list[Line]
    empty: str


@dataclass(slots=True)
class Briefing:
    """Everything a leader wants to know before meeting a partner, as of a day."""

    partner: str
    name: str
    other_name: str
    country: str
    made_on: date
    is_demo: bool
    chapters: list[Chapter]
