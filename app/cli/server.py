"""serve: the web server, in one process."""

import gc
import ipaddress
import logging
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import anyio.to_thread
import typer
import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from app.accounts.queries import demo_accounts
from app.cli.console import Fault, opened
from app.cli.demo import demo_password
from app.config import settings
from app.db import Database
from app.main import create_app
from app.outbox.background import Background

Port = Annotated[int, typer.Option(envvar="PORT", min=0, max=65535, help="The port; 0 takes a free one.")]


class Server(uvicorn.Server):
    """uvicorn with our number of threads, that says where it is once it listens."""

    greeting = ""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End in order on Ctrl-C and on a service manager's SIGTERM; uvicorn would raise them again after
        that, which ends a clean stop with a stack trace."""
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the doors."""
        # What the program is made of stays. The collector of garbage need not look through all of it while
        # callers wait: each time it took half a second, and with it every hundredth answer.
        gc.collect()
        gc.freeze()
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings().threads
        await super().startup(sockets=sockets)
        typer.echo(self.greeting)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Serve the pages and the API until Ctrl-C."""
    if settings().demo and not _is_loopback(host):
        raise Fault(f"a demonstration listens on this machine only, not on {host}: its password is public")
    if settings().today and not settings().demo:
        raise Fault("CITYTIES_TODAY stops the clock: for demonstrations and tests only")
    _log()
    with opened(pool_size=2 * settings().threads) as database, _listening(host, port) as listener:
        config = uvicorn.Config(
            create_app(database),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
        server = Server(config)
        server.greeting = _greeting(database, host, listener.getsockname()[1])
        with _working(database):
            server.run(sockets=[listener])
    typer.echo("Stopped.")


@contextmanager
def _working(database: Database) -> Iterator[None]:
    """With the worker beside the server, unless `python -m app worker` does its work."""
    if not settings().worker:
        yield
        return
    at_work = Background(database)
    at_work.start()
    try:
        yield
    finally:
        at_work.stop()


def _log() -> None:
    """Warnings and errors on standard error, without addresses, bodies or who asked."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # What a handler raised is in the log already, under its request id.
    logging.getLogger("uvicorn.error").addFilter(
        lambda line: not line.getMessage().startswith("Exception in ASGI")
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise Fault(f"cannot listen on {host} port {port}: {os.strerror(error.errno or 0)}") from None
    # Head and body of an answer leave one after the other: without this the body waits for the caller to
    # acknowledge the head, 40 ms on a connection that is kept. (asyncio sets it on sockets of its own alone.)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _greeting(database: Database, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    lines = [f"CityTies is at http://{shown}:{port} (Ctrl-C stops it)"]
    if settings().demo:
        with database.read() as session:
            accounts = demo_accounts(session)
        lines.append(f"Demonstration: sign in with the password  {demo_password()}  as one of")
        lines += [f"  {account.email:24} {account.role}" for account in accounts]
        if not accounts:
            lines[1:] = ["There are no demo accounts yet: run `python -m app demo load`."]
    return "\n".join(lines)
