"""check, tick and worker."""

import signal
import threading
from typing import Annotated

import typer

from app import checks
from app import upkeep as rounds
from app.cli.console import Fault, opened
from app.db import sqlite_version
from app.feeds import sequence
from app.outbox.background import Background
from app.outbox.service import forget_waiting


def check(
    hashes: Annotated[
        bool, typer.Option("--hashes", help="Read every uploaded file and compare its sha256 too.")
    ] = False,
) -> None:
    """Recompute every standing and other derived value; say what differs, and whether rows are safe here."""
    with opened() as database:
        if database.is_sqlite:
            typer.echo(f"SQLite {sqlite_version()}")
            if warning := checks.library_warning():
                typer.echo(f"warning: {warning}", err=True)
        unsafe = checks.unsafe_settings(database)
        with database.read() as session:
            found = list(checks.differences(session, hashes=hashes))
            partners = checks.count_partners(session)
    for setting in unsafe:
        typer.echo(f"PostgreSQL: {setting}")
    for it in found:
        typer.echo(f"{it.record}: {it.field} is {it.stored!r}, should be {it.recomputed!r}")
    if found or unsafe:
        raise Fault(f"{len(found)} differences, {len(unsafe)} unsafe settings")
    typer.echo(f"{partners} partners: everything derived is exact.")


def tick() -> None:
    """One round of the periodic work, for cron or a timer; any number of them does no harm."""
    with opened() as database:
        done = rounds.tick(database, now=True)
    typer.echo("; ".join(f"{name}: {n}" for name, n in done.items() if n is not None))
    if failed := [name for name, n in done.items() if n is None]:
        raise Fault(f"failed: {', '.join(failed)}; the log says where")


def worker(
    once: Annotated[bool, typer.Option("--once", help="Deliver what is due, then end.")] = False,
    forget: Annotated[
        bool,
        typer.Option(
            "--forget", help="Mark what waits as not to be sent, and end: after restoring an older copy."
        ),
    ] = False,
) -> None:
    """Deliver what the outbox holds and do the periodic work until Ctrl-C. Any number may run."""
    with opened(pool_size=4) as database:
        if forget:
            with database.write() as session:
                sequence.leap(session)
                typer.echo(f"{forget_waiting(session)} deliveries will not be sent.")
            return
        at_work = Background(database)
        if once:
            made = at_work.round()
            typer.echo(f"{made.done} delivered, {made.failed} failed.")
            return
        _until_stopped(at_work)


def _until_stopped(at_work: Background) -> None:
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    at_work.start()
    typer.echo("The worker is at work (Ctrl-C stops it)")
    over.wait()
    at_work.stop()
    typer.echo("Stopped.")
