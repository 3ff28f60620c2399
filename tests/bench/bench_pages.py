"""CPU time and size of every page and of the JSON lists, in process and through the whole application.

    python -m tests.bench.bench_pages [--sizes 100,1000,10000] [--profile]

Prints the median and the 95th percentile of the CPU milliseconds of one request (all threads, the client
left out) and the bytes of its answer; SQLite always, PostgreSQL when CITYTIES_TEST_POSTGRES_URL is set.
"""

import argparse
import asyncio
import cProfile
import gc
import os
import pstats
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

os.environ["CITYTIES_TODAY"] = "2026-01-01"
os.environ.setdefault("CITYTIES_SECRET_KEY", "the bench's own secret")

import sqlalchemy as sa

from app.auth import sessions
from app.db import Database
from app.main import create_app
from app.models import Partner
from tests import actors, databases
from tests.bench.generate import FACTS as FACTS_MIX
from tests.bench.generate import generate

# {slug} is the first partner of the database.
FACTS = 10  # a list's cost hangs on its partners; facts only make the file larger
PAGES = (
    "/partners",
    "/api/v1/partners",
    "/api/v1/standings",
    "/partners/{slug}",
    "/review",
    "/",
    "/follow-ups?who=all",
    "/visits/new",
    "/partners?page=2",
    "/partners?sort=-urgency&status=stuck",
    "/partners?q=ha",
    "/partners?sort=last_contact",
)


_KEY = actors.bearer("read_key")["Authorization"].encode()


async def get(app: Any, path: str, cookie: str, tag: str = "") -> tuple[int, int, str]:
    """One request without a client; its status, the length of its body and its ETag. `tag` is sent as
    If-None-Match."""
    address, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (b"host", b"127.0.0.1:8000"),
            (b"cookie", cookie.encode()),
            *([(b"authorization", _KEY)] if path.startswith("/api/") else []),
            *([(b"if-none-match", tag.encode())] if tag else []),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    status = size = 0
    found = ""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, size, found
        status = message.get("status", status)
        found = next((v.decode() for k, v in message.get("headers", ()) if k == b"etag"), found)
        size += len(message.get("body", b""))

    await app(scope, receive, send)
    return status, size, found


async def measured(
    app: Any, path: str, cookie: str, times: int, *, unchanged: bool = False
) -> tuple[list[float], int]:
    """CPU milliseconds of each of `times` requests after a few to warm up, and the size of the last;
    `unchanged`: of a caller who has what would be told."""
    tag = ""
    for _ in range(5):
        status, size, tag = await get(app, path, cookie, tag if unchanged else "")
        assert status in ({200, 304} if unchanged else {200}), (path, status)
    taken = []
    for _ in range(times):
        start = time.process_time()
        await get(app, path, cookie, tag if unchanged else "")
        taken.append((time.process_time() - start) * 1000)
    return taken, size


@contextmanager
def made(kind: str, size: int, facts: int, mix: dict[str, int] = FACTS_MIX) -> Iterator[Database]:
    """A fresh database with so many partners and the tests' actors."""
    with ExitStack() as stack:
        if kind == "sqlite":
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = databases.copied(databases.sqlite_template(folder), folder / "x.db")
        else:
            url = stack.enter_context(databases.postgres("cityties_bench"))
        database = Database(url)
        stack.callback(database.dispose)
        generate(database, partners=size, facts=facts, mix=mix)
        yield database


def each_database(size: int, facts: int, mix: dict[str, int] = FACTS_MIX) -> Iterator[tuple[str, Database]]:
    """A fresh register on SQLite, then on PostgreSQL where there is a server."""
    for kind in ("sqlite", *(["postgresql"] if databases.POSTGRES else [])):
        with made(kind, size, facts, mix) as database:
            yield kind, database


def print_pages(
    kind: str, size: int, database: Database, pages: Iterable[str], times: int, person: str
) -> Any:
    """Time each page and print a line for it; the application, for more."""
    cookie = f"{sessions.cookie_name()}={actors.PEOPLE[person].token}; locale=vi"
    app = create_app(database)
    with database.read() as session:
        slug = session.scalar(sa.select(Partner.slug).order_by(Partner.id).limit(1))
    every = [page.format(slug=slug) for page in pages]
    for path, unchanged in ((address, again) for address in every for again in _ways(address)):
        gc.collect()
        taken, length = asyncio.run(measured(app, path, cookie, times, unchanged=unchanged))
        p95 = quantiles(taken, n=20)[-1]
        print(
            f"{kind:10} {size:6} {path + ' 304' * unchanged:40} min {min(taken):5.2f}"
            f"  p50 {median(taken):5.2f}  p95 {p95:5.2f} ms  {length:6} bytes",
            flush=True,
        )
    return app


def _ways(path: str) -> tuple[bool, ...]:
    """A call is timed twice: told, and not told again to who knows it (If-None-Match)."""
    return (False, True) if path.startswith("/api/") else (False,)


def main() -> None:
    """Time every page at every size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--facts", type=int, default=FACTS, help="records of each partner")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--person", default="officer", choices=actors.PEOPLE)
    parser.add_argument("--profile", action="store_true", help="where the time of /partners goes")
    options = parser.parse_args()
    for size in map(int, options.sizes.split(",")):
        for kind, database in each_database(size, options.facts):
            pages = PAGES if size > 50 else PAGES[:1]
            app = print_pages(kind, size, database, pages, options.times, options.person)
            if options.profile:
                _profile(app, f"{sessions.cookie_name()}={actors.PEOPLE[options.person].token}; locale=vi")


def _profile(app: Any, cookie: str) -> None:
    """The work of 200 requests by function; handlers run in the event loop's own thread for this."""
    import anyio.to_thread

    async def inline(function: Any, *args: Any, **_options: Any) -> Any:
        return function(*args)

    kept, anyio.to_thread.run_sync = anyio.to_thread.run_sync, inline  # type: ignore[assignment]
    profile = cProfile.Profile()
    try:
        profile.runcall(asyncio.run, measured(app, "/partners", cookie, 200))
    finally:
        anyio.to_thread.run_sync = kept  # type: ignore[assignment]
    pstats.Stats(profile).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    main()
