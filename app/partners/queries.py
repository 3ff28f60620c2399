"""Reads of partners."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.errors import NotFound, Refused
from app.models import (
    Forum,
    ForumMembership,
    Organisation,
    Partner,
    PartnerAlias,
    PartnerStrength,
    Sector,
    User,
)
from app.vocabulary import AliasType, Locale


def get(session: Session, slug: str) -> Partner:
    """One partner by slug; raises NotFound for an unknown or archived one."""
    partner = session.exec(
        select(Partner).where(Partner.slug == slug, col(Partner.archived_at).is_(None))
    ).first()
    if partner is None:
        raise NotFound("partner")
    return partner


def ids_of(session: Session, slugs: Iterable[str], field: str) -> list[int]:
    """The ids behind slugs, in their order. Raises Refused, naming the field, for one that does not exist."""
    wanted = list(dict.fromkeys(slugs))
    statement = sa.select(Partner.slug, Partner.id).where(
        col(Partner.slug).in_(wanted), col(Partner.archived_at).is_(None)
    )
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(statement)}
    if any(slug not in found for slug in wanted):
        raise Refused("unknown_partner", field=field)
    return [found[slug] for slug in wanted]


def partner_options(session: Session, locale: Locale) -> list[tuple[str, str]]:
    """Every partner for a menu as (slug, name), in the order of the language."""
    name, key = (
        (Partner.name_vi, Partner.name_key) if locale == Locale.vi else (Partner.name_en, Partner.name_key_en)
    )
    statement = sa.select(Partner.slug, name).where(col(Partner.archived_at).is_(None))
    return [(slug, text) for slug, text in session.execute(statement.order_by(key, Partner.id))]


def in_trash(session: Session, ids: Iterable[int]) -> list[int]:
    """Those that are archived. No form shows them, so leaving them out of one takes them off nothing."""
    statement = sa.select(Partner.id).where(
        col(Partner.id).in_(list(ids)), col(Partner.archived_at).is_not(None)
    )
    return [key for key in session.scalars(statement) if key is not None]


@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to one partner but lies in other tables, by code."""

    aliases: list[tuple[str, AliasType]]
    strengths: list[str]
    forums: list[str]
    officer: str | None
    mission: str | None
    embassy: str | None


def around(session: Session, partner: Partner) -> Around:
    """A partner's aliases, strengths, forums, officer and missions; four queries."""
    aliases = sa.select(PartnerAlias.text, PartnerAlias.type).where(PartnerAlias.partner_id == partner.id)
    strengths = (
        sa.select(Sector.code)
        .join(PartnerStrength, col(PartnerStrength.sector_id) == Sector.id)
        .where(PartnerStrength.partner_id == partner.id)
    )
    forums = (
        sa.select(Forum.code)
        .join(ForumMembership, col(ForumMembership.forum_id) == Forum.id)
        .where(ForumMembership.partner_id == partner.id, col(Forum.archived_at).is_(None))
    )
    mission, embassy = aliased(Organisation), aliased(Organisation)
    people = (
        sa.select(User.email, mission.code, embassy.code)
        .select_from(Partner)
        .outerjoin(User, col(User.id) == Partner.officer_id)
        .outerjoin(mission, mission.id == Partner.mission_id)
        .outerjoin(embassy, embassy.id == Partner.embassy_id)
        .where(Partner.id == partner.id)
    )
    officer, mission_code, embassy_code = session.execute(people).one()
    return Around(
        [(text, kind) for text, kind in session.execute(aliases.order_by(PartnerAlias.id))],
        list(session.scalars(strengths.order_by(Sector.code))),
        list(session.scalars(forums.order_by(Forum.code))),
        officer,
        mission_code,
        embassy_code,
    )
