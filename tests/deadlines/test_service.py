"""A deadline is fixed under the rule of its first day, and stays there."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.actor import system
from app.deadlines import service
from app.deadlines.queries import holidays, list_rules, rule_on, steps_of
from app.deadlines.schemas import HolidayIn, RuleIn, RulePatch
from app.errors import Conflict, Refused, Stale
from app.models import Agreement, Event, Holiday, ProcedureRule, ProcedureStep
from app.procedure import Holidays
from app.schemas import parse
from app.vocabulary import DayKind, Door, Locale, Opinion, ProcedureCode, ProcedureEvent
from seed import procedure
from tests.staging import staged

CODE = ProcedureCode.opinions
ACTOR = system(Door.page, "An")


@staged
def paper(make):
    return make.agreement(make.partner(slug="fukuoka"))


@pytest.fixture
def ruled(database):
    """The rules and days off that `migrate` enters."""
    procedure.load(database)
    return database


def rule(**fields):
    data = {"code": "opinions", "days": 5, "day_kind": "working", "legal_basis": "Luật mới", **fields}
    return parse(RuleIn, {"valid_from": "2026-07-01", **data})


def begun(database, paper, on, code=CODE):
    with database.write() as session:
        step = service.begin(session, ACTOR, code, on, agreement=session.get(Agreement, paper.id))
        return step.id


@pytest.mark.parametrize(
    ("code", "start", "due"),
    [
        ("opinions", "2026-03-02", "2026-03-11"),
        ("copy_and_report", "2026-03-16", "2026-03-31"),
        ("visit_report", "2026-02-12", "2026-03-05"),
    ],
)
def test_the_defaults_hold_in_a_fresh_installation(ruled, paper, code, start, due):
    key = begun(ruled, paper, date.fromisoformat(start), ProcedureCode(code))
    with ruled.read() as session:
        assert session.get(ProcedureStep, key).due_on == date.fromisoformat(due)


def test_the_law_is_named_beside_what_rests_on_it(ruled):
    with ruled.read() as session:
        basis = {row.code: row.legal_basis for row in list_rules(session)}
        counted = {row.code: row.counts_from for row in list_rules(session)}
    assert "70/2020/QH14" in basis[ProcedureCode.opinions]
    assert "70/2020/QH14" in basis[ProcedureCode.copy_and_report]
    assert "CityTies" in basis[ProcedureCode.visit_report]  # the program's own, and no law
    assert counted[CODE] == ProcedureEvent.dossier_complete


def test_loading_twice_enters_nothing_twice(ruled):
    assert procedure.load(ruled) == dict.fromkeys(procedure.TABLES, 0)


def test_what_an_admin_changed_is_not_loaded_over(ruled):
    with ruled.write() as session:
        service.add_rule(session, ACTOR, rule())
        day = session.scalars(sa.select(Holiday).where(Holiday.on == date(2026, 1, 2))).one()
        service.remove_holiday(session, ACTOR, day, version=day.version)
    procedure.load(ruled)
    with ruled.read() as session:
        assert rule_on(session, CODE, date(2026, 7, 1)).days == 5
        assert date(2026, 1, 2) not in holidays(session).off


def test_a_case_keeps_the_rule_it_began_under(ruled, paper):
    old = begun(ruled, paper, date(2026, 6, 29))
    with ruled.write() as session:
        service.add_rule(session, ACTOR, rule(days=3, valid_from="2026-06-01"))
    new = begun(ruled, paper, date(2026, 6, 29))
    with ruled.read() as session:
        assert session.get(ProcedureStep, old).due_on == date(2026, 7, 8)
        assert session.get(ProcedureStep, new).due_on == date(2026, 7, 2)
        days = {step.id: step.days for step in steps_of(session, Locale.vi, agreement_id=paper.id)}
    assert days == {old: 7, new: 3}


def test_a_new_rule_begins_where_the_old_one_ends(ruled):
    with ruled.write() as session:
        service.add_rule(session, ACTOR, rule(valid_from="2026-07-01"))
    with ruled.read() as session:
        assert rule_on(session, CODE, date(2026, 6, 30)).days == 7
        assert rule_on(session, CODE, date(2026, 7, 1)).days == 5
        old = session.scalars(sa.select(ProcedureRule).where(ProcedureRule.code == CODE)).first()
        assert old.valid_to == date(2026, 7, 1)
        events = sa.select(Event.action).where(Event.record_type == "procedure_rule").order_by(Event.id)
        told = session.scalars(events).all()
    assert told[-2:] == ["procedure_rule.ended", "procedure_rule.added"]


def test_a_rule_may_not_hold_from_before_the_latest_one(ruled):
    with ruled.write() as session, pytest.raises(Refused, match="rule_not_after"):
        service.add_rule(session, ACTOR, rule(valid_from="2021-07-01"))


def test_a_rule_is_corrected_only_while_nothing_began_under_it(ruled, paper):
    with ruled.write() as session:
        added = service.add_rule(session, ACTOR, rule(days=70))
        service.change_rule(
            session, ACTOR, added, RulePatch(days=7, valid_from=date(2026, 8, 1)), version=added.version
        )
        with pytest.raises(Stale):
            service.change_rule(session, ACTOR, added, RulePatch(days=8), version=1)
    with ruled.read() as session:
        assert rule_on(session, CODE, date(2026, 7, 31)).legal_basis != "Luật mới"
        assert rule_on(session, CODE, date(2026, 8, 1)).days == 7
    begun(ruled, paper, date(2026, 8, 3))
    with ruled.write() as session:
        used = rule_on(session, CODE, date(2026, 8, 1))
        with pytest.raises(Conflict, match="rule_used"):
            service.change_rule(session, ACTOR, used, RulePatch(days=8), version=used.version)


def test_without_a_rule_in_force_it_says_so(database, paper):
    with database.write() as session:
        found = session.get(Agreement, paper.id)
        with pytest.raises(Refused, match="no_rule") as refused:
            service.begin(session, ACTOR, CODE, date(2026, 3, 2), agreement=found, field="on")
    assert refused.value.field == "on"
    assert refused.value.params == {"day": "2026-03-02"}


def test_a_day_off_entered_later_moves_no_running_deadline(ruled, paper):
    key = begun(ruled, paper, date(2026, 6, 29))
    with ruled.write() as session:
        data = HolidayIn(on=date(2026, 7, 1), until=date(2026, 7, 3), name_vi="Nghỉ")
        assert len(service.add_holidays(session, ACTOR, data)) == 3
    with ruled.read() as session:
        assert session.get(ProcedureStep, key).due_on == date(2026, 7, 8)
    assert begun(ruled, paper, date(2026, 6, 29)) != key


def test_a_day_is_entered_once_and_may_come_back(ruled):
    data = HolidayIn(on=date(2027, 9, 3), name_vi="Quốc khánh")
    with ruled.write() as session:
        (day,) = service.add_holidays(session, ACTOR, data)
        with pytest.raises(Refused, match="holiday_known"):
            service.add_holidays(session, ACTOR, data)
        service.remove_holiday(session, ACTOR, day, version=day.version)
        (again,) = service.add_holidays(session, ACTOR, data)
        assert again.id == day.id
        assert holidays(session).off >= {date(2027, 9, 3)}


def test_only_a_weekend_day_is_worked_in_exchange(ruled):
    with ruled.write() as session:
        with pytest.raises(Refused, match="not_a_weekend"):
            service.add_holidays(session, ACTOR, HolidayIn(on=date(2027, 3, 1), name_vi="Làm bù", works=True))
        service.add_holidays(session, ACTOR, HolidayIn(on=date(2027, 3, 6), name_vi="Làm bù", works=True))
        assert isinstance(found := holidays(session), Holidays)
        assert found.works_on(date(2027, 3, 6))


def test_a_step_is_finished_once_with_what_was_answered(ruled, paper):
    key = begun(ruled, paper, date(2026, 6, 1))
    with ruled.write() as session:
        step = service.get_step(session, key)
        with pytest.raises(Refused, match="date_ahead"):
            service.finish(session, ACTOR, step, date(2026, 6, 16), today=date(2026, 6, 15))
        with pytest.raises(Refused, match="done_before_start"):
            service.finish(session, ACTOR, step, date(2026, 5, 31), today=date(2026, 6, 15))
        service.finish(
            session, ACTOR, step, date(2026, 6, 15), today=date(2026, 6, 15), opinion=Opinion.agrees
        )
        with pytest.raises(Conflict, match="step_done"):
            service.finish(session, ACTOR, step, date(2026, 6, 15), today=date(2026, 6, 15))
    with ruled.read() as session:
        (row,) = steps_of(session, Locale.vi, agreement_id=paper.id)
    assert (row.due_on, row.done_on, row.late_on(date(2026, 6, 20))) == (
        date(2026, 6, 10),
        date(2026, 6, 15),
        True,
    )
    assert (row.opinion, row.day_kind) == (Opinion.agrees, DayKind.working)
