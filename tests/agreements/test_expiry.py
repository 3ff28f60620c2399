"""The work that the end of a paper calls for: once a stage, for one person, however often the clock ticks."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.actor import system
from app.agreements.expiry import raise_expiry_work
from app.follow_ups import service as follow_ups
from app.follow_ups.schemas import Complete
from app.models import Agreement, FollowUp, User
from app.vocabulary import Door, FollowUpKind, FollowUpSource, FollowUpState, Role
from tests.actors import PEOPLE
from tests.staging import staged

END = date(2027, 3, 1)


@pytest.fixture
def tick(database, at):
    """`tick("2026-09-02")`: the clock's round on that day; how many follow-ups it opened."""

    def one(day):
        today = at(day)
        with database.write() as session:
            return raise_expiry_work(session, today)

    return one


@pytest.fixture
def works(database):
    """The follow-ups of the clock, in the order in which they were opened."""

    def look(state=None):
        with database.read() as session:
            rows = session.scalars(sa.select(FollowUp).order_by(FollowUp.id)).all()
            return [work for work in rows if state is None or work.state == state]

    return look


@staged
def paper(make):
    officer = make.user(name="Lan", email="lan@city.example")
    partner = make.partner(slug="fukuoka", officer=officer)
    return make.agreement(partner, title="Bản ghi nhớ Fukuoka", expires_on=END)


def before(days):
    return END - timedelta(days=days)


def test_nothing_happens_earlier(tick, paper):
    assert tick(before(181)) == 0


def test_180_90_and_30_days_before_the_end_one_follow_up_each(tick, works, paper, database):
    opened = {left: tick(before(left)) for left in (181, 180, 179, 120, 91, 90, 89, 31, 30, 29, 1)}
    assert {left for left, number in opened.items() if number} == {180, 90, 30}
    assert [(w.raised_on, w.due_on) for w in works()] == [
        (before(180), before(90)),
        (before(90), before(30)),
        (before(30), END),
    ]
    work = works()[0]
    assert (work.kind, work.source, work.agreement_id) == (
        FollowUpKind.renewal,
        FollowUpSource.agreement,
        paper.id,
    )
    assert "Bản ghi nhớ Fukuoka" in work.title
    assert "01/03/2027" in work.title
    with database.read() as session:
        assert session.get(User, work.assignee_id).email == "lan@city.example"


def test_twice_is_once_also_after_a_restart(tick, works, paper):
    assert [tick(before(180)) for _ in range(3)] == [1, 0, 0]
    assert len(works()) == 1


def test_a_clock_that_jumps_back_opens_nothing_twice(tick, works, paper):
    assert [tick(before(n)) for n in (90, 91, 90, 180, 90)] == [1, 1, 0, 0, 0]
    assert len(works()) == 2


def test_days_that_nobody_saw_are_caught_up_with_once(tick, works, paper):
    assert tick(before(20)) == 1
    assert tick(before(19)) == 0
    (work,) = works()
    assert (work.raised_on, work.due_on) == (before(20), END)


def test_a_clock_set_beyond_the_end_opens_one_follow_up_once(tick, works, paper):
    assert [tick(END + timedelta(days=n)) for n in (40, 41, 400)] == [1, 0, 0]
    (work,) = works()
    assert work.due_on == END + timedelta(days=54)


def test_after_the_end_nothing_is_added_to_what_was_opened_before_it(tick, works, paper):
    tick(before(30))
    assert tick(END) == 0
    assert len(works()) == 1


def test_what_had_ended_before_it_came_into_the_register_calls_for_nothing(tick, make):
    make.agreement(make.partner(), signed_on=date(2015, 1, 1), expires_on=date(2020, 1, 1))
    assert tick("2026-06-16") == 0


def test_an_end_known_to_the_year_is_its_last_day(tick, make, works):
    from app.vocabulary import DatePrecision

    make.agreement(make.partner(), expires_on=date(2026, 1, 1), expires_precision=DatePrecision.year)
    assert tick("2026-07-03") == 0
    assert tick("2026-07-04") == 1
    assert "31/12/2026" in works()[0].title


def test_done_work_is_not_opened_again_before_the_next_stage(tick, works, paper, database):
    tick(before(180))
    with database.write() as session:
        work = session.get(FollowUp, works()[0].id)
        actor = system(Door.page)
        follow_ups.complete(session, actor, work, Complete(), version=work.version, today=before(170))
    assert tick(before(160)) == 0
    assert tick(before(90)) == 1


# ---- who


def assignee(database, work):
    with database.read() as session:
        return session.get(User, work.assignee_id).email


