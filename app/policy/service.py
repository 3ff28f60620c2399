"""The policy is changed by managers; every partner's standing is assessed anew in the same transaction."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.actor import Actor
from app.errors import Refused, Stale
from app.history import record
from app.models import PolicyRow
from app.policy.queries import as_policy, months_of, proposed
from app.policy.schemas import PolicyPatch
from app.standings.keeper import refresh, settle, wait_for_policy


def get_policy(session: Session) -> PolicyRow:
    """The row of the policy; a new one of version 0 while nobody has changed it."""
    # Who edits the policy is alone with it: what this reads cannot be changed by another until the commit.
    wait_for_policy(session, alone=True)
    first = select(PolicyRow).order_by(col(PolicyRow.id)).limit(1)
    found = session.exec(first.execution_options(populate_existing=True)).first()
    return found or PolicyRow(version=0)


def change_policy(
    session: Session, actor: Actor, row: PolicyRow, data: PolicyPatch, *, version: int, today: date
) -> PolicyRow:
    """Set the months, or take up those of an earlier change again; the standings follow at once, in the name
    of the policy. Raises Stale, and Refused for a bound that is broken or when nothing changes."""
    if row.version != version:
        raise Stale(row)
    months = proposed(session, data)
    as_policy(months)
    if all(getattr(row, name) == value for name, value in months.items()):
        raise Refused("nothing_changed", field="why")
    if row.id is None:
        row = _delivered(session)
    refresh(session, today)  # what the calendar alone has moved is not the policy's doing
    for name, value in months.items():
        setattr(row, name, value)
    restored = data.restores is not None and months == months_of(session, data.restores)
    more: dict[str, tuple[None, object]] = {"why": (None, data.why)}
    if restored:
        more["restores"] = (None, data.restores)
    record(session, actor, "policy.restored" if restored else "policy.changed", row, more=more)
    settle(session, today)
    return row


def _delivered(session: Session) -> PolicyRow:
    """The months as delivered, put into the table past the history: nobody changed anything yet."""
    session.execute(sa.insert(PolicyRow), [PolicyRow(id=1).model_dump()])
    return session.get_one(PolicyRow, 1)
