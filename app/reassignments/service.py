"""Many follow-ups changed in one transaction, all or none; and what one request did to them taken back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from app.actor import Actor
from app.errors import Conflict, Refused
from app.follow_ups import service as follow_ups
from app.follow_ups.schemas import FollowUpPatch
from app.history import record, undone
from app.models import Event, FollowUp, Postponement
from app.notices import service as notices
from app.reassignments.schemas import ReassignmentIn
from app.vocabulary import FollowUpState

# What an undo takes back: changes, not that a follow-up was opened or archived.
_REVERSIBLE = (
    "follow_up.changed",
    "follow_up.postponed",
    "follow_up.done",
    "follow_up.dropped",
    "follow_up.reopened",
)
_NAMED = 3


@dataclass(frozen=True)
class Reassignment:
    """What was done: `act` takes it back, `changed` are the follow-ups that were not so already."""

    act: str
    changed: tuple[int, ...]


class RowsChanged(Conflict):
    """Some of the rows are no longer as they were seen; `ids` are theirs."""

    def __init__(self, code: str, rows: Iterable[FollowUp]) -> None:
        found = list(rows)
        titles = "; ".join(row.title for row in found[:_NAMED]) + ("; …" if len(found) > _NAMED else "")
        super().__init__(code, n=len(found), titles=titles)
        self.ids = frozenset(row.id for row in found)


def reassign(session: Session, actor: Actor, data: ReassignmentIn, *, today: date) -> Reassignment:
    """Give follow-ups to somebody, a unit or a day: every one by its own act, so that each keeps its history
    and a moved day its postponement. Raises RowsChanged, naming those that somebody changed or closed
    meanwhile, and Refused; then none is changed."""
    said = {name for name in ("assignee", "unit", "due_on") if getattr(data, name) is not None}
    if not said:
        raise Refused("nothing_to_change", field="assignee")
    if data.due_on is not None and data.why is None:
        raise Refused("why_needed", field="why")
    if data.due_on is not None and data.due_on < today:
        raise Refused("due_before_today", field="due_on")
    patch = FollowUpPatch(
        **{name: getattr(data, name) for name in said}, **({"why": data.why} if data.due_on else {})
    )
    seen = {chosen.id: chosen.version for chosen in data.follow_ups}
    rows = _rows(session, seen)
    stale = [row for row in rows if row.version != seen[row.id or 0] or row.state != FollowUpState.open]
    if stale:
        raise RowsChanged("rows_changed", stale)
    changed = []
    for row in rows:
        before = row.version
        follow_ups.change(session, actor, row, patch, version=before, today=today)
        if row.version != before and row.id is not None:
            changed.append(row.id)
    return Reassignment(actor.request_id or "", tuple(changed))


def take_back(session: Session, actor: Actor, act: str, *, today: date) -> tuple[int, ...]:
    """Undo what one request of the caller did to follow-ups: every field as it was, a postponement unwritten.

    Only on the day itself: later it is history. Raises NotFound for an act that is not the caller's, and
    RowsChanged when somebody has changed one of the follow-ups since; then nothing is taken back.
    """
    mine = undone.lines_of(session, actor, act, _REVERSIBLE)
    undone.check_day(mine, today)
    before = _before(mine)
    rows = _rows(session, before)
    touched = {key for _kind, key in undone.touched_since(session, mine)}
    if touched:
        raise RowsChanged("changed_since", [row for row in rows if row.id in touched])
    for row in rows:
        _revert(session, actor, row, before[row.id or 0])
    return tuple(sorted(before))


def _before(events: list[Event]) -> dict[int, dict[str, Any]]:
    """The fields of each follow-up as they were before the first of these events."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for event in reversed(events):
        found[event.record_id].update({name: old for name, (old, _new) in event.changes.items()})
    return found


def _rows(session: Session, ids: Iterable[int]) -> list[FollowUp]:
    """The follow-ups in the order of their ids, so that two writers wait for each other and never both."""
    wanted = sorted(ids)
    statement = select(FollowUp).where(col(FollowUp.id).in_(wanted), col(FollowUp.archived_at).is_(None))
    rows = list(session.exec(statement.order_by(col(FollowUp.id)).with_for_update()))
    if len(rows) < len(wanted):
        known = {row.id for row in rows}
        missing = next(key for key in wanted if key not in known)
        raise Refused("unknown_follow_up", field="follow_ups", id=missing)
    return rows


def _revert(session: Session, actor: Actor, row: FollowUp, before: dict[str, Any]) -> None:
    if "assignee_id" in before:
        notices.not_assigned(session, row)
    if "due_on" in before:
        moves = select(Postponement).where(
            Postponement.follow_up_id == row.id, Postponement.to_due == row.due_on
        )
        if (move := session.exec(moves.order_by(col(Postponement.id).desc())).first()) is not None:
            session.delete(move)
    undone.put_back(row, before)
    partners = follow_ups.partners_of(session, row)
    record(session, actor, "follow_up.taken_back", row, partners=partners)
