"""Every kind of entry as a SELECT of the same columns, so that one UNION ALL gives the thread."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col

from app import clock
from app.config import settings
from app.files.holders import HOLDERS, Holder
from app.interactions.exchange import went_both_ways
from app.models import (
    Agreement,
    AgreementPartner,
    AgreementSector,
    Delegation,
    DelegationPartner,
    Dispute,
    Event,
    File,
    FollowUp,
    FollowUpPartner,
    FollowUpProgress,
    Interaction,
    InteractionPartner,
    Milestone,
    Partner,
    PartnerCause,
    Pause,
    Programme,
    ProgrammePartner,
    ProgrammeResult,
    ProgressNote,
    Push,
    ReviewConfirmation,
    ReviewDecision,
    ReviewMeeting,
    User,
)
from app.models.base import Instant
from app.pushes.state import state_column
from app.timeline.schemas import TimelineEvent, TimelineKind
from app.vocabulary import (
    AgreementState,
    DatePrecision,
    DelegationState,
    FollowUpSource,
    PauseState,
    PushState,
    ResultLevel,
)

_TYPES: dict[str, Any] = {
    "kind": sa.Text(),
    "event": sa.Text(),
    "rank": sa.Integer(),
    "on": sa.Date(),
    "precision": sa.Text(),
    "until": sa.Date(),
    "until_precision": sa.Text(),
    "id": sa.Integer(),
    "record_id": sa.Integer(),
    "title": sa.Text(),
    "title_en": sa.Text(),
    "code": sa.Text(),
    "state": sa.Text(),
    "people": sa.Text(),
    "met": sa.Text(),
    "text": sa.Text(),
    "note": sa.Text(),
    "note_en": sa.Text(),
    "figure": sa.Float(),
    "unit": sa.Text(),
    "agreed": sa.Integer(),
    "verified": sa.Boolean(),
    "deepening": sa.Boolean(),
    "confidential": sa.Boolean(),
    "author_id": sa.Integer(),
    "disputed": sa.Boolean(),
    "source": sa.Text(),
    "confidence": sa.Text(),
    "year_inferred": sa.Boolean(),
    "is_demo": sa.Boolean(),
}
# Within one day what follows from another thing is told above it.
_RANKS = {event: place for place, event in enumerate(reversed(TimelineEvent))}
# The thread is built once and asked on many days.
_TODAY = sa.bindparam("today_of_thread", callable_=clock.today, type_=sa.Date)
_PAST = (DelegationState.completed, DelegationState.reported)


def _columns(kind: TimelineKind, event: TimelineEvent, **given: Any) -> list[Any]:
    """The columns in their order; what is not given is an empty one of its type."""
    given = {
        "kind": sa.literal(kind.value),
        "event": sa.literal(event.value),
        "rank": sa.literal(_RANKS[event]),
        "verified": sa.literal(True),
        **given,
    }
    return [_typed(given.get(name), type_).label(name) for name, type_ in _TYPES.items()]


def _typed(value: Any, type_: Any) -> Any:
    """A column as its type on both databases. SQLite has no dates: a cast would keep the year alone."""
    if value is not None and isinstance(type_, sa.Date):
        return sa.type_coerce(value, type_)
    return sa.cast(sa.null() if value is None else value, type_)


def _sourced(table: Any) -> dict[str, Any]:
    return {
        "source": table.source,
        "confidence": table.confidence,
        "year_inferred": table.year_inferred,
        "note": table.note,
        "note_en": table.note_en,
        "is_demo": table.is_demo,
        "disputed": sa.exists().where(
            Dispute.record_type == table.__tablename__,
            Dispute.record_id == table.id,
            col(Dispute.archived_at).is_(None),
        ),
    }


def happened(day: Any, precision: Any, created_at: Any, as_of: date | None) -> Any:
    """Whether a fact counts on `as_of`, as app.standing.counted_on decides it: a partly known date is the
    last day of its month or year, or the day it was recorded if that is earlier."""
    if as_of is None:
        return sa.true()
    if precision is None:
        return day <= as_of
    morrow = as_of + timedelta(days=1)
    month = morrow.replace(day=1) - timedelta(days=1)
    year = date(morrow.year, 1, 1) - timedelta(days=1)
    midnight = datetime.combine(morrow, time(), ZoneInfo(settings().time_zone))
    known = created_at < sa.literal(midnight, Instant())
    last = sa.case(
        (precision == DatePrecision.month, sa.literal(month)),
        (precision == DatePrecision.year, sa.literal(year)),
        else_=sa.literal(as_of),
    )
    return sa.or_(day <= last, sa.and_(day <= as_of, created_at >= sa.type_coerce(day, sa.Date()), known))


def _agreed(source: Any, record_id: Any) -> Any:
    """How many agreed actions with someone responsible grew out of a contact."""
    return (
        sa.select(sa.func.count())
        .select_from(FollowUp)
        .where(source == record_id, col(FollowUp.archived_at).is_(None))
        .where(sa.or_(col(FollowUp.assignee_id).is_not(None), col(FollowUp.unit_id).is_not(None)))
        .scalar_subquery()
    )


def _signed(partner_id: Any, as_of: date | None) -> Any:
    concrete = sa.and_(
        sa.exists().where(col(AgreementSector.agreement_id) == Agreement.id),
        col(Agreement.lead_unit_id).is_not(None),
    )
    return (
        sa.select(
            *_columns(
                TimelineKind.agreement, TimelineEvent.signed, on=Agreement.signed_on,
                precision=Agreement.signed_precision, id=Agreement.id, record_id=Agreement.id,
                title=Agreement.title, title_en=Agreement.title_en, code=Agreement.kind,
                people=Agreement.signatories, deepening=concrete, **_sourced(Agreement),
            )
        )
        .join(AgreementPartner, col(AgreementPartner.agreement_id) == Agreement.id)
        .where(
            col(AgreementPartner.partner_id) == partner_id,
            col(Agreement.state) == AgreementState.signed,
            col(Agreement.signed_on).is_not(None),
            col(Agreement.archived_at).is_(None),
            happened(Agreement.signed_on, Agreement.signed_precision, Agreement.created_at, as_of),
        )
    )  # fmt: skip


def _terminated(partner_id: Any, as_of: date | None) -> Any:
    return (
        sa.select(
            *_columns(
                TimelineKind.agreement, TimelineEvent.terminated, on=Agreement.terminated_on,
                precision=Agreement.terminated_precision, id=Agreement.id, record_id=Agreement.id,
                title=Agreement.title, title_en=Agreement.title_en, code=Agreement.kind,
                is_demo=Agreement.is_demo,
            )
        )
        .join(AgreementPartner, col(AgreementPartner.agreement_id) == Agreement.id)
        .where(
            col(AgreementPartner.partner_id) == partner_id,
            col(Agreement.terminated_on).is_not(None),
            col(Agreement.archived_at).is_(None),
            happened(Agreement.terminated_on, Agreement.terminated_precision, Agreement.created_at, as_of),
        )
    )  # fmt: skip


def _visited(partner_id: Any, as_of: date | None) -> Any:
    ended = happened(Delegation.ends_on, Delegation.ends_precision, Delegation.created_at, as_of)
    return (
        sa.select(
            *_columns(
                TimelineKind.delegation, TimelineEvent.visited, on=Delegation.starts_on,
                precision=Delegation.starts_precision, until=Delegation.ends_on,
                until_precision=Delegation.ends_precision, id=Delegation.id, record_id=Delegation.id,
                title=Delegation.title, title_en=Delegation.title_en, code=Delegation.direction,
                state=Delegation.state, people=Delegation.head, met=Delegation.met, text=Delegation.minutes,
                agreed=_agreed(FollowUp.delegation_id, Delegation.id),
                confidential=Delegation.confidential, author_id=Delegation.created_by_id,
                **_sourced(Delegation),
            )
        )
        .join(DelegationPartner, col(DelegationPartner.delegation_id) == Delegation.id)
        .where(
            col(DelegationPartner.partner_id) == partner_id,
            col(Delegation.state) != DelegationState.cancelled,
            col(Delegation.archived_at).is_(None),
            ended if as_of is None else sa.and_(col(Delegation.state).in_(_PAST), ended),
        )
    )  # fmt: skip


def _contacted(partner_id: Any, as_of: date | None) -> Any:
    return (
        sa.select(
            *_columns(
                TimelineKind.interaction, TimelineEvent.contacted, on=Interaction.on,
                precision=Interaction.precision, id=Interaction.id, record_id=Interaction.id,
                title=Interaction.title, title_en=Interaction.title_en, code=Interaction.channel,
                state=sa.case((went_both_ways(), "two_way"), else_="one_way"),
                people=Interaction.people, text=Interaction.summary,
                agreed=_agreed(FollowUp.interaction_id, Interaction.id),
                confidential=Interaction.confidential, author_id=Interaction.created_by_id,
                **_sourced(Interaction),
            )
        )
        .join(InteractionPartner, col(InteractionPartner.interaction_id) == Interaction.id)
        .where(
            col(InteractionPartner.partner_id) == partner_id,
            col(Interaction.archived_at).is_(None),
            happened(Interaction.on, Interaction.precision, Interaction.created_at, as_of),
        )
    )  # fmt: skip


def _of_programme(
    partner_id: Any, as_of: date | None, event: TimelineEvent, day: Any, row: Any = Programme, **given: Any
) -> Any:
    """An entry about a programme: of the row itself, or of one that belongs to it."""
    precision = given.get("precision")
    given = {
        "id": row.id, "record_id": Programme.id, "title": Programme.title, "title_en": Programme.title_en,
        "is_demo": row.is_demo, "on": day, **given,
    }  # fmt: skip
    statement = sa.select(*_columns(TimelineKind.programme, event, **given)).select_from(row)
    if row is not Programme:
        statement = statement.join(Programme, col(Programme.id) == row.programme_id).where(
            row.archived_at.is_(None)
        )
    return statement.join(ProgrammePartner, col(ProgrammePartner.programme_id) == Programme.id).where(
        col(ProgrammePartner.partner_id) == partner_id,
        col(Programme.archived_at).is_(None),
        day.is_not(None),
        happened(day, precision, row.created_at, as_of),
    )


def _started(partner_id: Any, as_of: date | None) -> Any:
    return _of_programme(
        partner_id, as_of, TimelineEvent.started, Programme.started_on,
        precision=Programme.started_precision, state=Programme.state, deepening=sa.literal(True),
        **_sourced(Programme),
    )  # fmt: skip


def _ended(partner_id: Any, as_of: date | None) -> Any:
    return _of_programme(partner_id, as_of, TimelineEvent.ended, Programme.ended_on)


def _cancelled(partner_id: Any, as_of: date | None) -> Any:
    return _of_programme(partner_id, as_of, TimelineEvent.cancelled, Programme.cancelled_on)


def _progressed(partner_id: Any, as_of: date | None) -> Any:
    return _of_programme(
        partner_id, as_of, TimelineEvent.progressed, ProgressNote.on, ProgressNote, text=ProgressNote.text
    )


def _milestone(partner_id: Any, as_of: date | None) -> Any:
    return _of_programme(
        partner_id, as_of, TimelineEvent.milestone, Milestone.done_on, Milestone,
        people=Milestone.title, text=Milestone.evidence,
    )  # fmt: skip


def _result(level: ResultLevel, event: TimelineEvent) -> Callable[[Any, date | None], Any]:
    def select(partner_id: Any, as_of: date | None) -> Any:
        proved = col(ProgrammeResult.evidence).is_not(None)
        return _of_programme(
            partner_id, as_of, event, ProgrammeResult.on, ProgrammeResult,
            people=ProgrammeResult.indicator, text=ProgrammeResult.evidence, figure=ProgrammeResult.actual,
            unit=ProgrammeResult.unit, verified=proved,
            deepening=proved if level == ResultLevel.outcome else sa.literal(False),
        ).where(col(ProgrammeResult.level) == level)  # fmt: skip

    return select


def _promise(event: TimelineEvent, day: Any, *more: Any) -> Callable[[Any, date | None], Any]:
    def select(partner_id: Any, as_of: date | None) -> Any:
        text = FollowUp.outcome if event != TimelineEvent.raised else sa.null()
        return (
            sa.select(
                *_columns(
                    TimelineKind.follow_up, event, on=day, id=FollowUp.id, record_id=FollowUp.id,
                    title=FollowUp.title, code=FollowUp.owed_by, state=FollowUp.kind, text=text,
                    is_demo=FollowUp.is_demo,
                )
            )
            .join(FollowUpPartner, col(FollowUpPartner.follow_up_id) == FollowUp.id)
            .where(
                col(FollowUpPartner.partner_id) == partner_id,
                day.is_not(None),
                col(FollowUp.archived_at).is_(None),
                happened(day, None, None, as_of),
                *more,
            )
        )  # fmt: skip

    return select


def _reported(partner_id: Any, as_of: date | None) -> Any:
    row = FollowUpProgress
    return (
        sa.select(
            *_columns(
                TimelineKind.follow_up, TimelineEvent.reported, on=row.on, id=row.id, record_id=FollowUp.id,
                title=FollowUp.title, code=FollowUp.owed_by, state=FollowUp.kind, people=row.by,
                text=row.text, is_demo=row.is_demo,
            )
        )
        .join(FollowUp, col(FollowUp.id) == row.follow_up_id)
        .join(FollowUpPartner, col(FollowUpPartner.follow_up_id) == FollowUp.id)
        .where(
            col(FollowUpPartner.partner_id) == partner_id,
            col(row.archived_at).is_(None),
            col(FollowUp.archived_at).is_(None),
            happened(row.on, None, None, as_of),
        )
    )  # fmt: skip


def _tied(partner_id: Any, as_of: date | None) -> Any:
    return sa.select(
        *_columns(
            TimelineKind.file, TimelineEvent.tied, on=Partner.friendship_since,
            precision=Partner.friendship_precision, id=Partner.id, record_id=Partner.id,
            source=Partner.source, confidence=Partner.confidence, is_demo=Partner.is_demo,
        )
    ).where(
        col(Partner.id) == partner_id,
        col(Partner.friendship_since).is_not(None),
        happened(Partner.friendship_since, Partner.friendship_precision, Partner.created_at, as_of),
    )  # fmt: skip


def _confirmed(partner_id: Any, as_of: date | None) -> Any:
    row = ReviewConfirmation
    return (
        sa.select(
            *_columns(
                TimelineKind.file, TimelineEvent.confirmed, on=row.on, id=row.id, record_id=row.id,
                people=User.name, is_demo=row.is_demo,
            )
        )
        .outerjoin(User, col(User.id) == row.by_id)
        .where(
            col(row.partner_id) == partner_id,
            col(row.archived_at).is_(None),
            happened(row.on, None, None, as_of),
        )
    )  # fmt: skip


def _parked(partner_id: Any, as_of: date | None) -> Any:
    return sa.select(
        *_columns(
            TimelineKind.file, TimelineEvent.parked, on=Pause.starts_on, until=Pause.until, id=Pause.id,
            record_id=Pause.id, code=Pause.reason, text=Pause.why, is_demo=Pause.is_demo,
        )
    ).where(
        col(Pause.partner_id) == partner_id,
        col(Pause.state).in_((PauseState.approved, PauseState.ended)),
        col(Pause.archived_at).is_(None),
        happened(Pause.starts_on, None, None, as_of),
    )  # fmt: skip


def _resumed(partner_id: Any, as_of: date | None) -> Any:
    return sa.select(
        *_columns(
            TimelineKind.file, TimelineEvent.resumed, on=Pause.until, id=Pause.id, record_id=Pause.id,
            code=Pause.reason, is_demo=Pause.is_demo,
        )
    ).where(
        col(Pause.partner_id) == partner_id,
        col(Pause.state).in_((PauseState.approved, PauseState.ended)),
        col(Pause.archived_at).is_(None),
        col(Pause.until) > Pause.starts_on,
        col(Pause.until) <= (_TODAY if as_of is None else as_of),
    )  # fmt: skip


def _cause_named(partner_id: Any, as_of: date | None) -> Any:
    row = PartnerCause
    return (
        sa.select(
            *_columns(
                TimelineKind.file, TimelineEvent.cause_named, on=row.named_on, until=row.ended_on, id=row.id,
                record_id=row.id, code=row.cause, people=User.name, text=row.why, is_demo=row.is_demo,
            )
        )
        .outerjoin(User, col(User.id) == row.named_by_id)
        .where(
            col(row.partner_id) == partner_id,
            col(row.archived_at).is_(None),
            happened(row.named_on, None, None, as_of),
        )
    )  # fmt: skip


def _push(
    event: TimelineEvent, day: Any, state: PushState | None, text: Any
) -> Callable[[Any, date | None], Any]:
    def select(partner_id: Any, as_of: date | None) -> Any:
        statement = sa.select(
            *_columns(
                TimelineKind.push, event, on=day, until=Push.deadline, id=Push.id, record_id=Push.id,
                code=Push.rung_then, state=Push.goal, text=text, is_demo=Push.is_demo,
            )
        ).where(
            col(Push.partner_id) == partner_id,
            col(Push.archived_at).is_(None),
            happened(day, None, None, as_of),
        )  # fmt: skip
        if state is None:
            return statement
        on = _TODAY if as_of is None else as_of
        return statement.where(state_column(on) == state.value)

    return select


def _uploaded(holder: Holder) -> Callable[[Any, date | None], Any]:
    """The files on one kind of record, on the day they came: the history knows it as a civil date. Who may
    know of them is asked where the thread is read (`confidential`, `author_id`, `state`)."""
    came = (
        sa.select(sa.func.min(Event.on))
        .where(col(Event.record_type) == "file", col(Event.record_id) == File.id)
        .correlate(File)
        .scalar_subquery()
    )
    secret = {}
    if holder.table is Delegation:
        secret = {"confidential": Delegation.confidential, "author_id": Delegation.created_by_id}

    def select(partner_id: Any, as_of: date | None) -> Any:
        row = holder.table
        return (
            sa.select(
                *_columns(
                    TimelineKind.file, TimelineEvent.uploaded, on=came, id=File.id, record_id=File.id,
                    title=File.name, code=File.category, state=File.classification, people=row.title,
                    is_demo=File.is_demo, **secret,
                )
            )
            .select_from(File)
            .join(row, row.id == holder.column)
            .join(holder.link, getattr(holder.link, holder.name) == row.id)
            .where(
                col(holder.link.partner_id) == partner_id,
                col(File.archived_at).is_(None),
                col(row.archived_at).is_(None),
                happened(came, None, None, as_of),
            )
        )  # fmt: skip

    return select


def _decided(partner_id: Any, as_of: date | None) -> Any:
    row = ReviewDecision
    return (
        sa.select(
            *_columns(
                TimelineKind.file, TimelineEvent.decided, on=row.on, id=row.id, record_id=row.meeting_id,
                title=ReviewMeeting.title, code=row.decision, text=row.note, is_demo=row.is_demo,
            )
        )
        .join(ReviewMeeting, col(ReviewMeeting.id) == row.meeting_id)
        .where(
            col(row.partner_id) == partner_id,
            col(row.archived_at).is_(None),
            happened(row.on, None, None, as_of),
        )
    )  # fmt: skip


# What a visit or a talk agreed on is told there; only the others are raised by themselves.
_BY_ITSELF = col(FollowUp.source).not_in((FollowUpSource.delegation, FollowUpSource.interaction))

PARTS: tuple[tuple[TimelineKind, Callable[[Any, date | None], Any]], ...] = (
    (TimelineKind.agreement, _signed),
    (TimelineKind.agreement, _terminated),
    (TimelineKind.delegation, _visited),
    (TimelineKind.interaction, _contacted),
    (TimelineKind.programme, _started),
    (TimelineKind.programme, _progressed),
    (TimelineKind.programme, _milestone),
    (TimelineKind.programme, _result(ResultLevel.output, TimelineEvent.output)),
    (TimelineKind.programme, _result(ResultLevel.outcome, TimelineEvent.outcome)),
    (TimelineKind.programme, _ended),
    (TimelineKind.programme, _cancelled),
    (TimelineKind.follow_up, _promise(TimelineEvent.raised, FollowUp.raised_on, _BY_ITSELF)),
    (TimelineKind.follow_up, _reported),
    (TimelineKind.follow_up, _promise(TimelineEvent.done, FollowUp.done_on)),
    (TimelineKind.follow_up, _promise(TimelineEvent.dropped, FollowUp.dropped_on)),
    (TimelineKind.file, _tied),
    (TimelineKind.file, _confirmed),
    (TimelineKind.file, _parked),
    (TimelineKind.file, _resumed),
    (TimelineKind.file, _cause_named),
    (TimelineKind.file, _decided),
    (TimelineKind.push, _push(TimelineEvent.push_opened, Push.opened_on, None, Push.note)),
    (
        TimelineKind.push,
        _push(TimelineEvent.push_withdrawn, Push.withdrawn_on, PushState.withdrawn, Push.withdrawn_why),
    ),
    (TimelineKind.push, _push(TimelineEvent.push_reached, Push.reached_on, PushState.reached, None)),
    (TimelineKind.push, _push(TimelineEvent.push_missed, Push.deadline, PushState.not_reached, None)),
    *((TimelineKind.file, _uploaded(holder)) for holder in HOLDERS),
)
