"""Partners: entered, changed, confirmed, archived."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from app.accounts.queries import worker_id
from app.actor import Actor, Permission
from app.db import searchable
from app.errors import Conflict, Forbidden, Refused, Stale
from app.history import record
from app.models import (
    Dispute,
    Partner,
    PartnerAlias,
    PartnerName,
    PartnerStrength,
    ReviewConfirmation,
    Sector,
)
from app.organisations.queries import id_of
from app.partners.schemas import AliasIn, DisputeIn, PartnerIn, PartnerPatch
from app.sectors.queries import ids_of
from app.text import alphabetical, fold, slugify, told_apart

# Fields that are stored as they come in.
_PLAIN = (
    "name_vi", "name_en", "name_local", "country", "kind", "region", "lat", "lon", "population", "tier",
    "friendship_known", "friendship_since", "friendship_precision", "declared_rung", "objectives",
    "relation_basis", "source", "confidence", "note", "note_en",
)  # fmt: skip
# Fields that may not be emptied: leaving them out of a patch and sending nothing mean the same.
_NEVER_EMPTY = (
    "name_vi",
    "name_en",
    "country",
    "kind",
    "region",
    "tier",
    "friendship_known",
    "relation_basis",
)


def add_partner(
    session: Session, actor: Actor, data: PartnerIn, *, source_key: str | None = None, is_demo: bool = False
) -> Partner:
    """Enter a partner. Raises Refused when a name or alias is already another partner's in that country."""
    partner = Partner(
        slug=data.slug or _free_slug(session, data),
        name_vi=data.name_vi,
        name_en=data.name_en,
        country=data.country,
        kind=data.kind,
        region=data.region,
        source_key=source_key,
        is_demo=is_demo,
    )
    if not partner.slug:
        raise Refused("required", field="slug")
    _fill(session, partner, data)
    aliases = data.aliases or []
    _index(partner, [a.text for a in aliases])
    _check_slug(session, partner)
    session.add(partner)
    more: dict[str, tuple[Any, Any]] = {
        "aliases": ([], [a.text for a in aliases]),
        "strengths": ([], data.strengths or []),
    }
    try:
        record(session, actor, "partner.added", partner, partners=[partner], more=more)
    except IntegrityError as error:  # a twin was entered at the same moment, under the same address
        raise Refused("partner_twice", field="name_vi", name=data.name_vi) from error
    assert partner.id is not None
    _store_names(session, partner, aliases)
    _store_strengths(session, partner, data.strengths or [])
    return partner


def change_partner(
    session: Session, actor: Actor, partner: Partner, data: PartnerPatch, *, version: int
) -> Partner:
    """Change a partner; raises Stale, Refused, and Forbidden: its officer and its tier are for managers."""
    assert partner.id is not None
    if partner.version != version:
        raise Stale(partner)
    with session.no_autoflush:  # one UPDATE for the change and its stamp: the version moves by one
        officer, tier = partner.officer_id, partner.tier
        _fill(session, partner, data)
        if (officer, tier) != (partner.officer_id, partner.tier) and not actor.can(Permission.manage):
            raise Forbidden("not_allowed")
        more: dict[str, tuple[Any, Any]] = {}
        old_aliases = list(session.exec(select(PartnerAlias).where(PartnerAlias.partner_id == partner.id)))
        aliases = [AliasIn(text=a.text, type=a.type, evidence=a.evidence) for a in old_aliases]
        if data.aliases is not None:
            known = {a.text: a for a in aliases}
            aliases = [known.get(a.text, a) for a in data.aliases]
            more["aliases"] = ([a.text for a in old_aliases], [a.text for a in aliases])
        if data.strengths is not None:
            more["strengths"] = (_strengths(session, partner.id), sorted(set(data.strengths)))
        if data.slug and data.slug != partner.slug:
            partner.slug = data.slug
            _check_slug(session, partner)
        _index(partner, [a.text for a in aliases])
        if any(old != new for old, new in more.values()):
            partner.updated_at = None  # link tables changed: the record's version must move with them
    try:
        record(session, actor, "partner.changed", partner, partners=[partner], more=more)
    except IntegrityError as error:  # somebody took the address at the same moment
        raise Refused("slug_taken", field="slug") from error
    _store_names(session, partner, aliases)
    if data.strengths is not None:
        _store_strengths(session, partner, data.strengths)
    return partner


def hold(session: Session, partner: Partner) -> None:
    """Keep a partner until the commit: who acts on it at the same moment waits, and finds what was done."""
    session.execute(sa.select(Partner.id).where(Partner.id == partner.id).with_for_update())


def confirm_file(
    session: Session, actor: Actor, partner: Partner, *, today: date, is_demo: bool = False
) -> ReviewConfirmation:
    """An officer's word that nothing is missing from the file. Once a day is enough: raises Conflict."""
    assert partner.id is not None
    hold(session, partner)
    twice = select(ReviewConfirmation).where(
        ReviewConfirmation.partner_id == partner.id,
        ReviewConfirmation.on == today,
        col(ReviewConfirmation.archived_at).is_(None),
    )
    if session.exec(twice).first() is not None:
        raise Conflict("already_confirmed")
    review = ReviewConfirmation(partner_id=partner.id, on=today, by_id=actor.user_id, is_demo=is_demo)
    session.add(review)
    record(session, actor, "partner.confirmed", review, partners=[partner.id])
    return review


