"""The copy and the report that fall due when a paper is signed."""

from sqlmodel import Session, col, select

from app.actor import Actor
from app.agreements.service.common import partners_of
from app.deadlines import service as deadlines
from app.deadlines.queries import due_of
from app.models import Agreement, ProcedureRule, ProcedureStep
from app.vocabulary import DatePrecision, ProcedureCode


def begin_report(session: Session, actor: Actor, paper: Agreement) -> None:
    """Without a rule there is no deadline, and the paper is no less signed: its page says so."""
    assert paper.signed_on is not None
    if due_of(session, ProcedureCode.copy_and_report, paper.signed_on) is not None:
        told = partners_of(session, paper)
        deadlines.begin(
            session, actor, ProcedureCode.copy_and_report, paper.signed_on, agreement=paper, partners=told
        )


def report_step(session: Session, paper: Agreement) -> ProcedureStep | None:
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


def move_report(session: Session, actor: Actor, paper: Agreement) -> None:
    """The day of signing was entered wrongly: what is still to be sent counts from the right one."""
    step = report_step(session, paper)
    if step is not None and paper.signed_on is not None and paper.signed_precision == DatePrecision.day:
        deadlines.move(session, actor, step, paper.signed_on, partners=partners_of(session, paper))
