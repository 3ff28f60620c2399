"""How letters write days and people, in the letter's own language."""

import re
import unicodedata
from datetime import date

from babel.dates import format_date

from app.config import settings
from app.i18n import Words
from app.text import fold
from app.vocabulary import DatePrecision, Locale

# Forms of address, Vietnamese and English. A Vietnamese letter says them again instead of "you".
_HONORIFICS = (
    ("Ông", "Mr"),
    ("Bà", "Ms"),
    ("Bà", "Mrs"),
    ("Bà", "Miss"),
    ("Bà", "Madam"),
    ("Cô", "Ms"),
    ("Ngài", "H.E."),
    ("Ngài", "His Excellency"),
    ("Ngài", "Her Excellency"),
    ("Ngài", "Sir"),
    ("Tiến sĩ", "Dr"),
    ("Giáo sư", "Prof."),
)
_YOU = {"Ông": "Ông", "Bà": "Bà", "Cô": "Bà", "Ngài": "Ngài"}


def honorific_in(locale: Locale, honorific: str) -> str:
    """A form of address in a language: "Bà" as "Ms", "Mr." as "Ông". One that is not known stays as it is."""
    key = fold(honorific).rstrip(".")
    for pair in _HONORIFICS:
        if key in {fold(word).rstrip(".") for word in pair}:
            return pair[0 if locale == Locale.vi else 1]
    return honorific


def you(honorific: str | None) -> str:
    """What a Vietnamese letter says for "you"."""
    return _YOU.get(honorific, "Quý vị") if honorific else "Quý cơ quan"


def dear(name: str | None) -> str:
    """How an English letter begins; `name` with its form of address."""
    if not name:
        return "Dear Sir or Madam,"
    return "Your Excellency," if name.startswith("H.E.") else f"Dear {name},"


def day(spoken: Words, on: date, precision: DatePrecision | None = None) -> str:
    """ngày 05/02/2026, tháng 02/2026, năm 2026 (Decree 30/2020/NĐ-CP: days under 10 and the months 1 and 2
    with a nought before them); 5 February 2026, February 2026, 2026."""
    if spoken.locale == Locale.en:
        forms = {DatePrecision.month: "MMMM y", DatePrecision.year: "y"}
        return str(format_date(on, forms.get(precision or DatePrecision.day, "d MMMM y"), locale="en"))
    match precision:
        case DatePrecision.year:
            return f"năm {on.year}"
        case DatePrecision.month:
            return f"tháng {_month(on)}/{on.year}"
        case _:
            return f"ngày {on.day:02}/{_month(on)}/{on.year}"


def when(spoken: Words, on: date, precision: DatePrecision | None = None) -> str:
    """A day within a sentence: "on 5 February 2026", "in 2026"; in Vietnamese as `day`."""
    if spoken.locale == Locale.vi:
        return day(spoken, on, precision)
    in_part = precision in (DatePrecision.month, DatePrecision.year)
    return f"{'in' if in_part else 'on'} {day(spoken, on, precision)}"


def span(spoken: Words, first: date, last: date, precision: DatePrecision) -> str:
    """The days of a visit within a sentence: "from 10 to 12 June 2026", "từ ngày 10 đến ngày 12/6/2026"."""
    if precision != DatePrecision.day or first == last:
        return when(spoken, first, precision)
    same_month, same_year = (first.month, first.year) == (last.month, last.year), first.year == last.year
    if spoken.locale == Locale.en:
        form = "d" if same_month else "d MMMM" if same_year else "d MMMM y"
        return f"from {format_date(first, form, locale='en')} to {day(spoken, last)}"
    start = f"{first.day:02}" if same_month else f"{first.day:02}/{_month(first)}"
    return f"từ ngày {start}{'' if same_year else f'/{first.year}'} đến {day(spoken, last)}"


def _month(on: date) -> str:
    return f"{on.month:02}" if on.month < 3 else str(on.month)


def is_vietnamese(text: str) -> bool:
    """Whether a text is Vietnamese, so that an English letter cannot say it as it stands: half of its words
    bear marks. The home city's name is no proof."""
    rest = unicodedata.normalize("NFC", text).replace(settings().home_city, " ")
    found = re.findall(r"\w+", rest)
    return bool(found) and 2 * sum(fold(word) != word.casefold() for word in found) >= len(found)
