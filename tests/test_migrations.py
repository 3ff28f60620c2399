"""The schema: what the migrations build is what the models say, and no row is lost on the way."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from app.config import ROOT
from app.db import Database
from app.readiness import alembic_config
from tests import databases


@pytest.fixture
def bare(
    backend: str, tmp_path: Path, worker: str, shared: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """A database in which there is nothing at all."""
    if backend == "sqlite":
        url = databases.sqlite_url(tmp_path / "bare.db")
    else:
        name = f"cityties_test_bare_{worker}"
        url = shared("bare", lambda stack: stack.enter_context(databases.postgres(name, migrated=False)))
    database = Database(url, pool_size=2)
    yield database
    if backend == "postgresql":
        with database.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    database.dispose()


@pytest.fixture
def built(_fresh: Callable[[str, ExitStack], sa.Engine]) -> Iterator[SimpleNamespace]:
    """A database of the test's own to which all migrations came already, with the actors' rows in it."""
    with ExitStack() as stack:
        yield SimpleNamespace(engine=_fresh("built", stack))


def alembic(database: Any, act: str, *args: str, config: Config | None = None) -> None:
    """`alembic upgrade head` and the like, over a database."""
    config = config or alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        getattr(command, act)(config, *args)


def tables(database: Any) -> set[str]:
    return set(sa.inspect(database.engine).get_table_names())


def test_the_migrations_build_what_the_models_say(built):
    alembic(built, "check")


def test_every_code_column_is_checked_against_its_enum(built):
    """Read back from the database, since a CHECK is what alembic's comparison does not see."""
    inspector = sa.inspect(built.engine)
    checks = [(name, check) for name in tables(built) for check in inspector.get_check_constraints(name)]
    found = {
        (name, _first_code(check["sqltext"])[0]): set(re.findall(r"'((?:[^']|'')*)'", check["sqltext"]))
        for name, check in checks
    }
    expected = {
        (table.name, column.name): set(column.type.enums)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.Enum)
    }
    assert found == expected
    assert {(name, check["name"]) for name, check in checks} == {
        (table.name, f"ck_{table.name}_{column.type.name}")
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.Enum)
    }


def test_the_migrations_go_up_and_down_and_up_again(built):
    there = tables(built)
    alembic(built, "downgrade", "base")
    assert tables(built) == {"alembic_version"}
    alembic(built, "upgrade", "head")
    assert tables(built) == there


def test_there_is_one_line_of_migrations():
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
    assert [r.revision for r in script.walk_revisions()][-1] == "0001"


# ---- rows on the way


def walk(database: Any, config: Config, since: str = "base") -> None:
    """Every migration since one in turn, over a database in which every table holds a row that others hang
    on."""
    script = ScriptDirectory.from_config(config)
    shape = _shape(database)
    for revision in reversed(list(script.iterate_revisions("head", since))):
        before = _fill(database, shape)
        alembic(database, "upgrade", revision.revision, config=config)
        shape = _shape(database)
        after = _rows(database, shape)
        for table, rows in before.items():
            if table not in after:
                continue  # the migration drops it, which its author has to want
            kept = set(rows[0]) & set(after[table][0]) if after[table] else set()
            assert _only(kept, after[table]) == _only(kept, rows), (
                f"migration {revision.revision} lost rows of {table}, or changed them"
            )


def _only(columns: set[str], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in columns} for row in rows]


def _shape(database: Any) -> sa.MetaData:
    """The tables as they are now. To look takes longer than all that is done with them."""
    metadata = sa.MetaData()
    metadata.reflect(database.engine)
    return metadata


def _rows(database: Any, metadata: sa.MetaData) -> dict[str, list[dict[str, Any]]]:
    with database.engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in metadata.sorted_tables
            if table.name != "alembic_version"
        }


def _fill(database: Any, metadata: sa.MetaData) -> dict[str, list[dict[str, Any]]]:
    """One row in every empty table, each link set, as the schema of the moment asks for."""
    with database.engine.begin() as connection:
        inspector = sa.inspect(connection)
        for table in metadata.sorted_tables:
            if table.name == "alembic_version" or connection.execute(sa.select(table)).first():
                continue
            codes = {
                name: value
                for check in inspector.get_check_constraints(table.name)
                for name, value in [_first_code(check["sqltext"])]
            }
            connection.execute(sa.insert(table).values(_row(connection, table, codes)))
    return _rows(database, metadata)


def _first_code(check: str) -> tuple[str, str]:
    """The column of a CHECK and the first value it allows, as both databases print it."""
    column = re.match(r"[(\s]*\"?(\w+)", check)
    value = re.search(r"'((?:[^']|'')*)'", check)
    assert column is not None
    assert value is not None
    return column[1], value[1]


