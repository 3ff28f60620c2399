"""Reads of delegations: one in full, and what logging it did."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import NotFound
from app.follow_ups.queries import FollowUpRow, PartnerRef, of_delegation
from app.models import Delegation, DelegationPartner, Event, FollowUp, Partner, StandingRow, User
from app.partners.named import find_partner, partner_choices  # noqa: F401 - forms look for them here
from app.standings.schemas import StandingOut
from app.vocabulary import (
    Confidence,
    DatePrecision,
    DelegationDirection,
    DelegationState,
    Locale,
    ReasonCode,
    Rung,
    Status,
    Step,
    VisitLevel,
    VisitPurpose,
    Warmth,
)

HAPPENED = (DelegationState.completed, DelegationState.reported)


@dataclass(frozen=True, slots=True)
class DelegationPage:
    """A delegation in full. `hidden`: it has confidential notes, which this reader may not see."""

    id: int
    title: str
    direction: DelegationDirection
    state: DelegationState
    level: VisitLevel | None
    purpose: VisitPurpose | None
    starts_on: date
    starts_precision: DatePrecision
    ends_on: date
    ends_precision: DatePrecision
    head: str | None
    members: str | None
    met: str | None
    minutes: str | None
    confidential: bool
    hidden: bool
    substantive: bool
    source: str | None
    confidence: Confidence | None
    year_inferred: bool
    note: str | None
    is_demo: bool
    created_at: datetime | None
    created_by: str | None
    partners: tuple[PartnerRef, ...]
    follow_ups: tuple[FollowUpRow, ...]

    @property
    def happened(self) -> bool:
        """Whether it counts as a contact."""
        return self.state in HAPPENED


@dataclass(frozen=True, slots=True)
class Change:
    """One field of the standing that moved; both values are codes of the same family."""

    field: str
    old: StrEnum | None
    new: StrEnum | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a visit did, or would do, to the standing of one partner."""

    title: str
    partner: PartnerRef
    substantive: bool
    follow_ups: int
    deepening: int
    changes: tuple[Change, ...]
    gone: tuple[ReasonCode, ...]
    come: tuple[ReasonCode, ...]
    status: Status
    step: Step
    delegation_id: int | None = None


_FIELDS: dict[str, type[StrEnum]] = {
    "status": Status, "underlying": Status, "rung": Rung, "warmth": Warmth, "step": Step,
}  # fmt: skip


def delegation_page(
    session: Session, delegation_id: int, actor: Actor, today: date, locale: Locale
) -> DelegationPage:
    """One delegation, its notes only for those who may read them. Raises NotFound."""
    found = session.execute(
        sa.select(Delegation, User.name)
        .outerjoin(User, col(User.id) == Delegation.created_by_id)
        .where(Delegation.id == delegation_id, col(Delegation.archived_at).is_(None))
    ).first()
    if found is None:
        raise NotFound("delegation")
    row, author = found
    vi = locale == Locale.vi
    readable = not row.confidential or actor.may_read_notes(row.created_by_id)
    work = of_delegation(session, delegation_id, today, locale)
    return DelegationPage(
        **{name: getattr(row, name) for name in _PLAIN},
        title=row.title if vi else row.title_en or row.title,
        met=row.met if readable else None,
        minutes=row.minutes if readable else None,
        hidden=not readable and bool(row.met or row.minutes),
        substantive=any(w.assignee or w.unit for w in work),
        note=row.note if vi else row.note_en or row.note,
        created_by=author,
        partners=_partners(session, delegation_id, locale),
        follow_ups=work,
    )


_PLAIN = (
    "id", "direction", "state", "level", "purpose", "starts_on", "starts_precision", "ends_on",
    "ends_precision", "head", "members", "confidential", "source", "confidence", "year_inferred",
    "is_demo", "created_at",
)  # fmt: skip


