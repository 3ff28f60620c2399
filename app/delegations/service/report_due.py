"""The result report that a trip owes, and its deadline."""

from sqlmodel import Session, col, select

from app import clock
from app.actor import Actor
from app.deadlines import service as deadlines
from app.deadlines.queries import rule_on
from app.history import record
from app.models import Delegation, ProcedureStep
from app.vocabulary import ProcedureCode


def owe_report(session: Session, actor: Actor, trip: Delegation) -> None:
    """From the last day on a report is owed, by the rule in force on that day; none where no rule asks it."""
    if rule_on(session, ProcedureCode.visit_report, trip.ends_on) is not None:
        code = ProcedureCode.visit_report
        deadlines.begin(session, actor, code, trip.ends_on, delegation=trip)


def move_report(session: Session, actor: Actor, trip: Delegation) -> None:
    """The trip's last day was corrected: a report that is still owed is due from the right day."""
    for step in open_steps(session, trip):
        if step.started_on != trip.ends_on:
            step.archived_at = clock.now()
            record(session, actor, "procedure_step.withdrawn", step)
            owe_report(session, actor, trip)


def open_steps(session: Session, trip: Delegation) -> list[ProcedureStep]:
    """The deadlines of a trip that nothing has met yet."""
    steps = select(ProcedureStep).where(
        ProcedureStep.delegation_id == trip.id,
        col(ProcedureStep.done_on).is_(None),
        col(ProcedureStep.archived_at).is_(None),
    )
    return list(session.exec(steps))