def add_dispute(
    session: Session, actor: Actor, partner: Partner, data: DisputeIn, *, source_key: str | None = None
) -> Dispute:
    """Keep two statements that disagree, and which one the register uses."""
    assert partner.id is not None
    dispute = Dispute(partner_id=partner.id, source_key=source_key, **data.model_dump())
    record(session, actor, "partner.disputed", dispute, partners=[partner.id])
    return dispute


def _fill(session: Session, partner: Partner, data: PartnerPatch) -> None:
    for name in _PLAIN:
        if name not in data.model_fields_set:
            continue
        value = getattr(data, name)
        if value is None and name in _NEVER_EMPTY:
            continue
        if getattr(partner, name) != value:
            setattr(partner, name, value)
    if partner.friendship_since is not None:
        partner.friendship_known = True
    if "officer" in data.model_fields_set:
        partner.officer_id = worker_id(session, data.officer, "officer", keep=partner.officer_id)
    for name in ("mission", "embassy"):
        if name in data.model_fields_set:
            now = getattr(partner, f"{name}_id")
            setattr(partner, f"{name}_id", id_of(session, getattr(data, name), name, keep=now))


def _index(partner: Partner, aliases: list[str]) -> None:
    names = [partner.name_vi, partner.name_en, partner.name_local, *aliases, partner.slug]
    text = searchable([name for name in names if name])
    if partner.search_text != text:
        partner.search_text = text
    if (partner.name_key, partner.name_key_en) != name_keys(partner):
        partner.name_key, partner.name_key_en = name_keys(partner)


def name_keys(partner: Partner) -> tuple[str, str]:
    """What a partner is sorted by, on Vietnamese pages and on English ones."""
    return alphabetical(partner.name_vi)[:200], fold(partner.name_en)[:200]


def _free_slug(session: Session, data: PartnerIn) -> str:
    """The English name as an address; where another place has it (Victoria, Córdoba) with the country, or a
    number, behind it."""
    name = (slugify(data.name_en) or slugify(data.name_vi))[:70].strip("-")
    wanted = [name, f"{name}-{data.country.lower()}", *(f"{name}-{n}" for n in range(2, 50))]
    taken = set(session.scalars(sa.select(Partner.slug).where(col(Partner.slug).in_(wanted))))
    return next((slug for slug in wanted if slug not in taken), name) if name else ""


def _check_slug(session: Session, partner: Partner) -> None:
    with session.no_autoflush:
        other = session.scalar(sa.select(Partner.id).where(Partner.slug == partner.slug))
    if other is not None and other != partner.id:
        raise Refused("slug_taken", field="slug")


def folded_names(partner: Partner, aliases: Iterable[str]) -> set[str]:
    """Every name and alias of a partner as duplicates are recognised."""
    names = (partner.name_vi, partner.name_en, partner.name_local, *aliases)
    return {folded for name in names if name and (folded := told_apart(name))}


def _store_names(session: Session, partner: Partner, aliases: list[AliasIn]) -> None:
    """Rewrite aliases and the folded names; the primary key of partner_name settles races."""
    assert partner.id is not None
    folds = folded_names(partner, [a.text for a in aliases])
    clash = sa.select(PartnerName.folded, Partner.name_vi, Partner.slug, Partner.archived_at).join(
        Partner, col(Partner.id) == PartnerName.partner_id
    )
    other = session.execute(
        clash.where(
            PartnerName.country == partner.country,
            col(PartnerName.folded).in_(folds),
            PartnerName.partner_id != partner.id,
        )
    ).first()
    if other is not None:
        names = ("name_vi", "name_en", "name_local")
        same = (n for n in names if told_apart(getattr(partner, n) or "") == other.folded)
        field = next(same, "aliases")
        if other.archived_at is not None:
            raise Refused("partner_in_trash", field=field, name=other.name_vi)
        raise Refused("partner_twice", field=field, name=other.name_vi, slug=other.slug)
    session.exec(delete(PartnerAlias).where(col(PartnerAlias.partner_id) == partner.id))
    session.exec(delete(PartnerName).where(col(PartnerName.partner_id) == partner.id))
    session.add_all(
        PartnerAlias(partner_id=partner.id, text=a.text, type=a.type, evidence=a.evidence) for a in aliases
    )
    session.add_all(
        PartnerName(country=partner.country, folded=f, partner_id=partner.id) for f in sorted(folds)
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise Refused("partner_twice", field="name_vi", name=partner.name_vi) from error


def _strengths(session: Session, partner_id: int) -> list[str]:
    statement = (
        select(Sector.code)
        .join(PartnerStrength, col(PartnerStrength.sector_id) == Sector.id)
        .where(PartnerStrength.partner_id == partner_id)
    )
    return sorted(session.exec(statement))


def _store_strengths(session: Session, partner: Partner, codes: list[str]) -> None:
    assert partner.id is not None
    ids = ids_of(session, codes, "strengths")
    session.exec(delete(PartnerStrength).where(col(PartnerStrength.partner_id) == partner.id))
    session.add_all(PartnerStrength(partner_id=partner.id, sector_id=i) for i in ids)
    session.flush()
