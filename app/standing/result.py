"""What an assessment says: the standing of one partner on one day."""

from dataclasses import dataclass
from datetime import date

from app.standing.playbook import Missing, NextStep
from app.standing.reason import Reason
from app.vocabulary import Quadrant, Rung, Status, Step, Warmth


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where the partner stands on `as_of`, why, and what comes next.

    waiting_since   where the clock of patience started; None at `substantive` and above, and without a dated
                    Tie
    months_waiting  whole months from then to `as_of`; None where there is no clock
    warmth          None where neither contact nor a dated Tie is known
    quadrant        None without warmth, and below `substantive` without a Tie
    status          `parked` while paused
    underlying      the status as if there were no pause; equal to `status` when there is none
    step            what is being done about it; never hides the status
    reasons         in the order of ReasonCode
    urgency         two decimals, 0 where there is no clock; see `urgency_terms`
    next_step       the playbook's entry for the first reason
    missing         what the next rung needs; empty at the top
    valid_until     the first later day on which rung, waiting_since, warmth, status, underlying, step or the
                    list of reason codes differs, given the same dossier; None: never
    """

    as_of: date
    rung: Rung
    waiting_since: date | None
    months_waiting: int | None
    warmth: Warmth | None
    quadrant: Quadrant | None
    status: Status
    underlying: Status
    step: Step
    reasons: tuple[Reason, ...]
    urgency: float
    next_step: NextStep | None
    missing: tuple[Missing, ...]
    valid_until: date | None
