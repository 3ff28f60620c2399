"""A standing as programs read it, in their language."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.i18n import Words
from app.standings.playbook_words import step_text
from app.standings.schemas import StandingOut
from app.standings.words import Evidence, proofs, reason_text
from app.vocabulary import Quadrant, ReasonCode, Rung, Status, Step, Warmth


@dataclass(slots=True)
class ReasonJson:
    """Why, since when, with what numbers and proofs, and in words."""

    code: ReasonCode
    since: date | None
    numbers: dict[str, int | str]
    evidence: tuple[Evidence, ...]
    text: str


@dataclass(slots=True)
class CodeJson:
    """A code with its words."""

    code: str
    text: str


@dataclass(slots=True)
class NextStepJson:
    """The playbook's proposal: a follow-up of this kind, due so many days from now."""

    code: str
    reason: str
    kind: str
    due_in: int
    who: str
    deepens: bool
    text: str


@dataclass(slots=True)
class StandingJson:
    """Where a partner stands on a day, and why."""

    partner: str
    as_of: date
    rung: Rung
    declared_rung: Rung | None
    status: Status
    underlying: Status
    waiting_since: date | None
    months_waiting: int | None
    patience_months: int
    warmth: Warmth | None
    quadrant: Quadrant | None
    step: Step
    urgency: float
    reasons: list[ReasonJson]
    next_step: NextStepJson | None
    missing: list[CodeJson]
    valid_until: date | None


def standing_json(standing: StandingOut, spoken: Words) -> StandingJson:
    """A standing in the caller's language."""
    return StandingJson(
        partner=standing.partner,
        as_of=standing.as_of,
        rung=standing.rung,
        declared_rung=standing.declared_rung,
        status=standing.status,
        underlying=standing.underlying,
        waiting_since=standing.waiting_since,
        months_waiting=standing.months_waiting,
        patience_months=standing.patience_months,
        warmth=standing.warmth,
        quadrant=standing.quadrant,
        step=standing.step,
        urgency=standing.urgency,
        reasons=[
            ReasonJson(
                code=reason.code,
                since=reason.since,
                numbers=reason.numbers,
                evidence=proofs(standing.partner, reason),
                text=reason_text(spoken, reason, standing.as_of),
            )
            for reason in standing.reasons
        ],
        next_step=_step(standing.next_step, spoken),
        missing=[CodeJson(code, spoken.word("missing", code)) for code in standing.missing],
        valid_until=standing.valid_until,
    )


def _step(step: dict[str, Any] | None, spoken: Words) -> NextStepJson | None:
    if step is None:
        return None
    plain = {name: value for name, value in step.items() if name != "titles"}
    return NextStepJson(**plain, text=step_text(spoken, step))
