"""What each kind of entry is read from, and what it says."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.agreements.queries import derived, extended_ends
from app.calendars.entries import Entry, Span, of_record
from app.calendars.occasions import anniversaries, national_days_within
from app.follow_ups.queries import mine as mine_to_do
from app.i18n import Words
from app.models import (
    Agreement,
    AgreementPartner,
    Delegation,
    DelegationMeeting,
    DelegationPartner,
    FollowUp,
    FollowUpPartner,
    Forum,
    ForumMeeting,
    ForumMembership,
    Organisation,
    Partner,
    ProcedureRule,
    ProcedureStep,
)
from app.records.queries import named, settled, titled
from app.vocabulary import (
    AgreementState,
    CalendarKind,
    DatePrecision,
    DelegationDirection,
    DelegationState,
    FollowUpState,
    OwedBy,
)

# A meeting whose end nobody wrote down.
USUAL_MEETING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a feed asks for. `partners` selects the ids of its partners, None for all; with `owner_id` only
    that person's follow-ups."""

    session: Session
    words: Words
    span: Span
    today: date
    partners: Any
    owner_id: int | None

    def within(self, column: Any) -> Any:
        """A date lies in the span."""
        return sa.and_(column >= self.span.first, column <= self.span.last)

    def linked(self, key: Any, link: Any, own: Any) -> list[Any]:
        """A record is one of the chosen partners', by its link table."""
        if self.partners is None:
            return []
        return [own.in_(sa.select(key).where(link.partner_id.in_(self.partners)))]


def delegations(asked: Asked) -> Iterator[Entry]:
    """Trips whose days are known, from the first to the last; a cancelled one says so."""
    t = asked.words.gettext
    for trip, title, names in _trips(asked):
        sequence, stamp = of_record(trip)
        yield Entry(
            uid=f"delegation-{trip.id}", sequence=sequence, stamp=stamp,
            summary=f"{asked.words.label(trip.direction).capitalize()}: {title}",
            starts=trip.starts_on, ends=max(trip.starts_on, trip.ends_on),
            about=_lines(names, trip.head and t("Led by %(name)s", name=trip.head)),
            path=f"/delegations/{trip.id}",
            cancelled=trip.state == DelegationState.cancelled,
            tentative=trip.state == DelegationState.planned,
        )  # fmt: skip


def _trips(asked: Asked, *more: Any) -> Iterator[tuple[Delegation, str, list[str]]]:
    statement = sa.select(Delegation, titled(Delegation, asked.words.locale)).where(
        col(Delegation.archived_at).is_(None),
        col(Delegation.starts_on) <= asked.span.last,
        col(Delegation.ends_on) >= asked.span.first,
        col(Delegation.starts_precision) == DatePrecision.day,
        col(Delegation.ends_precision) == DatePrecision.day,
        *asked.linked(DelegationPartner.delegation_id, DelegationPartner, col(Delegation.id)),
    )
    rows = asked.session.execute(statement.order_by(col(Delegation.starts_on), col(Delegation.id))).all()
    names = _names(asked, DelegationPartner, DelegationPartner.delegation_id, [row[0].id for row in rows])
    for trip, title in rows:
        yield trip, title, names.get(trip.id, [])


def meetings(asked: Asked) -> Iterator[Entry]:
    """Meetings of trips. Those of a visit here are at this city's hours, those abroad at the hours of their
    place. Of a confidential trip only that there is a meeting."""
    t = asked.words.gettext
    statement = (
        sa.select(DelegationMeeting, Delegation, named(Partner, asked.words.locale))
        .join(Delegation, col(Delegation.id) == DelegationMeeting.delegation_id)
        .outerjoin(Partner, col(Partner.id) == DelegationMeeting.partner_id)
        .where(
            col(DelegationMeeting.archived_at).is_(None),
            col(Delegation.archived_at).is_(None),
            asked.within(col(DelegationMeeting.on)),
            *asked.linked(DelegationPartner.delegation_id, DelegationPartner, col(Delegation.id)),
        )
        .order_by(col(DelegationMeeting.on), col(DelegationMeeting.id))
    )
    for meeting, trip, partner in asked.session.execute(statement):
        told = not trip.confidential
        summary = (told and meeting.topic) or (t("Meeting: %(partner)s", partner=partner or trip.title))
        starts, ends = _hours(meeting)
        sequence, stamp = of_record(meeting)
        yield Entry(
            uid=f"meeting-{meeting.id}", sequence=sequence + trip.version - 1, stamp=_latest(stamp, trip),
            summary=summary, starts=starts, ends=ends, place=meeting.place if told else None,
            home=trip.direction == DelegationDirection.inbound, about=_lines([trip.title]),
            path=f"/delegations/{trip.id}", cancelled=trip.state == DelegationState.cancelled,
        )  # fmt: skip


