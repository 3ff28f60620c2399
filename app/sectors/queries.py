"""Reads of sectors."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.errors import NotFound, Refused
from app.models import Sector
from app.organisations.queries import Choice
from app.vocabulary import Locale, SectorLevel


def list_sectors(session: Session, locale: Locale) -> list[Choice]:
    """Sectors for a menu, by name; policy areas are no sectors."""
    name = Sector.name_vi if locale == Locale.vi else Sector.name_en
    statement = sa.select(Sector.code, name).where(
        Sector.level == SectorLevel.sector, col(Sector.archived_at).is_(None)
    )
    return [Choice(code, text) for code, text in session.execute(statement.order_by(name))]


def ids_of(session: Session, codes: Iterable[str], field: str) -> list[int]:
    """The ids behind sector codes, in their order. Raises Refused for one that does not exist."""
    wanted = list(dict.fromkeys(codes))
    rows = session.execute(sa.select(Sector.code, Sector.id).where(col(Sector.code).in_(wanted)))
    found: dict[str, int] = {row[0]: row[1] for row in rows}
    if unknown := [code for code in wanted if code not in found]:
        raise Refused("unknown_sector", field=field, sector=unknown[0])
    return [found[code] for code in wanted]


def get(session: Session, code: str) -> Sector:
    """One sector or policy area; raises NotFound."""
    found = session.exec(select(Sector).where(Sector.code == code, col(Sector.archived_at).is_(None))).first()
    if found is None:
        raise NotFound("sector")
    return found
