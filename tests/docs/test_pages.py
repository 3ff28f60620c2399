"""The API's documentation: a guide, a reference by part, a changelog; open, light, in two languages."""

import re

import pytest

from app.docs.changelog import CHANGES
from app.docs.reference import running
from app.docs.tags import TAGS
from app.i18n import words
from app.vocabulary import Locale
from tests.sentences import entries

MOST = 60_000
PARTS = [tag.name for tag in TAGS]
PAGES = ["/api/docs", "/api/docs/reference", "/api/docs/changelog"]


@pytest.fixture
def read(stranger):
    """`read("/api/docs", "vi")`: the page as somebody without an account sees it."""

    def one(path, language="en"):
        stranger.cookies.set("locale", language)
        page = stranger.get(path)
        assert page.status_code == 200, path
        assert f'<html lang="{language}"' in page.text
        assert len(page.content) < MOST, f"{path} has {len(page.content)} bytes"
        return page.text

    return one


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_open_light_and_loads_nothing_from_outside(read, language):
    for path in [*PAGES, *(f"/api/docs/reference/{part}" for part in PARTS)]:
        text = read(path, language)
        for found in re.findall(r'(?:src|href|action|srcset|data-hx-get)="([^"]*)"', text):
            assert re.match(r"(/(?!/)|#|\?)", found), f"{path}: {found}"


def test_the_reference_shows_every_operation_with_what_to_type(read, application):
    document = application.openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            part, name = operation["tags"][0], operation["operationId"]
            text = read(f"/api/docs/reference/{part}/{name}")
            assert f"{method.upper()} {path}" in text
            assert ("CITYTIES_KEY" in text) == bool(operation["security"])
            assert f"httpx.{method}" in text
            assert f'href="/api/docs/reference/{part}/{name}"' in read(f"/api/docs/reference/{part}")


def test_the_reference_is_searched_without_a_script(read):
    found = read("/api/docs/reference?q=log+visit")
    assert "visits_log" in found
    assert "forums_list" not in found
    assert "0 operations" in read("/api/docs/reference?q=xyzzy")


def test_what_is_no_part_is_not_found(stranger):
    for address in ("nothing", "me/nothing", "partners/visits_log"):
        assert stranger.get(f"/api/docs/reference/{address}").status_code == 404


def test_summaries_and_parts_are_told_in_vietnamese_too(application):
    document, known = application.openapi(), words(Locale.vi)
    told = {tag.description for tag in TAGS}
    told |= {operation["summary"] for methods in document["paths"].values() for operation in methods.values()}
    missing = sorted(text for text in told if not known.has(None, text))
    assert not missing, "app/locales/vi/reference.po: " + "\n".join(missing)


def test_changes_are_told_in_vietnamese_too():
    missing = sorted(change.text for change in CHANGES if not words(Locale.vi).has(None, change.text))
    assert not missing, "app/locales/vi/docs.po: " + "\n".join(missing)


def test_no_sentence_of_the_reference_is_translated_in_vain(application):
    document = application.openapi()
    told = {tag.description for tag in TAGS}
    for methods in document["paths"].values():
        for operation in methods.values():
            told |= {operation["summary"], running(operation["description"])}
    ours = {key[1] for file, key, _ in entries(Locale.vi) if file.endswith("reference.po")}
    assert not ours - told
