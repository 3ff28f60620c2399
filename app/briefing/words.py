"""How fresh a line of a briefing is, in words."""

from app.briefing.model import Line
from app.i18n import Words


def fresh(spoken: Words, line: Line) -> str:
    """ "as of 12/03/2026, 8 months old"; empty where no day is known."""
    if line.as_of is None:
        return ""
    day = spoken.date(line.as_of, line.precision)
    if not line.months:
        return spoken.gettext("as of %(day)s", day=day)
    return spoken.ngettext(
        "as of %(day)s, %(n)s month old", "as of %(day)s, %(n)s months old", line.months, day=day
    )
