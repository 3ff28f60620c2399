"""The course of a programme: which move is possible, and which dates belong to which state.

The standing is read off the dates, so that the state and they may never tell two stories: what has started
has a first day that has come, what has ended or was cancelled has that day, and nothing else has one.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.errors import Conflict, Refused
from app.vocabulary import ProgrammeState as S

MOVES: Mapping[S, tuple[S, ...]] = {
    S.proposed: (S.planned, S.active, S.cancelled),
    S.planned: (S.active, S.cancelled),
    S.active: (S.suspended, S.completed, S.cancelled),
    S.suspended: (S.active, S.completed, S.cancelled),
    # Ended by mistake, or taken up again: it goes on where it was.
    S.completed: (S.active,),
    S.cancelled: (S.active, S.proposed),
}
OVER = (S.completed, S.cancelled)
NEEDS_WHY = (S.suspended, S.cancelled)
_RUNS = (S.active, S.suspended, S.completed)


def moves_from(state: S, *, started: bool) -> tuple[S, ...]:
    """The states a programme may go to now. One that was cancelled goes back to where it had got to."""
    if state == S.cancelled:
        return (S.active,) if started else (S.proposed,)
    return MOVES[state]


def action(old: S, new: S) -> str:
    """What a move is called in the history."""
    if old in OVER:
        return "programme.reopened"
    if old == S.suspended and new == S.active:
        return "programme.resumed"
    return _PAST[new]


_PAST = {
    S.proposed: "programme.reopened",
    S.planned: "programme.planned",
    S.active: "programme.started",
    S.suspended: "programme.suspended",
    S.completed: "programme.completed",
    S.cancelled: "programme.cancelled",
}


def check_move(old: S, new: S, *, started: bool) -> None:
    """Raises Conflict for a move that is not possible."""
    if new not in moves_from(old, started=started):
        raise Conflict("no_such_move")


def dates_after(new: S, started_on: date | None, on: date) -> dict[str, date | None]:
    """The dates that a move on a day sets or takes away; what is not in it stays."""
    found: dict[str, date | None] = {"ended_on": None, "cancelled_on": None}
    if new == S.active and started_on is None:
        found["started_on"] = on
    if new == S.completed:
        found["ended_on"] = on
    if new == S.cancelled:
        found["cancelled_on"] = on
    return found


def check_dates(row: Any, today: date) -> None:
    """Raises Refused, naming the field, where the dates of a programme do not fit its state or each other."""
    if row.state in _RUNS and row.started_on is None:
        raise Refused("programme_needs_start", field="started_on")
    if row.state in (S.proposed, S.planned) and row.started_on is not None:
        raise Refused("not_started", field="started_on")
    for name, state in (("ended_on", S.completed), ("cancelled_on", S.cancelled)):
        if (row.state == state) != (getattr(row, name) is not None):
            raise Refused("day_of_end" if row.state == state else "programme_not_over", field=name)
    for name in ("started_on", "ended_on", "cancelled_on"):
        if (day := getattr(row, name)) is not None and day > today:
            raise Refused("contact_in_future", field=name)
    for name in ("ends_on", "ended_on", "cancelled_on"):
        day = getattr(row, name)
        if day is not None and row.started_on is not None and day < row.started_on:
            raise Refused("end_before_start", field=name)


def check_figures(row: Any) -> None:
    """Raises Refused for an amount without its currency, and for completion told on two scales."""
    if row.currency is None and (row.budget is not None or row.counterpart_funds is not None):
        raise Refused("currency_needed", field="currency")
    if row.completion is not None and row.completion_percent is not None:
        raise Refused("completion_twice", field="completion_percent")
