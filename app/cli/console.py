"""What the commands share: the database they work on, and the one line in which a failure is told."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import typer
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlmodel import Session
from typer.core import TyperGroup

from app import readiness
from app.actor import Actor, system
from app.config import settings
from app.db import Database
from app.errors import DomainError
from app.failures import sentence
from app.i18n import words
from app.vocabulary import Door, Locale

WHY = {
    "not_migrated": "the database is not migrated: run `python -m app migrate`",
    "newer": "the database is of a newer program: update this one, or restore an older backup",
    "unreachable": "the database cannot be reached",
}
NOT_OURS = "CITYTIES_DATABASE_URL is not understood: use sqlite:///FILE or postgresql://..."
ACTOR: Actor = system(Door.command)


class Fault(Exception):
    """A reason to stop, in words for the operator."""


class OneLine(TyperGroup):
    """Commands whose failures are one line, never a usage block or a stack trace."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and end. What nobody foresaw still shows where it happened: it is ours to mend."""
        try:
            code = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except Exception as error:
            reason = reason_of(error)
            if reason is None:
                raise
            typer.echo(reason, err=True)
            sys.exit(getattr(error, "exit_code", 1))
        sys.exit(code if isinstance(code, int) else 0)


def reason_of(error: Exception) -> str | None:  # noqa: PLR0911 - a table of cases
    """A foreseen failure in one line; None when nobody foresaw it."""
    match error:
        case Fault():
            return str(error)
        case DomainError():
            return _of_domain(error)
        case ValidationError():
            return "; ".join(f"setting CITYTIES_{_place(e['loc'])}: {e['msg']}" for e in error.errors())
        case DBAPIError():
            return _of_database(str(error.orig))
        case ArgumentError() | NoSuchModuleError():
            return NOT_OURS
        case typer.Abort():
            return "stopped"
        case OSError():
            return f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
    said = getattr(error, "format_message", None)  # typer's own: an unknown option, a missing argument
    return said() if said else None


def _place(loc: tuple[int | str, ...]) -> str:
    return "_".join(str(part) for part in loc).upper()


def _of_domain(error: DomainError) -> str:
    spoken = words(Locale.en)
    if not error.errors:
        return sentence(spoken, error.code, error.params)
    told = [f"{e.pointer}: {sentence(spoken, e.code, dict(e.params))}" for e in error.errors]
    return " ".join(told)


def _of_database(text: str) -> str:
    first = _first_line(text)
    if "locked" in first:
        return "the database is locked by another program: try again in a moment"
    if "no such table" in first or "does not exist" in first:
        return WHY["not_migrated"]
    return f"the database cannot be used: {first}"


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "no reason given"


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite URL; None for a server, or a database in memory."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise Fault(NOT_OURS)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


@contextmanager
def opened(*, pool_size: int = 2) -> Iterator[Database]:
    """The installation's database, there and of this program's schema."""
    url = settings().url
    file = sqlite_file(url)
    if file is not None and not file.exists():  # connecting would make an empty one
        raise Fault(WHY["not_migrated"])
    database = Database(url, pool_size=pool_size)
    try:
        if (state := readiness.state(database)) != "ready":
            raise unusable(database, state)
        yield database
    finally:
        database.dispose()


def unusable(database: Database, state: str) -> Fault:
    """Why a database in this state cannot be used; of an unreachable one, what its driver says."""
    if state == "unreachable":
        try:
            database.engine.connect().close()
        except DBAPIError as error:
            return Fault(f"{WHY[state]}: {_first_line(str(error.orig))}")
    return Fault(WHY[state])


@contextmanager
def writing() -> Iterator[Session]:
    """One transaction on the installation's database."""
    with opened() as database, database.write() as session:
        yield session
