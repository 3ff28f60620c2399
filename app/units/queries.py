"""Units with what is theirs: open, late and done follow-ups, the programmes they lead, their keys."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from sqlmodel import Session, col

from app.errors import NotFound
from app.follow_ups.queries import FollowUpRow, UnitTally, open_of_units, tally_units
from app.keys.queries import key_state
from app.models import ApiKey, Organisation, Programme
from app.organisations.queries import heads_of
from app.records.queries import titled
from app.vocabulary import KeyState, Locale, OrganisationKind, ProgrammeState

# What was done is counted over the past year.
MONTHS = 12
# As many open follow-ups stand on a unit's page; the list has all of them.
SHOWN = 100
_AT_WORK = (ProgrammeState.active, ProgrammeState.suspended, ProgrammeState.planned)
_CITY = (OrganisationKind.city_unit, OrganisationKind.city_authority)


@dataclass(frozen=True, slots=True)
class UnitKey:
    """A key of a unit that is at work, and its last use."""

    public_id: str
    name: str
    used_at: datetime | None
    used_from: str | None


@dataclass(frozen=True, slots=True)
class LedProgramme:
    """A programme that a unit leads and that is not over."""

    id: int
    title: str
    state: ProgrammeState
    is_demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit with its numbers; what was merged into it counts as its own."""

    id: int
    code: str
    kind: OrganisationKind
    name_vi: str
    name_en: str
    open: int
    late: int
    done: int
    in_time: int
    programmes: int
    keys: tuple[UnitKey, ...]

    def name(self, locale: Locale) -> str:
        """The name in a language."""
        return self.name_vi if locale == Locale.vi else self.name_en

    @property
    def share_in_time(self) -> int | None:
        """The percentage of what it did that was done by the day promised first."""
        return round(100 * self.in_time / self.done) if self.done else None

    @property
    def used_at(self) -> datetime | None:
        """When one of its keys was last used."""
        return max((key.used_at for key in self.keys if key.used_at), default=None)

    @property
    def has_anything(self) -> bool:
        """Whether there is something to tell of it."""
        return bool(self.open or self.done or self.programmes or self.keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPage:
    """A unit in full."""

    row: UnitRow
    work: tuple[FollowUpRow, ...]
    programmes: tuple[LedProgramme, ...] = field(default_factory=tuple)


def list_units(session: Session, today: date, now: datetime) -> list[UnitRow]:
    """The city's units and everybody else who owes, leads or holds a key; those with most that is late first.
    Five statements."""
    rows = _rows(session, today, now)
    shown = [row for row in rows if row.has_anything or row.kind in _CITY]
    return sorted(shown, key=lambda row: (-row.late, -row.open, not row.has_anything))


def unit_row(session: Session, code: str, today: date, now: datetime) -> UnitRow:
    """One unit, by its own code or that of one that was merged into it; raises NotFound."""
    rows = {row.id: row for row in _rows(session, today, now)}
    key = session.scalar(
        sa.select(Organisation.id).where(Organisation.code == code, col(Organisation.archived_at).is_(None))
    )
    row = rows.get(heads_of(session).get(key or 0, key or 0))
    if row is None:
        raise NotFound("organisation")
    return row


def unit_page(session: Session, code: str, today: date, now: datetime, locale: Locale) -> UnitPage:
    """One unit in full; raises NotFound. Ten statements, however much it owes."""
    row = unit_row(session, code, today, now)
    heads = heads_of(session)
    ids = [row.id, *(key for key, head in heads.items() if head == row.id)]
    statement = (
        sa.select(Programme.id, titled(Programme, locale), Programme.state, Programme.is_demo)
        .where(*_led(), col(Programme.lead_unit_id).in_(ids))
        .order_by(col(Programme.started_on).desc(), col(Programme.id))
    )
    return UnitPage(
        row=row,
        work=open_of_units(session, ids, today, locale, limit=SHOWN),
        programmes=tuple(LedProgramme(*led) for led in session.execute(statement)),
    )


def _led() -> list[Any]:
    return [col(Programme.archived_at).is_(None), col(Programme.state).in_(_AT_WORK)]


def _rows(session: Session, today: date, now: datetime) -> list[UnitRow]:
    heads = heads_of(session)
    tallies = tallies_today(session, today, heads)
    leading = sa.select(Programme.lead_unit_id, sa.func.count()).where(*_led())
    programmes: dict[int, int] = defaultdict(int)
    for unit, n in session.execute(leading.group_by(col(Programme.lead_unit_id))):
        programmes[heads.get(unit, unit)] += n
    keys = _keys(session, now, heads)
    units = sa.select(
        Organisation.id, Organisation.code, Organisation.kind, Organisation.name_vi, Organisation.name_en
    ).where(col(Organisation.archived_at).is_(None), col(Organisation.successor_id).is_(None))
    return [
        UnitRow(
            **row._mapping,
            **{name: getattr(tallies[row.id], name) for name in ("open", "late", "done", "in_time")},
            programmes=programmes[row.id],
            keys=tuple(keys[row.id]),
        )
        for row in session.execute(units.order_by(col(Organisation.name_key), col(Organisation.id)))
    ]


def tallies_today(session: Session, today: date, heads: Mapping[int, int]) -> dict[int, UnitTally]:
    """What each unit owes and did in the past twelve months, with what was merged into it (`heads`), by the
    id of the one that stands today. One statement."""
    found: dict[int, UnitTally] = defaultdict(UnitTally)
    for unit, it in tally_units(session, today, today - relativedelta(months=MONTHS)).items():
        head = heads.get(unit, unit)
        has = found[head]
        found[head] = UnitTally(
            has.open + it.open, has.late + it.late, has.done + it.done, has.in_time + it.in_time
        )
    return found


def _keys(session: Session, now: datetime, heads: Mapping[int, int]) -> dict[int, list[UnitKey]]:
    statement = (
        sa.select(ApiKey.unit_id, ApiKey.public_id, ApiKey.name, ApiKey.used_at, ApiKey.used_from)
        .where(col(ApiKey.unit_id).is_not(None), key_state(now) == KeyState.active.value)
        .order_by(sa.func.lower(ApiKey.name), col(ApiKey.id))
    )
    found: dict[int, list[UnitKey]] = defaultdict(list)
    for unit, *told in session.execute(statement):
        found[heads.get(unit, unit)].append(UnitKey(*told))
    return found
