"""Reads of delegations: what logging a visit did to the standing, or would do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.follow_ups.queries import PartnerRef
from app.models import (
    Delegation,
    DelegationPartner,
    Event,
    FollowUp,
    Partner,
    StandingRow,
)
from app.standings.schemas import StandingOut
from app.vocabulary import (
    DelegationState,
    Locale,
    ReasonCode,
    Rung,
    Status,
    Step,
    Warmth,
)

HAPPENED = (DelegationState.completed, DelegationState.reported)


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
