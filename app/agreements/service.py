"""Agreements: entered, changed, and led from an idea to the signature and its end."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from app.actor import Actor
from app.agreements.consultation import Block, blocks, last_words
from app.agreements.schemas import (
    AgreementIn,
    AgreementPatch,
    ApprovalIn,
    ConsultationIn,
    NewAgreement,
    OpinionIn,
    PaperIn,
    ReportIn,
    ResolutionIn,
    SignatureIn,
    TerminationIn,
    WhyIn,
)
from app.deadlines import service as deadlines
from app.deadlines.queries import due_of, steps_of
from app.errors import Conflict, NotFound, Refused, Stale
from app.history import record
from app.models import (
    Agreement,
    AgreementPartner,
    AgreementSector,
    AgreementUnit,
    Organisation,
    ProcedureRule,
    ProcedureStep,
    Sector,
)
from app.models import Partner as PartnerRow
from app.organisations.queries import id_of
from app.partners.queries import ids_of
from app.plan.queries import fitting_item
from app.schemas import Facts
from app.sectors.queries import ids_of as sector_ids_of
from app.standing import counted_on
from app.vocabulary import AgreementState, DatePrecision, Locale, PlanItemKind, ProcedureCode

_DATES = ("signed", "effective", "expires", "terminated")
# Fields that are stored as they come in, besides the dates.
_PLAIN = (
    "kind", "title", "title_en", "level", "number", "signed_in_name_of", "auto_renews", "notice_months",
    "place", "languages", "signatories", "summary", "source", "note",
)  # fmt: skip
_NEVER_EMPTY = ("kind", "title", "level", "auto_renews")
_BEFORE_SIGNING = (
    AgreementState.idea,
    AgreementState.proposed,
    AgreementState.consulting,
    AgreementState.approved,
)
_More = dict[str, tuple[Any, Any]]


def get(session: Session, agreement_id: int) -> Agreement:
    """One agreement; raises NotFound."""
    paper = session.get(Agreement, agreement_id)
    if paper is None or paper.archived_at is not None:
        raise NotFound("agreement")
    return paper


def add_agreement(session: Session, actor: Actor, data: AgreementIn) -> Agreement:
    """Enter a paper that a source tells of, in the state it tells. Raises Refused for an unknown code."""
    return _add(session, actor, data, data.state, data.facts)


def enter(session: Session, actor: Actor, data: NewAgreement, *, today: date) -> Agreement:
    """Enter a paper by hand. For one that was signed just now the copy and the report fall due; for one
    whose deadline is over by now nobody can tell any more whether they were sent, and none begins."""
    facts = Facts(source=data.source, note=data.note)
    paper = _add(session, actor, data, data.state, facts)
    _check_dates(paper, today)
    if (
        paper.state == AgreementState.signed
        and paper.signed_on
        and paper.signed_precision == DatePrecision.day
    ):
        due = due_of(session, ProcedureCode.copy_and_report, paper.signed_on)
        if due is not None and today <= due:
            _begin_report(session, actor, paper)
    return paper


def _add(session: Session, actor: Actor, data: PaperIn, state: AgreementState, facts: Facts) -> Agreement:
    partner_ids = ids_of(session, data.partners, "partners")
    sector_ids = sector_ids_of(session, data.sectors, "sectors")
    unit_ids = _unit_ids(session, data.support_units, "support_units")
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
    more: _More = {"partners": ([], data.partners), "sectors": ([], data.sectors)}
    record(session, actor, "agreement.added", paper, partners=partner_ids, more=more)
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
    _at(paper, version)
    was_signed_on = paper.signed_on
    told = set(partners_of(session, paper))
    with session.no_autoflush:  # one UPDATE for the change and its stamp: the version moves by one
        more = _fill(session, paper, data, told)
        _check_dates(paper, today)
    record(session, actor, "agreement.changed", paper, partners=told, more=more)
    if paper.signed_on != was_signed_on:
        _move_report(session, actor, paper)
    return paper


def _fill(session: Session, paper: Agreement, data: Any, told: set[int]) -> _More:
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
        paper.lead_unit_id = id_of(session, data.lead_unit, "lead_unit")
    if "amends" in sent:
        paper.amends_id = _amended(session, data.amends, paper)
    if "renews" in sent:
        paper.renews_id = _renewed(session, data.renews, paper)
    if "plan_item" in sent:
        kept = paper.plan_item_id
        paper.plan_item_id = fitting_item(
            session, data.plan_item, PlanItemKind.signing, field="plan_item", keep=kept
        )
    more: _More = {}
    if "partners" in sent and data.partners:
        ids = ids_of(session, data.partners, "partners")
        more |= _relink(session, paper, AgreementPartner, "partner_id", ids, "partners", PartnerRow.slug)
        told.update(ids)
    if "sectors" in sent and data.sectors is not None:
        ids = sector_ids_of(session, data.sectors, "sectors")
        more |= _relink(session, paper, AgreementSector, "sector_id", ids, "sectors", Sector.code)
    if "support_units" in sent and data.support_units is not None:
        ids = _unit_ids(session, data.support_units, "support_units")
        column = Organisation.code
        more |= _relink(session, paper, AgreementUnit, "organisation_id", ids, "support_units", column)
    if any(old != new for old, new in more.values()):
        _touch(paper)
    return more


def _relink(
    session: Session, paper: Agreement, link: Any, key: str, ids: list[int], name: str, code: Any
) -> _More:
    """Make a link table say exactly this; row by row, so that the standings notice who came and went."""
    rows = {getattr(row, key): row for row in session.exec(select(link).where(link.agreement_id == paper.id))}
    for other in rows.keys() - set(ids):
        session.delete(rows[other])
    session.add_all(link(agreement_id=paper.id, **{key: new}) for new in ids if new not in rows)
    table = code.class_
    every = dict(session.execute(select(table.id, code).where(table.id.in_([*rows, *ids]))).all())
    return {name: (sorted(every[i] for i in rows), sorted(every[i] for i in ids))}


# ---- from an idea to the signature


def propose(session: Session, actor: Actor, paper: Agreement, *, version: int) -> Agreement:
    """Put it forward; one that was refused or withdrawn may be put forward again."""
    _at(paper, version)
    _in(paper, AgreementState.idea, AgreementState.refused, AgreementState.withdrawn)
    paper.refused_why = None
    return _moved(session, actor, paper, AgreementState.proposed, "agreement.proposed")


def consult(
    session: Session, actor: Actor, paper: Agreement, data: ConsultationIn, *, version: int, today: date
) -> Agreement:
    """Ask agencies for their opinion on a complete dossier; each has its deadline from that day.

    Under way already, it asks further agencies, or one again that has answered (a second opinion). Raises
    Refused for an agency that still has to answer, and when no rule is in force on the day.
    """
    _at(paper, version)
    _in(paper, AgreementState.proposed, AgreementState.consulting)
    if data.dossier_complete_on > today:
        raise Refused("date_ahead", field="dossier_complete_on")
    agencies = _agencies(session, data.agencies)
    waiting = {s.agency_code for s in _steps(session, paper) if s.open and s.agency_code}
    told = partners_of(session, paper)
    for agency in agencies:
        if agency.code in waiting:
            raise Refused("agency_asked", field="agencies", agency=agency.name_vi)
        deadlines.begin(
            session,
            actor,
            ProcedureCode.opinions,
            data.dossier_complete_on,
            agreement=paper,
            agency=agency,
            partners=told,
            field="dossier_complete_on",
        )
    paper.dossier_complete_on = paper.dossier_complete_on or data.dossier_complete_on
    _touch(paper)
    return _moved(session, actor, paper, AgreementState.consulting, "agreement.consulted")


def take_opinion(
    session: Session, actor: Actor, paper: Agreement, data: OpinionIn, *, version: int, today: date
) -> Agreement:
    """Enter what an agency answered. Raises Refused for one that was not asked or has answered."""
    _at(paper, version)
    _in(paper, AgreementState.consulting)
    step = _last_of(session, paper, data.agency)
    if step.done_on is not None:
        raise Refused("agency_answered", field="agency")
    told = partners_of(session, paper)
    deadlines.finish(
        session, actor, step, data.on, today=today, opinion=data.opinion, text=data.text, partners=told,
        field="on",
    )  # fmt: skip
    return _kept(session, actor, paper)


def resolve(
    session: Session, actor: Actor, paper: Agreement, data: ResolutionIn, *, version: int, today: date
) -> Agreement:
    """A manager decides to go on although an agency disagrees, and says why."""
    _at(paper, version)
    _in(paper, AgreementState.consulting)
    step = _last_of(session, paper, data.agency)
    deadlines.resolve(session, actor, step, data.reason, today=today, partners=partners_of(session, paper))
    return _kept(session, actor, paper)


def approve(
    session: Session, actor: Actor, paper: Agreement, data: ApprovalIn, *, version: int, today: date
) -> Agreement:
    """A manager lets it be signed. Raises Conflict while an agency disagrees, or may still answer in time."""
    _at(paper, version)
    _in(paper, AgreementState.consulting)
    for why, step in blocks(_steps(session, paper), today):
        code = "agency_disagrees" if why == Block.disagreement else "opinion_awaited"
        raise Conflict(code, agency=step.agency or "?")
    paper.signing_authority = data.signing_authority
    return _moved(session, actor, paper, AgreementState.approved, "agreement.approved")


def sign(
    session: Session, actor: Actor, paper: Agreement, data: SignatureIn, *, version: int, today: date
) -> Agreement:
    """It is signed: from that day the copy and the report fall due, where a rule is in force."""
    _at(paper, version)
    _in(paper, AgreementState.approved)
    told = set(partners_of(session, paper))
    with session.no_autoflush:
        more = _fill(session, paper, data, told)
        paper.state = AgreementState.signed
        _check_dates(paper, today)
    record(session, actor, "agreement.signed", paper, partners=told, more=more)
    _begin_report(session, actor, paper)
    return paper


def send_report(
    session: Session, actor: Actor, paper: Agreement, data: ReportIn, *, version: int, today: date
) -> Agreement:
    """The copy and the report on the signing were sent."""
    _at(paper, version)
    _in(paper, AgreementState.signed)
    step = _report_step(session, paper)
    if step is None:
        raise Conflict("nothing_due")
    told = partners_of(session, paper)
    deadlines.finish(session, actor, step, data.on, today=today, text=data.text, partners=told, field="on")
    return _kept(session, actor, paper)


def refuse(session: Session, actor: Actor, paper: Agreement, data: WhyIn, *, version: int) -> Agreement:
    """A manager decides that it will not be signed."""
    _at(paper, version)
    _in(paper, AgreementState.proposed, AgreementState.consulting, AgreementState.approved)
    paper.refused_why = data.why
    return _moved(session, actor, paper, AgreementState.refused, "agreement.refused")


def withdraw(session: Session, actor: Actor, paper: Agreement, data: WhyIn, *, version: int) -> Agreement:
    """It is taken back before it is signed."""
    _at(paper, version)
    _in(paper, *_BEFORE_SIGNING)
    paper.refused_why = data.why
    return _moved(session, actor, paper, AgreementState.withdrawn, "agreement.withdrawn")


def terminate(
    session: Session, actor: Actor, paper: Agreement, data: TerminationIn, *, version: int, today: date
) -> Agreement:
    """One side ends it from a day on, past or ahead."""
    _at(paper, version)
    _in(paper, AgreementState.signed)
    if paper.terminated_on is not None:
        raise Conflict("already_terminated")
    paper.terminated_on, paper.terminated_precision = data.terminated_on, DatePrecision.day
    _check_dates(paper, today)
    told = partners_of(session, paper)
    why = {"why": (None, data.why)}
    record(session, actor, "agreement.terminated", paper, partners=told, more=why)
    return paper


def partners_of(session: Session, paper: Agreement) -> list[int]:
    """The ids of the partners of a paper."""
    links = select(AgreementPartner.partner_id).where(AgreementPartner.agreement_id == paper.id)
    with session.no_autoflush:
        return sorted(session.exec(links))


# ---- what the acts share


def _at(paper: Agreement, version: int) -> None:
    if paper.version != version:
        raise Stale(paper)


def _in(paper: Agreement, *states: AgreementState) -> None:
    if paper.state not in states:
        raise Conflict("wrong_state")


def _touch(paper: Agreement) -> None:
    """What belongs to the paper has changed: its version moves, so that another's form is found stale."""
    paper.updated_at = None


