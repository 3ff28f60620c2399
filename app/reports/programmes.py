"""Programmes and what came out of them in a period, by policy area and sector."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Programme, ProgrammeResult, Sector
from app.programmes.listing import within
from app.records.queries import named
from app.reporting.periods import Period
from app.reports.model import Asked, Block, Number, Row, Section, listed, row, told
from app.vocabulary import InPeriod, SectorLevel

_WHAT = (InPeriod.at_work, InPeriod.begun, InPeriod.completed)
_Counts = dict[int, int]


@dataclass(frozen=True, slots=True)
class _Field:
    """A sector, or a policy area with the ids of what lies in it."""

    id: int
    code: str
    name: str
    area: bool
    inner: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Counted:
    """Counts by sector: of programmes by what they did, of results, of those with evidence."""

    programmes: dict[InPeriod, _Counts]
    results: _Counts
    verified: _Counts


def programmes(session: Session, asked: Asked) -> Section:
    """The chapter on programmes and results. Nine statements."""
    now, before = (_count(session, period) for period in asked.both)
    text = asked.spoken.gettext
    columns = [
        text("Programmes at work"), text("Begun"), text("Completed"), text("Results"), text("With evidence"),
        text("At work before"), text("Results before"),
    ]  # fmt: skip
    lines = [_row(now, before, asked, None, text("All programmes"))]
    fields = _fields(session, asked)
    lines += told(_row(now, before, asked, found, found.name) for found in fields)
    note = text("Results are counted by their day; what has no evidence is unverified.")
    block = Block("sectors", text("By policy area and sector"), columns, lines, note)
    return Section("programmes", text("Programmes and results"), [block])


def _row(now: _Counted, before: _Counted, asked: Asked, field: _Field | None, words: str) -> Row:
    def programmes_of(counted: _Counted, period: Period, what: InPeriod) -> Number:
        """Programmes lie in sectors: an area's are those of the sectors in it."""
        inner = field.inner if field and field.area else (field.id,) if field else None
        where = {"in_period": what, "since": period.first, "until": period.last}
        key = {"area" if field.area else "sector": field.code} if field else {}
        return Number(_sum(counted.programmes[what], inner), listed("/programmes", **key, **where))

    def results_of(counted: _Counted, period: Period, *, verified: bool = False) -> Number:
        counts = counted.verified if verified else counted.results
        inner = (field.id, *field.inner) if field else None
        where = {"since": period.first, "until": period.last, "verified": "true" if verified else None}
        return Number(_sum(counts, inner), listed("/results", sector=field.code if field else None, **where))

    numbers = [programmes_of(now, asked.now, what) for what in _WHAT]
    numbers += [results_of(now, asked.now), results_of(now, asked.now, verified=True)]
    numbers += [programmes_of(before, asked.before, InPeriod.at_work), results_of(before, asked.before)]
    return row(words, numbers, inner=field is not None and not field.area)


def _sum(counts: _Counts, ids: tuple[int, ...] | None) -> int:
    return sum(counts.values()) if ids is None else sum(counts.get(key, 0) for key in ids)


def _count(session: Session, period: Period) -> _Counted:
    runs = {}
    for what in _WHAT:
        statement = sa.select(Programme.sector_id, sa.func.count()).where(
            col(Programme.archived_at).is_(None), *within(what, period.first, period.last)
        )
        runs[what] = _by_sector(session, statement)
    results = (
        sa.select(Programme.sector_id, sa.func.count(), sa.func.count(col(ProgrammeResult.evidence)))
        .join(Programme, col(Programme.id) == ProgrammeResult.programme_id)
        .where(
            col(ProgrammeResult.archived_at).is_(None),
            col(Programme.archived_at).is_(None),
            col(ProgrammeResult.on).between(period.first, period.last),
        )
        .group_by(Programme.sector_id)
    )
    came = session.execute(results).all()
    return _Counted(runs, {key: n for key, n, _ in came}, {key: n for key, _, n in came})


def _by_sector(session: Session, statement: Any) -> _Counts:
    rows = session.execute(statement.group_by(Programme.sector_id))
    return {row[0]: row[1] for row in rows}


def _fields(session: Session, asked: Asked) -> list[_Field]:
    """Each policy area with its sectors behind it, those without an area at the end."""
    name = named(Sector, asked.spoken.locale)
    statement = sa.select(Sector.id, Sector.code, name, Sector.level, Sector.parent_id)
    rows = session.execute(statement.order_by(name, Sector.id)).all()
    inner: dict[int | None, list[_Field]] = defaultdict(list)
    for key, code, words, level, parent in rows:
        if level == SectorLevel.sector:
            inner[parent].append(_Field(key, code, words, area=False))
    found: list[_Field] = []
    for key, code, words, level, _parent in rows:
        if level == SectorLevel.policy_area:
            mine = inner.pop(key, [])
            found += [_Field(key, code, words, area=True, inner=tuple(one.id for one in mine)), *mine]
    return found + [one for rest in inner.values() for one in rest]
