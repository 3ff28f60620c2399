"""Reads: the turns of every partner that fits, from its course, and what caused those that are shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import Refused
from app.models import Agreement, Partner, Programme
from app.partners.listing import check_known, conditions, joined
from app.records.queries import titled
from app.standing import Course
from app.standing.moves import Cause, Turn, causes, turns_between
from app.standings.days import courses
from app.trends.filters import Period
from app.vocabulary import Locale

_partner = Partner.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Moved:
    """One partner on a day on which its status or rung changed; `course` is its whole standing."""

    slug: str
    name_vi: str
    name_en: str
    is_demo: bool
    course: Course
    turn: Turn

    def name(self, locale: Locale) -> str:
        """The name in a language."""
        return self.name_vi if locale == Locale.vi else self.name_en

    @property
    def key(self) -> tuple[str, str]:
        """What moves are told by, the latest first: no partner moves twice on a day."""
        return self.turn.day.isoformat(), self.slug

    def causes(self) -> list[Cause]:
        """What caused it: records, or a time that ran out."""
        return causes(self.course, self.turn)


def moves(session: Session, actor: Actor, asked: Any, period: Period) -> list[Moved]:
    """Every move of a period, by today's files and policy, the latest first.

    A fixed number of statements. Raises Refused for a partner, forum, sector or officer that does not exist.
    """
    wanted = asked.partners
    check_known(session, wanted)
    rows = joined(
        sa.select(_partner.id, _partner.slug, _partner.name_vi, _partner.name_en, _partner.is_demo)
    ).where(*conditions(wanted, actor))
    if asked.partner:
        rows = rows.where(_partner.slug == asked.partner)
    partners = session.execute(rows).all()
    if asked.partner and not partners:
        raise Refused("unknown_value", field="partner", name="partner")
    known = courses(session)
    found = [
        Moved(slug, name_vi, name_en, is_demo, known[key], turn)
        for key, slug, name_vi, name_en, is_demo in partners
        for turn in turns_between(known[key], period.start, period.end)
        if _fits(turn, asked)
    ]
    return sorted(found, key=lambda it: it.key, reverse=True)


def _fits(turn: Turn, asked: Any) -> bool:
    (was, low), (now, rung) = turn.was, turn.now
    return (
        (not asked.into or (now in asked.into and was != now))
        and (not asked.out_of or (was in asked.out_of and was != now))
        and (not asked.rung or (rung in asked.rung and rung != low))
    )


def names_of(session: Session, found: Iterable[Cause], locale: Locale) -> Mapping[str, str]:
    """The titles of the agreements and programmes among the causes, by reference; two statements. Visits and
    talks are told by their kind and day alone: what was said at one may be confidential."""
    refs = {ref for cause in found for ref in cause.refs}
    named: dict[str, str] = {}
    for kind, table in (("agreement", Agreement), ("programme", Programme)):
        ids = _ids(refs, kind)
        statement = sa.select(table.id, titled(table, locale)).where(col(table.id).in_(ids))
        named |= {f"{kind}:{key}": title for key, title in session.execute(statement)}
    return named


def _ids(refs: Iterable[str], kind: str) -> Sequence[int]:
    return [int(number) for name, _, number in (ref.partition(":") for ref in refs) if name == kind]
