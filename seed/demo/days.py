"""Days of the illustrative files: told from the day of loading, so that the demonstration is alive on it."""

import re
from datetime import date

from app.standing import add_months
from app.standing.clock import add_days

_STEP = re.compile(r"([+-]\d+)([dm])")


def day(text: str, today: date) -> date | None:
    """`-14m+3d` is fourteen months before today and three days on; `0` is today; empty is no day."""
    if not text:
        return None
    if text == "0":
        return today
    if not re.fullmatch(rf"({_STEP.pattern})+", text):
        raise ValueError(f"not a day: {text}")
    found = today
    for number, unit in _STEP.findall(text):
        found = add_months(found, int(number)) if unit == "m" else add_days(found, int(number))
    return found
