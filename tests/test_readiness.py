"""A database that is not ready is told in words, to people and to probes."""

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from app import readiness
from app.db import Database
from app.i18n import words
from app.main import create_app
from app.vocabulary import Locale
from tests import actors, databases


def client_of(database):
    client = TestClient(create_app(database), base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    client.cookies.set("cityties", actors.PEOPLE["officer"].token)
    return client


def test_a_migrated_database_is_ready(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "ready")


def test_sqlite_says_which_library_it_is(client, database):
    assert ("sqlite" in client.get("/readyz").json()) == database.is_sqlite


def test_the_process_is_up_whatever_the_database_does(tmp_path):
    database = Database(databases.sqlite_url(tmp_path / "nowhere" / "x.db"))
    client = client_of(database)
    assert client.get("/healthz").json() == {"status": "up"}
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "unreachable")


@pytest.fixture
def empty(tmp_path):
    database = Database(databases.sqlite_url(tmp_path / "empty.db"), pool_size=4)
    yield database
    database.dispose()


def test_before_the_migration_probes_and_people_are_told(empty):
    client = client_of(empty)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "not_migrated")
    page = client.get("/settings/users")
    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert page.headers["content-type"].startswith("text/html")
    assert words(Locale.vi).word("error", "not_migrated") in page.text
    assert "no such table" not in page.text


def test_before_the_migration_programs_get_a_problem(empty):
    response = client_of(empty).get("/api/v1/me", headers=actors.bearer("read_key"))
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"


def test_an_older_schema_is_not_ready(empty):
    databases.migrate(empty)
    with empty.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM alembic_version"))
    assert readiness.state(empty) == "not_migrated"


def test_the_schema_of_a_newer_program_is_told_apart(empty):
    databases.migrate(empty)
    with empty.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert readiness.state(empty) == "newer"
    assert client_of(empty).get("/readyz").status_code == 503


def test_a_probe_does_not_wait_for_a_writer(empty):
    databases.migrate(empty)
    with empty.write() as session:
        session.execute(sa.text("SELECT 1"))
        assert readiness.state(empty) == "ready"
