"""What a file is: decided by its content, which must agree with its name and be what it seems."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest

from app.errors import DomainError, Refused, Unsupported
from app.files import archives, images
from app.files.content import look_into
from app.files.kinds import BY_EXTENSION, KINDS
from tests.files.conftest import PDF, TYPES, archive, office, ole, open_document, picture

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
EXE = b"MZ\x90\0" + b"\0" * 200


@pytest.fixture
def look(tmp_path):
    def one(name, content):
        path = tmp_path / "part"
        path.write_bytes(content)
        return look_into(path, name)

    return one


@pytest.fixture
def refused(look):
    """The code with which a file is refused, within 5 seconds and 100 MB."""

    def one(name, content, kind=DomainError):
        tracemalloc.start()
        began = time.perf_counter()
        with pytest.raises(kind) as error:
            look(name, content)
        took, (_, most) = time.perf_counter() - began, tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert took < 5
        assert most < 100_000_000
        assert 400 <= error.value.status < 500
        return error.value.code

    return one


HONEST = {
    "a.pdf": PDF,
    "a.PDF": PDF,
    "a.docx": office("docx"),
    "a.xlsx": office("xlsx"),
    "a.pptx": office("pptx"),
    "a.odt": open_document("text"),
    "a.ods": open_document("spreadsheet"),
    "a.odp": open_document("presentation"),
    "a.doc": ole("WordDocument"),
    "a.xls": ole("Workbook"),
    "old.xls": ole("Book"),
    "a.ppt": ole("PowerPoint Document"),
    "a.jpg": picture("JPEG"),
    "a.jpeg": picture("JPEG"),
    "a.png": picture("PNG"),
    "a.webp": picture("WEBP"),
    "a.gif": picture("GIF"),
    "a.heic": HEIC,
    "a.txt": "Xin chào\r\n\tcác bạn".encode(),
    "bom.txt": b"\xef\xbb\xbfXin",
    "wide.txt": "Xin chào".encode("utf-16"),
    "old.txt": "Bản ghi".encode("cp1258", "replace"),
    "=1+1.csv": b"=1+1,2\n",
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_what_it_says(look, name):
    kind = look(name, HONEST[name])
    assert kind is BY_EXTENSION[name.rpartition(".")[2].lower()]


def test_every_kind_has_an_example():
    assert {BY_EXTENSION[name.rpartition(".")[2].lower()] for name in HONEST} == set(KINDS)


@pytest.mark.parametrize("name", HONEST)
def test_another_name_does_not_make_another_file(refused, name):
    """Each content under each extension that is not its own."""
    own = BY_EXTENSION[name.rpartition(".")[2].lower()]
    for extension, kind in BY_EXTENSION.items():
        # Both are text, and nothing in them tells which; Excel's sheets lie in OLE files of two names.
        if kind is own or {kind.family, own.family} == {"text"}:
            continue
        assert refused(f"b.{extension}", HONEST[name], Unsupported) == "file_not_what_it_says", extension


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("setup.exe", EXE, "file_kind_unknown"),
        ("report.pdf.exe", EXE, "file_kind_unknown"),
        ("report.pdf", EXE, "file_not_what_it_says"),
        ("report.docx", EXE, "file_not_what_it_says"),
        ("report.txt", EXE, "file_not_what_it_says"),
        ("run.txt", b"#!/bin/sh\nrm -rf /\n", "file_not_what_it_says"),
        ("elf.csv", b"\x7fELF\x02\x01\x01\0", "file_not_what_it_says"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_kind_unknown"),
        ("page.html", b"<html></html>", "file_kind_unknown"),
        ("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_not_what_it_says"),
        ("page.txt", b"  <!DOCTYPE html><script>1</script>", "file_not_what_it_says"),
        ("logo.txt", b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "file_not_what_it_says"),
        ("wide.txt", "<html>".encode("utf-16"), "file_not_what_it_says"),
        ("late.txt", b"a" * 2_000_000 + b"\0", "file_not_what_it_says"),
        ("macro.docm", office(), "file_kind_unknown"),
        ("noname", PDF, "file_kind_unknown"),
        ("zip.zip", archive({"a": b"b"}), "file_kind_unknown"),
        ("zip.docx", archive({"a": b"b"}), "file_not_what_it_says"),
        ("installer.doc", ole("SummaryInformation"), "file_not_what_it_says"),
        ("macro.docx", office(**{"word/vbaProject.bin": b"x"}), "file_with_macros"),
        ("inside.docx", office(**{"word/embeddings/setup.EXE": EXE}), "file_with_program"),
    ],
)
def test_what_is_not_kept_here(refused, name, content, code):
    assert refused(name, content, Unsupported) == code


# ---- office clothes


def test_a_bomb_in_office_clothes(refused):
    """Three hundred megabytes of zeros in a third of one, told by its own list of entries."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros, crc, packed = bytes(1 << 20), 0, b""
    for _ in range(300):
        crc = zlib.crc32(zeros, crc)
        packed += body.compress(zeros)
    packed += body.flush()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", TYPES)
        made.writestr("word/document.xml", b"<x/>")
        made.writestr("word/media/a.bin", packed)
    content = bytearray(out.getvalue())
    assert len(content) < 400_000
    # The entry is said to be deflated and as long as it is, in its own head and in the list.
    head = content.find(b"PK\x03\x04", content.find(b"word/document.xml"))
    listed = content.find(b"PK\x01\x02", content.rfind(b"word/document.xml"))
    for place, method, sums in ((head, 8, 14), (listed, 10, 16)):
        struct.pack_into("<H", content, place + method, zipfile.ZIP_DEFLATED)
        struct.pack_into("<III", content, place + sums, crc, len(packed), 300 << 20)
    assert refused("bomb.docx", bytes(content), Refused) == "file_swells"
    # The same with a modest length told: what is read stops there, and the checksum does not fit.
    for place, sums in ((head, 14), (listed, 16)):
        struct.pack_into("<III", content, place + sums, crc, len(packed), 5_000_000)
    assert refused("liar.docx", bytes(content), Refused) == "file_broken"


