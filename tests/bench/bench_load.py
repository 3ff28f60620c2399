"""What the API bears: servers as processes, callers over real connections, and the floor under both.

    python -m tests.bench.bench_load [--sizes 100,1000] [--facts 50] [--seconds 4] [--callers 8]

For each size, database and number of server processes it prints requests a second and the 50th, 95th and 99th
percentile in milliseconds, and beside them those of the floor: a bare Starlette route that answers with the
same bytes, served and asked in the same way in the same run. What counts is the ratio of the two; the
milliseconds are this machine's, which runs the callers too. Reads with If-None-Match are asked as well.

SQLite always, with one process; PostgreSQL when CITYTIES_TEST_POSTGRES_URL is set, with one and with two,
between which the callers are shared out as a proxy would.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import quantiles

os.environ.setdefault("CITYTIES_SECRET_KEY", "the bench's own secret")

import httpx
import sqlalchemy as sa
import uvicorn

from app.models import Partner
from tests import actors, databases
from tests.bench.bench_pages import made
from tests.bench.generate import FACTS
from tests.processes import serving

KEY = actors.bearer("write_key")["Authorization"]
# As the callers below say it: addresses in answers, and so their ETags, follow from the host.
HEADERS = {"Authorization": KEY, "Host": "bench"}
READS = (
    "/api/v1/partners",
    "/api/v1/standings",
    "/api/v1/partners/{slug}",
    "/api/v1/partners/{slug}/timeline",
    "/api/v1/changes",
)
_numbers = count(1)


@dataclass
class Taken:
    """The seconds that each answer took, and how long all of them took together."""

    each: list[float] = field(default_factory=list)
    whole: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.each) / self.whole

    def __str__(self) -> str:
        cuts = quantiles(self.each, n=100)
        p50, p95, p99 = (cuts[n - 1] * 1000 for n in (50, 95, 99))
        return f"{self.rate:7.0f}/s  p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f} ms"


async def _caller(port: int, request: Callable[[], bytes], expected: int, until: float, taken: Taken) -> None:
    """One connection that is kept, asking again as soon as it has its answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(request())
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = _length(head)
        if length:
            await reader.readexactly(length)
        if status != expected:
            raise RuntimeError(f"{status} instead of {expected}: {head.decode()}")
        taken.each.append(time.perf_counter() - began)
    writer.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def asked(
    ports: list[int], request: Callable[[], bytes], seconds: float, callers: int, expected: int = 200
) -> Taken:
    """Ask for so long with so many callers, the ports taking turns."""
    taken = Taken()

    async def all_of_them() -> None:
        until = time.perf_counter() + seconds
        ways = (_caller(ports[n % len(ports)], request, expected, until, taken) for n in range(callers))
        await asyncio.gather(*ways)

    began = time.perf_counter()
    asyncio.run(all_of_them())
    taken.whole = time.perf_counter() - began
    return taken


def get(path: str, etag: str = "") -> Callable[[], bytes]:
    """A read, with If-None-Match where the caller has the state already."""
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    text = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: {KEY}\r\n{known}\r\n".encode()
    return lambda: text


def visit(slug: str) -> Callable[[], bytes]:
    """The log of a visit with a follow-up, another one each time."""

    def request() -> bytes:
        number = next(_numbers)
        body = json.dumps(
            {
                "partner": slug, "direction": "inbound", "title": f"Visit {number}",
                "starts_on": "2025-12-01", "ends_on": "2025-12-01", "level": "working", "purpose": "working",
                "minutes": "Agreed.",
                "follow_ups": [
                    {"title": "Send the draft", "owed_by": "home", "kind": "proposal", "due_on": "2026-03-01",
                     "assignee": actors.PEOPLE["officer"].email}
                ],
            }
        ).encode()  # fmt: skip
        head = (
            f"POST /api/v1/visits HTTP/1.1\r\nHost: bench\r\nAuthorization: {KEY}\r\n"
            f"Idempotency-Key: bench-{os.getpid()}-{number}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    return request


# ---- the floor: the same bytes from a route that does nothing


def _floor(listener: socket.socket, answers: dict[str, tuple[int, dict[str, str], bytes]]) -> None:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def route(request: Request) -> Response:
        await request.body()
        status, headers, body = answers[request.url.path]
        return Response(body, status, headers)

    app = Starlette(routes=[Route(path, route, methods=["GET", "POST"]) for path in answers])
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def floors(answers: dict[str, tuple[int, dict[str, str], bytes]], processes: int) -> Iterator[list[int]]:
    """So many servers of the floor; their ports."""
    started, ports = [], []
    for _ in range(processes):
        listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as `serve` does
        ports.append(listener.getsockname()[1])
        process = multiprocessing.get_context("fork").Process(target=_floor, args=(listener, answers))
        process.start()
        listener.close()
        started.append(process)
    try:
        for port in ports:
            _wait_for(port)
        yield ports
    finally:
        for process in started:
            process.kill()
            process.join()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=1)
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError("the floor does not answer")


