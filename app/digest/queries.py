"""What one person's digest holds, by the same queries as the pages it leads to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.actor import Actor
from app.agreements.filters import AgreementFilters
from app.agreements.listing import Line, list_agreements
from app.changes.queries import count_changes, mine
from app.follow_ups.filters import Due
from app.follow_ups.queries import FollowUpRow, Wanted, list_follow_ups
from app.models import (
    Delegation,
    DelegationPartner,
    Event,
    EventPartner,
    Partner,
    ProcedureStep,
    StandingRow,
)
from app.records.queries import named, titled
from app.vocabulary import DelegationState, ExpiryLane, Locale, Status

# How many lines a part holds before it refers to its page.
SHOWN = 8
WEEK = timedelta(days=7)
_ENDING = (ExpiryLane.days_30, ExpiryLane.days_90, ExpiryLane.days_180)


@dataclass(frozen=True, slots=True)
class OwedReport:
    """A delegation that came back and has not been reported on."""

    id: int
    title: str
    due_on: date
    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class NewlyStuck:
    """A partner that became stuck within the week and still is."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything of one person's week. The numbers count all there is, the rows are the first of them."""

    late: tuple[FollowUpRow, ...]
    late_count: int
    soon: tuple[FollowUpRow, ...]
    soon_count: int
    reports: tuple[OwedReport, ...]
    stuck: tuple[NewlyStuck, ...]
    ending: tuple[Line, ...]
    changes: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell: then nothing is sent."""
        parts = (self.late_count, self.soon_count, self.reports, self.stuck, self.ending, self.changes)
        return not any(parts)


def ending_papers(session: Session, today: date, locale: Locale) -> tuple[Line, ...]:
    """The papers of the list of agreements that end, or must be given notice of, within 180 days."""
    return list_agreements(session, AgreementFilters(lane=_ENDING), today, locale).lines


def owed_reports(session: Session, locale: Locale) -> tuple[OwedReport, ...]:
    """Every report that is owed, the first due first, with those it concerns: the officers of the partners
    that were visited, and whoever entered the delegation. One statement."""
    statement = (
        sa.select(
            Delegation.id, titled(Delegation, locale).label("title"), ProcedureStep.due_on,
            Delegation.created_by_id, Partner.officer_id,
        )
        .join(ProcedureStep, col(ProcedureStep.delegation_id) == Delegation.id)
        .outerjoin(DelegationPartner, col(DelegationPartner.delegation_id) == Delegation.id)
        .outerjoin(Partner, col(Partner.id) == DelegationPartner.partner_id)
        .where(
            Delegation.state == DelegationState.completed,
            col(Delegation.archived_at).is_(None),
            col(ProcedureStep.archived_at).is_(None),
            col(ProcedureStep.done_on).is_(None),
        )
        .order_by(col(ProcedureStep.due_on), col(Delegation.id))
    )  # fmt: skip
    people: dict[int, set[int]] = {}
    told: dict[int, tuple[str, date]] = {}
    for row in session.execute(statement):
        told[row.id] = (row.title, row.due_on)
        people.setdefault(row.id, set()).update(
            key for key in (row.created_by_id, row.officer_id) if key is not None
        )
    return tuple(OwedReport(key, title, due, frozenset(people[key])) for key, (title, due) in told.items())


def newly_stuck(session: Session, user_id: int, locale: Locale) -> tuple[NewlyStuck, ...]:
    """One's partners that became stuck within the last seven days and still are. One statement."""
    statement = (
        sa.select(Partner.slug, named(Partner, locale), Event.changes)
        .join(EventPartner, col(EventPartner.event_id) == Event.id)
        .join(Partner, col(Partner.id) == EventPartner.partner_id)
        .join(StandingRow, col(StandingRow.partner_id) == Partner.id)
        .where(
            Event.action == "standing.changed",
            col(Event.at) >= clock.now() - WEEK,
            StandingRow.status == Status.stuck,
            col(Partner.id).in_(mine(user_id)),
        )
        .order_by(named(Partner, locale), col(Event.id))
    )
    found = {
        slug: NewlyStuck(slug, name)
        for slug, name, changes in session.execute(statement)
        if changes.get("status", [None, None])[1] == Status.stuck
    }
    return tuple(found.values())


@dataclass(frozen=True)
class Common:
    """What is read once for everybody's digest."""

    papers: tuple[Line, ...]
    reports: tuple[OwedReport, ...]

    @classmethod
    def of(cls, session: Session, today: date, locale: Locale) -> "Common":
        """Read it, in a language."""
        return cls(ending_papers(session, today, locale), owed_reports(session, locale))


def digest_of(
    session: Session, actor: Actor, today: date, locale: Locale, common: Common | None = None
) -> Digest:
    """One person's digest, as their pages tell it on the day."""
    user_id = actor.user_id or 0
    common = common or Common.of(session, today, locale)
    late = list_follow_ups(session, Wanted(who=user_id, due=Due.overdue), today, locale, size=SHOWN)
    soon = list_follow_ups(session, Wanted(who=user_id, due=Due.week), today, locale, size=SHOWN)
    return Digest(
        late=late.rows,
        late_count=late.total,
        soon=soon.rows,
        soon_count=soon.total,
        reports=tuple(report for report in common.reports if user_id in report.people),
        stuck=newly_stuck(session, user_id, locale),
        ending=tuple(_concerning(common.papers, _slugs(session, user_id))),
        changes=count_changes(session, actor),
    )


def _slugs(session: Session, user_id: int) -> set[str]:
    return set(session.scalars(sa.select(Partner.slug).where(col(Partner.id).in_(mine(user_id)))))


def _concerning(papers: Iterable[Line], slugs: set[str]) -> Iterable[Line]:
    return (paper for paper in papers if any(party.slug in slugs for party in paper.partners))
