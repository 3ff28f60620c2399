"""What a file is, by its content: it must agree with its name, and hold nothing that its kind does not."""

import mmap
import re
from pathlib import Path

import puremagic

from app.errors import Unsupported
from app.files.archives import office_kind
from app.files.images import check_image
from app.files.kinds import BY_EXTENSION, KINDS, OLE, ZIP, Family, Kind, begins_as, extension_of

_HEAD = 4096
# Texts hold tabs, line ends and form feeds, and no other control character.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# A text that a program would run or draw, whatever it is called.
_ACTIVE = re.compile(
    rb"\s*(?:#!|<\?|<!doctype|<!--|<html|<head|<body|<svg|<script|<iframe|\{\\rtf|%!ps|%pdf-)", re.IGNORECASE
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def look_into(path: Path, name: str) -> Kind:
    """The kind of a file that may be kept.

    Raises Unsupported when its extension is none of ours or its content another; Refused when it is
    damaged, or harmless-looking and is not.
    """
    extension = extension_of(name)
    kind = BY_EXTENSION.get(extension)
    if kind is None:
        known = ", ".join(sorted(BY_EXTENSION))
        raise Unsupported("file_kind_unknown", field="file", name=name, found=extension or "?", known=known)
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not begins_as(kind, head) or not _holds(kind, path, name):
        raise Unsupported("file_not_what_it_says", field="file", name=name, found=_guess(head))
    return kind


def _holds(kind: Kind, path: Path, name: str) -> bool:
    match kind.family:
        case Family.office:
            return office_kind(path, name) == kind
        case Family.legacy:
            return _has_stream(path, kind.part) or (kind.part == "Workbook" and _has_stream(path, "Book"))
        case Family.image:
            check_image(path, kind, name)
        case Family.text:
            return _is_text(path)
    return True


def _has_stream(path: Path, stream: str) -> bool:
    """Whether an OLE file's directory, whose entries stand at multiples of 128 bytes, names a stream."""
    wanted = stream.encode("utf-16-le") + b"\0\0"
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = content.find(wanted)
        while place >= 0 and place % 128:
            place = content.find(wanted, place + 1)
        return place >= 0


def _is_text(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
        wide = head.startswith(_MARKS[1:])
        start = head.decode("utf-16", "ignore").encode() if wide else head.removeprefix(_MARKS[0])
        if _ACTIVE.match(start):
            return False
        if wide:  # half of its bytes are controls; its letters are looked at instead
            try:
                text = (head + stream.read()).decode("utf-16")
            except UnicodeDecodeError:
                return False
            return _CONTROL.search(text.encode()) is None
        stream.seek(0)
        while piece := stream.read(1 << 20):
            if _CONTROL.search(piece):
                return False
    return True


def _guess(head: bytes) -> str:
    """What a content looks like, as an extension, for the person who sent it."""
    if head.startswith(ZIP):
        return "zip"
    if head.startswith(OLE):
        return "doc, xls, ppt"
    ours = next((k for k in KINDS if k.family != Family.text and begins_as(k, head)), None)
    if ours is not None:
        return ours.extensions[0]
    try:
        return puremagic.magic_string(head)[0].extension.lstrip(".") or "?"
    except (puremagic.PureError, ValueError, IndexError):
        return "?"
