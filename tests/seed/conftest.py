"""Databases that hold the seed: loaded once a worker, each test's changes rolled back."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from app.db import Database
from seed import load as real
from seed.demo import load as illustrative
from tests import databases
from tests.actors import PASSWORD, PASSWORD_HASH
from tests.conftest import TODAY

Dump = dict[str, list[str]]


def dump(database: Database) -> Dump:
    """Every row of every table, as text."""
    tables = SQLModel.metadata.sorted_tables
    with database.read() as session:
        return {t.name: sorted(repr(row) for row in session.execute(sa.select(t))) for t in tables}


def differences(before: Dump, after: Dump) -> dict[str, tuple[list[str], list[str]]]:
    """The rows that only one of two dumps has, by table: what a failing test shows."""
    return {
        name: (sorted(set(before[name]) - set(after[name])), sorted(set(after[name]) - set(before[name])))
        for name in before
        if before[name] != after[name]
    }


def _load(url: str, *loads: Any) -> str:
    database = Database(url, pool_size=2)
    for load in loads:
        load(database)
    database.dispose()
    return url


def _engine(url: str, stack: ExitStack) -> sa.Engine:
    database = Database(url, pool_size=4)
    stack.callback(database.dispose)
    return database.engine


def _load_real(database: Database) -> None:
    real.load(database, TODAY)


def _load_demo(database: Database) -> None:
    with pytest.MonkeyPatch.context() as patch:  # argon2 as a person meets it takes its time
        patch.setattr(illustrative, "hash_password", lambda _: PASSWORD_HASH)
        illustrative.load(database, TODAY, PASSWORD)


@pytest.fixture
def _engines(backend: str, sqlite_template: Path, shared: Any, worker: str, at: Any) -> dict[str, sa.Engine]:
    """The sourced layer, and a copy of it with the illustrative one on top. `at` fixes the day of both."""

    def make(stack: ExitStack) -> dict[str, sa.Engine]:
        if backend == "sqlite":
            sourced = sqlite_template.with_name("sourced.db")
            urls = [_load(databases.copied(sqlite_template, sourced), _load_real)]
            urls += [databases.copied(sourced, sourced.with_name("demo.db"))]
        else:
            urls = [stack.enter_context(databases.postgres(f"cityties_sourced_{worker}"))]
            _load(urls[0], _load_real)
            urls += [stack.enter_context(_copied_postgres(urls[0]))]
        _load(urls[1], _load_demo)
        return {name: _engine(url, stack) for name, url in zip(("sourced", "demo"), urls, strict=True)}

    return shared(f"seed {backend}", make)


@contextmanager
def _copied_postgres(url: str) -> Iterator[str]:
    """A copy of a PostgreSQL database that nobody is connected to."""
    original = sa.make_url(url)
    with databases.postgres(f"{original.database}_copy", migrated=False) as copy:
        name = sa.make_url(copy).database
        server = sa.create_engine(
            sa.make_url(databases.POSTGRES).set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            poolclass=sa.NullPool,
        )
        with server.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}"')
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{original.database}"')
        yield copy


@pytest.fixture
def sourced(_engines: dict[str, sa.Engine]) -> Iterator[Database]:
    """The sourced layer, loaded on 2026-06-15."""
    with databases.rolled_back(_engines["sourced"]) as database:
        yield database


@pytest.fixture
def demo(_engines: dict[str, sa.Engine]) -> Iterator[Database]:
    """Both layers, loaded on 2026-06-15; the password of the demo accounts is tests.actors.PASSWORD."""
    with databases.rolled_back(_engines["demo"]) as database:
        yield database
