"""Takes the illustrative layer out again: what is left is as if it had never been there.

Plain statements, not the services: nothing here is an act of the department, and none of it is to be told.
What people entered themselves during a trial stays, with their names in its history.
"""

from collections import defaultdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from app import clock
from app.actor import system
from app.db import Database
from app.files.holders import HOLDERS
from app.models import (
    Answer,
    ApiKey,
    Event,
    EventPartner,
    File,
    FollowUp,
    FollowUpPartner,
    Partner,
    SignInFailure,
    StandingRow,
    User,
)
from app.standings.keeper import rewrite
from app.vocabulary import Door

_DEMO_USERS = sa.select(User.id).where(col(User.is_demo))


def remove(database: Database) -> dict[str, int]:
    """Delete every demo record with its links, its history and the demo accounts; the rows gone, by table.

    References from other records to demo ones become empty, standings are assessed anew.
    """
    with database.write() as session:
        first = session.scalar(sa.select(sa.func.min(Event.on)).where(col(Event.is_demo)))
        affected = _affected(session) if first else set()
        reassessed = affected | _partners_of_trial_work(session)
        _restore_partners(session)
        _delete_files_of_demo(session)
        gone = _delete_all(session)
        session.expire_all()
        if first:
            _reassess(session, affected, reassessed, first)
    return gone


def _affected(session: Session) -> set[int]:
    """Partners that demo records say something about."""
    found: set[int] = set()
    for table in _demo_tables():
        if "partner_id" in table.c:
            named = sa.select(table.c.partner_id).where(table.c.is_demo, table.c.partner_id.is_not(None))
            found.update(session.scalars(named))
        links = SQLModel.metadata.tables.get(f"{table.name}_partner")
        if links is not None:
            mine = sa.select(table.c.id).where(table.c.is_demo)
            chosen = sa.select(links.c.partner_id).where(links.c[f"{table.name}_id"].in_(mine))
            found.update(session.scalars(chosen))
    return found


def _partners_of_trial_work(session: Session) -> set[int]:
    """Partners of follow-ups that will have nobody responsible once the demo accounts are gone."""
    statement = (
        sa.select(FollowUpPartner.partner_id)
        .join(FollowUp, col(FollowUp.id) == FollowUpPartner.follow_up_id)
        .where(col(FollowUp.assignee_id).in_(_DEMO_USERS))
    )
    return set(session.scalars(statement))


def _restore_partners(session: Session) -> None:
    """Put back what the demonstration wrote on partners, where nobody has changed it since."""
    statement = sa.select(Event.record_id, Event.changes).where(
        col(Event.is_demo), Event.record_type == "partner", Event.door == Door.seed
    )
    for partner_id, changes in session.execute(statement).all():
        for name, (old, new) in changes.items():
            column = SQLModel.metadata.tables["partner"].c[name]
            same = sa.update(Partner).where(col(Partner.id) == partner_id, column == new)
            session.execute(same.values({name: old}))


def _delete_files_of_demo(session: Session) -> None:
    """What people uploaded to a demo record goes with it: a file hangs on a record or is none. The bytes are
    swept in their time."""
    for holder in HOLDERS:
        mine = sa.select(holder.table.id).where(holder.table.is_demo)
        session.execute(sa.delete(File).where(holder.column.in_(mine), col(File.is_demo).is_(False)))


def _demo_tables() -> list[sa.Table]:
    """The tables whose rows carry the mark, those that refer to others first."""
    return [table for table in reversed(SQLModel.metadata.sorted_tables) if "is_demo" in table.c]


def _delete_all(session: Session) -> dict[str, int]:
    _forget_users(session)
    gone: dict[str, int] = defaultdict(int)
    for table in _demo_tables():
        _delete(session, table, table.c.is_demo, gone)
    return {name: count for name, count in gone.items() if count}


def _forget_users(session: Session) -> None:
    """Clear what names the demo accounts without a foreign key."""
    stamps = ("created_by_id", "updated_by_id")
    for table in SQLModel.metadata.sorted_tables:
        for name in stamps:
            if name in table.c:
                column = table.c[name]
                session.execute(sa.update(table).where(column.in_(_DEMO_USERS)).values({name: None}))
    accounts = session.execute(sa.select(User.id, User.email).where(col(User.is_demo))).all()
    keys = session.scalars(sa.select(ApiKey.id).where(col(ApiKey.is_demo)))
    callers = [f"user:{account.id}" for account in accounts] + [f"key:{key}" for key in keys]
    # An id may be given again: the next user or key must not get answers meant for this one.
    session.execute(sa.delete(Answer).where(col(Answer.caller).in_(callers)))
    subjects = [f"account:{account.email}" for account in accounts]
    session.execute(sa.delete(SignInFailure).where(col(SignInFailure.subject).in_(subjects)))


def _delete(session: Session, table: sa.Table, where: Any, gone: dict[str, int]) -> None:
    """Delete rows after those that cannot be without them; other references to them become empty."""
    ids = sa.select(table.c.id).where(where) if "id" in table.c else None
    if ids is not None:
        for other in SQLModel.metadata.sorted_tables:
            for column in other.c:
                if not column.references(table.c.id):
                    continue
                if column.nullable:
                    emptied = sa.update(other).where(column.in_(ids)).values({column.name: None})
                    session.execute(emptied)
                else:
                    _delete(session, other, column.in_(ids), gone)
    result: Any = session.execute(sa.delete(table).where(where))
    gone[table.name] += result.rowcount


def _reassess(session: Session, affected: set[int], reassessed: set[int], first: date) -> None:
    """Assess standings without the demonstration, and tell only what is not of its making.

    A partner that nobody else touched since the first load is assessed as of that day, silently, and then
    as of today: the history reads as if there had been no demonstration. For the others the change is told.
    """
    since = sa.select(EventPartner.partner_id).join(Event, col(Event.id) == EventPartner.event_id)
    since = since.where(Event.action == "standing.changed", Event.on >= first)
    told = set(session.scalars(since.where(Event.door != Door.clock)))
    quiet = affected - told
    drift = sa.select(EventPartner.event_id).join(Event, col(Event.id) == EventPartner.event_id)
    drift = drift.where(Event.action == "standing.changed", Event.on >= first, Event.door == Door.clock)
    ids = list(session.scalars(drift.where(col(EventPartner.partner_id).in_(quiet))))
    session.execute(sa.delete(EventPartner).where(col(EventPartner.event_id).in_(ids)))
    session.execute(sa.delete(Event).where(col(Event.id).in_(ids)))
    session.execute(sa.delete(StandingRow).where(col(StandingRow.partner_id).in_(quiet)))
    actor, today = system(Door.command), clock.today()
    if quiet:
        rewrite(session, quiet, min(first, today), actor)
    if reassessed:
        rewrite(session, reassessed, today, actor)
