"""check, tick and worker."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import checks, clock, upkeep
from app.actor import system
from app.config import settings
from app.models import Answer, SignInFailure, StandingRow, UserSession
from app.outbox.service import enqueue
from app.partners.schemas import PartnerIn
from app.partners.service import add_partner
from app.schemas import parse
from app.vocabulary import Door
from tests import databases
from tests.cli.conftest import index_units


def enter(database, slug, name_vi):
    """A partner as the program enters one, so that everything derived is there."""
    data = {"slug": slug, "name_vi": name_vi, "name_en": slug.title(), "country": "JP", "kind": "city"}
    with database.write() as session:
        data = parse(PartnerIn, {**data, "region": "northeast_asia", "friendship_since": "2008"})
        return add_partner(session, system(Door.seed), data)


@pytest.fixture
def ties(here, made):
    """Two partners with something in their files."""
    first = enter(here, "fukuoka", "Phúc Cương")
    enter(here, "seoul", "Xơ-un")
    made.visit(partners=[first])


def test_an_untouched_database_is_exact(ties, works):
    assert "2 partners: everything derived is exact." in works("check")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (
            "UPDATE standing SET months_waiting = 99 WHERE partner_id = 1",
            "standing of fukuoka: months_waiting is 99",
        ),
        ("UPDATE standing SET status = 'advancing' WHERE partner_id = 1", "should be"),
        ("UPDATE standing SET reasons = '[]' WHERE partner_id = 1", "standing of fukuoka: reasons is []"),
        ("UPDATE standing SET refresh_on = '2099-01-01' WHERE partner_id = 1", "refresh_on is '2099-01-01'"),
        ("DELETE FROM standing WHERE partner_id = 2", "standing of seoul: row is None, should be 'missing'"),
        ("UPDATE partner SET tier = 'priority' WHERE id = 1", "standing of fukuoka: patience"),
        ("UPDATE partner SET search_text = 'x' WHERE id = 2", "partner seoul: search_text is 'x'"),
        ("UPDATE partner SET name_key = 'x' WHERE id = 2", "partner seoul: name_key"),
        ("DELETE FROM partner_name WHERE partner_id = 2", "partner seoul: names is []"),
        ("UPDATE delegation SET search_text = 'x'", "delegation 1: search_text is 'x'"),
        ("UPDATE organisation SET name_vi = 'Đà Nẵng' WHERE id = 1", "organisation 1: search_text"),
        ("DELETE FROM delegation_partner", "standing of fukuoka: last_contact_on"),
    ],
)
def test_a_planted_difference_is_found(ties, here, run, harm, told):
    with here.engine.begin() as connection:
        connection.execute(sa.text(harm))
    found = run("check")
    assert found.exit_code == 1
    assert told in found.stdout
    assert "differences" in found.stderr.strip().splitlines()[-1]


def test_a_row_is_measured_as_of_its_own_day(ties, works, at):
    at("2026-06-20")
    works("check")
    at("2029-01-01")
    works("check")


def test_an_old_library_is_named(ties, run, monkeypatch):
    monkeypatch.setattr("app.checks.sqlite_version", lambda: "3.40.1")
    found = run("check")
    assert found.exit_code == 0
    assert "SQLite 3.40.1 is older than 3.51.3" in found.stderr
    for recent in ("3.51.3", "3.52.0", "4.0"):
        monkeypatch.setattr("app.checks.sqlite_version", lambda recent=recent: recent)
        assert checks.library_warning() is None


@pytest.fixture
def postgres(place, monkeypatch):
    """An installation on PostgreSQL."""
    if not databases.POSTGRES:
        pytest.skip("needs CITYTIES_TEST_POSTGRES_URL")
    with databases.postgres("cityties_test_cli") as url:
        index_units(url)
        monkeypatch.setattr(settings(), "database_url", url)
        yield url


@pytest.mark.postgresql
def test_on_postgresql_a_sound_server_passes(postgres, works):
    database = checks.Database(postgres, pool_size=2)
    enter(database, "fukuoka", "Phúc Cương")
    database.dispose()
    assert "1 partners" in works("check")
    assert "standings: 0" in works("tick")


@pytest.mark.postgresql
def test_on_postgresql_a_server_that_may_lose_rows_is_refused(postgres, run):
    database = checks.Database(postgres, pool_size=2)
    with database.engine.begin() as connection:
        name = sa.make_url(postgres).database
        connection.execute(sa.text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    database.dispose()
    found = run("check")
    assert found.exit_code == 1
    assert "synchronous_commit is off" in found.stdout


# ---- tick


def test_a_round_refreshes_what_the_calendar_moved(ties, here, works, at):
    at("2029-01-01")
    assert works("tick").startswith("standings: 2;")
    with here.read() as session:
        assert {str(day) for day in session.scalars(sa.select(StandingRow.as_of))} == {"2029-01-01"}
    assert works("tick").startswith("standings: 0;")


def test_a_round_sweeps_what_has_ended_and_keeps_the_rest(here, works):
    now = clock.now()

    def answer(key, age):
        return Answer(caller="user:1", key=key, fingerprint="", status=201, at=now - age)

    def entry(name, seen, ends):
        return UserSession(token_hash=name, user_id=1, created_at=now, seen_at=now - seen, ends_at=now + ends)

    hour = timedelta(hours=1)
    idle = timedelta(hours=settings().session_idle_hours)
    with here.write() as session:
        session.add_all(
            [
                answer("old", 25 * hour),
                answer("new", 23 * hour),
                entry("over", hour * 0, -hour),
                entry("idle", idle + hour, hour),
                entry("open", hour, hour),
                SignInFailure(subject="account:a", at=now - hour),
                SignInFailure(subject="account:a", at=now),
            ]
        )
    assert "sweep: 4" in works("tick")
    with here.read() as session:
        assert list(session.scalars(sa.select(Answer.key))) == ["new"]
        left = set(session.scalars(sa.select(UserSession.token_hash)))
    assert "open" in left
    assert not {"over", "idle"} & left
    assert "sweep: 0" in works("tick")


def test_a_round_in_which_a_job_fails_says_which(here, fails, monkeypatch):
    def broken(session, day):
        raise OSError("no luck")

    jobs = (upkeep.Job("sweep", upkeep.Often(timedelta(hours=1)), broken),)
    monkeypatch.setattr(upkeep, "JOBS", jobs)
    assert fails("tick").startswith("failed: sweep")


# ---- worker


def test_one_round_of_the_worker_says_what_it_did(here, works):
    assert works("worker", "--once") == "0 delivered, 0 failed.\n"


def test_after_restoring_an_older_copy_what_waits_can_be_forgotten(here, works):
    with here.write() as session:
        enqueue(session, "mail:1", "a", {})
    assert works("worker", "--forget") == "1 deliveries will not be sent.\n"
    assert works("worker", "--forget") == "0 deliveries will not be sent.\n"
