"""Reads of stored standings."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Partner, StandingRow
from app.remembered import Remembered
from app.standing import history
from app.standings.columns import columns, columns_of
from app.standings.days import on_day
from app.standings.dossiers import load_dossiers
from app.standings.plays import load_playbook
from app.standings.policy import load_policy
from app.standings.schemas import StandingOut, standing_out
from app.vocabulary import Status, Step

_rail = Remembered()


def needs_decision() -> Any:
    """The condition of the review queue's opening view: stuck, and nothing credible is being done."""
    return sa.and_(
        col(StandingRow.status) == Status.stuck,
        col(StandingRow.step) != Step.credible,
        col(Partner.archived_at).is_(None),
    )


def rail_counts(session: Session, today: date) -> dict[str, int]:
    """The counts beside the rail's doors, remembered while nothing in the database has changed."""
    return _rail.get(session, today, lambda: {"review": count_needing_decision(session)})


def count_needing_decision(session: Session) -> int:
    """How many partners the review queue opens with."""
    statement = (
        sa.select(sa.func.count())
        .select_from(StandingRow)
        .join(Partner, col(Partner.id) == StandingRow.partner_id)
        .where(needs_decision())
    )
    return int(session.execute(statement).scalar_one())


def standing_of(session: Session, partner: Partner, today: date) -> StandingOut:
    """A partner's stored standing, brought up to date where the calendar has moved it unseen."""
    row = session.get(StandingRow, partner.id)
    if row is None or row.as_of > today or (row.refresh_on is not None and row.refresh_on <= today):
        return standing_as_of(session, partner, today)
    return standing_out(partner.slug, partner.declared_rung, row, today)


def standings_of(
    session: Session, partner_ids: Sequence[int], today: date, *, as_of: date | None = None
) -> dict[int, StandingOut]:
    """Standings of several partners, by id: the stored ones, or those of the day `as_of`."""
    rows = session.execute(on_day(session, _SEVERAL, as_of), {"ids": partner_ids})
    return {row.partner_id: standing_out(row.slug, row.declared_rung, row, as_of or today) for row in rows}


# Columns and not rows, built once: a page of standings then costs half.
_standing, _partner = StandingRow.__table__, Partner.__table__  # type: ignore[attr-defined]
_SEVERAL = (
    sa.select(*(c for c in _standing.c if c.name != "turns"), _partner.c.slug, _partner.c.declared_rung)
    .select_from(_standing.join(_partner, _partner.c.id == _standing.c.partner_id))
    .where(_standing.c.partner_id.in_(sa.bindparam("ids", expanding=True)))
)


def standing_as_of(session: Session, partner: Partner, as_of: date) -> StandingOut:
    """What today's files say about a partner on any day."""
    assert partner.id is not None
    dossier = load_dossiers(session, [partner.id])[partner.id]
    row = StandingRow(
        partner_id=partner.id, **columns(dossier, load_policy(session), as_of, load_playbook(session))
    )
    return standing_out(partner.slug, partner.declared_rung, row)


def standing_history(session: Session, partner: Partner, start: date, end: date) -> list[StandingOut]:
    """A partner's standing from day to day, one entry a change, by today's files and policy."""
    assert partner.id is not None
    dossier = load_dossiers(session, [partner.id])[partner.id]
    policy, playbook = load_policy(session), load_playbook(session)
    found = []
    for standing in history(dossier, start, end, policy):
        row = StandingRow(partner_id=partner.id, **columns_of(standing, dossier, policy, playbook))
        found.append(standing_out(partner.slug, partner.declared_rung, row))
    return found
