"""Where the bytes lie: once per content, under their sha256, in one folder on one disk.

    files/ab/abcdef...          the bytes, named by their hash
    files/incoming/*.part       what is being received; moved when it is whole and a record takes it
    files/thumbnails/ab/*.jpg   made from the bytes when first asked for; need no copy

A file is whole and on the disk before its row is committed, so a row never lacks its bytes. The reverse may
be: what a crash leaves behind is swept by `tick`. Several processes may share the folder.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from app.config import settings

# Long enough for the slowest upload, and for a copy of the database to find what its rows name.
GRACE = timedelta(days=1)


class Store:
    """The folder of uploaded files; others on the machine may not read it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the bytes of a content lie, or would."""
        return self.root / sha256[:2] / sha256

    def thumbnail(self, sha256: str) -> Path:
        """Where the small picture of an image lies, or would."""
        return self.root / "thumbnails" / sha256[:2] / f"{sha256}.jpg"

    def size(self, sha256: str) -> int | None:
        """How many bytes are there; None when none are."""
        try:
            return self.path(sha256).stat().st_size
        except OSError:
            return None

    def new_part(self) -> Path:
        """A name for bytes that are about to come, on the disk on which they will stay."""
        folder = _folder(self.root / "incoming")
        return folder / f"{secrets.token_hex(12)}.part"

    def keep(self, part: Path, sha256: str) -> None:
        """Move whole, synced bytes under their hash. The same content again replaces itself, which does no
        harm and mends what was damaged."""
        put(part, self.path(sha256))

    def hashes(self) -> Iterator[tuple[str, float]]:
        """Every content that is here, with the time it was last put here (seconds since 1970)."""
        for folder in _entries(self.root):
            if len(folder.name) != 2 or not folder.is_dir():
                continue
            for entry in _entries(Path(folder.path)):
                try:
                    yield entry.name, entry.stat().st_mtime
                except FileNotFoundError:
                    continue  # swept by another process meanwhile

    def remove(self, sha256: str) -> None:
        """Forget a content that no row names."""
        self.path(sha256).unlink(missing_ok=True)
        self.thumbnail(sha256).unlink(missing_ok=True)

    def sweep_parts(self, now: datetime) -> int:
        """Remove what uploads that were killed left half received."""
        swept = 0
        for entry in _entries(self.root / "incoming"):
            try:
                if entry.stat().st_mtime < (now - GRACE).timestamp():
                    os.unlink(entry.path)
                    swept += 1
            except FileNotFoundError:
                continue
        return swept


def store() -> Store:
    """This installation's store."""
    return Store(settings().file_store)


def put(part: Path, target: Path) -> None:
    """Give synced bytes their name, at once and for good (both are on one disk)."""
    _folder(target.parent)
    part.chmod(0o600)
    part.replace(target)
    _sync(target.parent)


def digest(file: Path) -> str:
    """The sha256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _folder(path: Path) -> Path:
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sync(path.parent)
    return path


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except FileNotFoundError:
        return []


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
