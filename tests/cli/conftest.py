"""An installation of one's own, and the commands that work on it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from app.cli import cli
from app.config import settings
from app.db import Database, searchable
from app.models import Organisation
from tests import databases
from tests.factories import Make

_NAMES = (Organisation.name_vi, Organisation.name_en)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder as var/: no database yet."""
    monkeypatch.setattr(settings(), "var", tmp_path)
    monkeypatch.setattr(settings(), "database_url", "")
    monkeypatch.setattr(settings(), "files", None)
    return tmp_path


@pytest.fixture
def installed(place: Path, sqlite_template: Path) -> Path:
    """The database file of a migrated installation with the actors in it, everything derived exact."""
    file = Path(shutil.copyfile(sqlite_template, place / "cityties.db"))
    index_units(databases.sqlite_url(file))
    return file


def index_units(url: str) -> None:
    """The actors' units are written past the session: fold the texts by which they are found."""
    database = Database(url, pool_size=1)
    with database.engine.begin() as connection:
        for unit in connection.execute(sa.select(Organisation.id, Organisation.code, *_NAMES)).all():
            text = searchable(list(unit[1:]))
            row = sa.update(Organisation).where(Organisation.id == unit.id)
            connection.execute(row.values(search_text=text))
    database.dispose()


@pytest.fixture
def here(installed: Path) -> Iterator[Database]:
    """The installation's database, beside the commands."""
    database = Database(databases.sqlite_url(installed), pool_size=8)
    yield database
    database.dispose()


@pytest.fixture
def made(here: Database) -> Make:
    """The factories on the installation's database."""
    return Make(here)


@pytest.fixture
def run() -> Callable[..., Result]:
    """`run("user", "add", "...", said="the password")`: one command."""

    def one(*words: str, said: str | None = None, **more: Any) -> Result:
        return CliRunner().invoke(cli, list(words), input=said, **more)

    return one


@pytest.fixture
def fails(run: Callable[..., Result]) -> Callable[..., str]:
    """Run a command that must fail: with one line on standard error, which is returned."""

    def one(*words: str, **more: Any) -> str:
        result = run(*words, **more)
        assert result.exit_code != 0, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        (line,) = result.stderr.strip().splitlines()
        assert "Traceback" not in line
        return line

    return one


@pytest.fixture
def works(run: Callable[..., Result]) -> Callable[..., str]:
    """Run a command that must work; what it said is returned."""

    def one(*words: str, **more: Any) -> str:
        result = run(*words, **more)
        assert result.exit_code == 0, (result.output, result.stderr)
        return result.stdout

    return one
