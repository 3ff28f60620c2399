"""Calendar arithmetic. Dates are civil dates of the home city; months are calendar months.

Nothing here reads the clock: "today" always comes from the caller.
"""

from calendar import isleap
from datetime import date, timedelta
from functools import lru_cache

from app.vocabulary import DatePrecision

# Ends of the calendar stand for "since always" and "never", so that every span has two ends to compare.
ALWAYS = date.min
FOREVER = date.max

_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


# An assessment asks this about every date in a file, and files share their dates.
@lru_cache(maxsize=1 << 16)
def add_months(day: date, months: int) -> date:
    """The day `months` calendar months later (earlier when negative), as `dateutil.relativedelta` adds them.

    The day of the month is kept and clamped to the last one: 2024-08-31 + 6 = 2025-02-28. Beyond the calendar
    the answer is its end (`date.max`, `date.min`) instead of an error: "expires 9999-12-31" means never.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > FOREVER.year:
        return FOREVER
    if year < ALWAYS.year:
        return ALWAYS
    if day.day <= 28:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    """How many days the month (1..12) has."""
    return 29 if month == 2 and isleap(year) else _MONTH_LENGTHS[month - 1]


def months_between(start: date, end: date) -> int:
    """Whole calendar months from `start` to `end`: the largest n with start + n months <= end.

    Negative when `end` comes first. 2024-08-31 to 2025-02-28 is 6, since the 31st clamps to the 28th.
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def next_anniversary(start: date, day: date) -> date:
    """The first day after `day` on which `months_between(start, ...)` grows."""
    return add_months(start, months_between(start, day) + 1)


def first_day_within(months: int, end: date) -> date:
    """The first day from which `end` is at most `months` months away: the least d with d + months >= end.

    Not always `end` minus the months: six months before 31 August lies 28 February, but 28 February plus six
    is 28 August, so only 1 March is close enough.
    """
    day = add_months(end, -months)
    return day if add_months(day, months) >= end else add_days(day, 1)


def add_days(day: date, days: int) -> date:
    """`day` plus `days` (which may be negative), stopping at the ends of the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return FOREVER if days > 0 else ALWAYS


def counted_on(day: date, precision: DatePrecision, recorded_on: date | None = None) -> date:
    """The day that a partly known date counts as.

    A date known only to the month or the year counts as the last day of it, or as the day it was recorded if
    that is earlier: the partner gets the benefit of the doubt, and nothing counts as yet to come.

    `recorded_on` is ignored when it lies before the month or year began: then the date was a plan, and the
    recording says nothing about it. Leave it out for dates that may lie ahead, such as an expiry.
    """
    if precision == DatePrecision.day:
        return day
    first = day.replace(day=1) if precision == DatePrecision.month else date(day.year, 1, 1)
    month = day.month if precision == DatePrecision.month else 12
    last = date(day.year, month, month_length(day.year, month))
    if recorded_on is not None and first <= recorded_on < last:
        return recorded_on
    return last
