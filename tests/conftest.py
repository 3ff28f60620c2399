"""What every test may ask for: a database, a fixed day, the actors' browsers and keys, a statement recorder.

    def test_an_officer_sees_the_partner(client, make):
        make.partner(slug="fukuoka")
        assert client.get("/partners/fukuoka").status_code == 200

`database` (and so everything built on it) comes once on SQLite and, where CITYTIES_TEST_POSTGRES_URL names a
server, once on PostgreSQL; the run's last lines say which. Whatever a test writes there is rolled back.

    @staged
    def place(make):
        return make.partner(slug="fukuoka")

is a fixture like any other whose rows are written once per worker and backend (tests/staging.py). For commits
that are commits there is `real_database`, for commands as processes of their own tests/processes.py.
"""

import gc
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import anyio.from_thread
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app import clock, db
from app.actor import Actor
from app.auth import sessions
from app.config import settings
from app.db import Database
from app.limits import Limits
from app.main import create_app
from app.standings import keeper  # noqa: F401 - its listeners keep the standings, whoever writes
from tests import actors, databases, staging
from tests.factories import Make
from tests.recorder import Seen, recorded

TODAY = date(2026, 6, 15)
HERE = "http://127.0.0.1:8000"

_BACKENDS = [pytest.param("sqlite")]
if databases.POSTGRES:
    _BACKENDS.append(pytest.param("postgresql", marks=pytest.mark.postgresql))


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker, and leave the settings of whoever runs the tests out of them."""
    config.addinivalue_line("markers", "postgresql: runs on PostgreSQL (needs CITYTIES_TEST_POSTGRES_URL)")
    for name in list(os.environ):
        if name.startswith("CITYTIES_") and not name.startswith("CITYTIES_TEST_"):
            del os.environ[name]
    os.environ["CITYTIES_SECRET_KEY"] = "the tests' own secret"
    os.environ["CITYTIES_RATE_LIMIT"] = "0"  # a thousand tests are one key's minute
    settings.cache_clear()
    # Whatever a test uploads, nothing of it comes into the checkout's own var/.
    uploads = Path(tempfile.mkdtemp(prefix="cityties-files-"))
    config.add_cleanup(lambda: shutil.rmtree(uploads, ignore_errors=True))
    settings().files = uploads


def pytest_collection_finish() -> None:
    """What is imported stays: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what this run did not look at."""
    calls = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if getattr(report, "when", "") == "call"
    ]
    ran = sum("postgresql" in report.keywords for report in calls)
    told = (
        f"{ran} tests ran on it"
        if databases.POSTGRES
        else "not tested (CITYTIES_TEST_POSTGRES_URL is not set)"
    )
    terminalreporter.write_line(f"PostgreSQL: {told}")
    ran = sum("browser" in report.keywords for report in calls)
    told = f"found, {ran} tests ran in it" if chromium() else "not found, nothing was tested in a browser"
    terminalreporter.write_line(f"Chromium: {told}")


def chromium() -> str | None:
    """Where a Chromium is, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


# ---- the day


class At:
    """The clock of the tests. `at("2027-01-01")` makes it 10 o'clock of that day in the home city."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self._now = datetime(2000, 1, 1, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", self._tick)
        self(TODAY)

    def __call__(self, day: date | str) -> date:
        """Fix the civil date."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        self._patch.setattr(settings(), "today", day)
        self._now = datetime.combine(day, time(10), ZoneInfo(settings().time_zone)).astimezone(UTC)
        return day

    def instant(self, moment: datetime) -> date:
        """Fix the instant instead: the civil date follows from it, as in a real installation."""
        self._patch.setattr(settings(), "today", None)
        self._now = moment.astimezone(UTC)
        return clock.today()

    @property
    def day(self) -> date | None:
        """The civil date, where it is fixed."""
        return settings().today

    def state(self) -> tuple[date | None, datetime]:
        """Where the clock stands, for `go_on`."""
        return self.day, self._now

    def go_on(self, state: tuple[date | None, datetime]) -> None:
        """As if what `state` was taken after had just happened."""
        self._patch.setattr(settings(), "today", state[0])
        self._now = max(self._now, state[1])

    def _tick(self) -> datetime:
        """A millisecond passes with every look at the clock, so that nothing happens at once."""
        self._now += timedelta(milliseconds=1)
        return self._now


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """The day is 2026-06-15 unless a test says otherwise; the real clock is never read."""
    return At(monkeypatch)


