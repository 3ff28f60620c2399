"""Lists of programmes: the filters as conditions, the orders, and how many each filter would show."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import Refused
from app.lists import Order, ranked
from app.models import (
    Milestone,
    Organisation,
    Partner,
    Programme,
    ProgrammePartner,
    ProgrammeResult,
    ProgrammeUnit,
    ProgressNote,
    Sector,
)
from app.programmes.course import OVER
from app.programmes.filters import ProgrammeFilters, ProgrammeList
from app.programmes.queries import ProgrammeRow, read_rows, selected
from app.records.queries import PartnerLink, named, settled
from app.standing import add_months
from app.standings.policy import load_policy
from app.text import like_words
from app.vocabulary import InPeriod, Locale, ProgrammeState, ProgrammeUnitRole, ResultLevel

PAGE = 25
S = ProgrammeState
# What runs stands first, what is over last.
_PLACES = (S.active, S.suspended, S.planned, S.proposed, S.completed, S.cancelled)
_NEVER, _ALWAYS = sa.literal(date.max, sa.Date), sa.literal(date.min, sa.Date)
_area = aliased(Sector)


@dataclass(frozen=True, slots=True)
class Listed:
    """A programme in a list: its row, its partners, and whether it has been quiet for long."""

    row: ProgrammeRow
    partners: tuple[PartnerLink, ...]
    quiet: bool
    donors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list; `counts` and `names` by filter and value, with every other filter in force."""

    rows: tuple[Listed, ...]
    total: int
    counts: dict[str, Counter[str]]
    names: dict[str, dict[str, str]]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def list_programmes(session: Session, asked: ProgrammeList, today: date, locale: Locale) -> Found:
    """One page with its counts; a fixed number of statements for any number of programmes."""
    quiet = quiet_ids(session, today)
    wanted = conditions(asked, quiet)
    order = ordering(asked.sort)
    statement = selected(locale).where(*wanted).order_by(*(step.clause for step in order))
    rows = read_rows(session, statement.limit(PAGE).offset((asked.page - 1) * PAGE))
    partners = partners_by_programme(session, [row.id for row in rows], locale)
    donors = donors_by_programme(session, [row.id for row in rows], locale)
    counts, names = _counted(session, asked, quiet, locale)
    for name, table, key in _CODED:
        shown = sa.select(key, named(table, locale)).where(key.in_(getattr(asked, name)))
        names[name] |= {row[0]: row[1] for row in session.execute(shown)}
    return Found(
        rows=tuple(
            Listed(row, tuple(partners[row.id]), row.id in quiet, tuple(donors[row.id])) for row in rows
        ),
        total=int(session.scalar(sa.select(sa.func.count()).select_from(Programme).where(*wanted)) or 0),
        counts=counts,
        names=names,
    )


def programmes_within(
    session: Session, wanted: list[Any], locale: Locale, *, limit: int
) -> tuple[list[Listed], int]:
    """The first programmes that fit, what runs first, and how many there are; six statements."""
    order = (step.clause for step in ordering(None))
    rows = read_rows(session, selected(locale).where(*wanted).order_by(*order).limit(limit))
    partners = partners_by_programme(session, [row.id for row in rows], locale)
    total = session.scalar(sa.select(sa.func.count()).select_from(Programme).where(*wanted))
    return [Listed(row, tuple(partners[row.id]), quiet=False) for row in rows], int(total or 0)


def ordering(sort: str | None) -> list[Order]:
    """The order of a list, made total by the id: what runs first, the latest start first, unless told."""
    key, down = (sort or "state").removeprefix("-"), (sort or "").startswith("-")
    by_id = Order(col(Programme.id), down)
    match key:
        case "id":
            return [by_id]
        case "title":
            return [Order(col(Programme.search_text), down), by_id]
        case "started_on":
            return [Order(sa.func.coalesce(Programme.started_on, _ALWAYS), down), by_id]
        case "ends_on":
            return [Order(sa.func.coalesce(Programme.ends_on, _NEVER), down), by_id]
    started = Order(sa.func.coalesce(Programme.started_on, _ALWAYS), down=True)
    return [Order(ranked(Programme.state, _PLACES), down), started, by_id]


