"""Deadlines: the rules and days off they are counted by, and the steps begun and finished under them."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, select

from app import clock
from app.actor import Actor
from app.deadlines.queries import holidays, rule_on
from app.deadlines.schemas import HolidayIn, RuleIn, RulePatch
from app.errors import Conflict, NotFound, Refused, Stale
from app.history import record
from app.models import (
    Agreement,
    Delegation,
    Holiday,
    Organisation,
    ProcedureRule,
    ProcedureStep,
)
from app.procedure import SATURDAY, due_on
from app.vocabulary import Opinion, ProcedureCode, ProcedureEvent

# What each deadline counts from.
COUNTS_FROM = {
    ProcedureCode.opinions: ProcedureEvent.dossier_complete,
    ProcedureCode.copy_and_report: ProcedureEvent.signed,
    ProcedureCode.visit_report: ProcedureEvent.visit_ended,
}

# ---- the steps of a case


def begin(
    session: Session,
    actor: Actor,
    code: ProcedureCode,
    started_on: date,
    *,
    agreement: Agreement | None = None,
    delegation: Delegation | None = None,
    agency: Organisation | None = None,
    partners: Iterable[int] = (),
    field: str | None = None,
) -> ProcedureStep:
    """Begin one deadline of a case, its due date fixed for good under the rule and the days off of now.

    `partners` are told in the history. Raises Refused (`no_rule`, at `field`) when no rule is in force on the
    day: a caller for whom the deadline is not the point asks `rule_on` first.
    """
    rule = rule_on(session, code, started_on)
    if rule is None:
        raise Refused("no_rule", field=field, day=started_on.isoformat())
    case = agreement or delegation
    assert rule.id is not None
    step = ProcedureStep(
        agreement_id=agreement.id if agreement else None,
        delegation_id=delegation.id if delegation else None,
        rule_id=rule.id,
        agency_id=agency.id if agency else None,
        started_on=started_on,
        due_on=due_on(started_on, rule.days, rule.day_kind, holidays(session)),
        is_demo=case is not None and case.is_demo,
    )
    session.add(step)
    told = {"agency": (None, agency.name_vi)} if agency else {}
    record(session, actor, "procedure_step.begun", step, partners=partners, more=told)
    return step


def finish(
    session: Session,
    actor: Actor,
    step: ProcedureStep,
    done_on: date,
    *,
    today: date,
    opinion: Opinion | None = None,
    text: str | None = None,
    partners: Iterable[int] = (),
    field: str = "done_on",
) -> ProcedureStep:
    """It is done; for an agency that was asked, with what it answered. Late is no reason to refuse it.

    Raises Refused for a day ahead or before the step began, Conflict when it was done before.
    """
    if step.done_on is not None:
        raise Conflict("step_done")
    if done_on > today:
        raise Refused("date_ahead", field=field)
    if done_on < step.started_on:
        raise Refused("done_before_start", field=field)
    step.done_on = done_on
    step.opinion = opinion
    step.text = text
    agency = session.get(Organisation, step.agency_id) if step.agency_id else None
    told = {"agency": (None, agency.name_vi)} if agency else {}
    record(session, actor, "procedure_step.done", step, partners=partners, more=told)
    return step


def move(
    session: Session, actor: Actor, step: ProcedureStep, started_on: date, *, partners: Iterable[int] = ()
) -> ProcedureStep:
    """The day it counts from was entered wrongly: an open step is counted anew, under its own rule."""
    rule = session.get_one(ProcedureRule, step.rule_id)
    step.started_on = started_on
    step.due_on = due_on(started_on, rule.days, rule.day_kind, holidays(session))
    record(session, actor, "procedure_step.moved", step, partners=partners)
    return step


def resolve(
    session: Session,
    actor: Actor,
    step: ProcedureStep,
    reason: str,
    *,
    today: date,
    partners: Iterable[int] = (),
) -> ProcedureStep:
    """Go on in spite of an agency that disagrees. Raises Conflict where there is nothing to decide."""
    if step.opinion != Opinion.disagrees or step.resolved_on is not None:
        raise Conflict("nothing_to_resolve")
    step.resolution, step.resolved_on, step.resolved_by_id = reason, today, actor.user_id
    record(session, actor, "procedure_step.resolved", step, partners=partners)
    return step


def get_step(session: Session, step_id: int) -> ProcedureStep:
    """One step; raises NotFound."""
    step = session.get(ProcedureStep, step_id)
    if step is None or step.archived_at is not None:
        raise NotFound("procedure_step")
    return step


# ---- rules


def add_rule(session: Session, actor: Actor, data: RuleIn) -> ProcedureRule:
    """A rule from a day on. The one in force until then ends there; what began under it keeps it.

    Raises Refused unless the day lies after that from which the latest rule holds.
    """
    latest = _latest(session, data.code)
    if latest is not None:
        if data.valid_from <= latest.valid_from:
            raise Refused("rule_not_after", field="valid_from", day=latest.valid_from.isoformat())
        latest.valid_to = data.valid_from
        record(session, actor, "procedure_rule.ended", latest)
    rule = ProcedureRule(**data.model_dump(), counts_from=COUNTS_FROM[data.code])
    session.add(rule)
    record(session, actor, "procedure_rule.added", rule)
    return rule


def change_rule(
    session: Session, actor: Actor, rule: ProcedureRule, data: RulePatch, *, version: int
) -> ProcedureRule:
    """Correct the latest rule of its kind while nothing has begun under it; the one before it moves along.

    Raises Stale; Conflict when a case has begun under it or a later one follows: then a new rule is the way.
    """
    if rule.version != version:
        raise Stale(rule)
    begun = session.exec(select(ProcedureStep.id).where(ProcedureStep.rule_id == rule.id).limit(1)).first()
    if begun is not None or rule.valid_to is not None:
        raise Conflict("rule_used")
    if data.valid_from is not None and data.valid_from != rule.valid_from:
        _move(session, actor, rule, data.valid_from)
    for name in ("days", "day_kind", "legal_basis"):
        if (value := getattr(data, name)) is not None:
            setattr(rule, name, value)
    record(session, actor, "procedure_rule.changed", rule)
    return rule


def _move(session: Session, actor: Actor, rule: ProcedureRule, valid_from: date) -> None:
    before = session.exec(
        select(ProcedureRule).where(
            ProcedureRule.code == rule.code, ProcedureRule.valid_to == rule.valid_from
        )
    ).first()
    if before is not None:
        if valid_from <= before.valid_from:
            raise Refused("rule_not_after", field="valid_from", day=before.valid_from.isoformat())
        before.valid_to = valid_from
        record(session, actor, "procedure_rule.ended", before)
    rule.valid_from = valid_from


def get_rule(session: Session, rule_id: int) -> ProcedureRule:
    """One rule; raises NotFound."""
    rule = session.get(ProcedureRule, rule_id)
    if rule is None or rule.archived_at is not None:
        raise NotFound("procedure_rule")
    return rule


def _latest(session: Session, code: ProcedureCode) -> ProcedureRule | None:
    rules = select(ProcedureRule).where(ProcedureRule.code == code, col(ProcedureRule.archived_at).is_(None))
    return session.exec(rules.order_by(col(ProcedureRule.valid_from).desc()).limit(1)).first()


# ---- days off


def add_holidays(session: Session, actor: Actor, data: HolidayIn) -> list[Holiday]:
    """Enter a day off, or each day of a row. Deadlines that run already keep their due dates.

    Raises Refused when one of the days is entered already, or a day to be worked is no weekend day.
    """
    if data.works and any(day.weekday() < SATURDAY for day in data.every_day):
        raise Refused("not_a_weekend", field="on")
    wanted = data.every_day
    known = {day.on: day for day in session.exec(select(Holiday).where(col(Holiday.on).in_(wanted)))}
    found = []
    for on in wanted:
        day = known.get(on) or Holiday(on=on, name_vi="", name_en="")
        if day.id is not None and day.archived_at is None:
            raise Refused("holiday_known", field="on", day=on.isoformat(), name=day.name_vi)
        day.name_vi, day.name_en = data.name_vi, data.name_en or data.name_vi
        day.works, day.source, day.archived_at = data.works, data.source, None
        session.add(day)
        record(session, actor, "holiday.added", day)
        found.append(day)
    return found


def remove_holiday(session: Session, actor: Actor, day: Holiday, *, version: int) -> Holiday:
    """It is a day like others after all. Deadlines that run already keep their due dates. Raises Stale."""
    if day.version != version:
        raise Stale(day)
    day.archived_at = clock.now()
    record(session, actor, "holiday.removed", day)
    return day


def get_holiday(session: Session, holiday_id: int) -> Holiday:
    """One day off; raises NotFound."""
    day = session.get(Holiday, holiday_id)
    if day is None or day.archived_at is not None:
        raise NotFound("holiday")
    return day
