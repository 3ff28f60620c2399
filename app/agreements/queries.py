"""Reads of agreements: those of a partner, and one in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.agreements.consultation import Block, blocks, last_words
from app.agreements.force import end_of, force_on, lane_of, notice_by, watch_on
from app.deadlines.queries import StepRow, steps_of
from app.errors import NotFound
from app.models import (
    Agreement,
    AgreementPartner,
    AgreementSector,
    AgreementUnit,
    Dispute,
    FollowUp,
    Organisation,
    PlanItem,
    Programme,
    Sector,
    User,
)
from app.organisations.queries import Then, named_on
from app.records.queries import (
    DisputeRow,
    PartnerLink,
    Work,
    disputes_of_record,
    grouped,
    named,
    noted,
    partners_of,
    settled,
    titled,
    work,
)
from app.vocabulary import (
    AgreementForce,
    AgreementKind,
    AgreementLevel,
    AgreementState,
    Confidence,
    DatePrecision,
    ExpiryLane,
    Locale,
    ProcedureCode,
    ProgrammeState,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Another record as a link."""

    id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRow:
    """A paper as lists show it. `expires_on` is its own; `extended_to` is where a signed amendment moves
    the end; `counted_on` is the day its signing counts as. `concrete`: it names a sector and a lead unit.
    `lead_unit` is the unit's name on the day of signing, `lead_unit_now` the present one where that differs;
    `lead_unit_gone`: the unit is in the trash.
    `notice_on`: the last day for notice. `watched_on`: the day by which somebody has to have decided."""

    id: int
    version: int
    title: str
    kind: AgreementKind
    level: AgreementLevel
    state: AgreementState
    force: AgreementForce
    signed_on: date | None
    signed_precision: DatePrecision | None
    counted_on: date | None
    effective_on: date | None
    effective_precision: DatePrecision | None
    expires_on: date | None
    expires_precision: DatePrecision | None
    extended_to: date | None
    auto_renews: bool
    notice_months: int | None
    notice_on: date | None
    watched_on: date | None
    lane: ExpiryLane | None
    terminated_on: date | None
    terminated_precision: DatePrecision | None
    sectors: tuple[str, ...]
    sector_codes: tuple[str, ...]
    lead_unit: str | None
    lead_unit_code: str | None
    lead_unit_now: str | None
    lead_unit_gone: bool
    source: str | None
    confidence: Confidence | None
    year_inferred: bool
    disputed: bool
    is_demo: bool

    @property
    def concrete(self) -> bool:
        """Whether it can lift a relation to `framework` while it is in force."""
        return bool(self.sectors) and self.lead_unit is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPage:
    """A paper in full."""

    row: AgreementRow
    number: str | None
    signed_in_name_of: str | None
    signing_authority: str | None
    dossier_complete_on: date | None
    refused_why: str | None
    summary: str | None
    place: str | None
    languages: str | None
    signatories: str | None
    note: str | None
    amends: Reference | None
    renews: Reference | None
    followed_by: tuple[Reference, ...]
    plan_item: Reference | None
    partners: tuple[PartnerLink, ...]
    support_units: tuple[Then, ...]
    steps: tuple[StepRow, ...]
    programmes: tuple[tuple[int, str, ProgrammeState], ...]
    follow_ups: tuple[Work, ...]
    disputes: tuple[DisputeRow, ...]
    created_at: datetime | None
    created_by: str | None
    updated_at: datetime | None
    updated_by: str | None

    def opinions(self) -> list[StepRow]:
        """The last word of each agency that was asked."""
        return last_words(self.steps)

    def blocks(self, day: date) -> list[tuple[Block, StepRow]]:
        """What stands in the way of an approval."""
        return blocks(self.steps, day)

    def late(self, day: date) -> list[StepRow]:
        """The steps that are overdue: an opinion only while it is waited for."""
        waiting = self.row.state == AgreementState.consulting
        return [
            step
            for step in self.steps
            if step.open and step.late_on(day) and (waiting or step.code != ProcedureCode.opinions)
        ]


def agreements_of(
    session: Session, partner_id: int, locale: Locale, *, day: date, as_of: date | None = None
) -> list[AgreementRow]:
    """A partner's papers, the latest first, with what they are on `day`; three statements.

    With `as_of` those signed later are left out, and so is what was only proposed: nobody wrote down since
    when.
    """
    statement = (
        _statement(locale)
        .join(AgreementPartner, col(AgreementPartner.agreement_id) == Agreement.id)
        .where(AgreementPartner.partner_id == partner_id)
        .order_by(
            col(Agreement.signed_on).is_(None), col(Agreement.signed_on).desc(), col(Agreement.id).desc()
        )
    )
    return [row for row in _rows(session, statement, locale, day) if as_of is None or _was_signed(row, as_of)]


