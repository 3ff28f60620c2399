"""What one request did to partners, taken back: an officer, a tier, a cause, a confirmed file, a request."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import clock
from app.actor import Actor
from app.errors import Conflict
from app.follow_ups import service as follow_ups
from app.history import record, undone
from app.models import Event, FollowUp, Partner, PartnerCause, Pause, Record, ReviewConfirmation
from app.notices import service as notices
from app.vocabulary import FollowUpSource

# What may be taken back: the table, and whether the act made the row (it goes to the archive then).
_REVERSIBLE: dict[str, tuple[type[Record], bool]] = {
    "partner.changed": (Partner, False),
    "partner.cause_named": (PartnerCause, True),
    "partner.cause_ended": (PartnerCause, False),
    "partner.confirmed": (ReviewConfirmation, True),
    "partner.pause_asked": (Pause, True),
    "follow_up.opened": (FollowUp, True),
}
_OWN = {"officer_id", "tier"}


def undo(session: Session, actor: Actor, act: str, *, today: date) -> tuple[str, ...]:
    """Take back what one request of the caller did to partners; the slugs of those that are as they were.

    Only on the day itself: later it is history. Raises NotFound for an act that is not the caller's, and
    Conflict when somebody has been at one of the rows since; then nothing is taken back.
    """
    mine = [event for event in undone.lines_of(session, actor, act, _REVERSIBLE) if _is_plain(event)]
    undone.check_day(mine, today)
    rows = _held(session, mine)
    if undone.touched_since(session, mine):
        raise Conflict("partners_changed_since")
    touched: set[int] = set()
    # What was made goes first: a partner has one cause in force.
    for event in sorted(mine, key=lambda event: (not _REVERSIBLE[event.action][1], event.id or 0)):
        touched.add(_revert(session, actor, event, rows[event.record_type, event.record_id]))
    slugs = sa.select(Partner.slug).where(col(Partner.id).in_(touched)).order_by(Partner.slug)
    return tuple(session.scalars(slugs))


def _is_plain(event: Event) -> bool:
    """Of a partner's own fields only officer and tier are changed for many at once; of follow-ups only
    proposed steps are opened."""
    if event.record_type == "follow_up":
        return event.changes.get("source", [None, None])[1] == FollowUpSource.standing
    return event.record_type != "partner" or set(event.changes) <= _OWN


def _held(session: Session, mine: list[Event]) -> dict[tuple[str, int], Any]:
    """The rows of these events, locked before anybody asks who was at them: table by table in the order of
    their ids, so that two writers wait for each other and never both."""
    found: dict[tuple[str, int], Any] = {}
    for table in dict.fromkeys(table for table, _made in _REVERSIBLE.values()):
        ids = {event.record_id: event.record_type for event in mine if _REVERSIBLE[event.action][0] is table}
        if ids:
            statement = select(table).where(col(table.id).in_(ids)).order_by(col(table.id)).with_for_update()
            rows = session.exec(statement.execution_options(populate_existing=True))
            found |= {(ids[row.id or 0], row.id or 0): row for row in rows}
    return found


def _revert(session: Session, actor: Actor, event: Event, row: Any) -> int:
    """One row as it was; the id of its partner."""
    table, made = _REVERSIBLE[event.action]
    with session.no_autoflush:
        if made:
            row.archived_at = clock.now()
            notices.withdraw(session, event.record_type, event.record_id)
        elif table is PartnerCause:
            row.ended_on = None
        else:
            undone.put_back(row, {name: old for name, (old, _new) in event.changes.items()})
    partner_id = _partner_of(session, row)
    action = "follow_up.taken_back" if table is FollowUp else "partner.taken_back"
    record(session, actor, action, row, partners=[partner_id])
    return partner_id


def _partner_of(session: Session, row: Any) -> int:
    if isinstance(row, FollowUp):
        return follow_ups.partners_of(session, row)[0]
    return int(row.id or 0) if isinstance(row, Partner) else int(row.partner_id)
