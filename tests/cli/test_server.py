"""serve, as a process of its own; migrate; the demonstration."""

import os
import signal
import socket
import subprocess
import sys
from datetime import date

import anyio
import httpx
import pytest
import sqlalchemy as sa

from app import readiness
from app.cli import demo, server
from app.config import ROOT, settings
from app.db import Database
from app.deadlines.queries import holidays, rule_on
from app.vocabulary import ProcedureCode
from tests import databases
from tests.processes import Program, environment, serving, told


def started(*words, env):
    """A new Python, as a person or a service manager starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", *words],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_stop(installed, how):
    with serving(installed.parent, start=started) as (process, url, _):
        assert httpx.get(f"{url}/healthz").json() == {"status": "up"}
        assert httpx.get(f"{url}/readyz").status_code == 200
        page = httpx.get(f"{url}/sign-in")
        assert page.status_code == 200
        assert "server" not in page.headers
        process.send_signal(how)
        said, wrong = process.communicate(timeout=20)
    assert process.returncode == 0
    assert said == "Stopped.\n"
    assert wrong == "", "a clean stop and a quiet log"


@pytest.mark.parametrize(("how", "start"), [(signal.SIGINT, started), (signal.SIGTERM, Program)])
def test_a_worker_works_until_it_is_told_to_stop(installed, how, start):
    process = start("worker", env=environment(installed.parent))
    assert process.stdout.readline().startswith("The worker is at work")
    process.send_signal(how)
    said, wrong = process.communicate(timeout=20)
    assert (process.returncode, said, wrong) == (0, "Stopped.\n", "")


def test_a_demonstration_prints_its_accounts_and_password(here, installed):
    with here.engine.begin() as connection:
        connection.execute(sa.text("UPDATE \"user\" SET is_demo = true WHERE role <> 'viewer'"))
    here.dispose()
    with serving(installed.parent, CITYTIES_DEMO="1", CITYTIES_DEMO_PASSWORD="xin chao cac ban") as (
        process,
        *_,
    ):
        lines = [process.stdout.readline() for _ in range(5)]
    assert "xin chao cac ban" in lines[0]
    assert [line.split()[1] for line in lines[1:]] == ["officer", "officer", "manager", "admin"]


def test_a_restart_after_a_kill_needs_no_repair(installed):
    with serving(installed.parent) as (process, *_):
        process.kill()
        process.wait()
    with serving(installed.parent) as (_, url, _):
        assert httpx.get(f"{url}/readyz").status_code == 200


def test_one_command_brings_up_a_demonstration_and_twice_loses_nothing(place):
    counted = []
    for password in ("xin chao cac ban", "mot mat khau khac"):
        more = {"CITYTIES_DEMO": "1", "CITYTIES_DEMO_PASSWORD": password}
        with serving(place, "demo", "run", **more) as (process, url, _):
            entering = {"email": "officer@demo.invalid", "password": password}
            assert httpx.post(f"{url}/sign-in", data=entering).status_code == 303, "the printed one works"
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
        database = Database(databases.sqlite_url(place / "cityties.db"), pool_size=1)
        with database.read() as session:
            tables = ("partner", "delegation", "follow_up", "agreement", "programme", "user")
            counts = [session.scalar(sa.text(f'SELECT count(*) FROM "{name}"')) for name in tables]
        database.dispose()
        assert all(counts)
        counted.append(counts)
    assert counted[0] == counted[1]


# ---- migrate


def test_migrating_an_empty_folder_makes_the_database(place, works):
    assert f"migrated to {readiness.head()}" in works("migrate")
    assert "up to date" in works("migrate")
    assert not (place / "backups").exists(), "there was nothing to copy"
    works("check")


def test_migrating_enters_the_deadlines_and_days_off_of_a_real_installation(place, works):
    works("migrate")
    database = Database(databases.sqlite_url(place / "cityties.db"), pool_size=1)
    with database.read() as session:
        assert rule_on(session, ProcedureCode.opinions, date(2026, 3, 2)).days == 7
        assert date(2026, 2, 17) in holidays(session).off
    database.dispose()


def test_what_an_older_program_left_is_copied_first(installed, works, monkeypatch):
    known = frozenset({readiness.head(), "next"})
    monkeypatch.setattr("app.readiness._revisions", lambda: ("next", known))
    monkeypatch.setattr("app.cli.schema._upgrade", lambda database: None)
    said = works("migrate")
    (copy,) = (installed.parent / "backups").glob("before-migration-*.db")
    assert str(copy) in said
    database = Database(databases.sqlite_url(copy), pool_size=1)
    with database.read() as session:
        assert session.scalar(sa.text('SELECT count(*) FROM "user"')) == 5
    database.dispose()


def test_a_migration_that_was_killed_is_run_again(place, works):
    child = Program("migrate", env=environment(place), around=killed_half_way)
    assert child.wait(60) == -signal.SIGKILL
    assert f"migrated to {readiness.head()}" in works("migrate")
    works("check")


def killed_half_way():
    """Make the process end at the eighth table."""
    from alembic import op

    made, create = [], op.create_table

    def counted(*args, **options):
        made.append(1)
        if len(made) == 8:
            os.kill(os.getpid(), signal.SIGKILL)
        return create(*args, **options)

    op.create_table = counted


def test_two_that_migrate_at_once_leave_one_schema(place):
    both = [Program("migrate", env=environment(place)) for _ in range(2)]
    assert 0 in {process.wait(60) for process in both}
    assert "up to date" in told("migrate", env=environment(place))


# ---- the demonstration


class Seed:
    """A loader that notes how it was called."""

    def __init__(self):
        self.calls = []

    def load(self, database, today, *password):
        self.calls.append(("load", today, *password))
        return {"partners": 2, "visits": 0}

    def remove(self, database):
        self.calls.append(("remove",))
        return {"partners": 1}


@pytest.fixture
def seeds(monkeypatch):
    found = {"seed.load": Seed(), "seed.demo.load": Seed()}
    monkeypatch.setattr(demo, "_seed", found.__getitem__)
    return found


def test_the_demonstration_is_loaded_over_the_sourced_layer(here, works, seeds, today, monkeypatch):
    monkeypatch.setattr(settings(), "demo", True)
    monkeypatch.setattr(settings(), "demo_password", "xin chao cac ban")
    assert works("demo", "load").splitlines() == ["Sourced: 2 partners", "Illustrative: 2 partners"]
    assert seeds["seed.load"].calls == [("load", today)]
    assert seeds["seed.demo.load"].calls == [("load", today, "xin chao cac ban")]


def test_the_sourced_layer_comes_alone_where_asked(here, works, seeds):
    works("demo", "load", "--real-only")
    assert seeds["seed.demo.load"].calls == []


def test_demo_accounts_stay_out_of_a_real_installation(here, fails, seeds):
    assert "CITYTIES_DEMO=1" in fails("demo", "load")
    assert seeds["seed.load"].calls == []


def test_the_demonstration_is_taken_out_again(here, works, seeds):
    assert works("demo", "remove") == "Removed: 1 partners\n"


def test_a_missing_seed_is_told(here, fails, monkeypatch):
    monkeypatch.setitem(sys.modules, "seed.load", None)
    assert "no seed data" in fails("demo", "load", "--real-only")


def test_the_password_is_made_once_and_kept(place):
    made = demo.demo_password()
    assert len(made) >= 16
    assert demo.demo_password() == made
    assert (place / "demo_password").stat().st_mode & 0o077 == 0


def test_no_answer_waits_for_the_acknowledgement_of_its_head():
    """What is accepted inherits it: see `_listening`."""
    with server._listening("127.0.0.1", 0) as listener:
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_collector_of_garbage_leaves_the_program_itself_alone(monkeypatch):
    seen = []
    monkeypatch.setattr(server.gc, "freeze", lambda: seen.append("frozen"))

    async def open_doors(self, sockets=None):
        seen.append("open")

    monkeypatch.setattr(server.uvicorn.Server, "startup", open_doors)
    anyio.run(server.Server(server.uvicorn.Config(None)).startup)
    assert seen == ["frozen", "open"]
