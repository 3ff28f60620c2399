"""The kinds of files the register keeps, and how each begins."""

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """What kinds have in common: how they are looked into, and shown."""

    pdf = "pdf"
    office = "office"
    legacy = "legacy"
    image = "image"
    photo = "photo"
    text = "text"


@dataclass(frozen=True)
class Kind:
    """One kind of file. `part`: the entry within an office file that no other kind has."""

    media_type: str
    family: Family
    extensions: tuple[str, ...]
    part: str = ""

    @property
    def inline(self) -> bool:
        """Whether a browser may show it in its window: what runs no script there."""
        return self.family in {Family.pdf, Family.image}


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

KINDS = (
    Kind("application/pdf", Family.pdf, ("pdf",)),
    Kind(f"{_OOXML}.wordprocessingml.document", Family.office, ("docx",), "word/document.xml"),
    Kind(f"{_OOXML}.spreadsheetml.sheet", Family.office, ("xlsx",), "xl/workbook.xml"),
    Kind(f"{_OOXML}.presentationml.presentation", Family.office, ("pptx",), "ppt/presentation.xml"),
    Kind(f"{_ODF}.text", Family.office, ("odt",), "content.xml"),
    Kind(f"{_ODF}.spreadsheet", Family.office, ("ods",), "content.xml"),
    Kind(f"{_ODF}.presentation", Family.office, ("odp",), "content.xml"),
    Kind("application/msword", Family.legacy, ("doc",), "WordDocument"),
    Kind("application/vnd.ms-excel", Family.legacy, ("xls",), "Workbook"),
    Kind("application/vnd.ms-powerpoint", Family.legacy, ("ppt",), "PowerPoint Document"),
    Kind("image/jpeg", Family.image, ("jpg", "jpeg")),
    Kind("image/png", Family.image, ("png",)),
    Kind("image/webp", Family.image, ("webp",)),
    Kind("image/gif", Family.image, ("gif",)),
    # Telephones write it, few browsers show it, and nothing here decodes it: it is kept and handed out.
    Kind("image/heic", Family.photo, ("heic",)),
    Kind("text/plain", Family.text, ("txt",)),
    Kind("text/csv", Family.text, ("csv",)),
)

BY_EXTENSION = {extension: kind for kind in KINDS for extension in kind.extensions}
BY_TYPE = {kind.media_type: kind for kind in KINDS}

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"})


def begins_as(kind: Kind, head: bytes) -> bool:
    """Whether a file's first bytes are those of its kind; an office file is one archive among many yet."""
    match kind.family:
        case Family.pdf:
            return head.startswith(b"%PDF-")
        case Family.office:
            return head.startswith(ZIP)
        case Family.legacy:
            return head.startswith(OLE)
        case Family.photo:
            return head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS
        case Family.image:
            return _image_type(head) == kind.media_type
    return True


def _image_type(head: bytes) -> str:
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


def extension_of(name: str) -> str:
    """What stands behind the last point of a name, in small letters; empty for none."""
    stem, _, extension = name.rpartition(".")
    return extension.lower() if stem else ""
