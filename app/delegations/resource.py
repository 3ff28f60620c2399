"""Delegations as programs read them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, time
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.actor import Actor
from app.delegations.effects import agreed
from app.delegations.filters import DelegationQuery
from app.delegations.listing import check_known, conditions, ordering, owed_until
from app.delegations.schemas import (
    Confidential,
    CostActual,
    CostPlanned,
    EscortUnit,
    Head,
    HostUnit,
    Met,
    Payer,
    Purpose,
    Rank,
    Returns,
    Way,
)
from app.delegations.trip_lines import gifts_of, meetings_of, members_of
from app.errors import NotFound
from app.fields import IS_DEMO, VERSION, PlanItemId, like
from app.lists import Part
from app.models import Delegation, DelegationPartner, Organisation, Partner
from app.vocabulary import (
    DatePrecision,
    DelegationDirection,
    DelegationState,
    GiftBand,
    GiftDirection,
    Locale,
    VisitLevel,
    VisitPurpose,
)


@dataclass(slots=True)
class MemberJson:
    """Who travels; `person` is the id of somebody of the register, whose name is null for a key without the
    scope `read:people`, and for everybody once the person was erased."""

    id: int
    person: int | None
    name: str | None
    title: str | None
    unit: str | None
    leads: bool


@dataclass(slots=True)
class MeetingJson:
    """A meeting; its times are those of the clocks there, `HH:MM`."""

    id: int
    on: date
    starts_at: str | None
    ends_at: str | None
    partner: str | None
    place: str | None
    counterpart: str | None
    topic: str | None
    result: str | None


@dataclass(slots=True)
class GiftJson:
    """A gift given or received."""

    id: int
    direction: GiftDirection
    what: str
    band: GiftBand | None
    by_whom: str | None
    to_whom: str | None


@dataclass(slots=True)
class DelegationJson:
    """A trip in or out. Of a confidential one, met, minutes, report and what its meetings were about are
    null for whoever may not read them."""

    id: int
    version: Annotated[int, VERSION]
    direction: Annotated[DelegationDirection, like(Way)]
    partners: Annotated[list[str], Field(description="Slugs of the partners that are visited or come.")]
    title: str
    title_en: str | None
    state: Annotated[
        DelegationState, Field(description="How far the trip has come, from the plan to the report.")
    ]
    level: Annotated[VisitLevel | None, like(Rank)]
    purpose: Annotated[VisitPurpose | None, like(Purpose)]
    starts_on: Annotated[
        date, Field(description="The first day; of a month or a year that is all that is known, its first.")
    ]
    starts_on_precision: DatePrecision
    ends_on: date
    ends_on_precision: DatePrecision
    head: Annotated[str | None, like(Head)]
    met: Annotated[str | None, like(Met)]
    minutes: str | None
    confidential: Annotated[bool, like(Confidential)]
    substantive: Annotated[
        bool,
        Field(description="It came to an action that somebody is responsible for: more than a courtesy."),
    ]
    host_unit: Annotated[str | None, like(HostUnit)]
    escort_unit: Annotated[str | None, like(EscortUnit)]
    interpreter: str | None
    languages: str | None
    budget_source: Annotated[str | None, like(Payer)]
    currency: str | None
    cost_planned: Annotated[int | None, like(CostPlanned)]
    cost_actual: Annotated[int | None, like(CostActual)]
    plan_item: Annotated[int | None, like(PlanItemId)]
    off_plan: Annotated[bool, Field(description="No item of the year's plan foresaw it.")]
    off_plan_reason: str | None
    approved_on: Annotated[date | None, Field(description="The day on which it was approved; null: not yet.")]
    cancelled_why: str | None
    report: str | None
    reported_on: date | None
    report_due_on: Annotated[
        date | None, Field(description="The last day for the result report; null where none is owed.")
    ]
    returns: Annotated[int | None, like(Returns)]
    members: list[MemberJson]
    meetings: list[MeetingJson]
    gifts: list[GiftJson]
    source: str | None
    is_demo: Annotated[bool, IS_DEMO]


def list_json(
    session: Session,
    actor: Actor,
    query: DelegationQuery,
    today: date,
    part: Part,
) -> list[tuple[DelegationJson, tuple[Any, ...]]]:
    """Delegations that fit, each with the values it is sorted by; five statements, one more to look up the
    partners asked for."""
    check_known(session, query)
    order = ordering(query.sort)
    keys = [step.expression.label(f"key_{place}") for place, step in enumerate(order)]
    statement = _statement(*keys).where(*conditions(query, today))
    rows = part.rows(session, statement, order)
    return list(zip(_all(session, actor, rows), (tuple(row[-len(keys) :]) for row in rows), strict=True))


def one_json(session: Session, actor: Actor, delegation_id: int) -> DelegationJson:
    """One delegation; five statements. Raises NotFound."""
    wanted = _statement().where(Delegation.id == delegation_id, col(Delegation.archived_at).is_(None))
    rows = session.execute(wanted).all()
    if not rows:
        raise NotFound("delegation")
    return _all(session, actor, rows)[0]


_host, _escort = aliased(Organisation), aliased(Organisation)


def _statement(*more: Any) -> Any:
    return (
        sa.select(
            Delegation, col(_host.code).label("host_unit"), col(_escort.code).label("escort_unit"),
            agreed().label("substantive"), owed_until.label("report_due_on"), *more,
        )
        .outerjoin(_host, col(_host.id) == Delegation.host_unit_id)
        .outerjoin(_escort, col(_escort.id) == Delegation.escort_unit_id)
    )  # fmt: skip


def _all(session: Session, actor: Actor, rows: Sequence[Any]) -> list[DelegationJson]:
    trips = [row.Delegation for row in rows]
    ids = [trip.id for trip in trips]
    hidden = {t.id for t in trips if t.confidential and not actor.may_read_notes(t.created_by_id)}
    partners = partners_of(session, ids)
    members, gifts = members_of(session, ids, actor), gifts_of(session, ids)
    meetings = meetings_of(session, ids, Locale.vi, hide=hidden)
    return [
        _json(
            row,
            shown=row.Delegation.id not in hidden,
            partners=partners[row.Delegation.id],
            members=[
                MemberJson(it.id, it.person_id, it.name or None, it.title, it.unit, it.leads)
                for it in members.get(row.Delegation.id, ())
            ],
            meetings=[
                MeetingJson(
                    it.id, it.on, _clock(it.starts_at), _clock(it.ends_at),
                    it.partner.slug if it.partner else None, it.place, it.counterpart, it.topic, it.result,
                )
                for it in meetings.get(row.Delegation.id, ())
            ],
            gifts=[
                GiftJson(it.id, it.direction, it.what, it.band, it.by_whom, it.to_whom)
                for it in gifts.get(row.Delegation.id, ())
            ],
        )
        for row in rows
    ]  # fmt: skip


def _clock(at: time | None) -> str | None:
    return f"{at:%H:%M}" if at else None


_NOTES = frozenset({"met", "minutes", "report"})
_RENAMED = {
    "starts_on_precision": "starts_precision", "ends_on_precision": "ends_precision",
    "plan_item": "plan_item_id", "returns": "returns_id",
}  # fmt: skip
_BESIDE = ("host_unit", "escort_unit", "substantive", "report_due_on")
_LISTS = ("partners", "members", "meetings", "gifts")


def _json(row: Any, *, shown: bool, **lists: Any) -> DelegationJson:
    trip = row.Delegation
    names = [field.name for field in fields(DelegationJson) if field.name not in (*_BESIDE, *_LISTS)]
    own: dict[str, Any] = {
        n: getattr(trip, _RENAMED.get(n, n)) if shown or n not in _NOTES else None for n in names
    }
    beside: dict[str, Any] = {name: getattr(row, name) for name in _BESIDE}
    return DelegationJson(**own, **beside | {"substantive": bool(row.substantive)}, **lists)


def partners_of(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """The slugs of the partners of some trips; one statement."""
    statement = (
        sa.select(DelegationPartner.delegation_id, Partner.slug)
        .join(Partner, col(Partner.id) == DelegationPartner.partner_id)
        .where(col(DelegationPartner.delegation_id).in_(ids))
        .order_by(Partner.slug)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for key, slug in session.execute(statement):
        found[key].append(slug)
    return found
