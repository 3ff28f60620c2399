"""The question this package answers: how does this partner stand on this day?"""

from datetime import date

from app.standing.course import Course
from app.standing.dossier import Dossier
from app.standing.policy import DEFAULT_POLICY, Policy
from app.standing.result import Standing


def assess(dossier: Dossier, as_of: date, policy: Policy = DEFAULT_POLICY) -> Standing:
    """The standing of a partner on `as_of`.

    Pure: same inputs, same output, whatever the order of the facts. Facts dated after `as_of` change nothing
    but `valid_until`. An assessment of a past day says what today's file says about that day.
    """
    return Course(dossier, policy).standing(as_of)