def test_entries_that_share_their_bytes(refused):
    """Sixty thousand names for one run of zeros: the sum of what is packed exceeds the file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", TYPES)
        made.writestr("word/document.xml", b"<x/>")
        made.writestr("a", bytes(1_000_000))
        shared = made.getinfo("a")
        for n in range(30):
            twin = zipfile.ZipInfo(f"b{n}")
            for name in ("compress_type", "file_size", "compress_size", "CRC", "header_offset"):
                setattr(twin, name, getattr(shared, name))
            made.filelist.append(twin)
        made._didModify = True
    assert refused("shared.docx", out.getvalue(), Refused) in {"file_swells", "file_broken"}


@pytest.mark.parametrize("entries", [6_000, 20_000])
def test_thousands_of_entries(refused, entries):
    many = office(**{f"word/media/{n}.bin": b"" for n in range(entries)})
    assert refused("many.docx", many, Refused) in {"file_swells", "file_broken"}


def test_a_list_of_entries_without_end_is_not_read(refused, monkeypatch):
    """Not even by the library, which would take it at once."""
    monkeypatch.setattr(zipfile.ZipFile, "infolist", lambda self: pytest.fail("it was read"))
    many = office(**{f"word/{'x' * 60}{n}.bin": b"" for n in range(20_000)})
    assert refused("many.docx", many, Refused) == "file_broken"


@pytest.mark.parametrize(
    "part", ["word/document.xml", "[Content_Types].xml", "docProps/app.xml", "_rels/.rels"]
)
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_entities_are_refused_wherever_they_are_declared(refused, part, coding):
    text = "<!-- " + "x" * 100_000 + ' --><!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r>&e;</r>'
    head = f'<?xml version="1.0" encoding="{coding}"?>'
    assert (
        refused("xxe.docx", office(**{part: (head + text).encode(coding)}), Refused) == "file_with_entities"
    )


def test_a_prolog_without_end(refused):
    endless = b"<!--" + b"x" * 3_000_000 + b"--><x/>"
    assert refused("a.docx", office(**{"word/document.xml": endless}), Refused) == "file_broken"


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/etc/x.xml", "a/../../x.xml", "C:x.xml", "a\\..\\x.xml", "\\x.xml"]
)
def test_entries_that_lead_out_of_the_archive(refused, name):
    assert refused("a.docx", office(**{name: b"<x/>"}), Refused) == "file_broken"


def test_a_damaged_archive(refused, look):
    whole = office(**{"word/media/a.bin": bytes(range(256)) * 400})
    assert look("a.docx", whole)
    assert refused("cut.docx", whole[: len(whole) // 2]) == "file_broken"
    place = whole.find(b"word/media/a.bin") + 40
    spoilt = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
    assert refused("spoilt.docx", spoilt) == "file_broken"


def test_an_archive_that_asks_for_a_password(refused):
    locked = bytearray(office())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(mark) + place] |= 1
    assert refused("a.docx", bytes(locked)) == "file_broken"


# ---- pictures


def test_a_picture_that_cannot_be_decoded(refused):
    whole = picture("PNG", (200, 200))
    assert refused("cut.png", whole[:200]) == "file_broken"
    assert refused("fake.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 100) == "file_broken"
    assert refused("fake.webp", b"RIFF\0\0\0\0WEBP") == "file_broken"
    assert refused("fake.gif", b"GIF89a") == "file_broken"


def _png(width, height):
    """The head of a picture of this size, and a little of it."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    shape = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(3_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", shape) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _webp(width, height):
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", _png(30_000, 30_000)), ("a.webp", _webp(16_000, 16_000)), ("b.png", _png(100_000, 100_000))],
)
def test_a_picture_that_would_fill_the_memory(refused, name, content):
    assert refused(name, content) == "image_too_wide"


def test_the_limits_leave_room_for_what_offices_write():
    assert archives.MOST_EXPANDED >= 250_000_000
    assert images.MOST_PIXELS >= 48_000_000
