"""How a partner's standing went over a period."""

from bisect import bisect_right
from datetime import date

from app.standing.course import Course
from app.standing.dossier import Dossier
from app.standing.policy import DEFAULT_POLICY, Policy
from app.standing.result import Standing


def history(dossier: Dossier, start: date, end: date, policy: Policy = DEFAULT_POLICY) -> list[Standing]:
    """One Standing on `start` and one on each later day, up to and including `end`, on which it changed.

    A change is one of the fields that `Standing.valid_until` names; each entry holds up to the next one's
    `as_of`. Raises ValueError when `end` comes before `start`.
    """
    if end < start:
        raise ValueError("history ends before it starts")
    course = Course(dossier, policy)
    first, last = bisect_right(course.changes, start), bisect_right(course.changes, end)
    return [course.standing(day) for day in (start, *course.changes[first:last])]
