"""Office files are archives: looked through in full, within limits that no honest one reaches.

Nothing is unpacked to the disk. Each entry is read once in small pieces, which also proves that the archive
is whole; of its XML only what stands before the first element is parsed: entities are declared there.
"""

import zipfile
import zlib
from pathlib import Path
from typing import Any
from xml.parsers import expat

from app.errors import Refused, Unsupported
from app.files.kinds import BY_TYPE, KINDS, Family, Kind, extension_of

MOST_ENTRIES = 5_000
MOST_EXPANDED = 250_000_000
# XML of an office shrinks to a tenth, at most to a fiftieth; zeros to a thousandth.
STEEPEST, STEEP_FROM = 100, 20_000_000
# The list of entries is read at once: 1 MB is twice what MOST_ENTRIES long names take.
_LONGEST_LIST = 1_000_000
_LONGEST_PROLOG = 1_000_000
_CHUNK = 1 << 16
_PROGRAMS = frozenset(
    {
        "exe", "dll", "scr", "com", "pif", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js", "jse", "wsf",
        "wsh", "hta", "msi", "msp", "jar", "lnk", "cpl", "reg", "sys",
    }
)  # fmt: skip


class _Guarded:
    """A file of which no reader may take more than a little at once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")

    def read(self, count: int = -1) -> bytes:
        """The next bytes; raises BadZipFile where a list of entries is longer than any honest one."""
        found = self._file.read(count if 0 <= count <= _LONGEST_LIST else _LONGEST_LIST + 1)
        if len(found) > _LONGEST_LIST:
            raise zipfile.BadZipFile("a list of entries without end")
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def office_kind(path: Path, name: str) -> Kind | None:
    """The kind of office file an archive is, after looking through it; None for any other archive.

    Raises Refused for one that is damaged, swells beyond the limits or declares entities; Unsupported for
    programs and macros within.
    """
    guarded = _Guarded(path)
    try:
        with zipfile.ZipFile(guarded) as archive:
            entries = archive.infolist()
            _check_list(entries, path.stat().st_size, name)
            kind = _kind(archive, {entry.filename for entry in entries})
            if kind is not None:
                for entry in entries:
                    _check_entry(archive, entry, name)
            return kind
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise Refused("file_broken", field="file", name=name) from error
    finally:
        guarded.close()


def _check_list(entries: list[zipfile.ZipInfo], size: int, name: str) -> None:
    expanded = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    steep = expanded > STEEP_FROM and expanded > STEEPEST * size
    if len(entries) > MOST_ENTRIES or expanded > MOST_EXPANDED or steep or packed > size:
        raise Refused("file_swells", field="file", name=name)
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names) or any(_strays(n) for n in names):
        raise Refused("file_broken", field="file", name=name)
    for entry in entries:
        last = entry.filename.rpartition("/")[2].lower()
        if last == "vbaproject.bin":
            raise Unsupported("file_with_macros", field="file", name=name)
        if extension_of(last) in _PROGRAMS:
            raise Unsupported("file_with_program", field="file", name=name, found=last[:60])
        if entry.flag_bits & 0x1 or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Refused("file_broken", field="file", name=name)


def _strays(entry: str) -> bool:
    """Whether the name of an entry leads out of the archive."""
    parts = entry.replace("\\", "/").split("/")
    return entry.startswith(("/", "\\")) or ".." in parts or entry[1:2] == ":" or "\\" in entry


def _kind(archive: zipfile.ZipFile, names: set[str]) -> Kind | None:
    if "[Content_Types].xml" in names:
        parts = (k for k in KINDS if k.family == Family.office and k.part in names)
        return next((kind for kind in parts if kind.part != "content.xml"), None)
    if "mimetype" in names:
        with archive.open("mimetype") as stream:
            kind = BY_TYPE.get(stream.read(100).decode("ascii", "replace").strip())
        return kind if kind and kind.part in names else None
    return None


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> None:
    """Read one entry to its end, which checks its length and checksum."""
    prolog = _Prolog(name) if entry.filename.lower().endswith((".xml", ".rels")) else None
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            if prolog and not prolog.over:
                prolog.feed(piece)


class _Prolog:
    """What an XML text says before its first element. `over`: that element has been seen."""

    def __init__(self, name: str) -> None:
        self.over = False
        self._name, self._seen = name, 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._declared
        self._parser.StartElementHandler = self._begun

    def feed(self, piece: bytes) -> None:
        """The next bytes. Raises Refused where a document type is declared: no office writes one, and what
        it may pull in comes from outside."""
        self._seen += len(piece)
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError as error:
            # What follows the first element in this piece is not ours to judge.
            if not self.over:
                raise Refused("file_broken", field="file", name=self._name) from error
        if not self.over and self._seen > _LONGEST_PROLOG:
            raise Refused("file_broken", field="file", name=self._name)

    def _declared(self, *_: Any) -> None:
        raise Refused("file_with_entities", field="file", name=self._name)

    def _begun(self, *_: Any) -> None:
        self.over = True
        self._parser.StartElementHandler = None
        self._parser.StartDoctypeDeclHandler = None
