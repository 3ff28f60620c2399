"""What became of a push: the day on which the evidence first lifted the partner as far as was meant."""

from datetime import date

from app.standing.dossier import Dossier
from app.standing.evidence import read
from app.standing.ladder import climb
from app.standing.policy import Policy
from app.vocabulary import Rung


def first_at(dossier: Dossier, policy: Policy, height: int, start: date) -> date | None:
    """The first day from `start` on, `start` among them, on which the rung is this high or higher.

    None: never, given the same dossier. What the dossier knows of days to come counts on those days.
    """
    rung = climb(read(dossier, policy)).rung
    if rung.at(start).height >= height:
        return start
    later = zip(rung.starts, rung.values, strict=True)
    return next((day for day, value in later if day > start and value.height >= height), None)


def progress(
    dossier: Dossier, policy: Policy, *, opened_on: date, rung_then: Rung, goal: Rung
) -> tuple[date | None, date | None]:
    """The first days, from the opening of a push on, on which the rung lay above the one it was opened at,
    and on which it lay at the goal or above."""
    return (
        first_at(dossier, policy, rung_then.height + 1, opened_on),
        first_at(dossier, policy, goal.height, opened_on),
    )
