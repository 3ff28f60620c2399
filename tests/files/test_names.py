"""Names of files: what people sent, without what misleads."""

import re
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.files.names import LONGEST, disposition, kept_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Biên bản làm việc.pdf", "Biên bản làm việc.pdf"),
        (unicodedata.normalize("NFD", "Biên bản.pdf"), "Biên bản.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\an\\Báo cáo.docx", "Báo cáo.docx"),
        ("a/b\\c.pdf", "c.pdf"),
        ("bao\r\ncao: x.pdf", "baocao: x.pdf"),
        ("an\x00toàn.pdf", "antoàn.pdf"),
        ("chương trình.exe\x00.pdf", "chương trình.exe.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u200fمذكرة.pdf", "مذكرة.pdf"),
        ("=1+1.csv", "=1+1.csv"),
        ("  a   b .pdf", "a b .pdf"),
        ("a.pdf. . ", "a.pdf"),
        (".htaccess", "htaccess"),
        ("..", ""),
        ("", ""),
        ("a\u2028b.txt", "ab.txt"),
        ("\ud800x.txt", "x.txt"),
        ("覚書.pdf", "覚書.pdf"),
    ],
)
def test_what_is_kept_of_a_name(sent, kept):
    assert kept_name(sent) == kept


def test_a_long_name_keeps_its_extension():
    kept = kept_name("á" * 300 + ".docx")
    assert len(kept) == LONGEST
    assert kept.endswith("á.docx")
    assert len(kept_name("x" * 300)) == LONGEST
    assert len(kept_name("x." + "y" * 300)) == LONGEST


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.pdf", "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"),
        (
            'Bản "1".pdf',
            "attachment; filename=\"ban _1_.pdf\"; filename*=UTF-8''B%E1%BA%A3n%20%221%22.pdf",
        ),
        ("=1+1.csv", "attachment; filename=\"_1_1.csv\"; filename*=UTF-8''%3D1+1.csv"),
        ("覚書.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E8%A6%9A%E6%9B%B8.pdf"),
    ],
)
def test_how_a_download_is_named(name, header):
    assert disposition(name, inline=False) == header


@given(st.text())
def test_whatever_the_name_the_header_is_one_line_and_tells_it(sent):
    name = kept_name(sent)
    assert len(name) <= LONGEST
    assert kept_name(name) == name
    header = disposition(name, inline=True)
    found = re.fullmatch(
        r"inline; filename=\"[A-Za-z0-9 ._-]+\"; filename\*=UTF-8''([\w!#$&+.^`|~%-]*)", header
    )
    assert found
    assert unquote(found[1]) == name
