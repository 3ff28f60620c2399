"""The stage itself: each test starts from the same place, and what it writes is gone afterwards."""

from datetime import date

import pytest
import sqlalchemy as sa

from app import clock
from app.models import Event, Partner, StandingRow, User
from app.vocabulary import FollowUpKind, Rung, Status
from tests import actors
from tests.factories import Make
from tests.staging import staged

EVERYTHING = [
    "user", "api_key", "organisation", "unit", "mission", "sector", "partner", "forum", "policy",
]  # fmt: skip
OF_A_PARTNER = ["dispute", "agreement", "visit", "interaction", "follow_up", "programme", "review", "pause"]
OF_A_PROGRAMME = ["milestone", "progress", "result"]


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_writes_is_gone_in_the_next(database, make, turn):
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Partner)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == 0
    make.partner(slug="fukuoka")
    with database.read() as session:
        assert session.scalars(sa.select(Partner.slug)).all() == ["fukuoka"]


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_to_a_real_database_is_gone_in_the_next(real_database, turn):
    Make(real_database).partner(slug="fukuoka")
    with real_database.read() as session:
        assert session.scalars(sa.select(Partner.slug)).all() == ["fukuoka"]
        assert len(session.scalars(sa.select(User.email)).all()) == len(actors.PEOPLE)


built = {"sqlite": 0, "postgresql": 0}


@staged
def tokyo(make, backend):
    """How often it was built, and a partner."""
    built[backend] += 1
    return built[backend], make.partner(slug="tokyo", name_en="Tokyo")


@staged
def osaka(make):
    return make.partner(slug="osaka")


@staged
def visit(make, osaka):
    return make.visit(osaka)


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_staged_rows_are_written_once_and_every_test_starts_from_them(database, make, tokyo, turn):
    times, partner = tokyo
    assert times == 1
    assert partner.name_en == "Tokyo", "a copy of this test's own"
    partner.name_en = "changed"
    with database.write() as session:
        row = session.scalars(sa.select(Partner)).one()
        assert row.note is None
        session.execute(sa.update(Partner).values(note="changed"))
    make.partner(slug="fukuoka")


@pytest.mark.parametrize("turn", [1, 2])
def test_staged_fixtures_build_on_each_other(database, osaka, visit, turn):
    with database.read() as session:
        told = session.scalars(sa.select(Event.at).order_by(Event.id)).all()
        assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == len(told) > 1
    assert clock.now() > told[-1], "the clock goes on from when they were written"


@pytest.mark.parametrize("turn", [1, 2])
def test_what_is_staged_is_seen_by_those_alone_who_ask_for_it(database, turn):
    with database.read() as session:
        assert session.scalars(sa.select(Partner)).all() == []


def test_every_factory_makes_its_row_with_history(database, make):
    with make.together() as session:
        for name in EVERYTHING:
            getattr(make, name)()
        partner = make.partner()
        for name in OF_A_PARTNER:
            getattr(make, name)(partner)
        programme = make.programme(partner)
        for name in OF_A_PROGRAMME:
            getattr(make, name)(programme)
        make.postponement(make.follow_up(partner))
        told = set(session.scalars(sa.select(Event.action)))
    assert {"user.made", "delegation.made", "follow_up.postponed", "programme_result.made"} <= told


def test_standings_follow_what_the_factories_make(database, make, officer):
    stuck = make.partner(friendship_since=date(1994, 3, 1))
    make.review(stuck)
    deep = make.partner()
    make.programme(deep)
    with database.read() as session:
        assert session.get(StandingRow, stuck.id).status == Status.stuck
        assert session.get(StandingRow, deep.id).rung == Rung.substantive
    make.follow_up(stuck, kind=FollowUpKind.proposal, unit=make.unit())
    with database.read() as session:
        assert session.get(StandingRow, stuck.id).step == "credible"


def test_the_day_is_fixed_and_can_be_moved(at, today):
    assert clock.today() == today == date(2026, 6, 15)
    assert clock.local(clock.now()).date() == today
    at("2027-01-01")
    assert clock.today() == date(2027, 1, 1)
    assert clock.now() < clock.now()


def test_a_write_within_a_write_is_an_error_here_as_it_is_in_earnest(database):
    with database.write(), pytest.raises(AssertionError, match="wait for itself"), database.write():
        pass


def test_a_failed_write_leaves_nothing(database):
    def fail():
        with database.write() as session:
            session.add(User(email="x@city.example", name="X", role="viewer"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as session:
        assert session.scalar(sa.select(User.id).where(User.email == "x@city.example")) is None


@pytest.mark.parametrize("name", actors.PEOPLE)
def test_each_person_is_signed_in(as_, name, at):
    at("2031-01-01")
    assert as_(name).get("/settings/users").status_code == (200 if name == "admin" else 403)
    assert as_("stranger").get("/settings/users").status_code == 303


def test_the_actors_of_the_services_are_those_of_the_pages(officer, other_officer, viewer, manager, admin):
    assert len({a.user_id for a in (officer, other_officer, viewer, manager, admin)}) == 5
    assert officer.unit_id != other_officer.unit_id


def test_the_recorder_counts_statements_and_not_their_frames(database, queries):
    with queries() as seen:
        with database.read() as session:
            session.scalars(sa.select(User)).all()
        with database.write() as session:
            session.execute(sa.select(Partner.id))
    assert len(seen) == 2, seen
    assert len(seen.about("partner")) == 1
    assert not seen.writes()
