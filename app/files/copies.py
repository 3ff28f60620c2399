"""The bytes of a copy of the database: beside it in a folder, by their hash, as the store keeps them.

On the store's own disk they are linked, which takes no room and no time: bytes are never written over, only
replaced as a whole. On another disk they are copied.
"""

import os
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.db import sqlite
from app.files.store import Store, digest, put


@dataclass(frozen=True)
class Gathered:
    """What was put beside a copy: how many contents, their bytes, and the hashes that were not to be had."""

    count: int
    size: int
    missing: tuple[str, ...]


def folder_of(copy: Path) -> Path:
    """The folder of bytes beside a copy."""
    return copy.with_name(copy.name + ".files")


def named_by(database: Path) -> dict[str, int]:
    """The contents that the rows of a SQLite file name, archived ones too, and their sizes."""
    with closing(sqlite.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        if not _has_files(connection):
            return {}
        rows = connection.execute("SELECT DISTINCT sha256, size FROM file ORDER BY sha256")
        return {str(sha): int(size) for sha, size in rows}


def _has_files(connection: Any) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'file'")
    return found.fetchone() is not None


def gather(database: Path, place: Store, folder: Path) -> Gathered:
    """Put the bytes that a copy's rows name into its folder. What is missing is told, and keeps the rest
    from nothing: a copy without one file is better than none."""
    beside, missing, size = Store(folder), [], 0
    named = named_by(database)
    for sha, length in named.items():
        if place.size(sha) != length:
            missing.append(sha)
        else:
            size += length
            bring(place.path(sha), beside, sha)
    return Gathered(len(named) - len(missing), size, tuple(missing))


def bring(source: Path, place: Store, sha256: str) -> None:
    """Give a store the bytes that lie elsewhere."""
    part = place.new_part()
    try:
        try:
            os.link(source, part)
        except OSError:  # another disk, or one that knows no links
            shutil.copyfile(source, part)
            part.chmod(0o600)
            with part.open("rb") as stream:
                os.fsync(stream.fileno())
        put(part, place.path(sha256))
    finally:
        part.unlink(missing_ok=True)
        if not any(part.parent.iterdir()):
            part.parent.rmdir()


def damaged(folder: Path, named: dict[str, int]) -> str | None:
    """The first content of a copy that is not there or is not what its name says; None when all are sound."""
    beside = Store(folder)
    wrong = (s for s, size in named.items() if beside.size(s) != size or digest(beside.path(s)) != s)
    return next(wrong, None)


def give_back(folder: Path, named: dict[str, int], place: Store) -> None:
    """Put the bytes of a verified copy into the store, where they are not there already."""
    beside = Store(folder)
    for sha, size in named.items():
        if place.size(sha) != size:
            bring(beside.path(sha), place, sha)
