"""Alembic's environment: the same migrations on SQLite and PostgreSQL.

SQLite rebuilds a table to change it; with foreign keys on, dropping the old table deletes child rows, and
the pragma has no effect inside a transaction. So it is switched off before, and checked after.
"""

import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from app.config import settings
from app.db import Database

target = SQLModel.metadata


def render_item(kind: str, item: object, autogen: object) -> str | bool:
    """Write our own column types as plain SQLAlchemy, so that old migrations never import today's code."""
    if kind == "type" and type(item).__name__ == "Instant":
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "AutoString":
        length = getattr(item, "length", None)
        return f"sa.String(length={length})" if length else "sa.String()"
    return False


def migrate(connection: sa.Connection) -> None:
    """Run every pending migration in one transaction."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.rollback()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
    context.configure(
        connection=connection,
        target_metadata=target,
        render_as_batch=True,
        render_item=render_item,  # type: ignore[arg-type]
        compare_server_default=True,
        # SQLite can roll DDL back (alembic assumes it cannot): what the check below refuses is undone.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"migration broke foreign keys: {broken[:5]}")
    if sqlite:
        connection.rollback()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def run() -> None:
    """Migrate the connection that was handed in, or the installation's database."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    database = Database(settings().url, pool_size=1)
    with database.engine.connect() as connection:
        migrate(connection)
    database.dispose()


run()
