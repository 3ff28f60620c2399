"""What a policy does to the partners: who would change status, before it is saved and when it is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.i18n import Words
from app.models import Partner, StandingRow
from app.standing import Policy
from app.standings.plays import load_playbook
from app.standings.reassess import Reassessed, reassess
from app.standings.schemas import StandingOut, standing_out
from app.standings.words import clauses
from app.vocabulary import Locale, Status, Tier

# From what needs attention most. Every status has its place: when work is forgotten sooner, a partner goes
# from slowing to untied, or to no_data, and has lost by it.
_ORDER = (
    Status.stuck, Status.at_risk, Status.untied, Status.no_data, Status.slowing, Status.parked,
    Status.on_track, Status.advancing,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """A partner that changes status; `better`: away from stuck. `standing` is the one it comes to."""

    slug: str
    name_vi: str
    name_en: str
    country: str
    tier: Tier
    before: Status
    after: Status
    standing: StandingOut

    @property
    def better(self) -> bool:
        """Whether it moves away from stuck."""
        return _ORDER.index(self.after) > _ORDER.index(self.before)

    def name(self, locale: Locale) -> str:
        """The name in a language."""
        return self.name_vi if locale == Locale.vi else self.name_en

    def why(self, spoken: Words) -> str:
        """The clause that says what the new status rests on."""
        return clauses(spoken, self.standing)[0].text


@dataclass(frozen=True, slots=True)
class Effect:
    """Everybody whom a policy moves: from which status to which, the worst first; and how many partners keep
    their status but change in rung, warmth, step or reasons."""

    moves: tuple[Move, ...]
    others: int

    @property
    def ways(self) -> list[tuple[Status, Status, int]]:
        """How many go from where to where, in the order of the moves."""
        return [(*way, n) for way, n in Counter((m.before, m.after) for m in self.moves).items()]


def effect_of(session: Session, policy: Policy, today: date) -> Effect:
    """Who would change if this policy were in force today; a fixed number of statements."""
    return told(session, reassess(session, None, policy, today, load_playbook(session)))


def told(session: Session, found: Iterable[Reassessed]) -> Effect:
    """Those of the reassessed that change, partners in the trash left out. One statement."""
    changed = {one.partner_id: one for one in found if one.changes}
    names = sa.select(
        Partner.id, Partner.slug, Partner.name_vi, Partner.name_en, Partner.country, Partner.tier,
        Partner.declared_rung,
    ).where(col(Partner.archived_at).is_(None))  # fmt: skip
    rows = {row.id: row for row in session.execute(names) if row.id in changed}
    moves = [_move(row, changed[key]) for key, row in rows.items() if "status" in changed[key].changes]
    return Effect(tuple(sorted(moves, key=_urgency)), len(rows) - len(moves))


def _move(row: Any, one: Reassessed) -> Move:
    assert one.before is not None
    standing = standing_out(row.slug, row.declared_rung, StandingRow(partner_id=one.partner_id, **one.after))
    return Move(
        row.slug, row.name_vi, row.name_en, row.country, row.tier, one.before["status"], one.standing.status,
        standing,
    )  # fmt: skip


def _urgency(move: Move) -> tuple[Any, ...]:
    return (_ORDER.index(move.after), _ORDER.index(move.before), -move.standing.urgency, move.name_vi)
