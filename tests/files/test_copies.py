"""Copies take the files along, a restore proves them, `check` misses none."""

import json
import os
from datetime import timedelta

import pytest

from app import backup, checks, clock
from app.db import Database
from app.files.copies import folder_of
from app.files.store import Store
from app.models import File
from tests import databases
from tests.factories import Make
from tests.files.conftest import PDF
from tests.files.test_receiving import attach


@pytest.fixture
def here(tmp_path, sqlite_template):
    """A database file of the test's own."""
    database = Database(databases.copied(sqlite_template, tmp_path / "cityties.db"), pool_size=4)
    yield database
    database.dispose()


@pytest.fixture
def visit(here):
    make = Make(here)
    return make.visit(make.partner())


@pytest.fixture
def add(here, visit, kept):
    """`add(b"...")`: one more file; its hash."""

    def one(content=PDF):
        with here.write() as session:
            return attach(session, kept, visit, content).sha256

    return one


@pytest.fixture
def copy(tmp_path, kept, here):
    """`copy("a.db")`: a copy under this name."""

    def one(name="copy.db"):
        backup.copy(tmp_path / "cityties.db", tmp_path / name, kept)
        return tmp_path / name

    return one


def told(copy):
    return json.loads(backup.manifest_of(copy).read_text())


def test_a_copy_has_the_files_that_its_rows_name(add, copy, kept):
    shas = {add(PDF), add(PDF + b"2"), add(PDF)}
    made = copy()
    beside = Store(folder_of(made))
    assert {sha for sha, _ in beside.hashes()} == shas
    assert (told(made)["files"], told(made)["files_missing"]) == (2, [])
    assert told(made)["files_size"] == 2 * len(PDF) + 1
    assert not (beside.root / "incoming").exists()
    assert beside.path(min(shas)).stat().st_mode & 0o077 == 0


def test_a_copy_on_another_disk_is_one_of_its_own(add, copy, kept, monkeypatch):
    def no_link(*_):
        raise OSError("Invalid cross-device link")

    monkeypatch.setattr(os, "link", no_link)
    sha = add()
    made = copy()
    assert Store(folder_of(made)).path(sha).read_bytes() == PDF
    assert Store(folder_of(made)).path(sha).stat().st_ino != kept.path(sha).stat().st_ino


def test_files_come_back_with_their_rows(add, copy, kept, here, tmp_path):
    old, new = add(), None
    made = copy()
    new = add(PDF + b"later")
    here.dispose()
    kept.remove(old)
    aside = backup.restore(made, tmp_path / "cityties.db", kept)
    assert kept.path(old).read_bytes() == PDF
    assert Store(folder_of(aside)).path(new).read_bytes() == PDF + b"later", "the replaced one keeps its own"
    with here.read() as session:
        assert list(checks._files(session, hashes=True)) == []


@pytest.mark.parametrize("harm", ["missing", "short", "changed"])
def test_a_copy_whose_files_are_harmed_replaces_nothing(add, copy, kept, here, tmp_path, harm):
    sha = add()
    made = copy()
    path = Store(folder_of(made)).path(sha)
    path.unlink()
    if harm != "missing":
        path.write_bytes(PDF[:-1] if harm == "short" else PDF[:-1] + b"x")
    here.dispose()
    before = (tmp_path / "cityties.db").read_bytes()
    with pytest.raises(backup.Unsound, match=f"{sha}.* missing or damaged"):
        backup.restore(made, tmp_path / "cityties.db", kept)
    assert (tmp_path / "cityties.db").read_bytes() == before


def test_what_was_missing_already_is_told_and_keeps_nothing_from_being_copied(
    add, copy, kept, here, tmp_path
):
    lost, there = add(), add(PDF + b"2")
    kept.remove(lost)
    made = copy()
    assert (told(made)["files"], told(made)["files_missing"]) == (1, [lost])
    here.dispose()
    kept.remove(there)
    backup.restore(made, tmp_path / "cityties.db", kept)
    assert kept.size(there) == len(PDF) + 1


def test_a_copy_of_the_database_alone_asks_for_no_files(add, tmp_path, kept, here):
    sha = add()
    backup.copy(tmp_path / "cityties.db", tmp_path / "alone.db")
    here.dispose()
    backup.restore(tmp_path / "alone.db", tmp_path / "cityties.db", kept)
    assert kept.size(sha) == len(PDF)


def test_check_names_the_rows_whose_bytes_are_gone_or_changed(database, make, kept):
    visit = make.visit(make.partner())
    with database.write() as session:
        files = [attach(session, kept, visit, PDF + str(n).encode()) for n in range(4)]
    kept.remove(files[0].sha256)
    kept.path(files[1].sha256).write_bytes(b"x")
    kept.path(files[2].sha256).write_bytes(PDF + b"x")

    def found(**options):
        with database.read() as session:
            every = checks.differences(session, **options)
            rows = [d for d in every if d.record.startswith("file")]
            return {(d.record.split(" (")[0], d.field, d.stored) for d in rows}

    gone = {(f"file {files[0].id}", "bytes", "missing"), (f"file {files[1].id}", "bytes", 1)}
    assert found() == gone
    assert {record for record, _, _ in found(hashes=True)} == {f"file {f.id}" for f in files[:3]}


def test_the_periodic_sweep_takes_orphans(database, make, kept, bytes_kept, monkeypatch):
    from app import upkeep

    visit = make.visit(make.partner())
    with database.write() as session:
        named = attach(session, kept, visit).sha256
    orphan = kept.path("ab" + "0" * 62)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"x")
    then = (clock.now() - timedelta(days=2)).timestamp()
    for sha in (named, orphan.name):
        os.utime(kept.path(sha), (then, then))
    jobs = tuple(job for job in upkeep.JOBS if job.name == "files")
    assert upkeep.tick(database, jobs=jobs) == {"files": 1}
    assert bytes_kept() == [named]
    assert upkeep.tick(database, jobs=jobs) == {}, "once a day is enough"


def test_the_row_type_is_the_one_that_copies_read(database):
    """copies.py reads the table past the models."""
    assert File.__tablename__ == "file"
    assert {"sha256", "size"} <= set(File.__table__.columns.keys())
