"""Names of files: kept as people know them, without what could mislead a person or a program."""

import re
import unicodedata
from urllib.parse import quote

from app.files.kinds import extension_of
from app.text import fold, refused_character

LONGEST = 255


def kept_name(sent: str) -> str:
    """A file's name as it is kept: NFC, its path and everything unseen left away, cut to 255 characters.

    Marks of direction go with the unseen: `photo[U+202E]gpj.exe` would read as a picture. May be empty.
    """
    last = re.split(r"[/\\]", sent)[-1]
    seen = "".join(ch for ch in unicodedata.normalize("NFC", last) if refused_character(ch) is None)
    name = " ".join(seen.split()).strip(". ")
    if len(name) <= LONGEST:
        return name
    end = f".{extension_of(name)}" if 0 < len(extension_of(name)) <= 10 else ""
    return name[: LONGEST - len(end)].rstrip(". ") + end


def disposition(name: str, *, inline: bool) -> str:
    """The Content-Disposition of a download (RFC 6266): the name in full as `filename*` (RFC 8187), and
    without its marks for what does not read that."""
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", fold(name)).strip() or "file"
    exact = quote(name, safe="!#$&+-.^_`|~")
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{exact}"
