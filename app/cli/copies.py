"""backup and restore."""

from pathlib import Path
from typing import Annotated

import typer

from app import backup as copies
from app import clock, readiness
from app.cli.console import WHY, Fault, opened, sqlite_file
from app.config import settings
from app.files.store import store


def _file() -> Path:
    if file := sqlite_file(settings().url):
        return file
    raise Fault(
        "this database is PostgreSQL: copy it with `pg_dump --format=custom`, restore it with `pg_restore`"
    )


def _missing(made: copies.Manifest) -> str:
    return f"{len(made.files_missing)} uploaded files were missing or damaged when the copy was made"


def backup(
    target: Annotated[
        Path | None, typer.Argument(help="The copy to make; by default under backups/ beside the database.")
    ] = None,
) -> None:
    """Copy the embedded database while it is in use, with a manifest that a restore checks."""
    file = _file()
    with opened():
        name = f"cityties-{clock.now():%Y%m%d-%H%M%S}.db"
        target = target or file.parent / "backups" / name
        try:
            made = copies.copy(file, target, store())
        except copies.Unsound as error:
            raise Fault(str(error)) from None
    typer.echo(f"{target} ({sum(made.rows.values())} rows, {made.size} bytes, sha256 {made.sha256})")
    if made.files:
        typer.echo(f"{copies.folder_of(target)} ({made.files} uploaded files, {made.files_size} bytes)")
    if made.files_missing:
        typer.echo(f"warning: {_missing(made)}; `check` names their records", err=True)


def restore(
    copy: Annotated[Path, typer.Argument(help="A copy made by `backup`, its manifest beside it.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace the present database; it is kept aside.")
    ] = False,
) -> None:
    """Put a copy in the database's place, after checking it. Stop the server first."""
    file = _file()
    if file.exists() and not force:
        raise Fault(f"there is a database at {file}: --force replaces it and keeps it under backups/")
    try:
        found = copies.verify(copy)
        if found.revision is not None and not readiness.knows(found.revision):
            raise Fault(f"{copy.name} is of a newer program: update this one first")
        kept = copies.restore(copy, file, store())
    except copies.Unsound as error:
        raise Fault(f"{error}; nothing was changed") from None
    except copies.InUse:
        raise Fault("the database is in use: stop the server first; nothing was changed") from None
    typer.echo(f"Restored {sum(found.rows.values())} rows from {copy}. Everybody signs in again.")
    if keys := found.rows.get("api_key"):
        typer.echo(f"{keys} keys work as they did then: revoke again what was revoked or rotated since.")
    if found.files:
        typer.echo(f"{found.files} uploaded files are in {store().root}")
    if found.files_missing:
        typer.echo(f"warning: {_missing(found)}", err=True)
    if kept:
        typer.echo(f"The database it replaces is at {kept}")
    if found.revision != readiness.head():
        typer.echo(WHY["not_migrated"])
