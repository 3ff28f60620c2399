"""Dossiers of many partners at once, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import clock
from app.agreements.force import end_of
from app.interactions.exchange import went_both_ways
from app.models import (
    Agreement,
    AgreementPartner,
    AgreementSector,
    Delegation,
    DelegationPartner,
    FollowUp,
    FollowUpPartner,
    Interaction,
    InteractionPartner,
    Milestone,
    Partner,
    Pause,
    Postponement,
    Programme,
    ProgrammePartner,
    ProgrammeResult,
    ProgressNote,
    ReviewConfirmation,
    Sector,
)
from app.standing import (
    Contact,
    Dossier,
    Instrument,
    ProgrammeRun,
    Promise,
    Review,
    Tie,
    counted_on,
)
from app.standing import Pause as Parked
from app.vocabulary import (
    AgreementState,
    DatePrecision,
    DelegationDirection,
    DelegationState,
    Direction,
    PauseState,
    ResultLevel,
)

VISITED = (DelegationState.completed, DelegationState.reported)
_Facts = dict[int, list[Any]]


def load_dossiers(session: Session, partner_ids: Iterable[int] | None = None) -> dict[int, Dossier]:
    """Every asked partner's dossier (all partners when None), archived records left out."""
    ids = None if partner_ids is None else sorted(set(partner_ids))
    if ids == []:
        return {}
    load = _Loader(session, ids)
    ties, instruments = load.papers()
    programmes, contacts, promises = load.programmes(), load.contacts(), load.promises()
    reviews, pauses = load.reviews(), load.pauses()
    dossiers = {}
    for row in load.partners():
        if row.friendship_known or row.friendship_since:
            since = _counted(row.friendship_since, row.friendship_precision, row.created_at)
            ties[row.id].append(Tie(on=since, ref=f"partner:{row.id}"))
        dossiers[row.id] = Dossier(
            tier=row.tier,
            ties=tuple(ties[row.id]),
            instruments=tuple(instruments[row.id]),
            programmes=tuple(programmes[row.id]),
            contacts=tuple(contacts[row.id]),
            promises=tuple(promises[row.id]),
            reviews=tuple(reviews[row.id]),
            pauses=tuple(pauses[row.id]),
        )
    return dossiers


def _counted(
    day: date | None, precision: DatePrecision | None, created_at: datetime | None = None
) -> date | None:
    if day is None or precision in (None, DatePrecision.day):
        return day
    recorded = clock.local(created_at).date() if created_at else None
    return counted_on(day, precision or DatePrecision.day, recorded)


