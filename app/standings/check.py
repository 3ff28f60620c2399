"""Whether every stored standing is what the rule says of its evidence.

A stored row was assessed on its `as_of` and holds while as_of <= today < refresh_on; so it is compared with
an assessment as of its own day. Rows whose day has passed are no fault: the next read refreshes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.history.service import plain
from app.models import Partner, StandingRow
from app.standings.columns import columns
from app.standings.dossiers import load_dossiers
from app.standings.plays import load_playbook
from app.standings.policy import load_policy
from app.standings.pushed import unsettled

CHUNK = 500


@dataclass(frozen=True)
class Difference:
    """A stored value that is not what its sources say."""

    record: str
    field: str
    stored: Any
    recomputed: Any


def standing_differences(session: Session) -> Iterator[Difference]:
    """Every column of every stored standing that differs from its recomputation, and standings missing; and
    what is kept of the pushes on the same partners."""
    policy, playbook = load_policy(session), load_playbook(session)
    slugs: dict[int, str] = {row[0]: row[1] for row in session.execute(sa.select(Partner.id, Partner.slug))}
    wanted = sorted(slugs)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        statement = select(StandingRow).where(col(StandingRow.partner_id).in_(chunk))
        rows = {row.partner_id: row for row in session.exec(statement)}
        dossiers = load_dossiers(session, chunk)
        for push, now in unsettled(session, dossiers, policy):
            for field, value in now.items():
                if getattr(push, field) != value:
                    yield Difference(f"push {push.id}", field, plain(getattr(push, field)), plain(value))
        for partner_id, dossier in dossiers.items():
            name, row = f"standing of {slugs[partner_id]}", rows.get(partner_id)
            if row is None:
                yield Difference(name, "row", None, "missing")
                continue
            for field, value in columns(dossier, policy, row.as_of, playbook).items():
                stored = getattr(row, field)
                if plain(stored) != plain(value):
                    yield Difference(name, field, plain(stored), plain(value))
