"""A standing as pages and programs read it; words come later, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.models import StandingRow
from app.vocabulary import DatePrecision, Quadrant, ReasonCode, Rung, Status, Step, Warmth


# Plain, not frozen: filling frozen ones takes ten times as long, and lists make hundreds of them.
@dataclass(slots=True)
class ReasonOut:
    """One reason with what proves it: references such as `agreement:12`."""

    code: ReasonCode
    since: date | None
    numbers: dict[str, int | str]
    evidence: tuple[str, ...]


@dataclass(slots=True)
class StandingOut:
    """Where one partner stands on a day."""

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
    reasons: tuple[ReasonOut, ...]
    next_step: dict[str, Any] | None
    missing: tuple[str, ...]
    valid_until: date | None
    last_contact_on: date | None
    last_contact_precision: DatePrecision | None


def standing_out(
    slug: str, declared_rung: Rung | None, row: StandingRow | Any, as_of: date | None = None
) -> StandingOut:
    """A stored row as it reads on `as_of` (its own day when not given)."""
    return StandingOut(
        partner=slug,
        as_of=as_of or row.as_of,
        rung=row.rung,
        declared_rung=declared_rung,
        status=row.status,
        underlying=row.underlying,
        waiting_since=row.waiting_since,
        months_waiting=row.months_waiting,
        patience_months=row.patience,
        warmth=row.warmth,
        quadrant=row.quadrant,
        step=row.step,
        urgency=row.urgency,
        reasons=reasons_out(row.reasons),
        next_step=row.next_step,
        missing=tuple(row.missing),
        valid_until=row.valid_until,
        last_contact_on=row.last_contact_on,
        last_contact_precision=row.last_contact_precision,
    )


def reasons_out(stored: Iterable[Any]) -> tuple[ReasonOut, ...]:
    """Reasons as a standing keeps them."""
    return tuple(
        ReasonOut(
            ReasonCode(r["code"]),
            date.fromisoformat(r["since"]) if r["since"] else None,
            r["numbers"],
            tuple(r["evidence"]),
        )
        for r in stored
    )
