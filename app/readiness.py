"""Whether the database can be used: reachable, migrated, and not from a newer program."""

from functools import cache

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from app.config import ROOT
from app.db import READ_ONLY, Database


def alembic_config() -> Config:
    """Alembic's settings, from pyproject.toml of this checkout."""
    return Config(toml_file=str(ROOT / "pyproject.toml"))


@cache
def _revisions() -> tuple[str, frozenset[str]]:
    script = ScriptDirectory.from_config(alembic_config())
    newest = script.get_current_head()
    assert newest is not None
    return newest, frozenset(r.revision for r in script.walk_revisions())


def head() -> str:
    """The revision of this program's schema."""
    return _revisions()[0]


def knows(revision: str) -> bool:
    """Whether a schema is this program's own or an older one of its line."""
    return revision in _revisions()[1]


def state(database: Database) -> str:
    """`ready`, `unreachable`, `not_migrated` (run migrate) or `newer` (the schema is of a newer program)."""
    newest, known = _revisions()
    try:
        # A reader's transaction: a probe must not queue for SQLite's one writer.
        with database.engine.connect().execution_options(**READ_ONLY) as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return "not_migrated"
            found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError:
        return "unreachable"
    if found == newest:
        return "ready"
    return "not_migrated" if found is None or found in known else "newer"
