"""The two languages: catalogues read at start, words for codes, dates and numbers as an official writes them.

Sentences are English in the code and translated by app/locales/vi/*.po; codes have their words in both
languages (msgctxt = the code's family, msgid = the code). There is one file per area, merged at start.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale as Cldr
from babel.messages.pofile import read_po

from app import clock
from app.vocabulary import DatePrecision, Locale

CATALOGUES = Path(__file__).parent / "locales"
_Key = tuple[str | None, str]


@cache
def family(enum: type[StrEnum]) -> str:
    """The msgctxt of an enum's words: ReasonCode -> reason_code."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in enum.__name__).lstrip("_")


class Words:
    """Everything one language needs to be shown."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self._one, self._many = _read(locale)
        self._cldr = Cldr.parse(locale.value)

    def gettext(self, text: str, /, **params: Any) -> str:
        """A sentence of the code in this language, its %(name)s filled in."""
        found = self._one.get((None, text), text)
        return found % params if params else found

    def ngettext(self, one: str, many: str, n: int, /, **params: Any) -> str:
        """A sentence that counts; `n` is there as %(n)s."""
        forms = self._many.get(one) or (one, many)
        return forms[0 if n == 1 or len(forms) == 1 else 1] % {"n": n, **params}

    def word(self, context: str, code: str, **params: Any) -> str:
        """The words of a code of a family that is no enum (error, unit, hint); raises KeyError if none."""
        found = self._one[(context, code)]
        return found % params if params else found

    def label(self, code: StrEnum) -> str:
        """The words of an enum's member; raises KeyError if the catalogue lacks them (a test forbids it)."""
        return self._one[(family(type(code)), code.value)]

    def has(self, context: str | None, text: str) -> bool:
        """Whether the catalogue knows this entry."""
        return (context, text) in self._one

    def country(self, code: str) -> str:
        """A country's name from CLDR, or its code."""
        return self._cldr.territories.get(code, code)

    def date(self, day: date | None, precision: DatePrecision | str | None = None) -> str:
        """20/02/2008, tháng 2/2008, 2008; 20 Feb 2008, Feb 2008, 2008. Empty for no date."""
        if day is None:
            return ""
        if precision == DatePrecision.year:
            return str(day.year)
        month = self._cldr.months["format"]["abbreviated"][day.month]
        if precision == DatePrecision.month:
            return f"tháng {day.month}/{day.year}" if self.locale == Locale.vi else f"{month} {day.year}"
        if self.locale == Locale.vi:
            return f"{day.day:02}/{day.month:02}/{day.year}"
        return f"{day.day} {month} {day.year}"

    def moment(self, instant: datetime | None) -> str:
        """An instant on the home city's wall clock: date and hour."""
        if instant is None:
            return ""
        local = clock.local(instant)
        return f"{self.date(local.date())} {local:%H:%M}"

    def number(self, value: float | None) -> str:
        """A number with the language's separators: 1.234,5 or 1,234.5."""
        if value is None:
            return ""
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
        return text if self.locale == Locale.en else text.translate(str.maketrans(",.", ".,"))

    def join(self, parts: Iterable[str]) -> str:
        """A list in words: a, b và c."""
        items = list(parts)
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {'và' if self.locale == Locale.vi else 'and'} {items[-1]}"


def _read(locale: Locale) -> tuple[dict[_Key, str], dict[str, tuple[str, ...]]]:
    one: dict[_Key, str] = {}
    many: dict[str, tuple[str, ...]] = {}
    for file in sorted((CATALOGUES / locale.value).glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=locale.value):
                if not message.id:
                    continue
                if isinstance(message.id, tuple | list):
                    many[message.id[0]] = tuple(message.string or ())
                else:
                    one[(message.context, message.id)] = str(message.string)
    return one, many


@cache
def words(locale: Locale) -> Words:
    """The words of a language, read once."""
    return Words(locale)


def preferred(accept_language: str | None, default: Locale = Locale.vi) -> Locale:
    """The first of our languages that an Accept-Language header names; Vietnamese when it names none."""
    wishes = []
    for place, part in enumerate((accept_language or "").split(",")[:20]):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wishes.append((-float(quality or 1), place, tag.lower().split("-")[0]))
        except ValueError:
            continue
    for _, _, tag in sorted(wishes):
        if tag in set(Locale):
            return Locale(tag)
    return default