def visit_effect(session: Session, delegation_id: int, slug: str, locale: Locale) -> Effect | None:
    """What logging a visit did to a partner's standing, read from the history, so that it survives a reload.

    None when there is no such visit to this partner, or it was not logged but entered from a source.
    """
    name = Partner.name_vi if locale == Locale.vi else Partner.name_en
    visit = session.execute(
        sa.select(Delegation.title, col(Partner.id).label("partner_id"), col(name).label("name"), StandingRow)
        .join(DelegationPartner, col(DelegationPartner.delegation_id) == Delegation.id)
        .join(Partner, col(Partner.id) == DelegationPartner.partner_id)
        .join(StandingRow, col(StandingRow.partner_id) == Partner.id)
        .where(Delegation.id == delegation_id, Partner.slug == slug, col(Delegation.archived_at).is_(None))
    ).first()
    logged = session.execute(
        sa.select(Event.id, Event.request_id).where(
            Event.record_type == "delegation",
            Event.record_id == delegation_id,
            Event.action == "delegation.logged",
        )
    ).first()
    if visit is None or logged is None:
        return None
    moves = session.execute(
        sa.select(Event.request_id, Event.changes)
        .where(
            Event.record_type == "standing",
            Event.record_id == visit.partner_id,
            Event.action == "standing.changed",
            col(Event.id) > logged.id,
        )
        .order_by(Event.id)
    ).all()
    own = [m.changes for m in moves if m.request_id == logged.request_id and m.request_id is not None]
    later = [m.changes for m in moves if m.request_id != logged.request_id]
    changed = own[0] if own else {}
    work = session.execute(
        sa.select(FollowUp.kind, FollowUp.assignee_id, FollowUp.unit_id).where(
            FollowUp.delegation_id == delegation_id, col(FollowUp.archived_at).is_(None)
        )
    ).all()
    return Effect(
        title=visit.title,
        partner=PartnerRef(slug, visit.name),
        substantive=any(w.assignee_id or w.unit_id for w in work),
        follow_ups=len(work),
        deepening=sum(w.kind.deepens for w in work),
        status=Status(_after("status", changed, later, visit.StandingRow.status)),
        step=Step(_after("step", changed, later, visit.StandingRow.step)),
        delegation_id=delegation_id,
        **_told(changed),
    )


def _after(name: str, changed: dict[str, Any], later: list[dict[str, Any]], now: str) -> str:
    """A field's value right after the visit: what moved later is walked back."""
    if name in changed:
        return str(changed[name][1])
    return next((str(moved[name][0]) for moved in later if name in moved), now)


def effect_between(
    partner: PartnerRef,
    title: str,
    before: StandingOut,
    after: StandingOut,
    *,
    substantive: bool,
    kinds: list[Any],
) -> Effect:
    """What a visit would do, from the standing before and after it; `kinds` are those of its follow-ups."""
    changed: dict[str, Any] = {
        name: [getattr(before, name), getattr(after, name)]
        for name in _FIELDS
        if getattr(before, name) != getattr(after, name)
    }
    changed["reasons"] = [[r.code for r in before.reasons], [r.code for r in after.reasons]]
    return Effect(
        title=title,
        partner=partner,
        substantive=substantive,
        follow_ups=len(kinds),
        deepening=sum(kind.deepens for kind in kinds),
        status=after.status,
        step=after.step,
        **_told(changed),
    )


def _told(changed: dict[str, Any]) -> dict[str, Any]:
    """Old and new values as codes. What lies under a status is told only where it moved differently."""
    if changed.get("underlying") == changed.get("status"):
        changed = {name: value for name, value in changed.items() if name != "underlying"}
    before, after = changed.get("reasons", [[], []])
    return {
        "changes": tuple(
            Change(name, *(family(value) if value else None for value in changed[name]))
            for name, family in _FIELDS.items()
            if name in changed
        ),
        "gone": tuple(ReasonCode(code) for code in before if code not in after),
        "come": tuple(ReasonCode(code) for code in after if code not in before),
    }


def _partners(session: Session, delegation_id: int, locale: Locale) -> tuple[PartnerRef, ...]:
    name = Partner.name_vi if locale == Locale.vi else Partner.name_en
    statement = (
        sa.select(Partner.slug, name)
        .join(DelegationPartner, col(DelegationPartner.partner_id) == Partner.id)
        .where(DelegationPartner.delegation_id == delegation_id)
        .order_by(name)
    )
    return tuple(PartnerRef(*row) for row in session.execute(statement))
