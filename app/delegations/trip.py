"""One delegation in full: its facts, its lines, what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.actor import Actor
from app.deadlines.queries import steps_of
from app.delegations.queries import HAPPENED
from app.delegations.trip_lines import GiftRow, Meeting, Member, gifts_of, meetings_of, members_of
from app.errors import NotFound
from app.follow_ups.queries import FollowUpRow, PartnerRef, of_delegation
from app.models import Delegation, DelegationPartner, Organisation, Partner, Plan, PlanItem, User
from app.records.queries import named, titled
from app.vocabulary import (
    Confidence,
    DatePrecision,
    DelegationDirection,
    DelegationState,
    Locale,
    VisitLevel,
    VisitPurpose,
)


@dataclass(frozen=True, slots=True)
class TripRef:
    """Another trip as a link."""

    id: int
    title: str
    starts_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationPage:
    """A delegation in full. `hidden`: it has confidential notes, which this reader may not see; `may_note`:
    the reader may see and change them."""

    id: int
    version: int
    title: str
    title_vi: str
    title_en: str | None
    direction: DelegationDirection
    state: DelegationState
    level: VisitLevel | None
    purpose: VisitPurpose | None
    starts_on: date
    starts_precision: DatePrecision
    ends_on: date
    ends_precision: DatePrecision
    head: str | None
    head_written: str | None
    members: str | None
    met: str | None
    minutes: str | None
    confidential: bool
    hidden: bool
    may_note: bool
    substantive: bool
    host_unit: str | None
    host_unit_code: str | None
    escort_unit: str | None
    escort_unit_code: str | None
    interpreter: str | None
    languages: str | None
    budget_source: str | None
    currency: str | None
    cost_planned: int | None
    cost_actual: int | None
    plan_item_id: int | None
    plan_item: str | None
    plan_year: int | None
    off_plan: bool
    off_plan_reason: str | None
    approved_on: date | None
    approved_by: str | None
    cancelled_why: str | None
    report: str | None
    reported_on: date | None
    report_due_on: date | None
    report_basis: str | None
    returns: TripRef | None
    returned_by: TripRef | None
    source: str | None
    confidence: Confidence | None
    year_inferred: bool
    note: str | None
    is_demo: bool
    created_at: datetime | None
    created_by: str | None
    updated_at: datetime | None
    updated_by: str | None
    partners: tuple[PartnerRef, ...]
    who: tuple[Member, ...]
    meetings: tuple[Meeting, ...]
    gifts: tuple[GiftRow, ...]
    follow_ups: tuple[FollowUpRow, ...]

    @property
    def happened(self) -> bool:
        """Whether it counts as a contact."""
        return self.state in HAPPENED

    def overdue(self, today: date) -> bool:
        """Whether its report should have been made before today."""
        return self.report_due_on is not None and self.report_due_on < today


def delegation_page(
    session: Session, delegation_id: int, actor: Actor, today: date, locale: Locale
) -> DelegationPage:
    """One delegation, its notes only for those who may read them; ten statements. Raises NotFound."""
    author, changer, approver = aliased(User), aliased(User), aliased(User)
    host, escort = aliased(Organisation), aliased(Organisation)
    found = session.execute(
        sa.select(
            Delegation, col(author.name).label("created_by"), col(changer.name).label("updated_by"),
            col(approver.name).label("approved_by"), named(host, locale).label("host_unit"),
            col(host.code).label("host_unit_code"), named(escort, locale).label("escort_unit"),
            col(escort.code).label("escort_unit_code"), col(PlanItem.title).label("plan_item"),
            col(Plan.year).label("plan_year"),
        )
        .outerjoin(author, col(author.id) == Delegation.created_by_id)
        .outerjoin(changer, col(changer.id) == Delegation.updated_by_id)
        .outerjoin(approver, col(approver.id) == Delegation.approved_by_id)
        .outerjoin(host, col(host.id) == Delegation.host_unit_id)
        .outerjoin(escort, col(escort.id) == Delegation.escort_unit_id)
        .outerjoin(PlanItem, col(PlanItem.id) == Delegation.plan_item_id)
        .outerjoin(Plan, col(Plan.id) == PlanItem.plan_id)
        .where(col(Delegation.id) == delegation_id, col(Delegation.archived_at).is_(None))
    ).first()  # fmt: skip
    if found is None:
        raise NotFound("delegation")
    row, *_ = found
    readable = not row.confidential or actor.may_read_notes(row.created_by_id)
    work = of_delegation(session, delegation_id, today, locale)
    members = members_of(session, [delegation_id], actor).get(delegation_id, ())
    meetings = meetings_of(session, [delegation_id], locale, hide={delegation_id} if not readable else ())
    due = next((s for s in steps_of(session, locale, delegation_id=delegation_id) if s.open), None)
    vi = locale == Locale.vi
    return DelegationPage(
        **{name: getattr(row, name) for name in _PLAIN},
        **{name: getattr(found, name) for name in _BESIDE},
        title=row.title if vi else row.title_en or row.title,
        title_vi=row.title,
        head=row.head or next((m.name or None for m in members if m.leads), None),
        head_written=row.head,
        met=row.met if readable else None,
        minutes=row.minutes if readable else None,
        report=row.report if readable else None,
        hidden=not readable and bool(row.met or row.minutes or row.report),
        may_note=readable,
        substantive=any(w.assignee or w.unit for w in work),
        report_due_on=due.due_on if due else None,
        report_basis=due.legal_basis if due else None,
        returns=_trip(session, locale, col(Delegation.id) == row.returns_id) if row.returns_id else None,
        returned_by=_trip(session, locale, col(Delegation.returns_id) == delegation_id),
        note=(row.note if vi else row.note_en or row.note) if readable else None,
        partners=_partners(session, delegation_id, locale),
        who=tuple(members),
        meetings=tuple(meetings.get(delegation_id, ())),
        gifts=tuple(gifts_of(session, [delegation_id]).get(delegation_id, ())),
        follow_ups=work,
    )


_PLAIN = (
    "id", "version", "title_en", "direction", "state", "level", "purpose", "starts_on", "starts_precision",
    "ends_on", "ends_precision", "members", "confidential", "interpreter", "languages", "budget_source",
    "currency", "cost_planned", "cost_actual", "plan_item_id", "off_plan", "off_plan_reason", "approved_on",
    "cancelled_why", "reported_on", "source", "confidence", "year_inferred", "is_demo", "created_at",
    "updated_at",
)  # fmt: skip
_BESIDE = (
    "created_by", "updated_by", "approved_by", "host_unit", "host_unit_code", "escort_unit",
    "escort_unit_code", "plan_item", "plan_year",
)  # fmt: skip


def _trip(session: Session, locale: Locale, condition: Any) -> TripRef | None:
    statement = (
        sa.select(Delegation.id, titled(Delegation, locale), Delegation.starts_on)
        .where(condition, col(Delegation.archived_at).is_(None))
        .where(col(Delegation.state) != DelegationState.cancelled)
        .order_by(Delegation.id)
    )
    row = session.execute(statement).first()
    return TripRef(*row) if row else None


def _partners(session: Session, delegation_id: int, locale: Locale) -> tuple[PartnerRef, ...]:
    name = Partner.name_vi if locale == Locale.vi else Partner.name_en
    statement = (
        sa.select(Partner.slug, name)
        .join(DelegationPartner, col(DelegationPartner.partner_id) == Partner.id)
        .where(DelegationPartner.delegation_id == delegation_id)
        .order_by(name)
    )
    return tuple(PartnerRef(*row) for row in session.execute(statement))