def agreements_in(
    session: Session, sector_ids: Sequence[int], locale: Locale, *, day: date, partner_id: int | None = None
) -> list[AgreementRow]:
    """The papers that name one of some sectors, perhaps those with one partner, the latest first; three
    statements."""
    naming = sa.select(AgreementSector.agreement_id).where(col(AgreementSector.sector_id).in_(sector_ids))
    statement = _statement(locale).where(col(Agreement.id).in_(naming))
    if partner_id is not None:
        theirs = sa.select(AgreementPartner.agreement_id).where(AgreementPartner.partner_id == partner_id)
        statement = statement.where(col(Agreement.id).in_(theirs))
    latest = (col(Agreement.signed_on).is_(None), col(Agreement.signed_on).desc(), col(Agreement.id).desc())
    return _rows(session, statement.order_by(*latest), locale, day)


def agreement_page(session: Session, agreement_id: int, locale: Locale, today: date) -> AgreementPage:
    """One paper in full; raises NotFound."""
    rows = _rows(session, _statement(locale).where(Agreement.id == agreement_id), locale, today)
    if not rows:
        raise NotFound("agreement")
    amended, renewed, editor = aliased(Agreement), aliased(Agreement), aliased(User)
    paper, author, changer, *others = session.execute(
        sa.select(
            Agreement, User.name, editor.name,
            amended.id, titled(amended, locale), renewed.id, titled(renewed, locale),
            PlanItem.id, PlanItem.title,
        )
        .outerjoin(User, col(User.id) == Agreement.created_by_id)
        .outerjoin(editor, editor.id == Agreement.updated_by_id)
        .outerjoin(
            amended, sa.and_(col(amended.id) == Agreement.amends_id, col(amended.archived_at).is_(None))
        )
        .outerjoin(
            renewed, sa.and_(col(renewed.id) == Agreement.renews_id, col(renewed.archived_at).is_(None))
        )
        .outerjoin(
            PlanItem, sa.and_(col(PlanItem.id) == Agreement.plan_item_id, col(PlanItem.archived_at).is_(None))
        )
        .where(Agreement.id == agreement_id)
    ).one()  # fmt: skip
    return AgreementPage(
        row=rows[0],
        **{name: getattr(paper, name) for name in _PLAIN},
        note=noted(paper, locale),
        amends=_reference(others[0], others[1]),
        renews=_reference(others[2], others[3]),
        plan_item=_reference(others[4], others[5]),
        followed_by=_followed_by(session, agreement_id, locale),
        partners=tuple(
            partners_of(session, AgreementPartner, AgreementPartner.agreement_id, agreement_id, locale)
        ),
        support_units=_support_units(session, agreement_id, locale),
        steps=steps_of(session, locale, agreement_id=agreement_id),
        programmes=_programmes(session, agreement_id, locale),
        follow_ups=tuple(work(session, locale, FollowUp.agreement_id == agreement_id)),
        disputes=tuple(disputes_of_record(session, "agreement", agreement_id, locale)),
        created_by=author,
        updated_by=changer,
    )


_PLAIN = (
    "number", "signed_in_name_of", "signing_authority", "dossier_complete_on", "refused_why", "summary",
    "place", "languages", "signatories", "created_at", "updated_at",
)  # fmt: skip


def _statement(locale: Locale) -> Any:
    disputed = sa.exists().where(
        col(Dispute.record_type) == "agreement",
        col(Dispute.record_id) == Agreement.id,
        col(Dispute.archived_at).is_(None),
    )
    return (
        sa.select(
            Agreement,
            titled(Agreement, locale).label("title"),
            named_on(locale, Agreement.signed_on).label("lead_unit"),
            named(Organisation, locale).label("lead_unit_now"),
            col(Organisation.archived_at).is_not(None).label("lead_unit_gone"),
            col(Organisation.code).label("lead_unit_code"),
            disputed.label("disputed"),
        )
        .outerjoin(Organisation, col(Organisation.id) == Agreement.lead_unit_id)
        .where(col(Agreement.archived_at).is_(None))
    )


def _rows(session: Session, statement: Any, locale: Locale, day: date) -> list[AgreementRow]:
    found = session.execute(statement).all()
    ids = [row.Agreement.id for row in found]
    name = named(Sector, locale)
    sectors = grouped(
        session.execute(
            sa.select(AgreementSector.agreement_id, name, Sector.code)
            .join(Sector, col(Sector.id) == AgreementSector.sector_id)
            .where(col(AgreementSector.agreement_id).in_(ids))
            .order_by(name)
        )
    )
    extended = extended_ends(session, ids)
    return [_row(row, sectors.get(row.Agreement.id, []), extended, day) for row in found]


