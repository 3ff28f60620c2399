"""Whatever stands in the way is told in one line, before anything is changed."""

import socket

import pytest
import sqlalchemy as sa

from app import db
from app.cli import cli
from app.config import Settings, settings
from app.errors import Refused
from tests import databases

NEEDS_A_DATABASE = [
    ("serve", "--port", "0"),
    ("check",),
    ("tick",),
    ("worker", "--once"),
    ("backup",),
    ("demo", "load", "--real-only"),
    ("demo", "remove"),
    ("user", "change", "a@city.example", "--disable"),
    ("key", "create", "--name", "Portal", "--scope", "read"),
    ("key", "revoke", "abc"),
]
every = pytest.mark.parametrize("words", NEEDS_A_DATABASE, ids=lambda words: " ".join(words[:2]))


@pytest.fixture(autouse=True)
def _demonstration(monkeypatch):
    """The clock of the tests stands still, which a real installation's server refuses."""
    monkeypatch.setattr(settings(), "demo", True)


@every
def test_a_database_that_was_never_migrated(place, fails, words):
    assert "run `python -m app migrate`" in fails(*words)
    assert not (place / "cityties.db").exists(), "asking must not make an empty database"


@every
def test_an_empty_database(place, fails, words):
    (place / "cityties.db").touch()
    assert "run `python -m app migrate`" in fails(*words)


@every
def test_a_database_of_a_newer_program(here, fails, words):
    with here.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert "the database is of a newer program" in fails(*words)


def test_migrating_a_database_of_a_newer_program_changes_nothing(here, installed, fails):
    with here.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert "the database is of a newer program" in fails("migrate")
    assert not (installed.parent / "backups").exists()


@pytest.mark.parametrize("words", [*NEEDS_A_DATABASE, ("migrate",)], ids=lambda words: " ".join(words[:2]))
def test_an_unreachable_server(place, fails, monkeypatch, words):
    monkeypatch.setattr(settings(), "database_url", "postgresql://someone:verysecret@127.0.0.1:1/ties")
    line = fails(*words)
    assert "verysecret" not in line
    assert "pg_dump" in line if words == ("backup",) else "cannot be reached" in line


def test_an_address_that_is_none(place, fails, monkeypatch):
    for url in ("nonsense", "oracle://verysecret@host/x"):
        monkeypatch.setattr(settings(), "database_url", url)
        line = fails("check")
        assert "CITYTIES_DATABASE_URL" in line
        assert "verysecret" not in line


def test_a_file_that_is_no_database(installed, fails):
    installed.write_bytes(b"The minutes of the meeting\n" * 200)
    assert "database" in fails("check")


@pytest.mark.parametrize("words", [("tick",), ("key", "create", "--name", "Portal", "--scope", "read")])
def test_a_locked_database(here, fails, monkeypatch, words):
    monkeypatch.setattr(db, "BUSY_SECONDS", 0)
    with here.engine.begin():
        assert "locked by another program" in fails(*words)


@pytest.mark.parametrize("words", [("migrate",), ("serve", "--port", "0")])
def test_a_folder_one_may_not_write_to(tmp_path, fails, monkeypatch, words):
    # A file where the folder should be stands in for permissions, which root does not have.
    (tmp_path / "file").touch()
    monkeypatch.setattr(settings(), "var", tmp_path / "file" / "var")
    monkeypatch.setattr(settings(), "database_url", "")
    line = fails(*words)
    assert "Not a directory" in line or "not migrated" in line


def test_a_port_in_use(here, fails):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert fails("serve", "--port", str(port)) == (
            f"cannot listen on 127.0.0.1 port {port}: Address already in use"
        )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "ties.city.example"])
def test_a_demonstration_stays_on_this_machine(here, fails, host):
    assert "this machine only" in fails("serve", "--host", host)


def test_a_real_installation_follows_the_real_clock(here, fails, monkeypatch):
    monkeypatch.setattr(settings(), "demo", False)
    assert "CITYTIES_TODAY" in fails("serve", "--port", "0")


def test_a_setting_that_makes_no_sense(fails, monkeypatch):
    monkeypatch.setattr("app.cli.console.settings", lambda: Settings(today="some day"))  # type: ignore[arg-type]
    assert fails("check").startswith("setting CITYTIES_TODAY: ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("conquer",), "No such command 'conquer'"),
        (("check", "--hard"), "No such option"),
        (("user", "add"), "Missing"),
        (("user", "add", "a@city.example", "--name", "A", "--role", "boss"), "'boss' is not one of"),
        (("key", "create", "--name", "A", "--scope", "everything"), "'everything' is not one of"),
        (("key", "create", "--name", "A", "--scope", "read", "--expires", "soon"), "soon"),
        (("serve", "--port", "99999"), "65535"),
    ],
)
def test_a_slip_of_the_keyboard(here, fails, words, told):
    assert told in fails(*words)


def test_what_nobody_foresaw_is_not_dressed_up(here, run, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("app.cli.upkeep.checks.differences", broken)
    assert isinstance(run("check").exception, ZeroDivisionError)


def test_an_error_of_the_domain_names_its_field(here, fails, monkeypatch):
    def refusing(*_, **__):
        raise Refused("required", field="name")

    monkeypatch.setattr("app.cli.upkeep.rounds.tick", refusing)
    assert fails("tick").startswith("name: ")


def commands(group, path=()):
    for name, command in getattr(group, "commands", {}).items():
        yield (*path, name)
        yield from commands(command, (*path, name))


def test_every_command_explains_itself(works):
    from typer.main import get_command

    found = list(commands(get_command(cli)))
    assert {"serve", "migrate", "check", "tick", "worker", "backup", "restore"} <= {path[0] for path in found}
    for path in found:
        said = works(*path, "--help")
        assert said.startswith("Usage: "), path
        assert len(said.split("Options:")[0].strip().splitlines()) > 2, f"{path} does not say what it does"


def test_no_failure_prints_where_the_password_was(place, fails, monkeypatch):
    if not databases.POSTGRES:
        pytest.skip("needs CITYTIES_TEST_POSTGRES_URL")
    wrong = sa.make_url(databases.POSTGRES).set(database="there_is_no_such_database", password="verysecret")
    monkeypatch.setattr(settings(), "database_url", wrong.render_as_string(hide_password=False))
    assert "verysecret" not in fails("check")
