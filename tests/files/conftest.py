"""Files as people and programs send them, and a store of the test's own."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.config import settings
from app.files.store import Store
from tests.staging import staged

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty store."""
    monkeypatch.setattr(settings(), "files", tmp_path / "files")
    return Store(tmp_path / "files")


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    """A picture, its left half red."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


def archive(entries: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def office(kind: str = "docx", **more: bytes) -> bytes:
    """The least that passes for an office file; `more` adds or replaces entries by name."""
    return archive({"[Content_Types].xml": TYPES, PARTS[kind]: b"<?xml version='1.0'?><root/>", **more})


def open_document(kind: str) -> bytes:
    """The least that passes for an OpenDocument file: its type stands first and uncompressed."""
    content = {"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<x/>"}
    return archive(content, zipfile.ZIP_STORED)


def ole(*streams: str) -> bytes:
    """An old office file with a directory of these streams."""
    rows = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + rows


@pytest.fixture
def send(as_: Callable[..., Any]) -> Callable[..., Any]:
    """`send("/delegations/1", ("a.pdf", PDF), number="1/BC")`: an officer's upload from the page."""

    def post(record: str, *files: tuple[str, bytes], who: str = "officer", **fields: str) -> Any:
        client = as_(who)
        sent = [("file", (name, content, "application/octet-stream")) for name, content in files]
        return client.post(f"{record}/files", data=fields, files=sent or [("file", ("", b""))])

    return post


@pytest.fixture
def parts(kept: Store) -> Callable[[], list[Path]]:
    """What is half received."""
    return lambda: sorted((kept.root / "incoming").glob("*")) if kept.root.exists() else []


@pytest.fixture
def bytes_kept(kept: Store) -> Callable[[], list[str]]:
    """The contents that are stored."""
    return lambda: sorted(sha for sha, _ in kept.hashes())


@staged
def partner(make: Any) -> Any:
    return make.partner(slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka Prefecture")


@staged
def visit(make: Any, partner: Any) -> Any:
    return make.visit(partner, title="Đoàn tỉnh Fukuoka")


@pytest.fixture
def at_visit(visit: Any) -> str:
    """The address of a visit's page."""
    return f"/delegations/{visit.id}"


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> int:
    """Files of one megabyte at most."""
    monkeypatch.setattr(settings(), "file_mb", 1)
    return 1_000_000