def _moved(session: Session, actor: Actor, paper: Agreement, state: AgreementState, action: str) -> Agreement:
    paper.state = state
    record(session, actor, action, paper, partners=partners_of(session, paper))
    return paper


def _kept(session: Session, actor: Actor, paper: Agreement) -> Agreement:
    """Stamp a paper of which only a step has changed; the step has told its own history."""
    _touch(paper)
    record(session, actor, "agreement.changed", paper)
    return paper


def _check_dates(paper: Agreement, today: date) -> None:
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


def _unit_ids(session: Session, codes: Iterable[str], field: str) -> list[int]:
    found = (id_of(session, code, field) for code in dict.fromkeys(codes))
    return [key for key in found if key is not None]


def _agencies(session: Session, codes: Iterable[str]) -> list[Organisation]:
    wanted = list(dict.fromkeys(codes))
    rows = session.exec(
        select(Organisation).where(
            col(Organisation.code).in_(wanted), col(Organisation.archived_at).is_(None)
        )
    )
    found = {row.code: row for row in rows}
    if any(code not in found for code in wanted):
        raise Refused("unknown_unit", field="agencies")
    return [found[code] for code in wanted]


def _steps(session: Session, paper: Agreement) -> Any:
    return steps_of(session, Locale.vi, agreement_id=paper.id)