def _row(connection: sa.Connection, table: sa.Table, codes: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in table.columns:
        link = next(iter(column.foreign_keys), None)
        if link is not None:
            if link.column.table is not table:
                values[column.name] = connection.scalar(sa.select(link.column))
        elif column.name in codes:
            values[column.name] = codes[column.name]
        elif not (column.primary_key and isinstance(column.type, sa.Integer)):
            values[column.name] = _value(column)
    return values


def _value(column: sa.Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return True
    if isinstance(kind, sa.JSON):
        return ["x"]
    if isinstance(kind, sa.DateTime):
        return datetime(2026, 1, 1, tzinfo=UTC)
    if isinstance(kind, sa.Time):
        return time(9, 30)
    if isinstance(kind, sa.Date):
        return date(2026, 1, 1)
    return 1 if isinstance(kind, sa.Integer | sa.Numeric | sa.Float) else "x"


def test_no_migration_loses_a_row(bare):
    walk(bare, alembic_config())


def test_of_requests_asked_at_one_moment_the_earliest_waits_on(bare):
    alembic(bare, "upgrade", "0017")
    shape = _shape(bare)
    (partner,) = _fill(bare, shape)["partner"]
    pause = shape.tables["pause"]
    asked = {"version": 1, "is_demo": False, "partner_id": partner["id"], "starts_on": date(2026, 6, 1),
        "reason": "recent_change"}  # fmt: skip
    states = ["declined", "asked", "asked", "asked", "approved"]
    with bare.engine.begin() as connection:
        connection.execute(sa.delete(pause))
        connection.execute(sa.insert(pause), [{**asked, "state": state} for state in states])
    alembic(bare, "upgrade", "0018")
    kept = [row["state"] for row in _rows(bare, _shape(bare))["pause"] if row["archived_at"] is None]
    assert sorted(kept) == ["approved", "asked", "declined"]


PLANTED = '''
"""A later migration."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    {upgrade}


def downgrade():
    pass
'''
REBUILD = """with op.batch_alter_table("partner") as table:
        table.alter_column("name_vi", type_=sa.String(length=250))"""
LOSE = 'op.execute("DELETE FROM partner_alias")'
ORPHAN = "op.execute(\"INSERT INTO partner_alias (partner_id, text, type) VALUES (4711, 'x', 'vi')\")"


def newest() -> str:
    """The revision at the end of the program's own migrations."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert head
    return head


def later(folder: Path, upgrade: str) -> Config:
    """The migrations with one more at their end."""
    shutil.copytree(ROOT / "migrations", folder / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    text = PLANTED.format(head=newest(), upgrade=upgrade)
    (folder / "migrations/versions/9999_later.py").write_text(text)
    config = Config()
    config.set_main_option("script_location", str(folder / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def test_a_rebuilt_parent_keeps_its_children(built, tmp_path):
    """SQLite changes a table by building it anew; with foreign keys on, that deletes what hangs on it."""
    config = later(tmp_path, REBUILD)
    walk(built, config, since=newest())
    kept = _rows(built, _shape(built))
    assert kept["partner_alias"]
    assert kept["standing"]


def test_the_walk_notices_a_migration_that_loses_rows(built, tmp_path):
    with pytest.raises(AssertionError, match="9999 lost rows of partner_alias"):
        walk(built, later(tmp_path, LOSE), since=newest())


def test_a_migration_that_breaks_a_link_changes_nothing(built, tmp_path):
    with pytest.raises((RuntimeError, sa.exc.IntegrityError)):
        alembic(built, "upgrade", "9999", config=later(tmp_path, ORPHAN))
    assert _rows(built, _shape(built))["partner_alias"] == []
    alembic(built, "check")


KILLED = """
import os, sys
import sqlalchemy as sa
from alembic import command
from app.db import Database
from app.readiness import alembic_config

database, count = Database(sys.argv[1], pool_size=1), 0

@sa.event.listens_for(database.engine, "before_cursor_execute")
def die(*_):
    global count
    count += 1
    if count == 60:
        os._exit(9)

config = alembic_config()
with database.engine.connect() as connection:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
"""


def test_a_migration_killed_half_way_can_be_run_again(bare):
    url = bare.engine.url.render_as_string(hide_password=False)
    killed = subprocess.run([sys.executable, "-c", KILLED, url], cwd=ROOT, check=False)
    assert killed.returncode == 9
    assert tables(bare) <= {"alembic_version"}
    alembic(bare, "upgrade", "head")
    alembic(bare, "check")