def test_without_an_officer_it_goes_to_whoever_entered_the_paper(tick, works, make, database):
    creator = make.user(name="Bình", email="binh@city.example")
    paper = make.agreement(make.partner(), expires_on=END)
    with database.write() as session:
        session.execute(sa.update(Agreement).where(Agreement.id == paper.id).values(created_by_id=creator.id))
    tick(before(180))
    assert assignee(database, works()[0]) == "binh@city.example"


@pytest.mark.parametrize("fields", [{"role": Role.viewer}, {"disabled_at": "now"}])
def test_who_cannot_work_is_passed_over_for_a_manager(tick, works, make, database, fields):
    from app import clock

    if "disabled_at" in fields:
        fields = {"disabled_at": clock.now()}
    officer = make.user(**fields)
    make.agreement(make.partner(officer=officer), expires_on=END)
    tick(before(180))
    assert assignee(database, works()[0]) == PEOPLE["manager"].email


def test_one_paper_of_two_partners_is_one_follow_up_for_one_person(tick, works, make, database):
    with make.together():
        first = make.partner(slug="one")
        second = make.partner(slug="two", officer=make.user(email="two@city.example"))
        make.agreement([first, second], expires_on=END)
    assert tick(before(180)) == 1
    assert assignee(database, works()[0]) == "two@city.example"


# ---- what moves the end


def edit(database, key, **fields):
    from app.history import record

    with database.write() as session:
        row = session.get(Agreement, key)
        for name, value in fields.items():
            setattr(row, name, value)
        record(session, system(Door.page), "agreement.changed", row)


def test_an_amended_end_moves_it_and_what_was_open_is_done(tick, works, paper, make, database):
    tick(before(180))
    partner = make.partner(slug="other")
    make.agreement(partner, amends_id=paper.id, signed_on=date(2026, 9, 10), expires_on=date(2029, 3, 1))
    assert tick(before(90)) == 0
    (work,) = works()
    assert (work.state, bool(work.outcome)) == (FollowUpState.done, True)
    assert tick(date(2029, 3, 1) - timedelta(days=180)) == 1


def test_an_edited_end_moves_it(tick, works, paper, database):
    tick(before(180))
    edit(database, paper.id, expires_on=date(2027, 1, 1))
    assert tick(before(170)) == 1
    assert [w.state for w in works()] == [FollowUpState.done, FollowUpState.open]


def test_a_renewed_paper_calls_for_nothing_more(tick, works, paper, make):
    tick(before(180))
    make.agreement(make.partner(slug="other"), renews_id=paper.id, signed_on=date(2026, 10, 1))
    assert tick(before(90)) == 0
    assert works()[0].state == FollowUpState.done


def test_a_terminated_paper_calls_for_nothing_more_and_its_work_is_dropped(tick, works, paper, database):
    tick(before(180))
    edit(database, paper.id, terminated_on=date(2026, 12, 1))
    assert tick(before(90)) == 0
    assert works()[0].state == FollowUpState.dropped


def test_an_archived_paper_calls_for_nothing_more(tick, works, paper, database):
    from app import clock

    tick(before(180))
    edit(database, paper.id, archived_at=clock.now())
    assert tick(before(90)) == 0
    assert works()[0].state == FollowUpState.dropped


def test_where_it_renews_by_itself_the_last_day_for_notice_counts(tick, works, make):
    make.agreement(make.partner(), expires_on=END, auto_renews=True, notice_months=6)
    notice = date(2026, 9, 1)
    opened = {left: tick(notice - timedelta(days=left)) for left in (90, 30, 0)}
    assert opened == {90: 1, 30: 1, 0: 0}
    assert "01/09/2026" in works()[0].title
    assert works()[-1].due_on == notice


def test_a_day_for_notice_that_has_passed_calls_for_nothing(tick, make):
    make.agreement(make.partner(), expires_on=END, auto_renews=True, notice_months=6)
    assert tick("2026-09-02") == 0


def test_only_signed_papers_are_watched_and_amendments_with_their_parent(tick, make):
    partner = make.partner()
    make.agreement(partner, state="approved", signed_on=None, expires_on=END)
    parent = make.agreement(partner, expires_on=END)
    make.agreement(partner, amends_id=parent.id, expires_on=END)
    assert tick(before(180)) == 1


def test_a_round_without_work_takes_the_same_statements_for_one_paper_and_many(make, database, queries, at):
    partner = make.partner()
    counted = []
    for _ in range(2):
        for _ in range(3):
            make.agreement(partner, expires_on=date(2035, 1, 1))
        with queries() as seen, database.write() as session:
            raise_expiry_work(session, date(2026, 6, 15))
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 8
