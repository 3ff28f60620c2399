"""The databases of one test worker: migrated once, rolled back after every test, dropped at the end."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from sqlmodel import Session, SQLModel

from app.db import Database
from app.readiness import alembic_config
from tests import actors

POSTGRES = os.environ.get("CITYTIES_TEST_POSTGRES_URL", "")


class SavepointDatabase(Database):
    """Sessions on one connection whose transaction is never committed: a commit releases a savepoint.

    Otherwise it keeps the manners of the real one: a read session may not write, and a write within a write
    is an error (on the real SQLite it would wait for itself and give up after five seconds). `scene` is what
    tests/staging.py has written here before.
    """

    def __init__(self, engine: sa.Engine, connection: sa.Connection, scene: Any = None) -> None:
        self.engine = engine
        self.scene = scene
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._connection = connection
        self._writing = False

    def _session(self, **options: Any) -> Session:
        return Session(
            self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint", **options
        )

    @contextmanager
    def read(self) -> Iterator[Session]:
        """As the real one reads; plain INSERT, UPDATE and DELETE are refused too."""
        with self._session(autoflush=False) as session:
            session.info["read_only"] = True
            sa.event.listen(session, "do_orm_execute", _refuse_writes)
            yield session

    @contextmanager
    def write(self, **_manner: Any) -> Iterator[Session]:
        """As the real one writes, down to the listeners of the commit; nobody else is there to wait for."""
        if self._writing:
            raise AssertionError("a write within a write: on a real database it would wait for itself")
        self._writing = True
        if self.scene:
            self.scene.written()
        try:
            with self._session() as session:
                yield session
                session.commit()
        finally:
            self._writing = False


def _refuse_writes(state: Any) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise RuntimeError("a read session tried to write")


@contextmanager
def rolled_back(engine: sa.Engine) -> Iterator[SavepointDatabase]:
    """A database for one test; nothing of the test remains."""
    with engine.connect() as connection:
        outer = connection.begin()
        try:
            yield SavepointDatabase(engine, connection)
        finally:
            outer.rollback()


def migrate(database: Database, revision: str = "head") -> None:
    """Bring a database to a revision with the migrations of the checkout."""
    config = alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def sqlite_url(file: Path) -> str:
    """The address of a file."""
    return f"sqlite:///{file}"


def sqlite_template(folder: Path) -> Path:
    """A migrated file with the actors in it, closed, to be copied."""
    file = folder / "template.db"
    database = Database(sqlite_url(file), pool_size=1)
    migrate(database)
    actors.populate(database)
    database.dispose()
    return file


def copied(template: Path, target: Path) -> str:
    """A copy of the template; returns its URL."""
    shutil.copyfile(template, target)
    return sqlite_url(target)


@contextmanager
def postgres(name: str, *, migrated: bool = True, template: str | None = None) -> Iterator[str]:
    """A PostgreSQL database of this worker's own, dropped at the end; yields its URL. With a `template` (the
    URL of a database that nobody is connected to) it is a copy."""
    name = f"{name}_{os.getpid()}"
    server = sa.create_engine(
        sa.make_url(POSTGRES).set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        poolclass=sa.NullPool,
    )
    with server.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        original = f' TEMPLATE "{sa.make_url(template).database}"' if template else ""
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"{original}')
    url = sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    try:
        if migrated and not template:
            database = Database(url, pool_size=1)
            migrate(database)
            actors.populate(database)
            database.dispose()
        yield url
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.dispose()


def empty(database: Database) -> None:
    """Leave nothing in a PostgreSQL database but the actors."""
    with database.engine.begin() as connection:  # TRUNCATE would take a second: it syncs a file a table
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(sa.delete(table))
    actors.populate(database)
