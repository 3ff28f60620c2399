"""Every error is problem+json in the caller's language; HEAD and OPTIONS answer; bodies are read strictly."""

import anyio
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from app import db
from app.db import Database
from app.main import create_app
from app.partners import queries
from app.security import MAX_BODY
from tests.actors import bearer
from tests.api.contract import body_of, check_problem
from tests.conftest import HERE
from tests.factories import Make

PARTNER = b'{"name_vi": "Nice", "name_en": "Nice", "country": "FR", "kind": "city", "region": "europe"}'
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/", "/api/v2/partners", "/api/x", "/api/v1/partners/a/b"]
)
def test_an_unknown_address_under_api_is_404(api, path):
    check_problem(api("read_key").get(path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/partners", "GET, HEAD, OPTIONS, POST"),
        ("PUT", "/api/v1/partners/x", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("GET", "/api/v1/visits", "OPTIONS, POST"),
        ("HEAD", "/api/v1/visits", "OPTIONS, POST"),
        ("POST", "/api/v1/me", "GET, HEAD, OPTIONS"),
        ("BREW", "/api/v1/me", "GET, HEAD, OPTIONS"),
        ("POST", "/api/v1/openapi.json", "GET, HEAD, OPTIONS"),
        ("POST", "/api/docs", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_wrong_method_is_405_and_the_right_ones_are_named(api, method, path, allowed):
    response = api("write_key").request(method, path)
    assert response.headers["allow"] == allowed
    if method == "HEAD":
        assert (response.status_code, response.content) == (405, b"")
    else:
        check_problem(response, 405)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/partners", "GET, HEAD, OPTIONS, POST"),
        ("/api/v1/partners/x", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("/sign-in", "GET, HEAD, OPTIONS, POST"),
        ("/healthz", "GET, HEAD, OPTIONS"),
        ("/static/css/base.css", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_names_the_methods_and_lets_no_other_site_in(open_client, path, allowed):
    client = open_client(
        headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    )
    response = client.options(path)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["allow"] == allowed
    assert not [name for name in response.headers if name.startswith("access-control")]
    assert "content-security-policy" in response.headers


def test_options_of_nothing_is_404(open_client):
    check_problem(open_client().options("/api/v1/nothing"), 404)


HEADED = ["/api/v1/partners", "/api/v1/partners/fukuoka", "/api/v1/standings", "/api/v1/nothing",
          "/api/v1/partners?limit=0",
          "/api/v1/openapi.json", "/api/docs", "/healthz", "/sign-in", "/nothing"]  # fmt: skip


@pytest.mark.parametrize("path", HEADED)
def test_head_answers_as_get_without_the_body(world, api, path):
    client = api("read_key")
    full, head = client.get(path), client.head(path)
    assert head.status_code == full.status_code
    assert head.content == b""
    apart = {"x-request-id", "etag"}
    assert ("etag" in head.headers) == ("etag" in full.headers)
    if "etag" in full.headers:
        assert body_of(head) == body_of(full)
    assert {k: v for k, v in head.headers.items() if k not in apart} == {
        k: v for k, v in full.headers.items() if k not in apart
    }


def test_head_sends_no_byte_of_a_body(world, app):
    """The client of the tests would hide one."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    async def ask(method):
        told = {"type": "http", "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 8000)}
        address = {"method": method, "path": "/api/v1/partners", "query_string": b"", "headers": []}
        await app({**told, **address}, receive, send)

    for method in ("HEAD", "GET"):
        sent.clear()
        anyio.run(ask, method)
        length = sum(len(message.get("body", b"")) for message in sent)
        assert (length > 0) == (method == "GET")
        assert int(dict(sent[0]["headers"])[b"content-length"]) > 0


def test_head_knows_what_the_caller_has(world, api):
    client = api("read_key")
    tag = client.get("/api/v1/partners/fukuoka").headers["etag"]
    assert client.head("/api/v1/partners/fukuoka", headers={"If-None-Match": tag}).status_code == 304


def test_head_asks_for_a_key_too(api, client, stranger):
    assert api(None).head("/api/v1/partners").status_code == 401
    assert client.head("/").status_code == client.get("/").status_code
    assert stranger.head("/settings/users").status_code == 303


# ---- bodies


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", PARTNER),
        ("text/plain; charset=utf-8", PARTNER),
        ("application/x-www-form-urlencoded", b"name_vi=Nice&name_en=Nice"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="name_vi"\r\n\r\nNice\r\n--x--',
        ),
        ("application/xml", b"<partner/>"),
        ("application/jsonp", PARTNER),
        ("application/problem+json", PARTNER),
        ("", PARTNER),
        (None, PARTNER),
    ],
)
def test_a_body_that_is_not_called_json_is_415(api, contract, slugs, kind, body):
    headers = {} if kind is None else {"Content-Type": kind}
    response = api("write_key").post("/api/v1/partners", content=body, headers=headers)
    check_problem(contract.check(response), 415)
    assert slugs() == []


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_a_body_that_is_called_json_is_read(api, kind):
    assert (
        api("write_key").post("/api/v1/partners", content=PARTNER, headers={"Content-Type": kind}).status_code
        == 201
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"nonsense",
        b"[]",
        b'"text"',
        b"null",
        b"5",
        b"{} {}",
        b"{'name_vi': 'Nice'}",
        b'{"name_vi": NaN}',
        b'{"lat": Infinity}',
        b"\xff\xfe{}",
        b'{"name_vi": "\xff"}',
        PARTNER.decode().encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b'{"population": ' + b"9" * 5000 + b"}",
        b'{"\\ud800": 1}',
    ],
)
def test_a_body_that_is_no_json_object_is_422(api, contract, body):
    response = api("write_key").post("/api/v1/partners", content=body, headers=JSON)
    check_problem(contract.check(response), 422)


def test_halves_of_characters_and_nul_are_refused(api, contract):
    for text in (b"\\ud800", b"\\u0000", b"a\\udfffb"):
        body = PARTNER.replace(b'"Nice"', b'"' + text + b'"', 1)
        response = api("write_key").post("/api/v1/partners", content=body, headers=JSON)
        check_problem(contract.check(response), 422, pointer="/name_vi")


def test_a_field_given_twice_is_refused_and_named(api, contract, slugs):
    body = PARTNER[:-1] + b', "country": "DE"}'
    response = api("write_key").post("/api/v1/partners", content=body, headers=JSON)
    check_problem(contract.check(response), 422, "duplicate_field", "/country")
    assert slugs() == []


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_413(api, contract, slugs, chunked):
    body = PARTNER[:-1] + b', "objectives": "' + b"x" * MAX_BODY + b'"}'
    pieces = (body[at : at + 65536] for at in range(0, len(body), 65536))
    response = api("write_key").post("/api/v1/partners", content=pieces if chunked else body, headers=JSON)
    assert ("transfer-encoding" in response.request.headers) == chunked
    check_problem(contract.check(response), 413)
    assert slugs() == []


def test_a_chunked_body_within_the_limit_is_read(api):
    pieces = (PARTNER[at : at + 7] for at in range(0, len(PARTNER), 7))
    assert api("write_key").post("/api/v1/partners", content=pieces, headers=JSON).status_code == 201


# ---- when it is our own fault


def test_a_failure_of_ours_is_500_without_its_cause(api, monkeypatch):
    def broken(*_args):
        raise RuntimeError("the secret cause")

    monkeypatch.setattr(queries, "get", broken)
    response = api("read_key", raising=False).get("/api/v1/partners/fukuoka")
    check_problem(response, 500)
    assert "secret cause" not in response.text
    assert "Traceback" not in response.text
    assert response.headers["x-request-id"]
    assert "default-src 'self'" in response.headers["content-security-policy"]


def test_a_database_that_is_locked_is_503_and_reads_go_on(real_database, monkeypatch):
    if not real_database.is_sqlite:
        pytest.skip("PostgreSQL locks rows")
    Make(real_database).partner(slug="fukuoka")
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.1)
    hurried = Database(real_database.engine.url.render_as_string(), pool_size=4)
    client = TestClient(create_app(hurried), base_url=HERE, headers=bearer("write_key"))
    with real_database.engine.connect() as holder:
        holder.execute(sa.text("SELECT 1"))  # BEGIN IMMEDIATE: the write lock is held
        response = client.post("/api/v1/partners", content=PARTNER, headers=JSON)
        check_problem(response, 503)
        assert 1 <= int(response.headers["retry-after"]) <= 60
        assert client.get("/api/v1/partners/fukuoka").status_code == 200
    assert client.post("/api/v1/partners", content=PARTNER, headers=JSON).status_code == 201
    hurried.dispose()


def test_a_database_that_was_never_migrated_is_503(tmp_path):
    bare = Database(f"sqlite:///{tmp_path / 'bare.db'}", pool_size=2)
    client = TestClient(create_app(bare), base_url=HERE, headers=bearer("read_key"))
    check_problem(client.get("/api/v1/partners"), 503)
    bare.dispose()


# ---- the language


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (None, "vi"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("vi-VN", "vi"),
        ("fr, en;q=0.5, vi;q=0.4", "en"),
        ("fr", "vi"),
        ("*", "vi"),
        ("nonsense;q=x,,;;", "vi"),
    ],
)
def test_errors_speak_the_callers_language(api, asked, expected):
    headers = {"Accept-Language": asked} if asked else {"Accept-Language": ""}
    response = api("read_key").get("/api/v1/partners?limit=0", headers=headers)
    body = check_problem(response, 422)
    assert response.headers["content-language"] == expected
    assert (
        body["title"] == {"vi": "Có mục chưa đúng", "en": "Some fields are not right"}[expected]
        or body["title"]
    )
    english = check_problem(
        api("read_key").get("/api/v1/partners?limit=0", headers={"Accept-Language": "en"}), 422
    )
    assert (body == english) == (expected == "en")


def test_every_code_that_the_api_may_answer_has_words(application):
    """A code without words would be told as `invalid`."""
    import re
    from pathlib import Path

    from app.i18n import words
    from app.vocabulary import Locale

    root = Path(__file__).parents[2] / "app"
    codes = set()
    for file in root.rglob("*.py"):
        codes |= set(
            re.findall(
                r'(?:Refused|Conflict|Forbidden|Unauthenticated|refuse|FieldError)\(\s*(?:"", )?"(\w+)"',
                file.read_text(),
            )
        )
    codes -= {"field"}
    for locale in Locale:
        missing = {code for code in codes if not words(locale).has("error", code)}
        assert not missing, f"{locale}: {missing}"


@pytest.mark.parametrize("accept", ["text/csv;q=\u00b2", "text/csv;q=1.0000", "text/csv;q=", "text/csv;q=2"])
def test_a_weight_that_is_none_asks_for_nothing(api, accept):
    answer = api("read_key").get("/api/v1/partners", headers={"Accept": accept.encode("latin-1")})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"


def test_a_name_with_half_a_character_given_twice_is_named_as_well_as_can_be(api):
    body = b'{"\\ud800": 1, "\\ud800": 2}'
    problem = check_problem(api("write_key").post("/api/v1/partners", content=body, headers=JSON), 422)
    assert problem["errors"][0]["pointer"] == "/?"
