"""Copies: taken under load, checked, put back."""

import json
import sqlite3
import threading
from contextlib import closing

import pytest
import sqlalchemy as sa

from app import backup, clock, readiness
from app.config import settings
from app.db import data_version
from app.models import JobRun, Organisation, Outbox, UserSession
from app.models.ledger import WEEKLY_DIGEST
from app.vocabulary import OrganisationKind
from tests import databases


@pytest.fixture
def copied(works, here, installed):
    """A copy, with its manifest, under the default name."""
    works("backup")
    (copy,) = (installed.parent / "backups").glob("*.db")
    return copy


def names(file):
    with closing(sqlite3.connect(file)) as connection:
        return {code for (code,) in connection.execute("SELECT code FROM organisation")}


def test_a_copy_says_what_it_holds(copied):
    told = json.loads(backup.manifest_of(copied).read_text())
    assert told["rows"]["user"] == 5
    assert told["revision"]
    assert told["size"] == copied.stat().st_size
    assert len(told["sha256"]) == 64
    assert copied.stat().st_mode & 0o077 == 0, "others on the machine may not read it"
    assert sorted(p.name for p in copied.parent.iterdir()) == [copied.name, copied.name + ".json"]


def test_a_copy_goes_where_one_says_but_never_over_a_file(here, works, fails, tmp_path):
    target = tmp_path / "elsewhere" / "copy.db"
    assert str(target) in works("backup", str(target))
    assert "a file of this name already" in fails("backup", str(target))


def test_a_copy_taken_while_many_write_is_whole(here, made, works, installed, tmp_path):
    stop, wrote = threading.Event(), []

    def write(n):
        i = 0
        while not stop.is_set():
            i += 1
            made.organisation(code=f"unit-{n}-{i}", kind=OrganisationKind.city_unit)
            wrote.append(1)

    writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for writer in writers:
        writer.start()
    copies = []
    while len(copies) < 3:
        if len(wrote) > 20 * (len(copies) + 1):
            copies.append(tmp_path / f"copy{len(copies)}.db")
            works("backup", str(copies[-1]))
    stop.set()
    for writer in writers:
        writer.join()
    for copy in copies:
        with closing(sqlite3.connect(copy)) as connection:
            (rows,) = connection.execute(
                "SELECT count(*) FROM organisation WHERE code LIKE 'unit-%'"
            ).fetchone()
            (told,) = connection.execute(
                "SELECT count(*) FROM event WHERE record_type = 'organisation'"
            ).fetchone()
        assert rows == told >= 20, "a row and its history are one transaction: a copy has both or neither"
    here.dispose()
    works("restore", str(copies[-1]), "--force")
    assert names(installed) == names(copies[-1])
    told = json.loads(backup.manifest_of(copies[-1]).read_text())
    assert backup.verify(copies[-1]).rows == told["rows"]


def test_a_copy_comes_back_where_there_is_nothing(here, copied, installed, works):
    here.dispose()
    installed.unlink()
    assert "Restored" in works("restore", str(copied))
    assert names(installed) == names(copied)
    assert "exact" in works("check")


def test_a_present_database_is_replaced_only_by_force_and_kept(here, made, copied, installed, works, fails):
    made.organisation(code="made-later", kind=OrganisationKind.city_unit)
    here.dispose()
    assert "--force" in fails("restore", str(copied))
    assert "made-later" in names(installed)
    works("restore", str(copied), "--force")
    assert "made-later" not in names(installed)
    (kept,) = copied.parent.glob("before-restore-*.db")
    assert "made-later" in names(kept)


def test_a_database_in_use_is_not_replaced(here, made, copied, installed, fails):
    made.organisation(code="made-later", kind=OrganisationKind.city_unit)
    with here.read() as session:
        session.scalar(sa.select(Organisation.id))
        assert "stop the server first" in fails("restore", str(copied), "--force")
    assert "made-later" in names(installed)


def test_a_restored_database_repeats_nothing(here, works, installed):
    with here.write() as session:
        session.add(Outbox(topic="mail", dedupe_key="a", due_at=clock.now()))
    works("backup", str(installed.parent / "copy.db"))
    with here.read() as session:
        version = data_version(session)
    here.dispose()
    works("restore", str(installed.parent / "copy.db"), "--force")
    with here.read() as session:
        assert data_version(session) != version, "nobody's ETag of before fits by chance"
        assert session.scalars(sa.select(UserSession.id)).first() is None, "everybody signs in again"
        waiting = session.scalars(sa.select(Outbox)).one()
        digest = session.get(JobRun, WEEKLY_DIGEST)
    assert (digest.for_day, digest.at <= clock.now()) == (clock.today(), True), "this week's is told"
    assert waiting.done_at is not None
    assert "restored" in waiting.error


def spoil(copy):
    data = bytearray(copy.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page : page + 16] = b"\xff" * 16
    copy.write_bytes(data)


def rewrite_manifest(copy, **more):
    file = backup.manifest_of(copy)
    file.write_text(json.dumps({**json.loads(file.read_text()), **more}))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda copy: copy.unlink(), "there is no file"),
        (lambda copy: backup.manifest_of(copy).unlink(), "the manifest"),
        (lambda copy: backup.manifest_of(copy).write_text("{"), "cannot be read"),
        (spoil, "sha256 differs"),
        (lambda copy: copy.write_bytes(copy.read_bytes()[:8192]), "sha256 differs"),
        (lambda copy: rewrite_manifest(copy, rows={"user": 1}), "does not hold the rows"),
        (
            lambda copy: (spoil(copy), rewrite_manifest(copy, sha256=backup._digest(copy))),
            "is",
        ),
    ],
)
def test_a_harmed_copy_replaces_nothing(here, copied, installed, fails, harm, told):
    here.dispose()
    before = installed.read_bytes()
    harm(copied)
    line = fails("restore", str(copied), "--force")
    assert told in line
    assert line.endswith("nothing was changed")
    assert installed.read_bytes() == before


def test_a_copy_of_a_newer_program_is_refused(here, installed, fails, works):
    with here.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    copy = installed.parent / "copy.db"
    backup.copy(installed, copy)
    here.dispose()
    assert "newer program" in fails("restore", str(copy), "--force")


def test_a_copy_of_an_older_program_asks_for_its_migration(here, installed, works, monkeypatch):
    copy = installed.parent / "copy.db"
    backup.copy(installed, copy)
    here.dispose()
    known = frozenset({readiness.head(), "next"})
    monkeypatch.setattr("app.readiness._revisions", lambda: ("next", known))
    assert "migrate" in works("restore", str(copy), "--force")


@pytest.mark.parametrize("words", [("backup",), ("restore", "copy.db")])
def test_postgresql_has_its_own_tools(place, fails, monkeypatch, words):
    monkeypatch.setattr(settings(), "database_url", databases.POSTGRES or "postgresql://127.0.0.1/x")
    assert "pg_dump" in fails(*words)