def conditions(
    asked: ProgrammeFilters, quiet: set[int], *, leaving_out: frozenset[str] = frozenset()
) -> list[Any]:
    """The filters as conditions on Programme; `quiet` are the programmes without progress for long."""
    found: list[Any] = [col(Programme.archived_at).is_(None)]
    found += [make(values) for name, make in _CHOSEN.items()
              if (values := getattr(asked, name)) and name not in leaving_out]  # fmt: skip
    if asked.funded is not None and "funded" not in leaving_out:
        found.append(_funded() if asked.funded else sa.not_(_funded()))
    if asked.unmatched is not None and "unmatched" not in leaving_out:
        found.append(_unmatched() if asked.unmatched else sa.not_(_unmatched()))
    if asked.quiet is not None and "quiet" not in leaving_out:
        among = col(Programme.id).in_(quiet)
        found.append(among if asked.quiet else sa.not_(among))
    if asked.in_period is not None:
        found += within(asked.in_period, asked.since, asked.until)
    words = like_words(asked.q or "")
    return found + [col(Programme.search_text).like(f"%{word}%", escape="\\") for word in words]


def within(what: InPeriod, since: date | None, until: date | None) -> list[Any]:
    """The conditions for programmes that were begun or completed, or at work on any day, from one day to
    another. One that was cancelled was at work until then and is never completed."""
    started, ended, cancelled = (
        col(Programme.started_on),
        col(Programme.ended_on),
        col(Programme.cancelled_on),
    )
    match what:
        case InPeriod.begun:
            return [started.between(since, until)]
        case InPeriod.completed:
            return [ended.between(since, until), cancelled.is_(None)]
    return [started <= until, *(sa.or_(day.is_(None), day > since) for day in (ended, cancelled))]


def _funded() -> Any:
    given = sa.select(ProgrammeUnit.programme_id).where(ProgrammeUnit.role == ProgrammeUnitRole.donor)
    return col(Programme.id).in_(given)


def _unmatched() -> Any:
    funds = sa.func.coalesce(Programme.counterpart_funds, 0)
    return sa.and_(funds == 0, col(Programme.state).not_in(OVER))


def _in_area(codes: Any) -> Any:
    areas = sa.select(_area.id).where(col(_area.code).in_(codes))
    return col(Programme.sector_id).in_(sa.select(Sector.id).where(col(Sector.parent_id).in_(areas)))


def _given_by(codes: Any) -> Any:
    links = (
        sa.select(ProgrammeUnit.programme_id)
        .join(Organisation, col(Organisation.id) == ProgrammeUnit.organisation_id)
        .where(ProgrammeUnit.role == ProgrammeUnitRole.donor, col(Organisation.code).in_(codes))
    )
    return col(Programme.id).in_(links)


def _with(slugs: Any) -> Any:
    links = sa.select(ProgrammePartner.programme_id).join(
        Partner, col(Partner.id) == ProgrammePartner.partner_id
    )
    return col(Programme.id).in_(links.where(col(Partner.slug).in_(slugs)))


def _by_code(column: Any, table: Any) -> Any:
    return lambda codes: column.in_(sa.select(table.id).where(table.code.in_(codes)))


_CHOSEN: dict[str, Any] = {
    "state": col(Programme.state).in_,
    "area": _in_area,
    "sector": _by_code(col(Programme.sector_id), Sector),
    "unit": _by_code(col(Programme.lead_unit_id), Organisation),
    "donor": _given_by,
    "partner": _with,
}


def check_known(session: Session, asked: ProgrammeFilters) -> None:
    """Raises Refused for a code that means nothing: an empty list would pass for an answer."""
    for name, _table, key in _CODED:
        wanted = set(getattr(asked, name))
        if wanted and wanted - set(session.scalars(sa.select(key).where(key.in_(wanted)))):
            raise Refused("unknown_value", field=name, name=name)


def quiet_ids(session: Session, today: date) -> set[int]:
    """The programmes that run and have shown no sign of life for as long as the standings allow.

    The same rule as the reason `programme_quiet`: notes, milestones done and outcomes with evidence count,
    and so does the start. Two statements.
    """
    policy = load_policy(session)
    signs = _signs().subquery()
    latest = sa.select(signs.c.programme_id, sa.func.max(signs.c.day).label("day")).group_by(
        signs.c.programme_id
    )
    last = latest.subquery()
    statement = (
        sa.select(
            Programme.id, Programme.started_on, Programme.started_precision, Programme.created_at, last.c.day
        )
        .outerjoin(last, last.c.programme_id == Programme.id)
        .where(
            col(Programme.archived_at).is_(None),
            col(Programme.started_on).is_not(None),
            col(Programme.started_on) <= today,
            *(
                sa.or_(column.is_(None), column > today)
                for column in (col(Programme.ended_on), col(Programme.cancelled_on))
            ),
        )
    )
    found = set()
    for key, started_on, precision, created_at, sign in session.execute(statement):
        start = settled(started_on, precision, created_at)
        if start is not None and start <= today:
            day = max(start, sign) if sign else start
            if add_months(day, policy.quiet - policy.warning) <= today:
                found.add(key)
    return found


