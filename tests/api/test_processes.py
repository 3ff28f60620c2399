"""Servers as processes: two of them over one database, and one that is killed while it writes.

Two run on PostgreSQL; an embedded SQLite file has one process, which is killed and started again.
"""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle
from threading import Event as Signal

import httpx
import pytest
import sqlalchemy as sa

from app.actor import Actor
from app.auth import sessions
from app.calendars.schemas import FeedIn
from app.calendars.service import open_feed
from app.calendars.tokens import token_of
from app.config import settings
from app.db import Database
from app.docs.document import examples
from app.models import Interaction, User
from app.vocabulary import Door
from tests import databases
from tests.actors import PEOPLE, bearer
from tests.api.conftest import furnish
from tests.api.play import Play, perform
from tests.api.test_examples import shape
from tests.cli.conftest import index_units
from tests.conftest import TODAY
from tests.factories import Make
from tests.processes import environment, serving
from tests.processes import told as said

HEADERS = bearer("write_key")
BOTH = ("sqlite", *(["postgresql"] if databases.POSTGRES else []))
needs_a_server = pytest.mark.skipif(not databases.POSTGRES, reason="two processes need PostgreSQL")


@pytest.fixture
def web():
    """A caller with patience: what is tested is what is lost, not how fast."""
    with httpx.Client(timeout=60) as client:
        yield client


@pytest.fixture
def begun(tmp_path, sqlite_template):
    """`begun(kind)`: an installation with Fukuoka in it, as (its url, a way to start one more server). `fill`
    puts something else into it."""
    with ExitStack() as stack:

        def begin(kind: str, fill=lambda make: make.partner(slug="fukuoka")) -> tuple[str, Callable]:
            if kind == "sqlite":
                url = databases.sqlite_url(shutil.copyfile(sqlite_template, tmp_path / "cityties.db"))
            else:
                url = stack.enter_context(databases.postgres("cityties_processes"))
            database = Database(url, pool_size=2)
            fill(Make(database))
            database.dispose()

            def start(**options: str) -> tuple:
                more = {
                    "CITYTIES_DATABASE_URL": url, "CITYTIES_WORKER": "0", "CITYTIES_THREADS": "8", **options,
                }  # fmt: skip
                return stack.enter_context(serving(tmp_path, **more))[:2]

            return url, start

        yield begin


def letter(number: int) -> dict:
    return {
        "partners": ["fukuoka"], "on": "2026-03-01", "channel": "letter_out", "title": f"Thư số {number}",
        "two_way": False,
    }  # fmt: skip


def send(web: httpx.Client, url: str, number: int) -> int | None:
    """The status of one write under a key of its own; None when no answer came."""
    headers = {**HEADERS, "Idempotency-Key": f"letter-{number}"}
    try:
        answer = web.post(f"{url}/api/v1/interactions", json=letter(number), headers=headers)
        return answer.status_code
    except httpx.TransportError:
        return None


def written(url: str) -> list[str]:
    database = Database(url, pool_size=1)
    with database.read() as session:
        titles = list(session.scalars(sa.select(Interaction.title)))
    database.dispose()
    return titles


@pytest.mark.parametrize("kind", BOTH)
def test_a_server_killed_while_it_writes_loses_nothing_acknowledged_and_a_resend_doubles_nothing(
    begun, web, kind
):
    url, start = begun(kind)
    process, at = start()
    other = start()[1] if kind == "postgresql" else None
    going = Signal()

    def write(number: int) -> int | None:
        if number == 12:
            going.set()
        return send(web, at, number)

    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(write, n) for n in range(60)]
        assert going.wait(60)
        process.kill()
        statuses = [answer.result() for answer in answers]

    acknowledged = {f"Thư số {n}" for n, status in enumerate(statuses) if status == 201}
    unknown = [n for n, status in enumerate(statuses) if status is None]
    assert acknowledged, "something was written before the kill"
    assert unknown, "something was under way at the kill"
    there = written(url)
    assert acknowledged <= set(there), "what was acknowledged is there"
    assert len(there) == len(set(there))

    again = other or start()[1]
    assert {send(web, again, n) for n in range(60)} == {201}
    assert sorted(written(url)) == sorted(f"Thư số {n}" for n in range(60)), "each is there once"