@pytest.fixture
def today(at: At) -> date:
    """The day on which a test begins."""
    return TODAY


# ---- the database


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """The name of this xdist worker."""
    return getattr(request.config, "workerinput", {}).get("workerid", "master")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the actors in it, never opened again."""
    return databases.sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Iterator[Callable[..., Any]]:
    """Per worker and backend one database that lives as long as the worker."""
    with ExitStack() as stack:
        made: dict[str, Any] = {}

        def get(kind: str, make: Callable[[ExitStack], Any]) -> Any:
            if kind not in made:
                made[kind] = make(stack)
            return made[kind]

        yield get


@pytest.fixture(scope="session")
def postgresql_template(worker: str) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database with the actors in it, never connected to again."""
    with databases.postgres(f"cityties_template_{worker}") as url:
        yield url


@pytest.fixture(params=_BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """`sqlite`, and `postgresql` where there is a server: a test that asks for it runs on each."""
    return request.param


@pytest.fixture
def _fresh(backend: str, request: pytest.FixtureRequest, worker: str) -> Callable[[str, ExitStack], Any]:
    """`_fresh("test", stack)`: an engine on a new database with the actors in it, gone with the stack."""
    template = request.getfixturevalue(f"{backend}_template")

    def make(name: str, stack: ExitStack) -> Any:
        if backend == "sqlite":
            url = databases.copied(template, template.with_name(f"{name}.db"))
        else:
            url = stack.enter_context(databases.postgres(f"cityties_{name}_{worker}", template=template))
        database = Database(url, pool_size=4)
        stack.callback(database.dispose)
        return database.engine

    return make


@pytest.fixture
def database(
    backend: str,
    request: pytest.FixtureRequest,
    shared: Any,
    monkeypatch: pytest.MonkeyPatch,
    _fresh: Callable[[str, ExitStack], Any],
) -> Iterator[Database]:
    """A migrated database with the actors and what `@staged` fixtures wrote; a test's own writes are rolled
    back."""
    # What a rolled-back test leaves in memory must not be taken for true by the next one.
    monkeypatch.setattr(db, "_VERSION_OF", dict.fromkeys(db._VERSION_OF, db.sa.text("SELECT random()")))
    if wanted := staging.asked_for(request):
        scenes = shared(f"{backend} scenes", lambda stack: staging.scenes(_fresh, stack))
        standing = scenes.on(wanted)
    else:
        standing = databases.rolled_back(shared(backend, lambda stack: _fresh("test", stack)))
    with standing as made:
        yield made


@pytest.fixture
def real_database(
    backend: str, request: pytest.FixtureRequest, shared: Any, worker: str, tmp_path: Path
) -> Iterator[Database]:
    """A database of the test's own in which commits are commits, for tests of concurrency and faults."""
    if backend == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        made = Database(databases.copied(template, tmp_path / "real.db"), pool_size=20)
        yield made
    else:
        name = f"cityties_test_real_{worker}"
        template = request.getfixturevalue("postgresql_template")
        url = shared("real", lambda stack: stack.enter_context(databases.postgres(name, template=template)))
        made = Database(url, pool_size=20)
        yield made
        databases.empty(made)
    made.dispose()


@pytest.fixture
def queries(database: Database) -> Callable[[], AbstractContextManager[Seen]]:
    """`with queries() as seen: client.get(...)`, then `assert len(seen) == 7`."""
    return lambda: recorded(database.engine)


@pytest.fixture
def make(database: Database) -> Make:
    """The factories bound to the test's database: `make.partner(slug="fukuoka")` is one transaction."""
    return Make(database)


# ---- the callers


@pytest.fixture(scope="session")
def application() -> FastAPI:
    """One application per worker; each test puts its own database under it."""
    made = create_app(database=object())  # type: ignore[arg-type]
    made.state.limits = Limits(0, unknown=10**6)  # a thousand tests call from one address
    return made


@pytest.fixture(scope="session")
def _portal() -> Iterator[Any]:
    """One event loop per worker, so that a request need not start its own."""
    with anyio.from_thread.start_blocking_portal("asyncio") as portal:
        yield portal


@pytest.fixture
def app(application: FastAPI, database: Database) -> FastAPI:
    """The application over the test's database."""
    application.state.database = database
    return application


@pytest.fixture
def open_client(app: FastAPI, _portal: Any) -> Callable[..., TestClient]:
    """A client as signed out as a fresh browser; `raising=False` answers 500 instead of raising."""

    def open_one(*, raising: bool = True, headers: dict[str, str] | None = None) -> TestClient:
        client = TestClient(
            app, base_url=HERE, raise_server_exceptions=raising, follow_redirects=False, headers=headers
        )
        client.portal = _portal
        return client

    return open_one


@pytest.fixture
def as_(open_client: Callable[..., TestClient]) -> Callable[..., TestClient]:
    """`as_("officer")`: that person's browser, signed in; `as_("stranger")`: nobody's.

    A redirect is an answer here: `follow_redirects=True` on the request goes on.
    """

    def sign_in(name: str, *, raising: bool = True) -> TestClient:
        client = open_client(raising=raising)
        if name != "stranger":
            client.cookies.set(sessions.cookie_name(), actors.PEOPLE[name].token)
        return client

    return sign_in


@pytest.fixture
def client(as_: Callable[..., TestClient]) -> TestClient:
    """The officer's browser."""
    return as_("officer")


@pytest.fixture
def stranger(as_: Callable[..., TestClient]) -> TestClient:
    """A browser in which nobody is signed in."""
    return as_("stranger")


@pytest.fixture
def api(open_client: Callable[..., TestClient]) -> Callable[..., TestClient]:
    """`api("write_key")`: a program with that key; `api(None)`: one without."""

    def open_one(key: str | None = "write_key", *, raising: bool = True) -> TestClient:
        return open_client(raising=raising, headers=actors.bearer(key) if key else {})

    return open_one


@pytest.fixture
def at_once(real_database: Database, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, int]]:
    """`at_once(plans, "copy_items", path, data)`: the manager and the admin post the same form; the manager's
    transaction is held open, once the function is done, until the admin's request is seen to wait. Both
    answers' statuses. `then=(path, data)`: the admin posts something else."""
    application = create_app(real_database)

    def post(
        module: Any,
        name: str,
        path: str,
        data: dict[str, Any],
        *,
        then: tuple[str, dict[str, Any]] | None = None,
    ) -> tuple[int, int]:
        sent = {"manager": (path, data), "admin": then or (path, data)}
        working, go_on, real = threading.Event(), threading.Event(), getattr(module, name)

        def slowly(*args: Any, **options: Any) -> Any:
            done = real(*args, **options)
            if not working.is_set():
                working.set()
                assert go_on.wait(20)
            return done

        monkeypatch.setattr(module, name, slowly)
        statuses: dict[str, int] = {}

        def send(who: str) -> None:
            where, what = sent[who]
            client = TestClient(application, base_url=HERE, follow_redirects=False)
            client.cookies.set(sessions.cookie_name(), actors.PEOPLE[who].token)
            statuses[who] = client.post(where, data={**what, "form_token": who}).status_code

        both = [threading.Thread(target=send, args=(who,)) for who in ("manager", "admin")]
        both[0].start()
        assert working.wait(20)
        both[1].start()
        both[1].join(0.5)
        assert both[1].is_alive(), "the second did not wait"
        go_on.set()
        for thread in both:
            thread.join(30)
        return statuses["manager"], statuses["admin"]

    return post


def _actor(name: str) -> Any:
    @pytest.fixture(name=name)
    def fixture(database: Database) -> Actor:
        return actors.actor_named(database, name)

    fixture.__doc__ = f"The {name}, as the services know them."
    return fixture


def _key(name: str) -> Any:
    @pytest.fixture(name=name)
    def fixture() -> dict[str, str]:
        return actors.bearer(name)

    fixture.__doc__ = f"The header of the {name}."
    return fixture


viewer, officer, other_officer = _actor("viewer"), _actor("officer"), _actor("other_officer")
manager, admin = _actor("manager"), _actor("admin")
read_key, people_key, write_key = _key("read_key"), _key("people_key"), _key("write_key")
unit_key, report_key, admin_key = _key("unit_key"), _key("report_key"), _key("admin_key")
