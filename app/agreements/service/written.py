"""What is written of an agreement: entered, by hand or from a source, and changed."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.actor import Actor
from app.agreements.schemas import AgreementIn, AgreementPatch, NewAgreement, PaperIn
from app.agreements.service.common import at, partners_of, record_paper, touch
from app.agreements.service.report_due import begin_report, move_report
from app.deadlines.queries import due_of
from app.errors import Refused
from app.models import Agreement, AgreementPartner, AgreementSector, AgreementUnit, Organisation, Sector
from app.models import Partner as PartnerRow
from app.organisations.queries import id_of
from app.organisations.queries import ids_of as unit_ids_of
from app.partners.queries import ids_of
from app.plan.queries import fitting_item
from app.schemas import Facts
from app.sectors.queries import ids_of as sector_ids_of
from app.standing import counted_on
from app.vocabulary import AgreementState, DatePrecision, PlanItemKind, ProcedureCode

_DATES = ("signed", "effective", "expires", "terminated")
# Fields that are stored as they come in, besides the dates.
_PLAIN = (
    "kind", "title", "title_en", "level", "number", "signed_in_name_of", "auto_renews", "notice_months",
    "place", "languages", "signatories", "summary", "source", "note",
)  # fmt: skip
_NEVER_EMPTY = ("kind", "title", "level", "auto_renews")
More = dict[str, tuple[Any, Any]]


def add_agreement(session: Session, actor: Actor, data: AgreementIn) -> Agreement:
    """Enter a paper that a source tells of, in the state it tells. Raises Refused for an unknown code."""
    return _add(session, actor, data, data.state, data.facts)


def enter(session: Session, actor: Actor, data: NewAgreement, *, today: date) -> Agreement:
    """Enter a paper by hand. For one that was signed just now the copy and the report fall due; for one
    whose deadline is over by now nobody can tell any more whether they were sent, and none begins."""
    facts = Facts(source=data.source, note=data.note)
    paper = _add(session, actor, data, data.state, facts)
    check_dates(paper, today)
    if (
        paper.state == AgreementState.signed
        and paper.signed_on
        and paper.signed_precision == DatePrecision.day
    ):
        due = due_of(session, ProcedureCode.copy_and_report, paper.signed_on)
        if due is not None and today <= due:
            begin_report(session, actor, paper)
    return paper


def _add(session: Session, actor: Actor, data: PaperIn, state: AgreementState, facts: Facts) -> Agreement:
    partner_ids = ids_of(session, data.partners, "partners")
    sector_ids = sector_ids_of(session, data.sectors, "sectors")
    unit_ids = unit_ids_of(session, data.support_units, "support_units")
    days = {
        f"{name}_{part}": getattr(data, f"{name}_{part}") for name in _DATES for part in ("on", "precision")
    }
    paper = Agreement(
        **{name: getattr(data, name) for name in _PLAIN if name not in ("source", "note")},
        **days,
        **facts.model_dump(),
        state=state,
        lead_unit_id=id_of(session, data.lead_unit, "lead_unit"),
        amends_id=_amended(session, data.amends),
        renews_id=_renewed(session, data.renews),
        plan_item_id=fitting_item(session, data.plan_item, PlanItemKind.signing, field="plan_item"),
    )
    session.add(paper)
    more: More = {"partners": ([], data.partners), "sectors": ([], data.sectors)}
    record_paper(session, actor, "agreement.added", paper, partners=partner_ids, more=more)
    assert paper.id is not None
    session.add_all(AgreementPartner(agreement_id=paper.id, partner_id=p) for p in partner_ids)
    session.add_all(AgreementSector(agreement_id=paper.id, sector_id=s) for s in sector_ids)
    session.add_all(AgreementUnit(agreement_id=paper.id, organisation_id=u) for u in unit_ids)
    session.flush()
    return paper


def change(
    session: Session, actor: Actor, paper: Agreement, data: AgreementPatch, *, version: int, today: date
) -> Agreement:
    """Change a paper at any time of its life; its state changes by the acts below. Raises Stale, Refused."""
    at(paper, version)
    was_signed_on = paper.signed_on
    told = set(partners_of(session, paper))
    with session.no_autoflush:  # one UPDATE for the change and its stamp: the version moves by one
        more = fill(session, paper, data, told)
        check_dates(paper, today)
    record_paper(session, actor, "agreement.changed", paper, partners=told, more=more)
    if paper.signed_on != was_signed_on:
        move_report(session, actor, paper)
    return paper


def fill(session: Session, paper: Agreement, data: Any, told: set[int]) -> More:
    """Take over what was sent; what lives in link tables comes back as changes to tell."""
    sent = data.model_fields_set
    for name in sent & set(_PLAIN):
        value = getattr(data, name)
        if value is not None or name not in _NEVER_EMPTY:
            setattr(paper, name, value)
    for name in _DATES:
        if f"{name}_on" in sent:
            day = getattr(data, f"{name}_on")
            known = getattr(data, f"{name}_precision", None) or DatePrecision.day
            setattr(paper, f"{name}_on", day)
            setattr(paper, f"{name}_precision", known if day else None)
    if "lead_unit" in sent:
        paper.lead_unit_id = id_of(session, data.lead_unit, "lead_unit", keep=paper.lead_unit_id)
    if "amends" in sent:
        paper.amends_id = _amended(session, data.amends, paper)
    if "renews" in sent:
        paper.renews_id = _renewed(session, data.renews, paper)
    if "plan_item" in sent:
        kept = paper.plan_item_id
        paper.plan_item_id = fitting_item(
            session, data.plan_item, PlanItemKind.signing, field="plan_item", keep=kept
        )
    more: More = {}
    if "partners" in sent and data.partners:
        ids = ids_of(session, data.partners, "partners")
        more |= _relink(session, paper, AgreementPartner, "partner_id", ids, "partners", PartnerRow.slug)
        told.update(ids)
    if "sectors" in sent and data.sectors is not None:
        ids = sector_ids_of(session, data.sectors, "sectors")
        more |= _relink(session, paper, AgreementSector, "sector_id", ids, "sectors", Sector.code)
    if "support_units" in sent and data.support_units is not None:
        rows = sa.select(AgreementUnit.organisation_id).where(col(AgreementUnit.agreement_id) == paper.id)
        ids = unit_ids_of(session, data.support_units, "support_units", keep=session.scalars(rows))
        column = Organisation.code
        more |= _relink(session, paper, AgreementUnit, "organisation_id", ids, "support_units", column)
    if any(old != new for old, new in more.values()):
        touch(paper)
    return more


def _relink(
    session: Session, paper: Agreement, link: Any, key: str, ids: list[int], name: str, code: Any
) -> More:
    """Make a link table say exactly this; row by row, so that the standings notice who came and went."""
    rows = {getattr(row, key): row for row in session.exec(select(link).where(link.agreement_id == paper.id))}
    for other in rows.keys() - set(ids):
        session.delete(rows[other])
    session.add_all(link(agreement_id=paper.id, **{key: new}) for new in ids if new not in rows)
    table = code.class_
    every = dict(session.execute(select(table.id, code).where(table.id.in_([*rows, *ids]))).all())
    return {name: (sorted(every[i] for i in rows), sorted(every[i] for i in ids))}


def check_dates(paper: Agreement, today: date) -> None:
    """Raises Refused, at the field, for a date that cannot be."""
    signed = paper.state == AgreementState.signed
    for name in ("signed_on", "terminated_on"):
        if not signed and getattr(paper, name) is not None:
            raise Refused("not_signed_yet", field=name)
    if paper.signed_on is not None and paper.signed_on > today:
        raise Refused("date_ahead", field="signed_on")
    start = paper.effective_on or paper.signed_on
    for name in ("expires", "terminated"):
        end = getattr(paper, f"{name}_on")
        known = getattr(paper, f"{name}_precision") or DatePrecision.day
        if start is not None and end is not None and counted_on(end, known) < start:
            raise Refused("end_before_start", field=f"{name}_on")


def _amended(session: Session, other: int | None, paper: Agreement | None = None) -> int | None:
    """The paper that is amended: a signed one that is no amendment itself, so that one end is moved."""
    if other is None:
        return None
    found = _other(session, other, "amends", paper)
    if found.amends_id is not None:
        raise Refused("amends_amendment", field="amends")
    if paper is not None and paper.id is not None:
        own = select(Agreement.id).where(
            Agreement.amends_id == paper.id, col(Agreement.archived_at).is_(None)
        )
        if session.exec(own.limit(1)).first() is not None:
            raise Refused("amends_amendment", field="amends")
    return other


def _renewed(session: Session, other: int | None, paper: Agreement | None = None) -> int | None:
    """The paper that this one renews; raises Refused where that would go round in a circle."""
    if other is None:
        return None
    found: Agreement | None = _other(session, other, "renews", paper)
    seen: set[int | None] = set()
    while found is not None and found.renews_id is not None and found.id not in seen:
        seen.add(found.id)
        if paper is not None and found.renews_id == paper.id:
            raise Refused("renews_itself", field="renews")
        found = session.get(Agreement, found.renews_id)
    return other


def _other(session: Session, other: int, field: str, paper: Agreement | None) -> Agreement:
    found = session.get(Agreement, other)
    if found is None or found.archived_at is not None:
        raise Refused("unknown_agreement", field=field)
    if paper is not None and found.id == paper.id:
        raise Refused("renews_itself", field=field)
    if found.state != AgreementState.signed:
        raise Refused("other_not_signed", field=field)
    return found