def _signs() -> Any:
    return sa.union_all(
        sa.select(ProgressNote.programme_id, col(ProgressNote.on).label("day")).where(
            col(ProgressNote.archived_at).is_(None)
        ),
        sa.select(Milestone.programme_id, col(Milestone.done_on).label("day")).where(
            col(Milestone.done_on).is_not(None), col(Milestone.archived_at).is_(None)
        ),
        sa.select(ProgrammeResult.programme_id, col(ProgrammeResult.on).label("day")).where(
            ProgrammeResult.level == ResultLevel.outcome,
            col(ProgrammeResult.evidence).is_not(None),
            col(ProgrammeResult.archived_at).is_(None),
        ),
    )


def partners_by_programme(
    session: Session, ids: list[int], locale: Locale
) -> defaultdict[int, list[PartnerLink]]:
    """The partners of programmes as links, by programme; one statement."""
    name = named(Partner, locale)
    statement = (
        sa.select(ProgrammePartner.programme_id, Partner.slug, name, Partner.country)
        .join(Partner, col(Partner.id) == ProgrammePartner.partner_id)
        .where(col(ProgrammePartner.programme_id).in_(ids), col(Partner.archived_at).is_(None))
        .order_by(name)
    )
    found: defaultdict[int, list[PartnerLink]] = defaultdict(list)
    for key, *link in session.execute(statement):
        found[key].append(PartnerLink(*link))
    return found


def donors_by_programme(session: Session, ids: list[int], locale: Locale) -> defaultdict[int, list[str]]:
    """Who gives to programmes, by programme: the acronym, else the name; one statement."""
    name = sa.func.coalesce(Organisation.acronym, named(Organisation, locale))
    statement = (
        sa.select(ProgrammeUnit.programme_id, name)
        .join(Organisation, col(Organisation.id) == ProgrammeUnit.organisation_id)
        .where(col(ProgrammeUnit.programme_id).in_(ids), ProgrammeUnit.role == ProgrammeUnitRole.donor)
        .order_by(name)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for key, donor in session.execute(statement):
        found[key].append(donor)
    return found


def _counted(
    session: Session, asked: ProgrammeFilters, quiet: set[int], locale: Locale
) -> tuple[dict[str, Counter[str]], dict[str, dict[str, str]]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    names: dict[str, dict[str, str]] = defaultdict(dict)
    by_state = sa.select(Programme.state, sa.func.count()).group_by(Programme.state)
    without = conditions(asked, quiet, leaving_out=frozenset({"state"}))
    for state, n in session.execute(by_state.where(*without)):
        counts["state"][state.value] = n
    for name, table, joins in _NAMED:
        shown = named(table, locale)
        statement = sa.select(table.code, shown, sa.func.count()).select_from(Programme)
        for target, condition in joins:
            statement = statement.join(target, condition)
        statement = statement.where(*conditions(asked, quiet, leaving_out=frozenset({name})))
        for code, text, n in session.execute(statement.group_by(table.code, shown).order_by(shown)):
            counts[name][code] = n
            names[name][code] = text
    flags = (("funded", _funded()), ("unmatched", _unmatched()), ("quiet", col(Programme.id).in_(quiet)))
    for name, condition in flags:
        rest = conditions(asked, quiet, leaving_out=frozenset({name}))
        statement = sa.select(sa.func.count()).select_from(Programme).where(condition, *rest)
        counts[name]["true"] = int(session.scalar(statement) or 0)
    return counts, names


_CODED: tuple[tuple[str, Any, Any], ...] = (
    ("area", Sector, col(Sector.code)),
    ("sector", Sector, col(Sector.code)),
    ("unit", Organisation, col(Organisation.code)),
    ("donor", Organisation, col(Organisation.code)),
    ("partner", Partner, col(Partner.slug)),
)
_in_sector = (Sector, col(Sector.id) == Programme.sector_id)
_gives = sa.and_(
    col(ProgrammeUnit.programme_id) == Programme.id, col(ProgrammeUnit.role) == ProgrammeUnitRole.donor
)
_NAMED: tuple[tuple[str, Any, Any], ...] = (
    ("sector", Sector, (_in_sector,)),
    ("area", _area, (_in_sector, (_area, _area.id == col(Sector.parent_id)))),
    ("unit", Organisation, ((Organisation, col(Organisation.id) == Programme.lead_unit_id),)),
    (
        "donor",
        Organisation,
        ((ProgrammeUnit, _gives), (Organisation, col(Organisation.id) == ProgrammeUnit.organisation_id)),
    ),
)
