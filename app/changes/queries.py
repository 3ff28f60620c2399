"""Reads of what changed: the events on one's partners that one has not seen, by partner."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.actor import Actor
from app.history.listing import HistoryLine, lines_of, may_know
from app.i18n import Words
from app.models import Event, EventPartner, Partner, PartnerFollow, User
from app.records.queries import PartnerLink, named
from app.vocabulary import Door

# Who was away longer than this reads the partners' pages; a list of a year would be read by nobody.
LOOKED_BACK = timedelta(days=30)
MOST = 200
# Acts that change nothing about the partner.
_QUIET = ("partner.followed", "partner.unfollowed")


@dataclass(frozen=True, slots=True)
class Changed:
    """One partner and what happened to it, a change of its standing first, then the newest first."""

    partner: PartnerLink
    lines: tuple[HistoryLine, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What was not seen yet. `until` is the newest event of all, to be marked as seen; `left_out` counts what
    is older than the lines shown."""

    partners: tuple[Changed, ...]
    until: int
    total: int

    @property
    def left_out(self) -> int:
        """How many events there are beyond those shown."""
        return self.total - len({line.id for changed in self.partners for line in changed.lines})


def mine(user_id: int) -> Any:
    """The ids of one's partners: those one is the officer of, and those one follows."""
    looked_after = sa.select(Partner.id).where(
        col(Partner.officer_id) == user_id, col(Partner.archived_at).is_(None)
    )
    followed = (
        sa.select(Partner.id)
        .join(PartnerFollow, col(PartnerFollow.partner_id) == Partner.id)
        .where(col(PartnerFollow.user_id) == user_id, col(Partner.archived_at).is_(None))
    )
    return looked_after.union(followed)


def follows(session: Session, user_id: int | None, partner_id: int) -> bool:
    """Whether somebody follows a partner."""
    return user_id is not None and session.get(PartnerFollow, (user_id, partner_id)) is not None


def _unseen(actor: Actor) -> list[Any]:
    """The conditions for events that others caused on one's partners and one has not marked as seen. What the
    register began with is no change."""
    user_id = actor.user_id or 0
    seen = sa.select(User.seen_event_id).where(col(User.id) == user_id).scalar_subquery()
    concerned = sa.select(EventPartner.event_id).where(col(EventPartner.partner_id).in_(mine(user_id)))
    return [
        col(Event.id) > seen,
        col(Event.at) >= clock.now() - LOOKED_BACK,
        col(Event.id).in_(concerned),
        sa.or_(col(Event.user_id).is_(None), col(Event.user_id) != user_id),
        col(Event.door) != Door.seed,
        col(Event.action).not_in(_QUIET),
        *may_know(actor),
    ]


def count_changes(session: Session, actor: Actor) -> int:
    """How many events wait to be seen; one statement."""
    return int(session.scalar(sa.select(sa.func.count()).select_from(Event).where(*_unseen(actor))) or 0)


def changes_of(session: Session, actor: Actor, spoken: Words) -> Changes:
    """What waits to be seen, by partner: the partner with the newest event first."""
    conditions = _unseen(actor)
    lines = lines_of(session, actor, spoken, conditions, MOST)
    total = count_changes(session, actor) if len(lines) == MOST else len(lines)
    found: dict[str, list[HistoryLine]] = {}
    partners = _links(session, actor, spoken)
    for line in lines:
        for slug, _ in line.partners:
            if slug in partners:
                found.setdefault(slug, []).append(line)
    until = int(session.scalar(sa.select(sa.func.max(Event.id))) or 0)
    groups = tuple(
        Changed(partners[slug], tuple(sorted(own, key=lambda line: line.action != "standing.changed")))
        for slug, own in found.items()
    )
    return Changes(groups, until, total)


def _links(session: Session, actor: Actor, spoken: Words) -> dict[str, PartnerLink]:
    statement = sa.select(Partner.slug, named(Partner, spoken.locale), Partner.country).where(
        col(Partner.id).in_(mine(actor.user_id or 0))
    )
    return {row[0]: PartnerLink(*row) for row in session.execute(statement)}