# ---- the runs


@contextmanager
def servers(url: str, folder: Path, processes: int) -> Iterator[list[int]]:
    """So many of ours over one database, without limits on how often one may ask; their ports."""
    more = {
        "CITYTIES_DATABASE_URL": url, "CITYTIES_WORKER": "0", "CITYTIES_DEMO": "1",
        "CITYTIES_TODAY": "2026-01-01", "CITYTIES_RATE_LIMIT": "0",
    }  # fmt: skip
    with ExitStack() as stack:
        yield [
            int(stack.enter_context(serving(folder, **more))[1].rpartition(":")[2]) for _ in range(processes)
        ]


def measure(kind: str, size: int, facts: int, seconds: float, callers: int) -> None:
    """Print a line for each call, at one process and, on PostgreSQL, at two."""
    mix = {name: max(1, round(n * facts / sum(FACTS.values()))) for name, n in FACTS.items()}
    with made(kind, size, sum(mix.values()), mix) as database, tempfile.TemporaryDirectory() as folder:
        with database.read() as session:
            slug = session.scalar(sa.select(Partner.slug).order_by(Partner.id).limit(1)) or ""
        url = database.engine.url.set(drivername=kind).render_as_string(hide_password=False)
        database.dispose()
        for processes in (1, 2) if kind == "postgresql" else (1,):
            with servers(url, Path(folder), processes) as ports:
                _lines(f"{kind:10} {size:6} {processes}", ports, slug, seconds, callers)


def _lines(head: str, ports: list[int], slug: str, seconds: float, callers: int) -> None:
    at = f"http://127.0.0.1:{ports[0]}"
    paths = [path.format(slug=slug) for path in READS]
    answers, tags = {}, {}
    for path in paths:
        for port in ports:  # each process has answered once before it is timed
            answer = httpx.get(f"http://127.0.0.1:{port}{path}", headers=HEADERS, timeout=120)
        answers[path] = (answer.status_code, dict(answer.headers), answer.content)
        tags[path] = answer.headers.get("etag", "")
    request = visit(slug)()
    first = httpx.post(
        f"{at}/api/v1/visits",
        content=request.partition(b"\r\n\r\n")[2],
        headers={**HEADERS, "Content-Type": "application/json"},
        timeout=120,
    )
    answers["/api/v1/visits"] = (first.status_code, dict(first.headers), first.content)
    with floors(answers, len(ports)) as floor:
        for path in paths:
            ours = asked(ports, get(path), seconds, callers)
            _print(head, path, ours, asked(floor, get(path), min(seconds, 2), callers))
            if tag := httpx.get(f"{at}{path}", headers=HEADERS, timeout=120).headers.get("etag"):
                _print(head, f"{path}  304", asked(ports, get(path, tag), seconds, callers, 304), None)
        ours = asked(ports, visit(slug), seconds, callers, 201)
        bare = asked(floor, visit(slug), min(seconds, 2), callers, 201)
        _print(head, "POST /api/v1/visits", ours, bare)


def _print(head: str, path: str, ours: Taken, floor: Taken | None) -> None:
    beside = f"  floor {floor.rate:6.0f}/s, {ours.rate / floor.rate:5.1%}" if floor else ""
    print(f"{head} {path:44} {ours}{beside}", flush=True)


def main() -> None:
    """Measure every size on every database."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="100,1000")
    parser.add_argument("--facts", type=int, default=50, help="records of each partner")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--callers", type=int, default=8)
    options = parser.parse_args()
    for size in map(int, options.sizes.split(",")):
        for kind in ("sqlite", *(["postgresql"] if databases.POSTGRES else [])):
            measure(kind, size, options.facts, options.seconds, options.callers)


if __name__ == "__main__":
    main()
