"""Reads of organisations."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from app.errors import Refused
from app.models import Organisation
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


def id_of(session: Session, code: str | None, field: str) -> int | None:
    """The id behind a code; None for none. Raises Refused, naming the field, when there is no such unit."""
    if code is None:
        return None
    found = session.scalar(sa.select(Organisation.id).where(Organisation.code == code))
    if found is None:
        raise Refused("unknown_unit", field=field)
    return int(found)
