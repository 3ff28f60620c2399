"""What each kind of entry is read from, and what it says: here work and papers, others beside them."""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.agreements.queries import derived, extended_ends
from app.calendars.asked import Asked, lines_of, names_of
from app.calendars.entries import Entry, of_record
from app.calendars.trips import delegations, meetings
from app.calendars.yearly import national_days, ties
from app.follow_ups.queries import mine as mine_to_do
from app.models import (
    Agreement,
    AgreementPartner,
    Delegation,
    DelegationPartner,
    FollowUp,
    FollowUpPartner,
    Forum,
    ForumMeeting,
    ForumMembership,
    Organisation,
    ProcedureRule,
    ProcedureStep,
)
from app.records.queries import named, settled, titled
from app.vocabulary import (
    AgreementState,
    CalendarKind,
    DatePrecision,
    FollowUpState,
    OwedBy,
)


def follow_ups(asked: Asked) -> Iterator[Entry]:
    """Open follow-ups on the day they are due; what the other side owes says so."""
    t = asked.words.gettext
    conditions: list[Any] = [
        col(FollowUp.archived_at).is_(None),
        FollowUp.state == FollowUpState.open,
    ]
    if asked.owner_id is not None:
        conditions.append(mine_to_do(asked.owner_id))
    conditions += asked.linked(FollowUpPartner.follow_up_id, FollowUpPartner, col(FollowUp.id))
    statement = sa.select(FollowUp).where(*conditions, asked.within(col(FollowUp.due_on)))
    rows = asked.session.scalars(statement.order_by(col(FollowUp.due_on), col(FollowUp.id))).all()
    names = names_of(asked, FollowUpPartner, FollowUpPartner.follow_up_id, [row.id for row in rows])
    for row in rows:
        sequence, stamp = of_record(row)
        title = row.title if row.owed_by == OwedBy.home else t("Their promise: %(title)s", title=row.title)
        yield Entry(
            uid=f"follow-up-{row.id}", sequence=sequence, stamp=stamp,
            summary=t("Due: %(title)s", title=title), starts=row.due_on, ends=row.due_on,
            about=lines_of(names.get(row.id or 0, [])), path=f"/follow-ups/{row.id}",
        )  # fmt: skip


def agreements(asked: Asked) -> Iterator[Entry]:
    """The day by which somebody has to have decided about a paper: its end, or the last day for notice."""
    t = asked.words.gettext
    statement = sa.select(Agreement, titled(Agreement, asked.words.locale)).where(
        col(Agreement.archived_at).is_(None),
        col(Agreement.state) == AgreementState.signed,
        *asked.linked(AgreementPartner.agreement_id, AgreementPartner, col(Agreement.id)),
    )
    rows = asked.session.execute(statement.order_by(col(Agreement.id))).all()
    moved = extended_ends(asked.session)
    names = names_of(asked, AgreementPartner, AgreementPartner.agreement_id, [row[0].id for row in rows])
    for paper, title in rows:
        signed = settled(paper.signed_on, paper.signed_precision, paper.created_at)
        told = derived(paper, signed, moved.get(paper.id), asked.today)
        on = told["watched_on"]
        if on is None or not asked.span.first <= on <= asked.span.last:
            continue
        says = t("Notice until: %(title)s", title=title) if paper.auto_renews else None
        sequence, stamp = of_record(paper)
        yield Entry(
            uid=f"agreement-{paper.id}", sequence=sequence, stamp=stamp,
            summary=says or t("Agreement ends: %(title)s", title=title), starts=on, ends=on,
            about=lines_of(names.get(paper.id, [])), path=f"/agreements/{paper.id}",
        )  # fmt: skip


