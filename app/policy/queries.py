"""Reads of the policy: the months in force, and every change of them from the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from app.models import Event, PolicyRow

# The months as they are named in forms, in JSON, in the table and in its history.
FIGURES = (
    "patience_priority", "patience_regular", "patience_wide",
    "silence_priority", "silence_regular", "silence_wide",
    "warning", "quiet", "return_visit", "memory",
)  # fmt: skip
_DEFAULTS = {name: int(PolicyRow.model_fields[name].default) for name in FIGURES}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of months that was changed."""

    name: str
    was: int
    now: int


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """One edit of the policy. `months` are those in force from then on; `what` are those that changed;
    `restores` is the id of the change whose months were taken up again."""

    id: int
    day: date
    at: datetime
    who: str
    user_id: int | None
    why: str | None
    restores: int | None
    what: tuple[Figure, ...]
    months: Mapping[str, int]


def policy_changes(session: Session) -> list[PolicyChange]:
    """Every edit of the policy, the earliest first, for the marks on charts and the page; one statement."""
    statement = select(Event).where(Event.record_type == "policy").order_by(col(Event.id))
    months, found = dict(_DEFAULTS), []
    for line in session.exec(statement):
        told = {name: line.changes[name][1] for name in FIGURES if name in line.changes}
        what = tuple(Figure(n, months[n], now) for n, now in told.items() if months[n] != now)
        months = {**months, **told}
        found.append(_change(line, what, months))
    return found


def _change(line: Event, what: tuple[Figure, ...], months: Mapping[str, int]) -> PolicyChange:
    assert line.id is not None
    return PolicyChange(
        id=line.id,
        day=line.on,
        at=line.at,
        who=line.actor_name,
        user_id=line.user_id,
        why=_said(line.changes, "why"),
        restores=_said(line.changes, "restores"),
        what=what,
        months=months,
    )


def _said(changes: Mapping[str, Any], name: str) -> Any:
    return changes[name][1] if name in changes else None
