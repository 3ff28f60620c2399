"""Reads for the page on which many partners are changed: which, in which version, how they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.models import Partner, StandingRow, User
from app.partners.filters import PartnerFilters
from app.partners.listing import check_known, conditions, joined, name_key
from app.standings.days import on_day
from app.vocabulary import Locale, Status, Step, Tier


@dataclass(frozen=True, slots=True)
class ChosenRow:
    """One of the partners that are to be changed."""

    id: int
    slug: str
    version: int
    name: str
    country: str
    tier: Tier
    status: Status
    underlying: Status
    step: Step
    next_step: Mapping[str, Any] | None
    officer: str | None


def fitting(
    session: Session, actor: Actor, filters: PartnerFilters, locale: Locale, *, limit: int
) -> list[ChosenRow]:
    """The partners that fit a list's filters, by name. Raises Refused as the list does."""
    check_known(session, filters)
    return _rows(session, locale, *conditions(filters, actor), limit=limit, day=filters.as_of)


def among(session: Session, keys: Sequence[int] | Sequence[str], locale: Locale) -> list[ChosenRow]:
    """Those of some partners, by id or by slug, that there are; by name."""
    key: Any = Partner.slug if keys and isinstance(keys[0], str) else Partner.id
    wanted = key.in_(keys), col(Partner.archived_at).is_(None)
    return _rows(session, locale, *wanted, limit=len(keys)) if keys else []


def _rows(
    session: Session, locale: Locale, *wanted: object, limit: int, day: date | None = None
) -> list[ChosenRow]:
    name = Partner.name_vi if locale == Locale.vi else Partner.name_en
    officer = sa.select(User.name).where(User.id == Partner.officer_id).scalar_subquery()
    columns = (
        Partner.id, Partner.slug, Partner.version, name, Partner.country, Partner.tier, StandingRow.status,
        StandingRow.underlying, StandingRow.step, StandingRow.next_step, officer,
    )  # fmt: skip
    statement = joined(sa.select(*columns)).where(*wanted).order_by(name_key(locale), Partner.id)
    return [ChosenRow(*row) for row in session.execute(on_day(session, statement.limit(limit), day))]
