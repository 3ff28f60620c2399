"""The acts that lead an agreement from an idea to the signature and its end."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from app.actor import Actor
from app.agreements.consultation import Block, blocks, last_words
from app.agreements.schemas import (
    ApprovalIn,
    ConsultationIn,
    OpinionIn,
    ReportIn,
    ResolutionIn,
    SignatureIn,
    TerminationIn,
    WhyIn,
)
from app.agreements.service.common import at, partners_of, record_paper, touch
from app.agreements.service.report_due import begin_report, report_step
from app.agreements.service.written import check_dates, fill
from app.deadlines import service as deadlines
from app.deadlines.queries import steps_of
from app.errors import Conflict, Refused
from app.models import Agreement, Organisation, ProcedureStep
from app.vocabulary import AgreementState, DatePrecision, Locale, ProcedureCode

_BEFORE_SIGNING = (
    AgreementState.idea,
    AgreementState.proposed,
    AgreementState.consulting,
    AgreementState.approved,
)


def propose(session: Session, actor: Actor, paper: Agreement, *, version: int) -> Agreement:
    """Put it forward; one that was refused or withdrawn may be put forward again."""
    at(paper, version)
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
    at(paper, version)
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
    touch(paper)
    return _moved(session, actor, paper, AgreementState.consulting, "agreement.consulted")


def take_opinion(
    session: Session, actor: Actor, paper: Agreement, data: OpinionIn, *, version: int, today: date
) -> Agreement:
    """Enter what an agency answered. Raises Refused for one that was not asked or has answered."""
    at(paper, version)
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
    at(paper, version)
    _in(paper, AgreementState.consulting)
    step = _last_of(session, paper, data.agency)
    deadlines.resolve(session, actor, step, data.reason, today=today, partners=partners_of(session, paper))
    return _kept(session, actor, paper)


def approve(
    session: Session, actor: Actor, paper: Agreement, data: ApprovalIn, *, version: int, today: date
) -> Agreement:
    """A manager lets it be signed. Raises Conflict while an agency disagrees, or may still answer in time."""
    at(paper, version)
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
    at(paper, version)
    _in(paper, AgreementState.approved)
    told = set(partners_of(session, paper))
    with session.no_autoflush:
        more = fill(session, paper, data, told)
        paper.state = AgreementState.signed
        check_dates(paper, today)
    record_paper(session, actor, "agreement.signed", paper, partners=told, more=more)
    begin_report(session, actor, paper)
    return paper


def send_report(
    session: Session, actor: Actor, paper: Agreement, data: ReportIn, *, version: int, today: date
) -> Agreement:
    """The copy and the report on the signing were sent."""
    at(paper, version)
    _in(paper, AgreementState.signed)
    step = report_step(session, paper)
    if step is None:
        raise Conflict("nothing_due")
    told = partners_of(session, paper)
    deadlines.finish(session, actor, step, data.on, today=today, text=data.text, partners=told, field="on")
    return _kept(session, actor, paper)


def refuse(session: Session, actor: Actor, paper: Agreement, data: WhyIn, *, version: int) -> Agreement:
    """A manager decides that it will not be signed."""
    at(paper, version)
    _in(paper, AgreementState.proposed, AgreementState.consulting, AgreementState.approved)
    paper.refused_why = data.why
    return _moved(session, actor, paper, AgreementState.refused, "agreement.refused")


def withdraw(session: Session, actor: Actor, paper: Agreement, data: WhyIn, *, version: int) -> Agreement:
    """It is taken back before it is signed."""
    at(paper, version)
    _in(paper, *_BEFORE_SIGNING)
    paper.refused_why = data.why
    return _moved(session, actor, paper, AgreementState.withdrawn, "agreement.withdrawn")


def terminate(
    session: Session, actor: Actor, paper: Agreement, data: TerminationIn, *, version: int, today: date
) -> Agreement:
    """One side ends it from a day on, past or ahead."""
    at(paper, version)
    _in(paper, AgreementState.signed)
    if paper.terminated_on is not None:
        raise Conflict("already_terminated")
    paper.terminated_on, paper.terminated_precision = data.terminated_on, DatePrecision.day
    check_dates(paper, today)
    told = partners_of(session, paper)
    why = {"why": (None, data.why)}
    record_paper(session, actor, "agreement.terminated", paper, partners=told, more=why)
    return paper


def _in(paper: Agreement, *states: AgreementState) -> None:
    if paper.state not in states:
        raise Conflict("wrong_state")


def _moved(session: Session, actor: Actor, paper: Agreement, state: AgreementState, action: str) -> Agreement:
    paper.state = state
    record_paper(session, actor, action, paper, partners=partners_of(session, paper))
    return paper


def _kept(session: Session, actor: Actor, paper: Agreement) -> Agreement:
    """Stamp a paper of which only a step has changed; the step has told its own history."""
    touch(paper)
    record_paper(session, actor, "agreement.changed", paper)
    return paper


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