def _hours(meeting: DelegationMeeting) -> tuple[date, date]:
    if meeting.starts_at is None:
        return meeting.on, meeting.on
    starts = datetime.combine(meeting.on, meeting.starts_at)
    ends = datetime.combine(meeting.on, meeting.ends_at) if meeting.ends_at else starts + USUAL_MEETING
    return starts, max(starts, ends)


def _latest(stamp: datetime | None, trip: Delegation) -> datetime | None:
    moments = [moment for moment in (stamp, of_record(trip)[1]) if moment is not None]
    return max(moments, default=None)


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
    names = _names(asked, FollowUpPartner, FollowUpPartner.follow_up_id, [row.id for row in rows])
    for row in rows:
        sequence, stamp = of_record(row)
        title = row.title if row.owed_by == OwedBy.home else t("Their promise: %(title)s", title=row.title)
        yield Entry(
            uid=f"follow-up-{row.id}", sequence=sequence, stamp=stamp,
            summary=t("Due: %(title)s", title=title), starts=row.due_on, ends=row.due_on,
            about=_lines(names.get(row.id or 0, [])), path=f"/follow-ups/{row.id}",
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
    names = _names(asked, AgreementPartner, AgreementPartner.agreement_id, [row[0].id for row in rows])
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
            about=_lines(names.get(paper.id, [])), path=f"/agreements/{paper.id}",
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
            about=_lines([title] if agency else []),
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


def ties(asked: Asked) -> Iterator[Entry]:
    """Each year's day of a friendship whose day is known."""
    for partner in _chosen(asked, col(Partner.friendship_precision) == DatePrecision.day):
        if partner.friendship_since is None:
            continue
        sequence, stamp = of_record(partner)
        name = _name(asked, partner)
        for years, day in anniversaries(partner.friendship_since, asked.span):
            says = asked.words.ngettext(
                "%(n)s year of friendship with %(partner)s", "%(n)s years of friendship with %(partner)s",
                years, partner=name,
            )  # fmt: skip
            yield Entry(
                uid=f"tie-{partner.id}-{day.year}", sequence=sequence, stamp=stamp, summary=says,
                starts=day, ends=day, path=f"/partners/{partner.slug}",
            )  # fmt: skip


def national_days(asked: Asked) -> Iterator[Entry]:
    """The national days of the partners' countries, with the partners to whom a letter may go."""
    by_country: dict[str, list[str]] = {}
    for partner in _chosen(asked):
        by_country.setdefault(partner.country, []).append(_name(asked, partner))
    for country, day in national_days_within(by_country, asked.span):
        yield Entry(
            uid=f"national-day-{country}-{day.isoformat()}",
            summary=asked.words.gettext("National day: %(country)s", country=asked.words.country(country)),
            starts=day, ends=day, about=_lines(by_country[country]), path=f"/partners?country={country}",
        )  # fmt: skip


def _chosen(asked: Asked, *conditions: Any) -> Iterable[Partner]:
    wanted = [] if asked.partners is None else [col(Partner.id).in_(asked.partners)]
    statement = sa.select(Partner).where(col(Partner.archived_at).is_(None), *wanted, *conditions)
    return asked.session.scalars(statement.order_by(col(Partner.slug)))


def _name(asked: Asked, partner: Partner) -> str:
    return str(getattr(partner, f"name_{asked.words.locale.value}"))


def _names(asked: Asked, link: Any, key: Any, ids: list[Any]) -> dict[int, list[str]]:
    """The names of the partners of some records; one statement."""
    found: dict[int, list[str]] = {}
    if ids:
        name = named(Partner, asked.words.locale)
        statement = sa.select(key, name).join(Partner, col(Partner.id) == link.partner_id)
        for record_id, text in asked.session.execute(statement.where(key.in_(ids)).order_by(name)):
            found.setdefault(record_id, []).append(text)
    return found


def _lines(partners: Iterable[str], *more: str | None) -> tuple[str, ...]:
    return tuple(line for line in (", ".join(partners), *more) if line)


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
