"""Reads of the policy: the months in force, and every change of them from the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from app.errors import Refused
from app.models import Event, PolicyRow
from app.standing import Policy, PolicyError
from app.standings.policy import policy_of

FIGURES = PolicyRow.months
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


@dataclass(frozen=True, slots=True)
class PolicyNow:
    """The months in force; version 0 while nobody has changed them."""

    version: int
    months: Mapping[str, int]


def policy_now(session: Session) -> PolicyNow:
    """The months in force, with their version; one statement."""
    row = session.exec(select(PolicyRow).order_by(col(PolicyRow.id)).limit(1)).first()
    if row is None:
        return PolicyNow(0, dict(_DEFAULTS))
    return PolicyNow(row.version, {name: getattr(row, name) for name in FIGURES})


def months_of(session: Session, change_id: int) -> Mapping[str, int]:
    """The months that were in force from a change on; 0: as delivered. Raises Refused for one unknown."""
    if change_id == 0:
        return dict(_DEFAULTS)
    for change in policy_changes(session):
        if change.id == change_id:
            return change.months
    raise Refused("unknown_value", field="restores", name="restores")


def proposed(session: Session, data: Any) -> dict[str, int]:
    """The months that a proposal comes to: those in force, an earlier change's where it restores one, and
    over them what it says itself."""
    base = policy_now(session).months if data.restores is None else months_of(session, data.restores)
    return {**base, **data.said}


def as_policy(months: Mapping[str, int]) -> Policy:
    """Months as the rule wants them. Raises Refused, at its field, for a bound that is broken."""
    row: dict[str, Any] = dict(months)
    try:
        return policy_of(PolicyRow(**row))
    except PolicyError as error:
        raise Refused(error.code, field=error.field.replace(".", "_")) from None