@needs_a_server
def test_two_servers_over_one_database_are_one_to_whoever_calls(begun, web):
    _, start = begun("postgresql")
    urls = [start()[1] for _ in range(2)]
    one, two = urls

    # A key that is made at one is good at the other at once, and worthless at both when it is revoked.
    admin = bearer("admin_key")
    made = web.post(f"{one}/api/v1/keys", json={"name": "Cổng", "scopes": ["read"]}, headers=admin).json()
    token = {"Authorization": f"Bearer {made['key']}"}
    assert web.get(f"{two}/api/v1/me", headers=token).status_code == 200
    gone = web.post(f"{two}/api/v1/keys/{made['id']}/revocation", headers=admin)
    assert gone.status_code == 200, gone.text
    assert web.get(f"{one}/api/v1/me", headers=token).status_code == 401

    # What is written at one shows at the other, in what it has remembered too; ETags and repeats hold across.
    for number, url in zip(range(20), cycle(urls), strict=False):
        body = {
            "name_vi": f"Nơi {number}", "name_en": f"Place {number}", "country": "JP", "kind": "city",
            "region": "northeast_asia",
        }  # fmt: skip
        there = urls[(number + 1) % 2]
        slug = f"place-{number}"
        new = web.post(f"{url}/api/v1/partners", json={**body, "slug": slug}, headers=HEADERS)
        assert new.status_code == 201, new.text
        listed = web.get(f"{there}/api/v1/partners?country=JP&limit=200", headers=HEADERS).json()["items"]
        assert slug in [item["id"] for item in listed]
        read = web.get(f"{there}/api/v1/partners/{slug}", headers=HEADERS)
        patch = {**HEADERS, "If-Match": read.headers["etag"]}
        changed = web.patch(f"{url}/api/v1/partners/{slug}", json={"objectives": "Nước sạch"}, headers=patch)
        assert changed.status_code == 200, changed.text
        stale = web.patch(f"{there}/api/v1/partners/{slug}", json={"objectives": "Đã cũ"}, headers=patch)
        assert stale.status_code == 412
    assert [send(web, url, 1) for url in urls] == [201, 201], "the second answer is the first one repeated"

    # A cursor that one gave is read by the other; a signed-in browser is known to both.
    page = web.get(f"{one}/api/v1/partners?limit=5", headers=HEADERS).json()
    rest = web.get(page["next"].replace(one, two), headers=HEADERS).json()["items"]
    assert rest
    assert not {p["id"] for p in rest} & {p["id"] for p in page["items"]}
    cookie = {"Cookie": f"{sessions.cookie_name()}={PEOPLE['manager'].token}"}
    assert {web.get(f"{url}/partners", headers=cookie).status_code for url in urls} == {200}


@needs_a_server
def test_every_operation_asked_at_two_servers_in_turn_answers_as_its_example(begun, web, contract, tmp_path):
    """The play of tests/api/play.py, each call at the other server: what one has read, the other writes."""
    worlds = []
    url, start = begun("postgresql", lambda make: worlds.append(furnish(make)))
    index_units(url)
    database = Database(url, pool_size=2)
    with database.write() as session:
        officer = session.scalars(sa.select(User).where(User.email == PEOPLE["officer"].email)).one()
        who = Actor(name=officer.name, door=Door.page, user_id=officer.id, role=officer.role)
        feed = open_feed(session, who, FeedIn(name="Lịch đoàn", shows=["delegations"]))
        session.flush()
        token = token_of(feed)
    database.dispose()
    servers = []

    def on(day: str) -> None:
        """Both servers anew, on a day."""
        options = {"CITYTIES_DEMO": "1", "CITYTIES_TODAY": day, "CITYTIES_RATE_LIMIT": "0",
                   "CITYTIES_SECRET_KEY": settings().secret_key}  # fmt: skip
        for process, _ in servers:
            process.kill()
        servers[:] = [start(**options) for _ in range(2)]

    def call(method: str, path: str, key: str, headers: dict | None = None, **sent: object) -> httpx.Response:
        servers.reverse()
        address = f"{servers[0][1]}/api/v1{path}"
        return contract.check(
            web.request(method, address, headers={**bearer(key), **(headers or {})}, **sent)
        )

    def deliver() -> None:
        env = environment(tmp_path, CITYTIES_DATABASE_URL=url, CITYTIES_SECRET_KEY=settings().secret_key)
        said("worker", "--once", env=env)

    on(TODAY.isoformat())
    play = Play(call, contract, on, deliver)
    perform(play, worlds[0])
    play("GET", "/calendar.ics", params={"token": token})
    assert not play.failed, "\n".join(play.failed)
    other = [name for name, told in play.examples.items() if shape(told) != shape(examples()[name])]
    assert set(play.examples) == set(examples())
    assert not other


@needs_a_server
def test_writers_at_two_servers_at_once_lose_no_update(begun, web):
    _url, start = begun("postgresql")
    urls = [start()[1] for _ in range(2)]

    def add(number: int) -> int:
        """Read, change, and again from the reading on when somebody was faster."""
        at = urls[number % 2]
        while True:
            read = web.get(f"{at}/api/v1/partners/fukuoka", headers=HEADERS)
            aliases = [*(alias["text"] for alias in read.json()["aliases"]), f"Tên {number}"]
            headers = {**HEADERS, "If-Match": read.headers["etag"]}
            answer = web.patch(f"{at}/api/v1/partners/fukuoka", json={"aliases": aliases}, headers=headers)
            if answer.status_code != 412:
                return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(add, range(12))) == {200}
    names = web.get(f"{urls[0]}/api/v1/partners/fukuoka", headers=HEADERS).json()["aliases"]
    assert {f"Tên {n}" for n in range(12)} <= {alias["text"] for alias in names}