def procedure(asked: Asked) -> Iterator[Entry]:
    """Deadlines of a procedure that run: an opinion, a copy, a report."""
    owners = []
    if asked.partners is not None:
        owners.append(
            sa.or_(
                *asked.linked(
                    AgreementPartner.agreement_id, AgreementPartner, col(ProcedureStep.agreement_id)
                ),
                *asked.linked(
                    DelegationPartner.delegation_id, DelegationPartner, col(ProcedureStep.delegation_id)
                ),
            )
        )
    locale = asked.words.locale
    statement = (
        sa.select(
            ProcedureStep, ProcedureRule.code, named(Organisation, locale),
            sa.func.coalesce(titled(Agreement, locale), titled(Delegation, locale)),
        )
        .join(ProcedureRule, col(ProcedureRule.id) == ProcedureStep.rule_id)
        .outerjoin(Organisation, col(Organisation.id) == ProcedureStep.agency_id)
        .outerjoin(Agreement, col(Agreement.id) == ProcedureStep.agreement_id)
        .outerjoin(Delegation, col(Delegation.id) == ProcedureStep.delegation_id)
        .where(
            col(ProcedureStep.archived_at).is_(None), col(ProcedureStep.done_on).is_(None),
            col(Agreement.archived_at).is_(None), col(Delegation.archived_at).is_(None),
            asked.within(col(ProcedureStep.due_on)), *owners,
        )
        .order_by(col(ProcedureStep.due_on), col(ProcedureStep.id))
    )  # fmt: skip
    for step, code, agency, title in asked.session.execute(statement):
        sequence, stamp = of_record(step)
        paper, trip = step.agreement_id, step.delegation_id
        what = asked.words.label(code).capitalize()
        yield Entry(
            uid=f"deadline-{step.id}", sequence=sequence, stamp=stamp,
            summary=f"{what}: {agency or title}", starts=step.due_on, ends=step.due_on,
            about=lines_of([title] if agency else []),
            path=f"/agreements/{paper}" if paper else f"/delegations/{trip}",
        )  # fmt: skip


def forums(asked: Asked) -> Iterator[Entry]:
    """Meetings of forums whose days are known; of a choice of partners, those of forums they belong to."""
    conditions: list[Any] = []
    if asked.partners is not None:
        members = sa.select(ForumMembership.forum_id).where(
            col(ForumMembership.partner_id).in_(asked.partners)
        )
        conditions.append(col(ForumMeeting.forum_id).in_(members))
    statement = (
        sa.select(ForumMeeting, titled(ForumMeeting, asked.words.locale), Forum.code, Forum.acronym)
        .join(Forum, col(Forum.id) == ForumMeeting.forum_id)
        .where(
            col(ForumMeeting.archived_at).is_(None), col(Forum.archived_at).is_(None),
            col(ForumMeeting.starts_precision) == DatePrecision.day,
            col(ForumMeeting.ends_precision) == DatePrecision.day,
            col(ForumMeeting.starts_on) <= asked.span.last, col(ForumMeeting.ends_on) >= asked.span.first,
            *conditions,
        )
        .order_by(col(ForumMeeting.starts_on), col(ForumMeeting.id))
    )  # fmt: skip
    for meeting, title, code, acronym in asked.session.execute(statement):
        sequence, stamp = of_record(meeting)
        yield Entry(
            uid=f"forum-meeting-{meeting.id}", sequence=sequence, stamp=stamp,
            summary=f"{acronym or code}: {title}", starts=meeting.starts_on,
            ends=max(meeting.starts_on, meeting.ends_on), place=meeting.place, path=f"/forums/{code}",
        )  # fmt: skip


READERS: dict[CalendarKind, Callable[[Asked], Iterator[Entry]]] = {
    CalendarKind.delegations: delegations,
    CalendarKind.meetings: meetings,
    CalendarKind.follow_ups: follow_ups,
    CalendarKind.agreements: agreements,
    CalendarKind.procedure: procedure,
    CalendarKind.forums: forums,
    CalendarKind.anniversaries: ties,
    CalendarKind.national_days: national_days,
}