def _last_of(session: Session, paper: Agreement, agency: str) -> ProcedureStep:
    """The last time an agency was asked; raises Refused for one that was not."""
    for step in last_words(_steps(session, paper)):
        if step.agency_code == agency:
            return deadlines.get_step(session, step.id)
    raise Refused("agency_not_asked", field="agency")


def _begin_report(session: Session, actor: Actor, paper: Agreement) -> None:
    """Without a rule there is no deadline, and the paper is no less signed: its page says so."""
    assert paper.signed_on is not None
    if due_of(session, ProcedureCode.copy_and_report, paper.signed_on) is not None:
        told = partners_of(session, paper)
        deadlines.begin(
            session, actor, ProcedureCode.copy_and_report, paper.signed_on, agreement=paper, partners=told
        )


def _report_step(session: Session, paper: Agreement) -> ProcedureStep | None:
    """The open step of the copy and report."""
    return session.exec(
        select(ProcedureStep)
        .join(ProcedureRule, col(ProcedureRule.id) == ProcedureStep.rule_id)
        .where(
            ProcedureStep.agreement_id == paper.id,
            ProcedureRule.code == ProcedureCode.copy_and_report,
            col(ProcedureStep.done_on).is_(None),
            col(ProcedureStep.archived_at).is_(None),
        )
    ).first()


def _move_report(session: Session, actor: Actor, paper: Agreement) -> None:
    """The day of signing was entered wrongly: what is still to be sent counts from the right one."""
    step = _report_step(session, paper)
    if step is not None and paper.signed_on is not None and paper.signed_precision == DatePrecision.day:
        deadlines.move(session, actor, step, paper.signed_on, partners=partners_of(session, paper))