class _Loader:
    """The queries, one a fact; each row names its partner."""

    def __init__(self, session: Session, ids: list[int] | None) -> None:
        self._session = session
        self._ids = ids

    def _rows(self, statement: Any, partner_id: Any) -> Iterator[Any]:
        """Columns and never rows of tables: of a thousand partners that takes a tenth of the time, and what
        the session loaded earlier, which another transaction may have changed since, is out of the way."""
        if self._ids is not None:
            statement = statement.where(partner_id.in_(self._ids))
        return iter(self._session.execute(statement))

    def partners(self) -> Iterator[Any]:
        return self._rows(
            select(
                col(Partner.id),
                Partner.tier,
                Partner.friendship_known,
                Partner.friendship_since,
                Partner.friendship_precision,
                Partner.created_at,
            ),
            Partner.id,
        )

    def papers(self) -> tuple[_Facts, _Facts]:
        """Signed agreements as ties and, where dated, as instruments."""
        ties: _Facts = defaultdict(list)
        instruments: _Facts = defaultdict(list)
        extended = self._extensions()
        concrete = sa.exists().where(col(AgreementSector.agreement_id) == Agreement.id)
        columns: tuple[Any, ...] = (
            AgreementPartner.partner_id,
            Agreement.id,
            Agreement.signed_on,
            Agreement.signed_precision,
            Agreement.effective_on,
            Agreement.effective_precision,
            Agreement.expires_on,
            Agreement.expires_precision,
            Agreement.terminated_on,
            Agreement.terminated_precision,
            Agreement.auto_renews,
            Agreement.lead_unit_id,
            Agreement.created_at,
            concrete.label("sectors"),
        )
        statement = (
            sa.select(*columns)
            .join(Agreement, col(Agreement.id) == AgreementPartner.agreement_id)
            .where(col(Agreement.state) == AgreementState.signed, col(Agreement.archived_at).is_(None))
        )
        for paper in self._rows(statement, AgreementPartner.partner_id):
            ref = f"agreement:{paper.id}"
            signed = _counted(paper.signed_on, paper.signed_precision, paper.created_at)
            ties[paper.partner_id].append(Tie(on=signed, ref=ref))
            if signed is None:
                continue
            effective = _counted(paper.effective_on, paper.effective_precision, paper.created_at) or signed
            instruments[paper.partner_id].append(
                Instrument(
                    signed_on=signed,
                    effective_on=effective,
                    expires_on=end_of(
                        extended.get(paper.id) or _counted(paper.expires_on, paper.expires_precision),
                        auto_renews=paper.auto_renews,
                    ),
                    terminated_on=_counted(paper.terminated_on, paper.terminated_precision),
                    concrete=bool(paper.sectors) and paper.lead_unit_id is not None,
                    ref=ref,
                )
            )
        return ties, instruments

    def _extensions(self) -> dict[int, date]:
        """Where a signed amendment moves the end of the paper it amends: the latest amendment counts."""
        statement = (
            sa.select(Agreement.amends_id, Agreement.expires_on, Agreement.expires_precision)
            .where(
                col(Agreement.amends_id).is_not(None),
                col(Agreement.expires_on).is_not(None),
                col(Agreement.archived_at).is_(None),
                Agreement.state == AgreementState.signed,
            )
            .order_by(col(Agreement.signed_on), col(Agreement.id))
        )
        rows = self._session.execute(statement)
        return {parent: _counted(day, precision) for parent, day, precision in rows}  # type: ignore[misc]

    def programmes(self) -> _Facts:
        signs = self._signs()
        found: _Facts = defaultdict(list)
        columns: tuple[Any, ...] = (
            ProgrammePartner.partner_id,
            Programme.id,
            Programme.started_on,
            Programme.started_precision,
            Programme.ended_on,
            Programme.cancelled_on,
            Programme.created_at,
            Sector.code,
        )
        statement = (
            sa.select(*columns)
            .join(Programme, col(Programme.id) == ProgrammePartner.programme_id)
            .join(Sector, col(Sector.id) == Programme.sector_id)
            .where(col(Programme.started_on).is_not(None), col(Programme.archived_at).is_(None))
        )
        for run in self._rows(statement, ProgrammePartner.partner_id):
            started = _counted(run.started_on, run.started_precision, run.created_at)
            assert started is not None
            found[run.partner_id].append(
                ProgrammeRun(
                    sector=run.code,
                    started_on=started,
                    ended_on=run.ended_on,
                    cancelled_on=run.cancelled_on,
                    progress=tuple(day for day, outcome in signs[run.id] if not outcome),
                    outcomes=tuple(day for day, outcome in signs[run.id] if outcome),
                    ref=f"programme:{run.id}",
                )
            )
        return found

    def _signs(self) -> dict[int, list[tuple[date, bool]]]:
        """Dated signs of life of programmes: notes, milestones done, outcomes with evidence."""
        no, yes = sa.literal(False), sa.literal(True)
        notes = sa.select(ProgressNote.programme_id, ProgressNote.on, no).where(
            col(ProgressNote.archived_at).is_(None)
        )
        milestones = sa.select(Milestone.programme_id, Milestone.done_on, no).where(
            col(Milestone.done_on).is_not(None), col(Milestone.archived_at).is_(None)
        )
        # A result without evidence is unverified and proves no outcome.
        outcomes = sa.select(ProgrammeResult.programme_id, ProgrammeResult.on, yes).where(
            ProgrammeResult.level == ResultLevel.outcome,
            col(ProgrammeResult.evidence).is_not(None),
            col(ProgrammeResult.archived_at).is_(None),
        )
        parts = [notes, milestones, outcomes]
        if self._ids is not None:
            mine = sa.select(ProgrammePartner.programme_id).where(
                col(ProgrammePartner.partner_id).in_(self._ids)
            )
            parts = [part.where(part.selected_columns[0].in_(mine)) for part in parts]
        signs: dict[int, list[tuple[date, bool]]] = defaultdict(list)
        for programme_id, day, outcome in self._session.execute(sa.union_all(*parts)):
            signs[programme_id].append((day, bool(outcome)))
        return signs

    def contacts(self) -> _Facts:
        found: _Facts = defaultdict(list)
        agreed = _agreed(FollowUp.delegation_id, Delegation.id)
        visits = (
            sa.select(
                DelegationPartner.partner_id,
                Delegation.id,
                Delegation.direction,
                Delegation.ends_on,
                Delegation.ends_precision,
                Delegation.created_at,
                agreed.label("agreed"),
            )
            .join(Delegation, col(Delegation.id) == DelegationPartner.delegation_id)
            .where(col(Delegation.state).in_(VISITED), col(Delegation.archived_at).is_(None))
        )
        for row in self._rows(visits, DelegationPartner.partner_id):
            inbound = row.direction == DelegationDirection.inbound
            found[row.partner_id].append(
                Contact(
                    on=_counted(row.ends_on, row.ends_precision, row.created_at),  # type: ignore[arg-type]
                    direction=Direction.inbound if inbound else Direction.outbound,
                    substantive=bool(row.agreed),
                    two_way=True,
                    ref=f"delegation:{row.id}",
                    precision=row.ends_precision,
                )
            )
        agreed = _agreed(FollowUp.interaction_id, Interaction.id)
        talks = (
            sa.select(
                InteractionPartner.partner_id,
                Interaction.id,
                Interaction.on,
                Interaction.precision,
                Interaction.created_at,
                agreed.label("agreed"),
                went_both_ways().label("both_ways"),
            )
            .join(Interaction, col(Interaction.id) == InteractionPartner.interaction_id)
            .where(col(Interaction.archived_at).is_(None))
        )
        for talk in self._rows(talks, InteractionPartner.partner_id):
            found[talk.partner_id].append(
                Contact(
                    on=_counted(talk.on, talk.precision, talk.created_at),  # type: ignore[arg-type]
                    direction=Direction.none,
                    substantive=bool(talk.agreed),
                    two_way=bool(talk.both_ways),
                    ref=f"interaction:{talk.id}",
                    precision=talk.precision,
                )
            )
        return found

    def promises(self) -> _Facts:
        found: _Facts = defaultdict(list)
        postponed = (
            sa.select(sa.func.count())
            .where(col(Postponement.follow_up_id) == FollowUp.id)
            .correlate(FollowUp)
            .scalar_subquery()
        )
        columns: tuple[Any, ...] = (
            FollowUpPartner.partner_id,
            FollowUp.id,
            FollowUp.raised_on,
            FollowUp.due_on,
            FollowUp.owed_by,
            FollowUp.assignee_id,
            FollowUp.unit_id,
            FollowUp.kind,
            FollowUp.done_on,
            FollowUp.dropped_on,
            postponed.label("postponed"),
        )
        statement = (
            sa.select(*columns)
            .join(FollowUp, col(FollowUp.id) == FollowUpPartner.follow_up_id)
            .where(col(FollowUp.archived_at).is_(None))
        )
        for work in self._rows(statement, FollowUpPartner.partner_id):
            found[work.partner_id].append(
                Promise(
                    raised_on=work.raised_on,
                    due_on=work.due_on,
                    owed_by=work.owed_by,
                    assigned=work.assignee_id is not None or work.unit_id is not None,
                    deepens=work.kind.deepens,
                    postponed=work.postponed,
                    done_on=work.done_on,
                    dropped_on=work.dropped_on,
                    ref=f"follow_up:{work.id}",
                )
            )
        return found

    def reviews(self) -> _Facts:
        found: _Facts = defaultdict(list)
        statement = select(
            ReviewConfirmation.partner_id, col(ReviewConfirmation.id), ReviewConfirmation.on
        ).where(col(ReviewConfirmation.archived_at).is_(None))
        for partner_id, row_id, day in self._rows(statement, ReviewConfirmation.partner_id):
            found[partner_id].append(Review(on=day, ref=f"review:{row_id}"))
        return found

    def pauses(self) -> _Facts:
        found: _Facts = defaultdict(list)
        statement = sa.select(Pause.partner_id, Pause.id, Pause.starts_on, Pause.until, Pause.reason).where(
            col(Pause.state).in_((PauseState.approved, PauseState.ended)), col(Pause.archived_at).is_(None)
        )
        for row in self._rows(statement, Pause.partner_id):
            found[row.partner_id].append(
                Parked(start=row.starts_on, until=row.until, reason=row.reason, ref=f"pause:{row.id}")
            )
        return found


def _agreed(source: Any, record_id: Any) -> sa.Exists:
    """Whether a record's minutes hold an agreed action with someone responsible."""
    return (
        sa.exists()
        .where(source == record_id, col(FollowUp.archived_at).is_(None))
        .where(sa.or_(col(FollowUp.assignee_id).is_not(None), col(FollowUp.unit_id).is_not(None)))
    )
