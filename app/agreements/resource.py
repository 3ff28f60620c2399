"""Agreements as programs read them: one resource with the steps of its procedure."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.agreements.queries import derived, extended_ends
from app.agreements.schemas import (
    Amended,
    Authority,
    CompleteOn,
    InNameOf,
    Renewed,
    Renews,
    Sectors,
    Signer,
    SupportUnits,
    WhyNot,
)
from app.deadlines.queries import StepRow, steps_by_agreement
from app.errors import NotFound
from app.fields import IS_DEMO, VERSION, LeadUnit, PlanItemId, like
from app.models import (
    Agreement,
    AgreementPartner,
    AgreementSector,
    AgreementUnit,
    Organisation,
    Partner,
    Sector,
)
from app.records.queries import grouped, settled
from app.vocabulary import (
    AgreementForce,
    AgreementKind,
    AgreementLevel,
    AgreementState,
    DatePrecision,
    ExpiryLane,
    Locale,
    Opinion,
    ProcedureCode,
)


@dataclass(slots=True)
class StepJson:
    """A deadline of the procedure: an agency's opinion, or the copy and report after the signing. `late`:
    past its due date and not done, or done after it."""

    id: int
    step: ProcedureCode
    agency: str | None
    started_on: date
    due_on: date
    done_on: date | None
    late: bool
    opinion: Opinion | None
    text: str | None
    resolution: str | None
    resolved_on: date | None
    legal_basis: str


@dataclass(slots=True)
class AgreementJson:
    """A paper. `force`, `lane`, `ends_on` (moved by amendments; null where it renews by itself) and
    `notice_on` follow from its dates today."""

    id: int
    version: Annotated[int, VERSION]
    kind: AgreementKind
    title: str
    title_en: str | None
    partners: Annotated[list[str], Field(description="Slugs of the partners that sign it.")]
    level: Annotated[AgreementLevel, like(Signer)]
    state: Annotated[
        AgreementState,
        Field(
            description="How far it came on the way to the signature; what holds after it is told by `force`."
        ),
    ]
    force: Annotated[AgreementForce, Field(description="Whether it binds today, by its dates.")]
    lane: Annotated[
        ExpiryLane | None, Field(description="How far off its end or the last day for notice is.")
    ]
    number: str | None
    signed_in_name_of: Annotated[str | None, like(InNameOf)]
    signing_authority: Annotated[str | None, like(Authority)]
    signed_on: date | None
    signed_precision: DatePrecision | None
    effective_on: Annotated[
        date | None, Field(description="The day from which it holds; null: from the signature.")
    ]
    effective_precision: DatePrecision | None
    expires_on: Annotated[
        date | None, Field(description="The first day on which it no longer holds, as the paper itself says.")
    ]
    expires_precision: DatePrecision | None
    terminated_on: Annotated[
        date | None, Field(description="The first day on which it no longer holds because one side ended it.")
    ]
    terminated_precision: DatePrecision | None
    ends_on: Annotated[
        date | None,
        Field(
            description="The first day on which it no longer holds, by its own end, its amendments or a "
            "termination; null: none is told, or it renews by itself."
        ),
    ]
    auto_renews: Annotated[bool, like(Renews)]
    notice_months: Annotated[
        int | None, Field(description="How many months before its end notice has to be given.")
    ]
    notice_on: Annotated[date | None, Field(description="The last day for notice.")]
    sectors: Annotated[list[str], like(Sectors)]
    lead_unit: Annotated[str | None, like(LeadUnit)]
    support_units: Annotated[list[str], like(SupportUnits)]
    place: str | None
    languages: str | None
    signatories: str | None
    summary: str | None
    dossier_complete_on: Annotated[date | None, like(CompleteOn)]
    refused_why: Annotated[str | None, like(WhyNot)]
    amends: Annotated[int | None, like(Amended)]
    renews: Annotated[int | None, like(Renewed)]
    plan_item: Annotated[int | None, like(PlanItemId)]
    followed_by: Annotated[list[int], Field(description="Ids of the agreements that amend or renew it.")]
    steps: Annotated[
        list[StepJson],
        Field(description="What the procedure asks: opinions, the copy, the report, each with its deadline."),
    ]
    source: str | None
    is_demo: Annotated[bool, IS_DEMO]


_PLAIN = (
    "id", "version", "kind", "title", "title_en", "level", "state", "number", "signed_in_name_of",
    "signing_authority", "signed_on", "signed_precision", "effective_on", "effective_precision", "expires_on",
    "expires_precision", "terminated_on", "terminated_precision", "auto_renews", "notice_months", "place",
    "languages", "signatories", "summary", "dossier_complete_on", "refused_why", "source", "is_demo",
)  # fmt: skip


def one_json(session: Session, agreement_id: int, day: date) -> AgreementJson:
    """One agreement; raises NotFound."""
    found = many_json(session, [agreement_id], day)
    if not found:
        raise NotFound("agreement")
    return found[0]


def many_json(session: Session, ids: list[int], day: date) -> list[AgreementJson]:
    """Agreements by id, in this order, without the archived; six statements."""
    lead = aliased(Organisation)
    statement = (
        sa.select(Agreement, lead.code)
        .outerjoin(lead, lead.id == Agreement.lead_unit_id)
        .where(col(Agreement.id).in_(ids), col(Agreement.archived_at).is_(None))
        .execution_options(populate_existing=True)
    )
    papers = {paper.id: (paper, code) for paper, code in session.execute(statement)}
    extended = extended_ends(session, ids)
    links = {
        "partners": _codes(
            session, AgreementPartner, AgreementPartner.partner_id, Partner, Partner.slug, ids
        ),
        "sectors": _codes(session, AgreementSector, AgreementSector.sector_id, Sector, Sector.code, ids),
        "support_units": _codes(
            session, AgreementUnit, AgreementUnit.organisation_id, Organisation, Organisation.code, ids
        ),
    }
    steps = steps_by_agreement(session, Locale.vi, ids)
    followed = _followers(session, ids)
    return [
        _json(
            *papers[key],
            extended.get(key),
            {name: [row[1] for row in found.get(key, [])] for name, found in links.items()},
            steps.get(key, ()),
            followed.get(key, []),
            day,
        )
        for key in ids
        if key in papers
    ]


def _codes(session: Session, link: Any, key: Any, table: Any, code: Any, ids: list[int]) -> dict[int, Any]:
    statement = sa.select(link.agreement_id, code).join(table, table.id == key)
    if table is Partner:
        statement = statement.where(col(Partner.archived_at).is_(None))
    return grouped(session.execute(statement.where(link.agreement_id.in_(ids)).order_by(code)))


def _followers(session: Session, ids: list[int]) -> dict[int, list[int]]:
    statement = sa.select(Agreement.id, Agreement.amends_id, Agreement.renews_id).where(
        sa.or_(col(Agreement.amends_id).in_(ids), col(Agreement.renews_id).in_(ids)),
        col(Agreement.archived_at).is_(None),
    )
    found: dict[int, list[int]] = {}
    for key, amends, renews in session.execute(statement.order_by(Agreement.id)):
        for other in {amends, renews} - {None}:
            found.setdefault(other, []).append(key)
    return found


def _json(
    paper: Agreement,
    lead_unit: str | None,
    moved: date | None,
    codes: dict[str, list[str]],
    steps: tuple[StepRow, ...],
    followed: list[int],
    day: date,
) -> AgreementJson:
    follows = derived(paper, settled(paper.signed_on, paper.signed_precision, paper.created_at), moved, day)
    ended = settled(paper.terminated_on, paper.terminated_precision)
    expires = None if paper.auto_renews else moved or settled(paper.expires_on, paper.expires_precision)
    return AgreementJson(
        **{name: getattr(paper, name) for name in _PLAIN},
        **{name: follows[name] for name in ("force", "lane", "notice_on")},
        **codes,  # type: ignore[arg-type]
        ends_on=min((d for d in (expires, ended) if d is not None), default=None),
        lead_unit=lead_unit,
        amends=paper.amends_id,
        renews=paper.renews_id,
        plan_item=paper.plan_item_id,
        followed_by=followed,
        steps=[_step(step, day) for step in steps],
    )


def _step(step: StepRow, day: date) -> StepJson:
    return StepJson(
        id=step.id,
        step=step.code,
        agency=step.agency_code,
        started_on=step.started_on,
        due_on=step.due_on,
        done_on=step.done_on,
        late=step.late_on(day),
        opinion=step.opinion,
        text=step.text,
        resolution=step.resolution,
        resolved_on=step.resolved_on,
        legal_basis=step.legal_basis,
    )
