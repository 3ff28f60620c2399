"""What a reporting period is called."""

from typing import Any

from app.i18n import Words
from app.reporting.periods import Period
from app.vocabulary import PeriodKind


def named_period(spoken: Words, period: Period) -> str:
    """Quý 1/2026, Quarter 1 of 2026; its days for a period of anybody's choice."""
    match period.kind:
        case PeriodKind.month:
            last = period.last
            return spoken.gettext("Month %(month)s/%(year)s", month=last.month, year=last.year)
        case PeriodKind.quarter:
            return spoken.gettext("Quarter %(number)s/%(year)s", number=period.number, year=period.year)
        case PeriodKind.half_year if period.number == 1:
            return spoken.gettext("First half of %(year)s", year=period.year)
        case PeriodKind.half_year:
            return spoken.gettext("Second half of %(year)s", year=period.year)
        case PeriodKind.year:
            return spoken.gettext("Year %(year)s", year=period.year)
    return days_of(spoken, period)


def days_of(spoken: Words, period: Period) -> str:
    """15/12/2025 – 14/12/2026; one day alone where it has no more."""
    first, last = spoken.date(period.first), spoken.date(period.last)
    return first if first == last else f"{first} – {last}"


def spanned(spoken: Words, asked: Any) -> str:
    """What a list's span asks for: "signed: 15/12/2025 – 14/12/2026". Empty for none."""
    if asked.in_period is None:
        return ""
    return f"{spoken.label(asked.in_period)}: {days_of(spoken, Period(asked.since, asked.until))}"
