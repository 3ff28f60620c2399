"""The year's plan: begun, its budget set; items entered, changed, dropped, copied from the year before."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from app import clock
from app.actor import Actor, Permission
from app.errors import Conflict, Forbidden, NotFound, Refused, Stale
from app.history import record
from app.models import Partner, Plan, PlanItem, PlanItemPartner
from app.organisations.queries import id_of
from app.partners.queries import ids_of, in_trash
from app.plan.queries import copied_ids, named_by
from app.plan.schemas import CopyIn, ItemDrop, PlanIn, PlanItemIn, PlanItemPatch, PlanPatch
from app.vocabulary import PlanItemKind

# What the decision on the plan sets; changing it is a manager's act.
DECIDED = ("budget", "currency", "number")
_NEVER_EMPTY = {"kind", "title"}


@dataclass(frozen=True)
class Copied:
    """What a copy brought: the items made, and how many of those asked for were there already."""

    plan: Plan
    items: tuple[PlanItem, ...]
    present: int


def get(session: Session, year: int) -> Plan:
    """The plan of a year; raises NotFound."""
    found = session.exec(select(Plan).where(Plan.year == year, col(Plan.archived_at).is_(None))).first()
    if found is None:
        raise NotFound("plan")
    return found


def get_item(session: Session, item_id: int, *, archived: bool = False) -> PlanItem:
    """One item, also one that was taken out when `archived`; raises NotFound."""
    found = session.get(PlanItem, item_id)
    if found is None or (found.archived_at is not None and not archived):
        raise NotFound("plan_item")
    return found


def begin(session: Session, actor: Actor, data: PlanIn, *, is_demo: bool = False) -> Plan:
    """Begin the plan of a year. Raises Refused when there is one, Forbidden for a budget or a decision by
    somebody who is no manager."""
    said = data.model_dump(exclude_unset=True)
    if any(said.get(name) is not None for name in DECIDED) and not actor.can(Permission.manage):
        raise Forbidden("not_allowed")
    if session.scalar(sa.select(Plan.id).where(Plan.year == data.year)) is not None:
        raise Refused("plan_exists", field="year", year=data.year)
    plan = Plan(is_demo=is_demo, **{k: v for k, v in said.items() if v is not None})
    session.add(plan)
    try:
        record(session, actor, "plan.begun", plan)
    except IntegrityError as error:  # somebody began it at the same moment
        raise Refused("plan_exists", field="year", year=data.year) from error
    return plan


def change(session: Session, actor: Actor, plan: Plan, data: PlanPatch, *, version: int) -> Plan:
    """Set the plan's budget, currency, decision or note. Raises Stale; Forbidden for who is no manager."""
    if plan.version != version:
        raise Stale(plan)
    if not actor.can(Permission.manage):
        raise Forbidden("not_allowed")
    for name in data.model_fields_set:
        value = getattr(data, name)
        if name != "currency" or value is not None:
            setattr(plan, name, value)
    record(session, actor, "plan.changed", plan)
    return plan


def add_item(
    session: Session, actor: Actor, plan: Plan, data: PlanItemIn, *, is_demo: bool = False
) -> PlanItem:
    """Enter an item. Raises Refused for an unknown partner or unit."""
    assert plan.id is not None
    item = PlanItem(
        plan_id=plan.id,
        lead_unit_id=id_of(session, data.lead_unit, "lead_unit"),
        is_demo=is_demo,
        **data.model_dump(exclude={"partners", "lead_unit"}),
    )
    return _enter(session, actor, "plan.item_added", item, ids_of(session, data.partners, "partners"))


def _enter(
    session: Session, actor: Actor, action: str, item: PlanItem, partner_ids: Iterable[int]
) -> PlanItem:
    ids = list(partner_ids)
    session.add(item)
    more: dict[str, tuple[Any, Any]] = {"partners": ([], _slugs(session, ids))}
    record(session, actor, action, item, partners=ids, more=more)
    assert item.id is not None
    session.add_all(PlanItemPartner(plan_item_id=item.id, partner_id=p) for p in ids)
    session.flush()
    return item


def change_item(
    session: Session, actor: Actor, item: PlanItem, data: PlanItemPatch, *, version: int
) -> PlanItem:
    """Change an item; drop it or take the drop back. Raises Stale, Refused, Conflict."""
    if item.version != version:
        raise Stale(item)
    before = after = partners_of(session, item)
    with session.no_autoflush:  # one UPDATE for the change and its stamp
        if data.partners is not None:
            after = sorted({*ids_of(session, data.partners, "partners"), *in_trash(session, before)})
        for name in data.model_fields_set - {"partners", "lead_unit", "dropped_why"}:
            value = getattr(data, name)
            if value is not None or name not in _NEVER_EMPTY:
                setattr(item, name, value)
        if "lead_unit" in data.model_fields_set:
            item.lead_unit_id = id_of(session, data.lead_unit, "lead_unit", keep=item.lead_unit_id)
        if item.kind == PlanItemKind.delegation and item.direction is None:
            raise Refused("direction_needed", field="direction")
        more = {"partners": (_slugs(session, before), _slugs(session, after))}
        if before != after:
            item.updated_at = None  # a link table changed: the record's version must move with it
    record(session, actor, "plan.item_changed", item, partners={*before, *after}, more=more)
    if before != after:
        session.exec(delete(PlanItemPartner).where(col(PlanItemPartner.plan_item_id) == item.id))
        session.add_all(PlanItemPartner(plan_item_id=item.id or 0, partner_id=p) for p in after)
        session.flush()
    if "dropped_why" in data.model_fields_set and data.dropped_why != item.dropped_why:
        if data.dropped_why is None:
            return resume(session, actor, item, version=item.version)
        return drop(session, actor, item, ItemDrop(dropped_why=data.dropped_why), version=item.version)
    return item


