"""How many partners each value of a filter would show, with every other filter in force."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.actor import Actor
from app.models import (
    Forum,
    ForumMembership,
    Partner,
    PartnerCause,
    PartnerStrength,
    Sector,
    StandingRow,
    User,
)
from app.partners.filters import ME, NOBODY, PartnerFilters
from app.partners.listing import CAUSE_IN_FORCE, OF_STANDINGS, conditions
from app.remembered import Remembered
from app.standings.days import on_day

Names = dict[str, dict[str, tuple[str, str]]]
# Counted together: one grouped query gives every combination, and each filter passes over its own values.
_CROSSED = ("status", "rung", "tier", "region", "cause", "officer")
_remembered = Remembered()


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts by filter and value, the total, and the names of what has one: (Vietnamese, English)."""

    total: int
    counts: dict[str, Counter[str]]
    names: Names


def facets(session: Session, actor: Actor, filters: PartnerFilters, today: date) -> Facets:
    """The counts beside a list, exact, and remembered while nothing in the database changes."""
    key = (filters.alone(), actor.user_id if ME in filters.officer else None, today)
    return _remembered.get(session, key, lambda: _count(session, actor, filters))


def _count(session: Session, actor: Actor, filters: PartnerFilters) -> Facets:
    names: Names = defaultdict(dict)
    total, counts = _crossed(session, actor, filters, names)
    for name, link, key, table, shown in _LINKED:
        wanted = conditions(filters, actor, leaving_out=frozenset({name}))
        statement = sa.select(key, sa.func.count()).select_from(_linked(link, filters)).where(*wanted)
        there = sa.select(table.c.id, table.c.code, *shown).where(table.c.archived_at.is_(None))
        known = {row[0]: row[1:] for row in session.execute(there)}
        found = session.execute(on_day(session, statement.group_by(key), filters.as_of))
        for code, vi, en, n in sorted((*known[row[0]], row[1]) for row in found if row[0] in known):
            counts[name][code] = n
            names[name][code] = (vi, en)
    return Facets(total, counts, names)


def _linked(link: Any, filters: PartnerFilters) -> Any:
    """A link table with the partners behind it; with their standings only where a filter speaks of them."""
    tables = link.join(_partner, _partner.c.id == link.c.partner_id)
    if any(getattr(filters, name) for name in OF_STANDINGS):
        tables = tables.join(_standing, _standing.c.partner_id == _partner.c.id)
    return tables


def _crossed(
    session: Session, actor: Actor, filters: PartnerFilters, names: Names
) -> tuple[int, dict[str, Counter[str]]]:
    statement = (
        sa.select(*_COLUMNS, sa.func.count())
        .select_from(_WITH_CAUSES)
        .where(*conditions(filters, actor, leaving_out=frozenset(_CROSSED)))
        .group_by(*_COLUMNS)
    )
    users = sa.select(_user.c.id, _user.c.email, _user.c.name)
    people = {key: (email, name) for key, email, name in session.execute(users)}
    chosen = [(i, frozenset(map(str, _chosen(filters, name, actor)))) for i, name in enumerate(_CROSSED)]
    narrowed = [(i, wanted) for i, wanted in chosen if wanted]
    counts = [Counter[str]() for _ in _CROSSED]
    total = 0
    for *codes, cause, officer_id, n in session.execute(on_day(session, statement, filters.as_of)):
        email, officer = people.get(officer_id, (NOBODY, ""))
        names["officer"][email] = (officer, officer)
        values = (*codes, cause or NOBODY, email)
        missed = [i for i, wanted in narrowed if values[i] not in wanted]
        if not missed:
            total += n
            for count, value in zip(counts, values, strict=True):
                count[value] += n
        elif len(missed) == 1:  # shut out by one filter alone: that one would show it
            counts[missed[0]][values[missed[0]]] += n
    return total, defaultdict(Counter, zip(_CROSSED, counts, strict=True))


def _chosen(filters: PartnerFilters, name: str, actor: Actor) -> Iterable[str]:
    values: tuple[str, ...] = getattr(filters, name)
    if name != "officer":
        return values
    return [(actor.email or "") if v == ME else v.lower() if v != NOBODY else v for v in values]


def _table(model: type[Any]) -> Any:
    return model.__table__


_partner, _standing, _user = _table(Partner), _table(StandingRow), _table(User)
_forum, _sector = _table(Forum), _table(Sector)
_members, _strengths, _cause = _table(ForumMembership), _table(PartnerStrength), _table(PartnerCause)
_WITH_CAUSES = _partner.join(_standing, _standing.c.partner_id == _partner.c.id).outerjoin(
    _cause, sa.and_(_cause.c.partner_id == _partner.c.id, CAUSE_IN_FORCE)
)
# As texts: a code is only counted here.
_COLUMNS = (
    *(
        sa.type_coerce(column, sa.String)
        for column in (
            _standing.c.status,
            _standing.c.rung,
            _partner.c.tier,
            _partner.c.region,
            _cause.c.cause,
        )
    ),
    _partner.c.officer_id,
)
_LINKED = (
    ("forum", _members, _members.c.forum_id, _forum, (_forum.c.acronym, _forum.c.acronym.label("name_en"))),
    ("sector", _strengths, _strengths.c.sector_id, _sector, (_sector.c.name_vi, _sector.c.name_en)),
)
