"""Keeps every partner's stored standing equal to what the rule says of its evidence.

A listener notes the partners whose evidence a flush touches. Before the commit their dossiers are loaded
and their rows rewritten, in the same transaction; nobody computes a standing by hand. What only the
calendar moves is brought up to date on the first read of the day (refresh_on), so nothing depends on a job.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import SessionTransaction
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key
from sqlmodel import Session, col, select

from app import clock
from app.actor import Actor, system
from app.db import Database
from app.errors import Unavailable
from app.history.service import acting, tell_each
from app.models import (
    Agreement,
    AgreementPartner,
    AgreementSector,
    Delegation,
    DelegationPartner,
    FollowUp,
    FollowUpPartner,
    Interaction,
    InteractionPartner,
    Milestone,
    Partner,
    Pause,
    PlayRow,
    PolicyRow,
    Postponement,
    Programme,
    ProgrammePartner,
    ProgrammeResult,
    ProgressNote,
    Push,
    ReviewConfirmation,
    StandingRow,
)
from app.standings.plays import load_playbook
from app.standings.policy import load_policy
from app.standings.pushed import settle_pushes
from app.standings.reassess import Reassessed, reassess
from app.vocabulary import Door

log = logging.getLogger("cityties")

_TOUCHED = "standings_touched"
_ALL = "*"
CHUNK = 500
# How long the first read of a day waits for its turn to write: others read on behind it meanwhile.
REFRESH_SECONDS = 1
_table = StandingRow.__table__  # type: ignore[attr-defined]
_POLICY_LOCK = 1  # of the database's advisory locks; no other is taken

# Which column of which table leads to the partners it is evidence about.
_DIRECT: dict[type[Any], str] = {
    Partner: "id",
    Pause: "partner_id",
    Push: "partner_id",
    ReviewConfirmation: "partner_id",
    AgreementPartner: "partner_id",
    DelegationPartner: "partner_id",
    InteractionPartner: "partner_id",
    FollowUpPartner: "partner_id",
    ProgrammePartner: "partner_id",
}
_THROUGH: dict[type[Any], tuple[tuple[str, str], ...]] = {
    Agreement: (("agreement", "id"), ("agreement", "amends_id")),
    AgreementSector: (("agreement", "agreement_id"),),
    Delegation: (("delegation", "id"),),
    # An answer makes the letter that it answers an exchange.
    Interaction: (("interaction", "id"), ("interaction", "answers_id")),
    # An agreed action makes the visit it grew out of substantive, for every partner of that visit.
    FollowUp: (("follow_up", "id"), ("delegation", "delegation_id"), ("interaction", "interaction_id")),
    Postponement: (("follow_up", "follow_up_id"),),
    Programme: (("programme", "id"),),
    Milestone: (("programme", "programme_id"),),
    ProgressNote: (("programme", "programme_id"),),
    ProgrammeResult: (("programme", "programme_id"),),
}
_LINKS: dict[str, Any] = {
    "agreement": AgreementPartner,
    "delegation": DelegationPartner,
    "interaction": InteractionPartner,
    "follow_up": FollowUpPartner,
    "programme": ProgrammePartner,
}


@event.listens_for(Session, "after_flush")
def _note(session: Session, _context: Any) -> None:
    touched: set[tuple[str, int]] = session.info.setdefault(_TOUCHED, set())
    for row in (*session.new, *session.dirty, *session.deleted):
        kind = type(row)
        if kind in (PolicyRow, PlayRow):
            touched.add((_ALL, 0))
        elif kind in _DIRECT:
            touched.add(("partner", getattr(row, _DIRECT[kind])))
        elif kind in _THROUGH:
            touched.update(
                (record, value)
                for record, name in _THROUGH[kind]
                # What it pointed at until now is touched as well: an amendment may turn out another paper's.
                for value in (getattr(row, name), *sa.inspect(row).attrs[name].history.deleted)
                if value is not None
            )


@event.listens_for(Session, "before_commit")
def _settle_before_commit(session: Session) -> None:
    session.flush()
    settle(session)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    """Not at a savepoint: what was touched before it stays so, and a partner too many does no harm."""
    if transaction.parent is None:
        session.info.pop(_TOUCHED, None)


def settle(session: Session, today: date | None = None) -> None:
    """Rewrite the standings that this transaction has touched so far. Services whose answer tells the new
    standing call it; otherwise the commit does."""
    session.flush()
    touched: set[tuple[str, int]] = session.info.pop(_TOUCHED, set())
    if touched:
        ids = _partners(session, touched)
        rewrite(
            session, ids, today or clock.today(), acting(session) if ids is not None else _policy(session)
        )


def _policy(session: Session) -> Actor:
    """In whose name all standings change at once: nobody did anything to these partners, the policy did."""
    return replace(system(Door.policy), request_id=acting(session).request_id)


def _partners(session: Session, touched: set[tuple[str, int]]) -> list[int] | None:
    """The ids behind what was touched; None for all of them."""
    if (_ALL, 0) in touched:
        return None
    found = {key for record, key in touched if record == "partner"}
    for record, link in _LINKS.items():
        keys = [key for kind, key in touched if kind == record]
        if keys:
            column = getattr(link, f"{record}_id")
            found.update(session.exec(select(link.partner_id).where(column.in_(keys))))
    return sorted(found)


def rewrite(session: Session, ids: Iterable[int] | None, today: date, actor: Actor) -> int:
    """Assess partners (all when None) and store what differs; the number of rows written.

    The rows are locked first, so that on PostgreSQL two transactions that touch one partner follow each
    other and the second sees the evidence of the first, whatever it has loaded before.
    """
    wait_for_policy(session, alone=ids is None)
    wanted = None if ids is None else sorted(set(ids))
    policy, playbook = load_policy(session), load_playbook(session)
    written = 0
    for chunk in _chunks(wanted):
        found = reassess(session, chunk, policy, today, playbook, lock=True)
        settle_pushes(session, actor, {one.partner_id: one.dossier for one in found}, policy)
        written += _store(session, actor, found)
    return written


def _chunks(wanted: list[int] | None) -> Iterator[list[int] | None]:
    """All at once, or so many as one statement may name."""
    if wanted is None:
        yield None
        return
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]


def wait_for_policy(session: Session, *, alone: bool) -> None:
    """Let no standing be assessed by a policy that is being edited: on PostgreSQL, whoever adds evidence
    shares a lock until the commit, and whoever assesses all partners anew holds it alone."""
    if session.get_bind().dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock if alone else sa.func.pg_advisory_xact_lock_shared
        session.execute(sa.select(lock(_POLICY_LOCK)))


def _store(session: Session, actor: Actor, found: list[Reassessed]) -> int:
    """Write what differs and tell it, in as many statements for a thousand partners as for one."""
    values = {one.partner_id: (one, columns) for one in found if (columns := one.to_write()) is not None}
    new = [{"partner_id": key, **row} for key, (one, row) in values.items() if one.before is None]
    old = {key: row for key, (one, row) in values.items() if one.before is not None}
    if new:
        session.execute(sa.insert(_table), new)
    if old:
        statement = sa.update(_table).where(_table.c.partner_id == sa.bindparam("key"))
        session.connection().execute(statement, [{"key": key, **row} for key, row in old.items()])
    for key, row in old.items():  # what the session has loaded says so too
        known = session.identity_map.get(identity_key(StandingRow, key))
        for name, value in row.items() if known is not None else ():
            set_committed_value(known, name, value)
    told = {key: changes for key in old if (changes := values[key][0].told)}
    tell_each(session, actor, "standing.changed", "standing", told)
    return len(values)


# A standing is due when the calendar has moved past what it holds for, or back before its day.
_DUE = sa.text(
    "SELECT EXISTS(SELECT 1 FROM standing WHERE refresh_on <= :today)"
    " OR EXISTS(SELECT 1 FROM standing WHERE as_of > :today)"
).bindparams(sa.bindparam("today", type_=sa.Date))


def is_due(session: Session, today: date) -> bool:
    """Whether any stored standing must be refreshed before it is read: one indexed look-up."""
    return bool(session.execute(_DUE, {"today": today}).scalar())


def refresh(session: Session, today: date) -> int:
    """Bring standings up to date that the calendar has moved; the number rewritten."""
    due = select(StandingRow.partner_id).where(
        sa.or_(col(StandingRow.refresh_on) <= today, col(StandingRow.as_of) > today)
    )
    return rewrite(session, list(session.exec(due)), today, system(Door.clock))


def refresh_due(database: Database, today: date) -> None:
    """Refresh in a transaction of its own. When the database cannot be written now (a lock, a full disk),
    readers get what is stored and the next read tries again."""
    try:
        with database.write(wait=REFRESH_SECONDS) as session:
            refresh(session, today)
    except (OperationalError, Unavailable):
        log.warning("standings could not be refreshed; they are shown as stored")