def drop(session: Session, actor: Actor, item: PlanItem, data: ItemDrop, *, version: int) -> PlanItem:
    """It will not be carried out, and why. Raises Conflict while a record is carrying it out."""
    _free(session, item, version)
    item.dropped_why = data.dropped_why
    record(session, actor, "plan.item_dropped", item, partners=partners_of(session, item))
    return item


def resume(session: Session, actor: Actor, item: PlanItem, *, version: int) -> PlanItem:
    """It is in the plan again: dropped by mistake. Raises Conflict when it was not dropped."""
    if item.version != version:
        raise Stale(item)
    if item.dropped_why is None:
        raise Conflict("not_dropped")
    item.dropped_why = None
    record(session, actor, "plan.item_resumed", item, partners=partners_of(session, item))
    return item


def archive_item(session: Session, actor: Actor, item: PlanItem, *, version: int) -> PlanItem:
    """Take away an item that was entered by mistake. Raises Conflict while a record names it."""
    _free(session, item, version)
    item.archived_at = clock.now()
    record(session, actor, "plan.item_archived", item, partners=partners_of(session, item))
    return item


def restore_item(session: Session, actor: Actor, item: PlanItem, *, version: int) -> PlanItem:
    """Put back what was taken out. Raises Conflict when it was not, or when it has been copied anew since."""
    if item.version != version:
        raise Stale(item)
    if item.archived_at is None:
        raise Conflict("not_in_trash")
    if item.copied_from_id in copied_ids(session, item.plan_id):
        raise Conflict("plan_item_copied_again")
    item.archived_at = None
    record(session, actor, "plan.item_restored", item, partners=partners_of(session, item))
    return item


def copy_items(session: Session, actor: Actor, year: int, data: CopyIn) -> Copied:
    """Take over items of the year before; begin the year's plan when there is none yet.

    An item that was copied already is left out, so that twice copies nothing twice. Budget, month, partners
    and unit come along, for the officer to correct; what became of the item last year does not. Raises
    NotFound when the year before has no plan, Refused for an item that is not in it.
    """
    source = get(session, year - 1)
    wanted = list(dict.fromkeys(data.items))
    statement = select(PlanItem).where(
        PlanItem.plan_id == source.id, col(PlanItem.id).in_(wanted), col(PlanItem.archived_at).is_(None)
    )
    found = {item.id: item for item in session.exec(statement)}
    if len(found) < len(wanted):
        raise Refused("unknown_plan_item", field="items")
    plan = _locked(session, year) or begin(session, actor, PlanIn(year=year))
    assert plan.id is not None
    present = copied_ids(session, plan.id)
    fresh = [found[key] for key in wanted if key not in present]
    made = [
        _enter(session, actor, "plan.item_copied", _copy(item, plan.id), partners_of(session, item))
        for item in fresh
    ]
    return Copied(plan, tuple(made), present=len(wanted) - len(made))


_TAKEN_OVER = ("kind", "title", "direction", "month", "budget", "lead_unit_id", "note")


def _copy(item: PlanItem, plan_id: int) -> PlanItem:
    values = {name: getattr(item, name) for name in _TAKEN_OVER}
    return PlanItem(plan_id=plan_id, copied_from_id=item.id, **values)


def _locked(session: Session, year: int) -> Plan | None:
    """The year's plan, held until the end of the transaction: of two copies at once one waits and then sees
    what the other has copied. (On SQLite the writer's turn does this.)"""
    statement = select(Plan).where(Plan.year == year, col(Plan.archived_at).is_(None))
    return session.exec(statement.with_for_update()).first()


def partners_of(session: Session, item: PlanItem) -> list[int]:
    """The ids of the partners an item concerns."""
    links = select(PlanItemPartner.partner_id).where(PlanItemPartner.plan_item_id == item.id)
    with session.no_autoflush:
        return sorted(session.exec(links))


def _slugs(session: Session, ids: Iterable[int]) -> list[str]:
    with session.no_autoflush:
        return sorted(session.scalars(sa.select(Partner.slug).where(col(Partner.id).in_(list(ids)))))


def _free(session: Session, item: PlanItem, version: int) -> None:
    if item.version != version:
        raise Stale(item)
    assert item.id is not None
    if named := named_by(session, item.id):
        raise Conflict("plan_item_named", title=named[0].title)
