"""The API's documentation: a guide, a reference by part, a changelog; open, light, in two languages."""

import re

import pytest

from app.docs.changelog import CHANGES
from app.docs.document import operations
from app.docs.reference import one
from app.docs.tags import TAGS
from app.i18n import words
from app.templating import ticked
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
    assert "plans_show" in read("/api/docs/reference?q=ke+hoach+cua+mot+nam", "vi")


def test_what_is_no_part_is_not_found(stranger):
    for address in ("nothing", "me/nothing", "partners/visits_log"):
        assert stranger.get(f"/api/docs/reference/{address}").status_code == 404


@pytest.fixture(scope="module")
def told(application):
    """Every sentence of the reference and where it is told, by the catalogue that holds its Vietnamese."""
    document = application.openapi()
    reference, parameters = {tag.description: tag.name for tag in TAGS}, {}
    for _, _, operation in operations(document):
        call = one(document, operation["tags"][0], operation["operationId"], "")
        reference |= dict.fromkeys((call.summary, call.description), call.id)
        for field in [*call.parameters, *call.body, *call.fields]:
            parameters.setdefault(field.description, f"{call.id}: {field.name}")
        parameters |= {text: f"{call.id}: {status}" for status, text in call.errors}
    parameters.pop("", None)
    return {"reference.po": reference, "parameters.po": parameters}


def test_every_field_of_a_body_says_what_it_is(application):
    document = application.openapi()
    silent = [
        f"{call.id}: {field.name}"
        for _, _, operation in operations(document)
        if (call := one(document, operation["tags"][0], operation["operationId"], ""))
        for field in call.body
        if not field.description
    ]
    assert not silent, "describe it where it is declared, or by its type:\n" + "\n".join(silent)


@pytest.mark.parametrize("shape", ["StandingJson", "ReasonJson", "PartnerItem"])
def test_what_is_derived_is_explained(application, shape):
    """Nobody knows from its name alone what `underlying` or `valid_until` is."""
    plain = {
        "code", "name_vi", "name_en", "name_local", "country", "kind", "region", "last_contact_precision",
        "is_demo", "expanded",
    }  # fmt: skip
    fields = application.openapi()["components"]["schemas"][shape]["properties"]
    assert {name for name, told in fields.items() if "description" not in told} <= plain


def test_the_reference_tells_what_stands_within_a_field_and_what_a_read_answers(read):
    logged = read("/api/docs/reference/visits/visits_log")
    assert "<code>follow_ups[].due_on</code>" in logged
    assert "<code>standing.after.rung</code>" in logged
    assert "<code>items[].waiting_since</code>" in read("/api/docs/reference/standings/standings_list")


@pytest.mark.parametrize("file", ["reference.po", "parameters.po"])
def test_the_reference_is_told_in_vietnamese_too(told, file):
    known = words(Locale.vi)
    missing = sorted(f"{text!r} ({at})" for text, at in told[file].items() if not known.has(None, text))
    assert not missing, f"app/locales/vi/{file}: " + "\n".join(missing)


def test_no_sentence_of_the_reference_is_translated_in_vain(told):
    ours = {
        name: {key[1] for file, key, _ in entries(Locale.vi) if file.endswith(f"/{name}")} for name in told
    }
    vain = sorted(text for name, texts in ours.items() for text in texts - told[name].keys())
    assert not vain, "\n".join(vain)


def test_changes_are_told_in_vietnamese_too():
    missing = sorted(change.text for change in CHANGES if not words(Locale.vi).has(None, change.text))
    assert not missing, "app/locales/vi/docs.po: " + "\n".join(missing)


def test_a_page_of_the_reference_shows_its_sentences_in_the_readers_language(read):
    english, vietnamese = (
        read("/api/docs/reference/plans/plans_show", language) for language in ("en", "vi")
    )
    for en, vi in (
        ("The plan of a year", "Kế hoạch của một năm"),  # summary
        ("planned against done", "so sánh dự kiến với thực hiện"),  # description
        ("Year of the plan: 2026.", "Năm của kế hoạch: 2026."),  # parameter
        ("The database is busy", "Cơ sở dữ liệu đang bận"),  # error
    ):
        assert en in english
        assert vi in vietnamese
        assert en not in vietnamese
    assert 'lang="en"' not in vietnamese.partition("<main")[2]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`vi` or `en`", "<code>vi</code> or <code>en</code>"),
        (
            '`<script>alert("x")</script>` <b>',
            "<code>&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;</code> &lt;b&gt;",
        ),
        ("a tick ` alone", "a tick ` alone"),
    ],
)
def test_what_stands_between_ticks_is_shown_as_code_and_nothing_of_it_is_obeyed(text, shown):
    assert ticked(text) == shown


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_tick_is_shown_by_itself(read, application, language):
    calls = [
        f"/api/docs/reference/{told['tags'][0]}/{told['operationId']}"
        for _, _, told in operations(application.openapi())
    ]
    for path in [
        "/api/docs/reference",
        "/api/docs/changelog",
        *(f"/api/docs/reference/{p}" for p in PARTS),
        *calls,
    ]:
        prose = re.sub(r"<pre.*?</pre>", "", read(path, language), flags=re.S)
        assert "`" not in prose, f"{path}: {re.findall('.{0,40}`.{0,40}', prose)[:1]}"


def test_a_page_of_the_documentation_that_is_not_there_is_a_page(open_client):
    answer = open_client().get("/api/docs/reference/visits/no-such-call")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
