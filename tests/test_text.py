"""Texts from outside: what may be stored, and what counts as the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text import clean, fold, like_words, marked, refused_character, slugify


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Hà Nội", "ha noi"),
        ("HA NOI", "ha noi"),
        (unicodedata.normalize("NFD", "Hà Nội"), "ha noi"),
        ("Đà Nẵng", "da nang"),
        ("Phụng Hoàng  Đình", "phung hoang dinh"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("İstanbul", "istanbul"),
        ("Straße", "strasse"),
        ("N’Djamena", "ndjamena"),
        ("Ｆｕｋｕｏｋａ", "fukuoka"),
        ("福岡", "福岡"),
        ("  two \t words ", "two words"),
        ("", ""),
    ],
)
def test_texts_fold_to_what_a_hurried_typist_writes(typed, folded):
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_decomposed_and_composed_spellings_fold_alike(text):
    composed = unicodedata.normalize("NFC", text)
    assert fold(unicodedata.normalize("NFD", composed)) == fold(composed)


def test_marks_are_kept_where_an_exact_hit_is_looked_for():
    assert marked(unicodedata.normalize("NFD", "HÀ  Nội")) == "hà nội"
    assert marked("Ha Noi") != marked("Hà Nội")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("bell\x07", "U+0007"),
        ("nul\x00", "U+0000"),
        ("escape\x9b", "U+009B"),
        ("right-to-left mark\u200f", "U+200F"),
        ("override\u202e", "U+202E"),
        ("isolate\u2066", "U+2066"),
        ("byte order mark\ufeff", "U+FEFF"),
        ("soft hyphen\u00ad", "U+00AD"),
        ("line separator\u2028", "U+2028"),
        ("half a pair\ud83d", "U+D83D"),
        ("tag\U000e0041", "U+E0041"),
        ("line\nbreak", "U+000A"),
    ],
)
def test_characters_that_hide_or_turn_text_are_refused(text, code):
    assert refused_character(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "Đặng Thị Hồng Vân",
        "می\u200cخواهم",
        "ភាសា\u200bខ្មែរ",
        "👩\u200d🔬",
        "القاهرة",
        "ירושלים",
        "ວຽງຈັນ",
        "서울특별시",
        "東京都",
        unicodedata.normalize("NFD", "Hà Nội"),
    ],
)
def test_honest_scripts_and_their_joiners_are_kept(text):
    assert refused_character(text) is None


def test_line_breaks_are_welcome_where_lines_are():
    assert refused_character("one\n\ttwo", lines=True) is None
    assert refused_character("one\x0btwo", lines=True) == "U+000B"


def test_stored_texts_are_composed_and_trimmed():
    assert clean(unicodedata.normalize("NFD", "  Hà Nội ")) == "Hà Nội"
    assert clean(" a \r\n b\rc \n", lines=True) == "a\n b\nc"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Thủ đô Viêng Chăn", "thu-do-vieng-chan"),
        ("Île-de-France", "ile-de-france"),
        ("東京", ""),
        ("--", ""),
    ],
)
def test_a_slug_is_plain_ascii_or_nothing(name, slug):
    assert slugify(name) == slug


def test_signs_of_like_are_searched_for_as_they_are():
    assert like_words("100% sure_thing \\o/") == ["100\\%", "sure\\_thing", "\\\\o/"]
    assert like_words("  Hà  NỘI ") == ["ha", "noi"]
    assert like_words("") == []
