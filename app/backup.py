"""Copies of an embedded database: taken while it is in use, checked before they are trusted.

A copy is one file with a manifest beside it (`<copy>.json`): its sha256, the schema's revision and the
number of rows by table, so that a restore can say whether it holds what was there. The uploaded files that
its rows name lie beside it too (`<copy>.files/`), each under its own sha256.
"""

import hashlib
import json
import os
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from app import clock
from app.db import renew_version, sqlite, sqlite_version
from app.files.copies import damaged, folder_of, gather, give_back, named_by
from app.files.store import Store
from app.models.ledger import LEAP, WEEKLY_DIGEST


class Unsound(Exception):
    """A copy that does not hold what it should; nothing was written over."""


class InUse(Exception):
    """Another program has the database open."""


@dataclass(frozen=True)
class Manifest:
    """What a copy holds."""

    made_at: str
    revision: str | None
    sqlite: str
    size: int
    sha256: str
    rows: dict[str, int]
    # How many uploaded files, their bytes, and those that were missing already; None: copied without them.
    files: int | None = None
    files_size: int = 0
    files_missing: tuple[str, ...] = ()


def manifest_of(copy: Path) -> Path:
    """The manifest beside a copy."""
    return copy.with_name(copy.name + ".json")


def copy(source: Path, target: Path, files: Store | None = None) -> Manifest:
    """Copy a database as it is at one moment, whoever writes meanwhile, with its manifest and its files.

    The files come second: what the copied rows name is kept for a day at least, whatever happens to the rows.
    The copy appears under its name only when it is whole and on the disk. Raises FileExistsError when the
    name is taken, Unsound when the copy fails SQLite's own check.
    """
    if target.exists():
        raise FileExistsError(17, "there is a file of this name already", str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite.connect(source)) as old, closing(sqlite.connect(part)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")  # one file, without the -wal and -shm beside it
        part.chmod(0o600)  # it holds password hashes and personal data
        found = _examine(part)
        _sync(part)
        if files is not None:
            beside = gather(part, files, folder_of(target))
            found = replace(found, files=beside.count, files_size=beside.size, files_missing=beside.missing)
        manifest_of(target).write_text(json.dumps(asdict(found), indent=2) + "\n")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return found


def verify(copy: Path) -> Manifest:
    """What a copy holds, after checking it against its manifest and SQLite's own rules. Raises Unsound."""
    if not copy.is_file():
        raise Unsound(f"there is no file {copy}")
    beside = manifest_of(copy)
    if not beside.is_file():
        raise Unsound(f"the manifest {beside.name} is missing: the copy cannot be checked")
    try:
        told: dict[str, Any] = json.loads(beside.read_text())
    except ValueError:
        raise Unsound(f"the manifest {beside.name} cannot be read") from None
    if _digest(copy) != told.get("sha256"):
        raise Unsound(f"{copy.name} is not the file its manifest was made for (sha256 differs)")
    found = _examine(copy)
    if found.rows != told.get("rows"):
        raise Unsound(f"{copy.name} does not hold the rows its manifest counts")
    if told.get("files") is None:
        return found
    missing = tuple(told.get("files_missing", ()))
    if wrong := damaged(folder_of(copy), _expected(copy, missing)):
        raise Unsound(f"the file {wrong} in {folder_of(copy).name} is missing or damaged")
    return replace(found, files=told["files"], files_missing=missing)


def _expected(copy: Path, missing: tuple[str, ...]) -> dict[str, int]:
    """The files that must lie beside a copy, with their sizes."""
    return {sha: size for sha, size in named_by(copy).items() if sha not in missing}


def restore(copy: Path, target: Path, files: Store | None = None) -> Path | None:
    """Put a verified copy in the database's place; where the replaced database was kept, if there was one.

    Its files are there before it is; those of the replaced database are kept beside that one. People must
    sign in again, and mail or calls that waited in the copy are not sent a second time.
    Raises Unsound, and InUse when a server still has the database open.
    """
    found = verify(copy)
    if files is not None and found.files is not None:
        give_back(folder_of(copy), _expected(copy, found.files_missing), files)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite.connect(copy)) as old, closing(sqlite.connect(part)) as new:
            old.backup(new)
            _forget_the_past(new)
        part.chmod(0o600)
        _sync(part)
        kept = _set_aside(target, files) if target.exists() else None
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return kept


def _set_aside(target: Path, files: Store | None) -> Path:
    """Close the database for good and move it away: leaving WAL mode succeeds for its only user."""
    try:
        with closing(sqlite.connect(target, timeout=2, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite.OperationalError:
        raise InUse from None
    except sqlite.DatabaseError:
        pass  # it is no database any more, which may be why it is replaced; kept all the same
    kept = target.parent / "backups" / f"before-restore-{clock.now():%Y%m%d-%H%M%S-%f}.db"
    kept.parent.mkdir(parents=True, exist_ok=True)
    target.rename(kept)
    for leftover in ("-wal", "-shm"):  # of a database that could not be closed: never for the new one
        beside = target.with_name(target.name + leftover)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + leftover))
    if files is not None:
        _keep_files(kept, files)
    return kept


def _keep_files(kept: Path, files: Store) -> None:
    """Its rows are gone from the register: without this a sweep would take their bytes for orphans."""
    with suppress(sqlite.DatabaseError):  # what is no database any more names nothing
        gather(kept, files, folder_of(kept))


def _forget_the_past(connection: Any) -> None:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    now = clock.now().replace(tzinfo=None).isoformat(sep=" ")
    if "user_session" in tables:
        connection.execute("DELETE FROM user_session")
    if "outbox" in tables:
        connection.execute(
            "UPDATE outbox SET done_at = ?, error = 'not sent: restored from a copy' WHERE done_at IS NULL",
            (now,),
        )
    if "job_run" in tables:
        connection.execute(
            "INSERT INTO job_run (name, at, for_day, did) VALUES (?, ?, ?, 0)"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at, for_day = excluded.for_day, error = NULL",
            (WEEKLY_DIGEST, now, clock.today().isoformat()),
        )
    if "feed" in tables:
        connection.execute("UPDATE event SET position = id + (SELECT last FROM feed) WHERE position IS NULL")
        connection.execute(
            "UPDATE feed SET last = max(last, (SELECT coalesce(max(position), 0) FROM event)) + ?", (LEAP,)
        )
    if "webhook" in tables:
        connection.execute("UPDATE webhook SET position = (SELECT last FROM feed)")
    connection.commit()
    # What was remembered of the file before must not be taken for this one's.
    renew_version(connection)


def _examine(file: Path) -> Manifest:
    try:
        with closing(sqlite.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise Unsound(f"{file.name} is damaged: {found.splitlines()[0]}")
            if broken := connection.execute("PRAGMA foreign_key_check").fetchone():
                raise Unsound(f"{file.name} is damaged: a row of {broken[0]} points nowhere")
            rows = _count(connection)
            revision = None
            if "alembic_version" in rows:
                revision = connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0]
    except sqlite.DatabaseError as error:
        raise Unsound(f"{file.name} is no sound database: {error}") from None
    size = file.stat().st_size
    return Manifest(clock.now().isoformat(), revision, sqlite_version(), size, _digest(file), rows)


def _count(connection: Any) -> dict[str, int]:
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - own names
        for (name,) in names
    }


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
