"""Pictures: proved to be pictures by decoding them, within limits, and made small without their metadata."""

import struct
import threading
from pathlib import Path

from PIL import Image, ImageOps

from app.errors import Refused
from app.files.kinds import Kind
from app.files.store import Store, put

MOST_PIXELS = 50_000_000
EDGE = 320
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
# A picture at the limit takes 200 MB while it is decoded: two at a time, whoever asks.
_turn = threading.Semaphore(2)
# Our own limit is looked at before anything is decoded; Pillow's would only warn.
Image.MAX_IMAGE_PIXELS = None


def check_image(path: Path, kind: Kind, name: str) -> None:
    """Raise Refused unless the picture can be decoded and is not larger than MOST_PIXELS."""
    try:
        _small(path, kind)
    except _TooWide:
        raise Refused("image_too_wide", field="file", name=name, megapixels=MOST_PIXELS // 10**6) from None
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError) as error:
        raise Refused("file_broken", field="file", name=name) from error


def thumbnail(store: Store, sha256: str, kind: Kind) -> Path:
    """The small picture of a content, made on the first call: upright, in JPEG, its metadata left behind."""
    target = store.thumbnail(sha256)
    if not target.exists():
        part = store.new_part()
        try:
            _small(store.path(sha256), kind).save(part, "JPEG", quality=80, optimize=True)
            put(part, target)
        finally:
            part.unlink(missing_ok=True)
    return target


class _TooWide(Exception):
    pass


def _small(path: Path, kind: Kind) -> Image.Image:
    if kind.media_type == "image/webp" and _webp_pixels(path) > MOST_PIXELS:
        raise _TooWide  # its decoder takes room for the whole picture as soon as it is opened
    with _turn, Image.open(path, formats=[_FORMATS[kind.media_type]]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise _TooWide
        picture.draft("RGB", (EDGE * 2, EDGE * 2))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((EDGE, EDGE))
        small = Image.new("RGB", upright.size, "white")
        clear = upright.convert("RGBA")
        small.paste(clear, mask=clear.getchannel("A"))
        return small


def _webp_pixels(path: Path) -> int:
    """The size that a WebP's header tells (RFC 9649)."""
    with path.open("rb") as stream:
        head = stream.read(30)
    if len(head) < 30:
        raise ValueError("no WebP")
    match head[12:16]:
        case b"VP8X":
            width = int.from_bytes(head[24:27], "little") + 1
            height = int.from_bytes(head[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            width, height = (int.from_bytes(head[n : n + 2], "little") & 0x3FFF for n in (26, 28))
    return width * height
