"""Organisations: entered, changed, renamed from a day on, merged into another and parted again."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from app.actor import Actor
from app.errors import Conflict, NotFound, Refused, Stale
from app.history import record
from app.models import Event, Organisation, OrganisationName, OrganisationPartner, Partner
from app.organisations.queries import id_of
from app.organisations.schemas import MergeIn, OrganisationIn, OrganisationPatch, RenameIn
from app.partners.queries import ids_of
from app.text import slugify

_PLAIN = (
    "kind", "name_vi", "name_en", "acronym", "aliases", "country", "active_from", "active_to", "source",
    "note", "note_en",
)  # fmt: skip
_NEVER_EMPTY = ("kind", "name_vi", "name_en", "aliases")
# Words that addresses need themselves: /organisations/new.
_WORDS = frozenset({"new"})
_NAMES = ("name_vi", "name_en", "acronym")


def get_organisation(session: Session, code: str) -> Organisation:
    """One organisation by its code, a merged one too; raises NotFound."""
    found = session.exec(
        select(Organisation).where(Organisation.code == code, col(Organisation.archived_at).is_(None))
    ).first()
    if found is None:
        raise NotFound("organisation")
    return found


def add_organisation(
    session: Session, actor: Actor, data: OrganisationIn, *, is_demo: bool = False
) -> Organisation:
    """Enter an organisation. Raises Refused for a code that is taken."""
    code = data.code or _free_code(session, data)
    taken = sa.select(Organisation.id).where(col(Organisation.code) == code)
    if code in _WORDS or session.scalar(taken) is not None:
        raise Refused("code_taken", field="code")
    organisation = Organisation(
        code=code, kind=data.kind, name_vi=data.name_vi, name_en=data.name_en, is_demo=is_demo
    )
    more = _fill(session, organisation, data)
    record(session, actor, "organisation.added", organisation, partners=_partners(session, data), more=more)
    _store_partner(session, organisation, data)
    return organisation


def change_organisation(
    session: Session, actor: Actor, organisation: Organisation, data: OrganisationPatch, *, version: int
) -> Organisation:
    """Change an organisation; raises Stale, and Refused where it would come to stand above itself."""
    if organisation.version != version:
        raise Stale(organisation)
    with session.no_autoflush:
        more = _fill(session, organisation, data)
        if any(old != new for old, new in more.values()):
            organisation.updated_at = None  # a link table changed: the record's version moves with it
        partners = _partners(session, data)
    record(session, actor, "organisation.changed", organisation, partners=partners, more=more)
    _store_partner(session, organisation, data)
    return organisation


def rename_organisation(
    session: Session, actor: Actor, organisation: Organisation, data: RenameIn, *, version: int, today: date
) -> Organisation:
    """Give it new names from a day on; what was before that day shows the old ones.

    Raises Stale; Refused for a day to come, or one that an earlier rename has passed; Conflict for one that
    was merged into another.
    """
    _on_its_own(organisation, version)
    if data.from_on > today:
        raise Refused("rename_in_future", field="from_on")
    last = sa.select(sa.func.max(OrganisationName.until)).where(
        col(OrganisationName.organisation_id) == organisation.id
    )
    latest = session.scalar(last)
    if latest is not None and data.from_on <= latest:
        raise Refused("rename_too_early", field="from_on")
    if organisation.active_from is not None and data.from_on <= organisation.active_from:
        raise Refused("rename_too_early", field="from_on")
    before = {name: getattr(organisation, name) for name in _NAMES}
    if before == {name: getattr(data, name) for name in _NAMES}:
        raise Refused("same_name", field="name_vi")
    assert organisation.id is not None
    session.add(OrganisationName(organisation_id=organisation.id, until=data.from_on, **before))
    for name in _NAMES:
        setattr(organisation, name, getattr(data, name))
    # So that a search for what it was called finds it.
    known = {*organisation.aliases, *(getattr(data, name) for name in _NAMES)}
    organisation.aliases = [*organisation.aliases, *(n for n in before.values() if n and n not in known)]
    told = {"from_on": (None, data.from_on)}
    record(session, actor, "organisation.renamed", organisation, more=told)
    return organisation


def merge_organisation(
    session: Session, actor: Actor, organisation: Organisation, data: MergeIn, *, version: int, today: date
) -> Organisation:
    """Let another go on in its place. What refers to it keeps pointing to it, so that history holds; lists
    and menus show the successor.

    Raises Stale; Refused for itself, one that it stands behind, one that is merged itself, or a day to come.
    """
    _on_its_own(organisation, version)
    if data.on > today:
        raise Refused("merge_in_future", field="on")
    into = session.exec(
        select(Organisation).where(Organisation.code == data.into, col(Organisation.archived_at).is_(None))
    ).first()
    if into is None:
        raise Refused("unknown_unit", field="into")
    if into.id == organisation.id:
        raise Refused("merge_with_itself", field="into")
    if into.successor_id is not None:
        raise Refused("merged_itself", field="into")
    organisation.successor_id = into.id
    # The last day it was at work.
    organisation.active_to = data.on - timedelta(days=1)
    record(session, actor, "organisation.merged", organisation)
    return organisation


def part_organisation(
    session: Session, actor: Actor, organisation: Organisation, *, version: int
) -> Organisation:
    """Undo a merger: it stands on its own again, in lists and menus. Raises Stale, Conflict."""
    if organisation.version != version:
        raise Stale(organisation)
    if organisation.successor_id is None:
        raise Conflict("not_merged")
    organisation.successor_id = None
    organisation.active_to = _end_before_merger(session, organisation)
    record(session, actor, "organisation.parted", organisation)
    return organisation


def _end_before_merger(session: Session, organisation: Organisation) -> date | None:
    """The last day it was at work as it stood before the merger: the history knows."""
    statement = (
        sa.select(Event.changes)
        .where(
            Event.record_type == "organisation",
            Event.record_id == organisation.id,
            Event.action == "organisation.merged",
        )
        .order_by(col(Event.id).desc())
        .limit(1)
    )
    with session.no_autoflush:
        changes = session.scalar(statement) or {}
    if "active_to" not in changes:
        return organisation.active_to
    before = changes["active_to"][0]
    return date.fromisoformat(before) if before else None


def _on_its_own(organisation: Organisation, version: int) -> None:
    if organisation.version != version:
        raise Stale(organisation)
    if organisation.successor_id is not None:
        raise Conflict("is_merged")


def _fill(
    session: Session, organisation: Organisation, data: OrganisationPatch
) -> dict[str, tuple[Any, Any]]:
    """Set the fields that are given; what changes in link tables is returned as name -> (old, new)."""
    given = data.model_fields_set
    parent_id = organisation.parent_id
    if "parent" in given:
        parent_id = id_of(session, data.parent, "parent", keep=parent_id)
    for name in _PLAIN:
        value = getattr(data, name)
        if name in given and not (value is None and name in _NEVER_EMPTY):
            setattr(organisation, name, value)
    if parent_id is not None and _stands_above(session, organisation.id, parent_id):
        raise Refused("parent_circle", field="parent")
    organisation.parent_id = parent_id
    start, end = organisation.active_from, organisation.active_to
    if start and end and end < start:
        raise Refused("end_before_start", field="active_to")
    if "partner" not in given:
        return {}
    return {"partners": (_partner_of(session, organisation), [data.partner] if data.partner else [])}


def _stands_above(session: Session, organisation_id: int | None, parent_id: int) -> bool:
    """Whether an organisation is its would-be parent, or stands somewhere above it."""
    if organisation_id is None:
        return False
    statement = sa.select(Organisation.id, Organisation.parent_id)
    above = {row[0]: row[1] for row in session.execute(statement)}
    at: int | None = parent_id
    for _ in range(len(above) + 1):
        if at is None or at == organisation_id:
            return at is not None
        at = above.get(at)
    return True


def _partner_of(session: Session, organisation: Organisation) -> list[str]:
    statement = (
        sa.select(Partner.slug)
        .join(OrganisationPartner, col(OrganisationPartner.partner_id) == Partner.id)
        .where(col(OrganisationPartner.organisation_id) == organisation.id)
    )
    return sorted(session.scalars(statement))


def _partners(session: Session, data: OrganisationPatch) -> list[int]:
    return ids_of(session, [data.partner], "partner") if data.partner else []


def _store_partner(session: Session, organisation: Organisation, data: OrganisationPatch) -> None:
    if "partner" not in data.model_fields_set:
        return
    assert organisation.id is not None
    session.exec(
        delete(OrganisationPartner).where(col(OrganisationPartner.organisation_id) == organisation.id)
    )
    for partner_id in _partners(session, data):
        session.add(OrganisationPartner(organisation_id=organisation.id, partner_id=partner_id))
    session.flush()


def _free_code(session: Session, data: OrganisationIn) -> str:
    """The acronym, or the English name, as a code that nobody has."""
    made = (slugify(data.acronym or "") or slugify(data.name_en) or slugify(data.name_vi))[:34].strip("-")
    if not made or not made[0].isalpha():
        made = f"org-{made}".strip("-")[:34]
    wanted = [made, *(f"{made}-{n}" for n in range(2, 100))]
    taken = set(session.scalars(sa.select(Organisation.code).where(col(Organisation.code).in_(wanted))))
    return next((code for code in wanted if code not in taken), made)