def extended_ends(session: Session, ids: list[int] | None = None) -> dict[int, date]:
    """Where signed amendments move the ends of papers (of all when None): the latest amendment counts."""
    wanted = col(Agreement.amends_id).is_not(None) if ids is None else col(Agreement.amends_id).in_(ids)
    amendments = session.execute(
        sa.select(Agreement.amends_id, Agreement.expires_on, Agreement.expires_precision)
        .where(
            wanted,
            col(Agreement.expires_on).is_not(None),
            Agreement.state == AgreementState.signed,
            col(Agreement.archived_at).is_(None),
        )
        .order_by(col(Agreement.signed_on), col(Agreement.id))
    )
    return {parent: day for parent, on, known in amendments if (day := settled(on, known))}


def _row(row: Any, sectors: list[Any], extended: dict[int, date], day: date) -> AgreementRow:
    paper = row.Agreement
    moved = extended.get(paper.id)
    signed = settled(paper.signed_on, paper.signed_precision, paper.created_at)
    return AgreementRow(
        **{name: getattr(paper, name) for name in _OWN},
        **derived(paper, signed, moved, day),
        title=row.title,
        counted_on=signed,
        extended_to=moved,
        sectors=tuple(name for _, name, _code in sectors),
        sector_codes=tuple(code for _, _name, code in sectors),
        lead_unit=row.lead_unit,
        lead_unit_code=row.lead_unit_code,
        lead_unit_now=row.lead_unit_now if row.lead_unit_now != row.lead_unit else None,
        lead_unit_gone=bool(row.lead_unit_gone),
        disputed=row.disputed,
    )


def derived(paper: Any, signed: date | None, moved: date | None, day: date) -> dict[str, Any]:
    """What follows from a paper's dates on a day: `signed` and `moved` are the days its signing counts as
    and to which an amendment moves its end. By name, as the rows of lists and pages hold them."""
    expires = moved or settled(paper.expires_on, paper.expires_precision)
    terminated = settled(paper.terminated_on, paper.terminated_precision)
    force = force_on(
        day,
        paper.state,
        signed_on=signed,
        effective_on=settled(paper.effective_on, paper.effective_precision, paper.created_at),
        expires_on=end_of(expires, auto_renews=paper.auto_renews),
        terminated_on=terminated,
    )
    watched = watch_on(
        day,
        expires_on=expires,
        auto_renews=paper.auto_renews,
        notice_months=paper.notice_months,
        terminated_on=terminated,
    )
    return {
        "force": force,
        "notice_on": notice_by(expires, paper.notice_months),
        "watched_on": watched,
        "lane": lane_of(day, force, watched),
    }


_OWN = (
    "id", "version", "auto_renews", "notice_months",
    "kind", "level", "state", "signed_on", "signed_precision", "effective_on", "effective_precision",
    "expires_on", "expires_precision", "terminated_on", "terminated_precision", "source", "confidence",
    "year_inferred", "is_demo",
)  # fmt: skip


def _was_signed(row: AgreementRow, as_of: date) -> bool:
    """Whether a paper had been signed by a day; one that is signed on a day nobody knows always was."""
    if row.state != AgreementState.signed:
        return False
    return row.counted_on is None or row.counted_on <= as_of


def _reference(record_id: int | None, title: str | None) -> Reference | None:
    return Reference(record_id, title) if record_id is not None and title is not None else None


def _followed_by(session: Session, agreement_id: int, locale: Locale) -> tuple[Reference, ...]:
    """The papers that amend or renew this one."""
    statement = sa.select(Agreement.id, titled(Agreement, locale)).where(
        sa.or_(col(Agreement.amends_id) == agreement_id, col(Agreement.renews_id) == agreement_id),
        col(Agreement.archived_at).is_(None),
    )
    return tuple(Reference(*row) for row in session.execute(statement.order_by(Agreement.id)))


def _support_units(session: Session, agreement_id: int, locale: Locale) -> tuple[Then, ...]:
    name = named(Organisation, locale)
    statement = (
        sa.select(named_on(locale, Agreement.signed_on), name)
        .join(AgreementUnit, col(AgreementUnit.organisation_id) == Organisation.id)
        .join(Agreement, col(Agreement.id) == AgreementUnit.agreement_id)
        .where(col(AgreementUnit.agreement_id) == agreement_id)
    )
    return tuple(Then.of(*row) for row in session.execute(statement.order_by(name)))


def _programmes(
    session: Session, agreement_id: int, locale: Locale
) -> tuple[tuple[int, str, ProgrammeState], ...]:
    """The programmes that carry a paper out."""
    statement = sa.select(Programme.id, titled(Programme, locale), Programme.state).where(
        col(Programme.agreement_id) == agreement_id, col(Programme.archived_at).is_(None)
    )
    return tuple((row[0], row[1], row[2]) for row in session.execute(statement.order_by(Programme.id)))
