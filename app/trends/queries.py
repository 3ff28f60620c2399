"""Reads: the lives of the partners that fit, from their stored courses, and the edits of the policy."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.actor import Actor
from app.models import Partner, StandingRow
from app.partners.filters import ME, PartnerFilters
from app.partners.listing import check_known, conditions, joined
from app.policy.queries import PolicyChange, policy_changes
from app.remembered import Remembered
from app.standing import Course as Whole
from app.standings.columns import course_columns
from app.standings.dossiers import load_dossiers
from app.standings.policy import load_policy
from app.trends.filters import Period
from app.trends.reckon import (
    Cohort,
    Course,
    Life,
    Started,
    cohorts_of,
    course_of,
    first_programmes,
    new_ties,
)
from app.vocabulary import Rung, Status


@dataclass(frozen=True, slots=True)
class Trends:
    """All that is told of a period. `policy` are the edits of the policy within it."""

    period: Period
    course: Course
    cohorts: tuple[Cohort, ...]
    started: tuple[Started, ...]
    new_ties: dict[int, int]
    policy: tuple[PolicyChange, ...]


_known = Remembered(most=64)
_partner, _standing = Partner.__table__.c, StandingRow.__table__.c  # type: ignore[attr-defined]


def trends(session: Session, actor: Actor, wanted: PartnerFilters, period: Period) -> Trends:
    """What happened in a period, by today's files and policy. Remembered until the next write.

    Three statements (and one for each filter whose values must be looked up), whatever the number of
    partners; no standing is assessed. Raises Refused for a forum, sector or officer that does not exist.
    """
    whose = actor.user_id if ME in wanted.officer else None
    return _known.get(session, (wanted, whose, period), lambda: _made(session, actor, wanted, period))


def _made(session: Session, actor: Actor, wanted: PartnerFilters, period: Period) -> Trends:
    found = lives(session, actor, wanted)
    start, end = period.start, period.end
    return Trends(
        period=period,
        course=course_of(found, start, end),
        cohorts=tuple(cohorts_of(found, end)),
        started=tuple(first_programmes(found, start, end)),
        new_ties=new_ties(found, start, end),
        policy=tuple(edit for edit in policy_changes(session) if start <= edit.day <= end and edit.what),
    )


def lives(session: Session, actor: Actor, wanted: PartnerFilters) -> list[Life]:
    """Everybody who fits, by the course that the keeper has stored with the standing."""
    check_known(session, wanted)
    columns = (
        _partner.id,
        _partner.slug,
        _partner.name_vi,
        _partner.name_en,
        _partner.is_demo,
        _standing.turns,
        _standing.first_tie_on,
        _standing.first_programme_on,
    )
    rows = session.execute(joined(sa.select(*columns)).where(*conditions(wanted, actor))).all()
    unwritten = _unwritten(session, [row.id for row in rows if row.turns is None])
    return [_life(row, unwritten.get(row.id)) for row in rows]


def _unwritten(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Courses that a migration left to the rule, while the database could not be written."""
    if not ids:
        return {}
    policy = load_policy(session)
    dossiers = load_dossiers(session, ids)
    return {key: course_columns(Whole(dossier, policy)) for key, dossier in dossiers.items()}


def _life(row: Any, unwritten: dict[str, Any] | None) -> Life:
    known = unwritten or {
        "turns": row.turns,
        "first_tie_on": row.first_tie_on,
        "first_programme_on": row.first_programme_on,
    }
    return life_of(row.id, row.slug, row.name_vi, row.name_en, is_demo=row.is_demo, **known)


def life_of(
    key: int,
    slug: str,
    name_vi: str,
    name_en: str,
    *,
    is_demo: bool,
    turns: Iterable[Any],
    first_tie_on: date | None,
    first_programme_on: date | None,
) -> Life:
    """One partner's life from the columns in which its course is stored."""
    days, places = zip(*_turns(turns), strict=True)
    return Life(
        id=key,
        slug=slug,
        name_vi=name_vi,
        name_en=name_en,
        is_demo=is_demo,
        days=days,
        places=places,
        tied_on=first_tie_on,
        started_on=first_programme_on,
    )


def _turns(stored: Iterable[Any]) -> Iterator[tuple[date, tuple[Status, Rung]]]:
    for day, status, rung in stored:
        yield date.fromisoformat(day), _place(status, rung)


@lru_cache(maxsize=64)
def _place(status: str, rung: str) -> tuple[Status, Rung]:
    return Status(status), Rung(rung)
