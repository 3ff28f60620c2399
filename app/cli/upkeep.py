"""check and tick."""

import typer

from app import checks, clock
from app import upkeep as rounds
from app.cli.console import Fault, opened, writing
from app.db import sqlite_version


def check() -> None:
    """Recompute every standing and other derived value; say what differs, and whether rows are safe here."""
    with opened() as database:
        if database.is_sqlite:
            typer.echo(f"SQLite {sqlite_version()}")
            if warning := checks.library_warning():
                typer.echo(f"warning: {warning}", err=True)
        unsafe = checks.unsafe_settings(database)
        with database.read() as session:
            found = list(checks.differences(session))
            partners = checks.count_partners(session)
    for setting in unsafe:
        typer.echo(f"PostgreSQL: {setting}")
    for it in found:
        typer.echo(f"{it.record}: {it.field} is {it.stored!r}, should be {it.recomputed!r}")
    if found or unsafe:
        raise Fault(f"{len(found)} differences, {len(unsafe)} unsafe settings")
    typer.echo(f"{partners} partners: everything derived is exact.")


def tick() -> None:
    """One round of upkeep, for cron or a timer; any number of them does no harm."""
    with writing() as session:
        done = rounds.tick(session, clock.today())
    typer.echo(
        f"{done.standings} standings refreshed; swept {done.answers} answers, {done.sessions} sessions,"
        f" {done.failures} failed sign-ins."
    )
