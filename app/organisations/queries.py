"""Reads of organisations: menus, and the names they bore."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.errors import Refused
from app.models import Organisation, OrganisationName
from app.records.queries import named
from app.vocabulary import Locale, OrganisationKind


@dataclass(frozen=True)
class Choice:
    """A code to store and the words a menu shows for it."""

    code: str
    name: str


def list_units(
    session: Session,
    locale: Locale,
    kinds: tuple[OrganisationKind, ...] = (OrganisationKind.city_unit, OrganisationKind.city_authority),
) -> list[Choice]:
    """Organisations of some kinds for a menu, by name; the city's own units unless told otherwise."""
    name = Organisation.name_vi if locale == Locale.vi else Organisation.name_en
    statement = (
        sa.select(Organisation.code, name)
        .where(
            col(Organisation.kind).in_(kinds),
            col(Organisation.archived_at).is_(None),
            col(Organisation.successor_id).is_(None),
        )
        .order_by(name)
    )
    return [Choice(code, text) for code, text in session.execute(statement)]


def every_organisation(session: Session, locale: Locale) -> list[Choice]:
    """Every organisation that is not merged into another, for a menu, by name."""
    name, key = (
        (Organisation.name_vi, Organisation.name_key)
        if locale == Locale.vi
        else (Organisation.name_en, Organisation.name_key_en)
    )
    statement = sa.select(Organisation.code, name).where(
        col(Organisation.archived_at).is_(None), col(Organisation.successor_id).is_(None)
    )
    return [Choice(code, text) for code, text in session.execute(statement.order_by(key, Organisation.id))]


def id_of(session: Session, code: str | None, field: str, *, keep: int | None = None) -> int | None:
    """The id behind a code; None for none. Raises Refused, naming the field, when there is no such unit.

    One in the trash is taken only where the record names it already (`keep`, its id).
    """
    return ids_of(session, [code], field, keep=[keep])[0] if code is not None else None


def family_of(session: Session, organisation_id: int) -> frozenset[int]:
    """A unit as it stands today: itself, what it was merged into, and all that was merged into that. One
    statement."""
    heads = heads_of(session)
    head = heads.get(organisation_id, organisation_id)
    return frozenset({head} | {key for key, end in heads.items() if end == head})


def merged_into(code: str) -> Any:
    """The ids of an organisation and of all that was merged into it, as a part of another statement."""
    own = sa.select(col(Organisation.id)).where(col(Organisation.code) == code).cte("merged", recursive=True)
    before = sa.select(col(Organisation.id)).join(own, col(Organisation.successor_id) == own.c.id)
    return sa.select(own.union(before).c.id)


def heads_of(session: Session) -> dict[int, int]:
    """Of each organisation that was merged into another: what stands in its place today. One statement."""
    statement = sa.select(Organisation.id, Organisation.successor_id).where(
        col(Organisation.successor_id).is_not(None)
    )
    into: dict[int, int] = {row[0]: row[1] for row in session.execute(statement)}
    return {key: _last(into, key) for key in into}


def _last(into: dict[int, int], key: int) -> int:
    passed = {key}
    while (key := into.get(key, key)) not in passed:
        passed.add(key)
    return key


@dataclass(frozen=True, slots=True)
class Named:
    """The names of an organisation, borne until a day (exclusive); None for the present ones."""

    name_vi: str
    name_en: str
    acronym: str | None
    until: date | None = None

    def name(self, locale: Locale) -> str:
        """The name in a language."""
        return self.name_vi if locale == Locale.vi else self.name_en


def names_of(session: Session, organisation: Organisation) -> list[Named]:
    """Every name an organisation bore, the first one first, the present one last."""
    statement = (
        sa.select(OrganisationName)
        .where(col(OrganisationName.organisation_id) == organisation.id)
        .order_by(col(OrganisationName.until))
    )
    now = Named(organisation.name_vi, organisation.name_en, organisation.acronym)
    former = session.scalars(statement)
    return [*(Named(name.name_vi, name.name_en, name.acronym, name.until) for name in former), now]


def name_at(names: list[Named], day: date) -> Named:
    """Which of an organisation's names held on a day."""
    return next(name for name in names if name.until is None or day < name.until)


def name_on(session: Session, organisation: Organisation, day: date) -> Named:
    """The name an organisation bore on a day: a report on 2024 shows the name of 2024."""
    return name_at(names_of(session, organisation), day)


def named_on(locale: Locale, day: Any) -> Any:
    """The same as an expression of a statement over Organisation: `day` is a date or a column of dates; where
    it is NULL the present name is meant."""
    borne = (
        sa.select(named(OrganisationName, locale))
        .where(col(OrganisationName.organisation_id) == Organisation.id, col(OrganisationName.until) > day)
        .order_by(col(OrganisationName.until))
        .limit(1)
        .correlate_except(OrganisationName)
        .scalar_subquery()
    )
    return sa.func.coalesce(borne, named(Organisation, locale))


@dataclass(frozen=True, slots=True)
class Then:
    """An organisation as a record of the past names it: its name of that day, and the present one where it
    differs (`now`)."""

    name: str
    now: str | None

    @classmethod
    def of(cls, name: str, now: str) -> "Then":
        """From both names."""
        return cls(name, now if now != name else None)


def former_names(session: Session, locale: Locale) -> dict[str, list[tuple[date, str]]]:
    """The names that organisations bore once, by code, each with the day (exclusive) until which; the first
    one first. One statement."""
    statement = (
        sa.select(Organisation.code, OrganisationName.until, named(OrganisationName, locale))
        .join(Organisation, col(Organisation.id) == OrganisationName.organisation_id)
        .order_by(col(OrganisationName.until))
    )
    found: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for code, until, name in session.execute(statement):
        found[code].append((until, name))
    return found


def ids_of(
    session: Session, codes: Iterable[str], field: str, *, keep: Iterable[int | None] = ()
) -> list[int]:
    """The ids behind codes, each once, in order. Raises Refused, naming the field, for an unknown one, and
    for one in the trash that is not among those the record names already (`keep`, their ids)."""
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        return []
    there = [key for key in keep if key is not None]
    usable = sa.or_(col(Organisation.archived_at).is_(None), col(Organisation.id).in_(there))
    statement = sa.select(Organisation.code, Organisation.id).where(
        col(Organisation.code).in_(wanted), usable
    )
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(statement)}
    if any(code not in found for code in wanted):
        raise Refused("unknown_unit", field=field)
    return [found[code] for code in wanted]
