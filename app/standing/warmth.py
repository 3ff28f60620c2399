"""Warmth: how long since anyone truly met or worked together. A courtesy visit warms; it does not deepen."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.standing.clock import ALWAYS, FOREVER, add_months
from app.standing.evidence import Evidence
from app.standing.spans import Spans, Timeline
from app.vocabulary import Quadrant, Rung, Warmth


@dataclass(frozen=True, slots=True)
class Heat:
    """Warmth on every day (None where nothing is known), and the days on which it is cold."""

    warmth: Timeline[Warmth | None]
    cold: Spans


def feel(evidence: Evidence) -> Heat:
    """Work out warmth for all days.

    It counts from the latest two-way contact or programme activity or, while there is none, from the first
    dated Tie: `cold` after the tier's months of silence, `cooling` in the last quarter of that time (from
    three quarters of the months, rounded down).
    """
    silence = evidence.policy.silence[evidence.dossier.tier]
    starts = list(evidence.warming)
    if not starts or evidence.first_tie < starts[0]:
        starts.insert(0, evidence.first_tie)
    warmth: Timeline[Warmth | None] = Timeline([ALWAYS], [None])
    warmth.turn(starts[0], Warmth.warm)
    for start, following in pairwise([*starts, FOREVER]):
        cools = add_months(start, silence * 3 // 4)
        if cools < following:
            warmth.turn(cools, Warmth.cooling)
            chills = add_months(start, silence)
            if chills < following:
                warmth.turn(chills, Warmth.cold)
            warmth.turn(following, Warmth.warm)
    return Heat(warmth, warmth.spans_of(Warmth.cold))


def counted_from(evidence: Evidence, day: date) -> date | None:
    """The day from which warmth counts on `day`: the latest warming fact, else the first Tie, else None."""
    past = [when for when in evidence.warming if when <= day]
    if past:
        return past[-1]
    return evidence.first_tie if evidence.first_tie <= day else None


def quadrant(rung: Rung, warmth: Warmth | None, *, tied: bool) -> Quadrant | None:
    """Depth crossed with warmth; None where warmth is unknown, or below `substantive` without a Tie."""
    if warmth is None:
        return None
    cold = warmth == Warmth.cold
    if rung.height >= Rung.substantive.height:
        return Quadrant.fading if cold else Quadrant.thriving
    if not tied:
        return None
    return Quadrant.dormant if cold else Quadrant.courtesy_loop
