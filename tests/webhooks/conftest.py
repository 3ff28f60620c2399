"""Receivers on this machine, and a worker that carries one round at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.config import settings
from app.outbox.worker import Worker
from app.webhooks.feeder import feed
from app.webhooks.postman import Postman
from tests.staging import staged


class Receiver:
    """Takes deliveries at `url`; answers as told: `status`, `body`, or by a function of the handler."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status, self.body, self.headers = 204, b"", {}
        self.answer: Any = None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                if receiver.answer is not None:
                    receiver.answer(self)
                    return
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(receiver.body)))
                self.end_headers()
                self.wfile.write(receiver.body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?from=cityties"


@contextmanager
def listening() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()


@pytest.fixture
def private(monkeypatch):
    """Webhooks may go to this machine."""
    monkeypatch.setattr(settings(), "webhook_allow_private", True)


@pytest.fixture
def receiver(private):
    """Somebody who listens."""
    with listening() as made:
        yield made


@pytest.fixture
def carry(database):
    """`carry()`: one round: what is new is promised, what is due is sent. Returns the round."""
    worker = Worker(database, {"webhook": Postman(database)})

    def round_():
        feed(database)
        return worker.run()

    return round_


@staged
def fukuoka(make):
    """A partner that has been stuck for years."""
    partner = make.partner(slug="fukuoka", name_en="Fukuoka", country="JP", friendship_since=date(1994, 3, 1))
    make.review(partner)
    return partner


@pytest.fixture
def subscribe(api, receiver):
    """`subscribe("read_key", events=[...])`: the answer to the making of a webhook."""

    def make(key="read_key", **more):
        data = {"name": "Mirror", "url": receiver.url, "events": ["standing.changed"], **more}
        response = api(key).post("/api/v1/webhooks", json=data)
        assert response.status_code == 201, response.text
        return response.json()

    return make


@pytest.fixture
def visit(api, fukuoka):
    """`visit()`: a visit that moves the standing of Fukuoka, or at least tells of itself."""

    def log(**more):
        data = {
            "partner": "fukuoka", "direction": "inbound", "title": "Đoàn thăm", "starts_on": "2026-06-01",
            "ends_on": "2026-06-03", "level": "deputy", "purpose": "working", "minutes": "Đã trao đổi",
            **more,
        }  # fmt: skip
        response = api("write_key").post("/api/v1/visits", json=data)
        assert response.status_code == 201, response.text
        return response.json()["delegation"]["id"]

    return log
