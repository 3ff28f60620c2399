"""migrate: this program's schema, and the deadlines and days off that every installation needs."""

import importlib
from pathlib import Path

import sqlalchemy as sa
import typer
from alembic import command
from sqlalchemy.exc import IntegrityError

from app import backup, clock, readiness
from app.cli.console import Fault, sqlite_file, unusable
from app.config import settings
from app.db import Database


def migrate() -> None:
    """Bring the database to this program's schema; a SQLite file with something in it is copied first.

    A migration that was killed can be run again: each step is one transaction.
    """
    url = settings().url
    if file := sqlite_file(url):
        file.parent.mkdir(parents=True, exist_ok=True)
    database = Database(url, pool_size=1)
    try:
        state = readiness.state(database)
        if state not in {"ready", "not_migrated"}:
            raise unusable(database, state)
        copy = None
        if state == "not_migrated":
            copy = _copy(database, file)
            _upgrade(database)
        _enter_deadlines(database)
    except backup.Unsound as error:
        raise Fault(f"not migrated, nothing was changed: {error}") from None
    finally:
        database.dispose()
    if state == "ready":
        typer.echo("The database is up to date.")
        return
    kept = f"; a copy of what was there is at {copy}" if copy else ""
    typer.echo(f"The database is migrated to {readiness.head()}{kept}.")


def _copy(database: Database, file: Path | None) -> Path | None:
    """Keep what an older program left, before its tables are changed."""
    with database.engine.connect() as connection:
        empty = not sa.inspect(connection).has_table("alembic_version")
    if file is None or empty:
        return None
    target = file.parent / "backups" / f"before-migration-{clock.now():%Y%m%d-%H%M%S-%f}.db"
    backup.copy(file, target)
    return target


def _upgrade(database: Database) -> None:
    config = readiness.alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _enter_deadlines(database: Database) -> None:
    """Rules and days off that the installation lacks; of two that migrate at once, one enters them."""
    try:
        importlib.import_module("seed.procedure").load(database)
    except IntegrityError:
        pass
    except ModuleNotFoundError as error:  # an installation without the seed: an admin enters them
        if error.name is None or not error.name.startswith("seed"):
            raise
