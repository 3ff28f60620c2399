"""Reads of rules, days off and the steps of a case."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.errors import NotFound
from app.models import Holiday, Organisation, ProcedureRule, ProcedureStep
from app.procedure import Holidays, due_on
from app.records.queries import named
from app.vocabulary import DayKind, Locale, Opinion, ProcedureCode, ProcedureEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One deadline of one case. `late` is derived: past its due date and not done, or done after it."""

    id: int
    version: int
    code: ProcedureCode
    agency: str | None
    agency_code: str | None
    started_on: date
    due_on: date
    done_on: date | None
    opinion: Opinion | None
    text: str | None
    resolution: str | None
    resolved_on: date | None
    days: int
    day_kind: DayKind
    legal_basis: str

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_on is None

    def late_on(self, day: date) -> bool:
        """Whether it is overdue on a day, or was done too late."""
        return (self.done_on or day) > self.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule as the settings show it; `used`: a case has begun under it, so it stays as it is."""

    id: int
    version: int
    code: ProcedureCode
    counts_from: ProcedureEvent
    days: int
    day_kind: DayKind
    legal_basis: str
    valid_from: date
    valid_to: date | None
    used: bool

    def in_force(self, day: date) -> bool:
        """Whether cases that begin on a day begin under it."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayRow:
    """A day off, or a weekend day that is worked."""

    id: int
    version: int
    on: date
    name: str
    name_vi: str
    name_en: str
    works: bool
    source: str | None


def rule_on(session: Session, code: ProcedureCode, day: date) -> ProcedureRule | None:
    """The rule under which a case of this kind begins on a day; None when none is in force."""
    return session.exec(
        select(ProcedureRule)
        .where(
            ProcedureRule.code == code,
            col(ProcedureRule.valid_from) <= day,
            sa.or_(col(ProcedureRule.valid_to).is_(None), col(ProcedureRule.valid_to) > day),
            col(ProcedureRule.archived_at).is_(None),
        )
        .order_by(col(ProcedureRule.valid_from).desc())
        .limit(1)
    ).first()


def due_of(session: Session, code: ProcedureCode, started_on: date) -> date | None:
    """When a case that begins on a day would fall due; None when no rule is in force then."""
    rule = rule_on(session, code, started_on)
    return due_on(started_on, rule.days, rule.day_kind, holidays(session)) if rule else None


def holidays(session: Session) -> Holidays:
    """Every day off and every weekend day worked, of all years."""
    days = sa.select(Holiday.on, Holiday.works).where(col(Holiday.archived_at).is_(None))
    return Holidays.of((on, works) for on, works in session.execute(days))


def steps_of(
    session: Session,
    locale: Locale,
    *,
    agreement_id: int | None = None,
    delegation_id: int | None = None,
) -> tuple[StepRow, ...]:
    """The steps of one case, the earliest due first; one statement."""
    wanted = (
        ProcedureStep.agreement_id == agreement_id
        if agreement_id is not None
        else ProcedureStep.delegation_id == delegation_id
    )
    return tuple(_step(row) for row in session.execute(_steps(locale).where(wanted)))


def steps_by_agreement(session: Session, locale: Locale, ids: list[int]) -> dict[int, tuple[StepRow, ...]]:
    """The steps of several agreements; one statement."""
    found: dict[int, list[StepRow]] = defaultdict(list)
    for row in session.execute(_steps(locale).where(col(ProcedureStep.agreement_id).in_(ids))):
        found[row.ProcedureStep.agreement_id].append(_step(row))
    return {key: tuple(rows) for key, rows in found.items()}


def _steps(locale: Locale) -> Any:
    return (
        sa.select(
            ProcedureStep,
            ProcedureRule,
            named(Organisation, locale).label("agency"),
            col(Organisation.code).label("agency_code"),
        )
        .join(ProcedureRule, col(ProcedureRule.id) == ProcedureStep.rule_id)
        .outerjoin(Organisation, col(Organisation.id) == ProcedureStep.agency_id)
        .where(col(ProcedureStep.archived_at).is_(None))
        .order_by(col(ProcedureStep.due_on), col(ProcedureStep.id))
    )


def _step(row: Any) -> StepRow:
    step, rule = row.ProcedureStep, row.ProcedureRule
    return StepRow(
        id=step.id,
        version=step.version,
        code=rule.code,
        agency=row.agency,
        agency_code=row.agency_code,
        started_on=step.started_on,
        due_on=step.due_on,
        done_on=step.done_on,
        opinion=step.opinion,
        text=step.text,
        resolution=step.resolution,
        resolved_on=step.resolved_on,
        days=rule.days,
        day_kind=rule.day_kind,
        legal_basis=rule.legal_basis,
    )


def list_rules(session: Session) -> list[RuleRow]:
    """Every rule, by kind and from the latest; one statement."""
    used = sa.exists().where(col(ProcedureStep.rule_id) == ProcedureRule.id)
    statement = (
        sa.select(ProcedureRule, used.label("used"))
        .where(col(ProcedureRule.archived_at).is_(None))
        .order_by(col(ProcedureRule.valid_from).desc(), col(ProcedureRule.id))
    )
    found = [_rule(row) for row in session.execute(statement)]
    return sorted(found, key=lambda rule: list(ProcedureCode).index(rule.code))


def rule_row(session: Session, rule_id: int) -> RuleRow:
    """One rule; raises NotFound."""
    for rule in list_rules(session):
        if rule.id == rule_id:
            return rule
    raise NotFound("procedure_rule")


def _rule(row: Any) -> RuleRow:
    rule = row.ProcedureRule
    plain = (
        "id",
        "version",
        "code",
        "counts_from",
        "days",
        "day_kind",
        "legal_basis",
        "valid_from",
        "valid_to",
    )
    return RuleRow(**{name: getattr(rule, name) for name in plain}, used=row.used)


def list_holidays(session: Session, locale: Locale, year: int | None = None) -> list[HolidayRow]:
    """The days off of a year, or of all years, in order."""
    statement = select(Holiday).where(col(Holiday.archived_at).is_(None)).order_by(col(Holiday.on))
    if year is not None:
        statement = statement.where(col(Holiday.on).between(date(year, 1, 1), date(year, 12, 31)))
    return [_holiday(day, locale) for day in session.exec(statement)]


def holiday_row(session: Session, holiday_id: int, locale: Locale) -> HolidayRow:
    """One day off; raises NotFound."""
    day = session.get(Holiday, holiday_id)
    if day is None or day.archived_at is not None:
        raise NotFound("holiday")
    return _holiday(day, locale)


def holiday_years(session: Session) -> list[int]:
    """The years of which days off are known."""
    days = session.scalars(sa.select(Holiday.on).where(col(Holiday.archived_at).is_(None)))
    return sorted({day.year for day in days})


def _holiday(day: Holiday, locale: Locale) -> HolidayRow:
    plain = ("id", "version", "on", "name_vi", "name_en", "works", "source")
    name = day.name_vi if locale == Locale.vi else day.name_en
    return HolidayRow(**{field: getattr(day, field) for field in plain}, name=name)
