"""Every error in the form its reader needs: a page, a fragment, or problem+json; never a stack trace."""

import pytest
import sqlalchemy as sa

from app.errors import Conflict, Forbidden, NotFound, Refused, Stale, TooMany, Unauthenticated, Unavailable
from app.failures import answer, problem, sentence, told, understood
from app.i18n import words
from app.vocabulary import Locale

PROBLEM = "application/problem+json"


def test_an_unknown_page_says_so_in_words(client):
    client.cookies.set("locale", "en")
    response = client.get("/no-such-page")
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert words(Locale.en).word("problem", "not-found") in response.text
    assert response.headers["x-request-id"] in response.text
    assert "data-error-text" in response.text


def test_an_unknown_page_speaks_vietnamese_to_those_who_chose_nothing_else(stranger):
    text = stranger.get("/no-such-page").text
    assert words(Locale.vi).word("problem", "not-found") in text
    assert 'lang="vi"' in text


def test_htmx_gets_the_body_of_the_error_alone(client):
    text = client.get("/no-such-page", headers={"hx-request": "true"}).text
    assert text.lstrip().startswith('<div class="stack measure" id="error">')
    assert "<html" not in text


def test_an_unknown_thing_of_the_api_is_a_problem_document(api):
    response = api().get("/api/v1/no-such-thing")
    assert response.status_code == 404
    assert response.headers["content-type"] == PROBLEM
    body = response.json()
    assert body["status"] == 404
    assert body["instance"] == "/api/v1/no-such-thing"
    assert body["type"] == "urn:cityties:problem:not-found"
    assert set(body) == {"type", "title", "status", "detail", "instance"}


@pytest.mark.parametrize(
    ("language", "locale"), [(None, "vi"), ("en", "en"), ("vi, en;q=0.5", "vi"), ("fr", "vi")]
)
def test_problems_are_told_in_the_callers_language(api, language, locale):
    response = api().get("/api/v1/no-such-thing", headers={"accept-language": language} if language else {})
    assert response.headers["content-language"] == locale
    assert response.json()["title"] == words(Locale(locale)).word("problem", "not-found")


def test_a_wrong_method_is_told_in_the_readers_form(client, api):
    page = client.put("/sign-in")
    assert page.status_code == 405
    assert page.headers["content-type"].startswith("text/html")
    problem = api().put("/api/v1/me")
    assert problem.status_code == 405
    assert problem.headers["content-type"] == PROBLEM
    assert problem.headers["allow"].startswith("GET")


def test_nobody_signed_in_is_led_to_the_door_and_back(stranger):
    response = stranger.get("/settings/users?a=1")
    assert response.status_code == 303
    assert response.headers["location"] == "/sign-in?next=/settings/users%3Fa%3D1"
    assert stranger.post("/settings/users", data={}).status_code == 401
    response = stranger.get("/settings/users", headers={"hx-request": "true"})
    assert response.status_code == 401
    assert response.headers["hx-redirect"] == "/sign-in?next=/settings/users"


def test_a_call_without_a_key_is_told_what_is_missing(api):
    response = api(None).get("/api/v1/me")
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.headers["content-type"] == PROBLEM


@pytest.mark.parametrize("key", ["ct_readkey_wrong", "ct_nobody_secret", "readkey", "ct_", "ct_a_b_c", "đ"])
def test_a_key_that_is_not_known_is_told_so(api, key):
    response = api(None).get("/api/v1/me", headers={"authorization": f"Bearer {key}".encode()})
    assert response.status_code == 401


def test_who_may_not_is_told_so(as_):
    response = as_("viewer").get("/settings/users")
    assert response.status_code == 403
    assert words(Locale.en).word("error", "not_allowed") in response.text


def test_names_are_escaped_in_errors(client):
    text = client.get("/<script>alert(1)</script>").text
    assert "<script>alert" not in text


def test_a_failure_of_ours_is_logged_and_tells_the_reference_only(as_, monkeypatch, caplog):
    from app.accounts import queries

    monkeypatch.setattr(queries, "list_users", lambda _session: {}["secret detail"])
    response = as_("admin", raising=False).get("/settings/users")
    assert response.status_code == 500
    assert "secret detail" not in response.text
    reference = response.headers["x-request-id"]
    assert reference in response.text
    assert reference in caplog.text


@pytest.mark.parametrize(
    ("raised", "ours", "status"),
    [
        (sa.exc.OperationalError("x", {}, Exception("database is locked")), Unavailable, 503),
        (sa.exc.OperationalError("x", {}, Exception("disk I/O error")), Unavailable, 503),
        (sa.exc.OperationalError("x", {}, Exception("no such table: partner")), Unavailable, 503),
        (sa.exc.InterfaceError("x", {}, Exception("gone"), connection_invalidated=True), Unavailable, 503),
        (sa.exc.IntegrityError("x", {}, Exception("UNIQUE")), Conflict, 409),
        (sa.exc.DataError("x", {}, Exception("out of range")), NotFound, 404),
        (sa.orm.exc.StaleDataError("x"), Stale, 409),
        (Refused("required", field="a"), Refused, 422),
        (ZeroDivisionError(), None, 500),
    ],
)
def test_what_the_libraries_raise_is_understood(raised, ours, status):
    found = understood(raised)
    assert found.status == status
    assert ours is None or type(found) is ours


def request(path="/x", method="GET", headers=()):
    from starlette.requests import Request

    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": list(headers)}
    return Request({**scope, "server": ("127.0.0.1", 8000), "scheme": "http", "state": {}})


def test_who_must_wait_is_told_how_long():
    for path in ("/x", "/api/v1/x"):
        assert answer(request(path), Unavailable()).headers["retry-after"] == "5"
        assert (
            answer(request(path), TooMany("too_many_failures", retry_after=77)).headers["retry-after"] == "77"
        )


def test_a_stale_change_is_409_on_a_page_and_412_in_the_api():
    assert answer(request("/x", "POST"), Stale()).status_code == 409
    assert answer(request("/api/v1/x", "PATCH"), Stale()).status_code == 412


def test_a_fault_of_a_field_is_pointed_at():
    import json

    response = problem(request("/api/v1/x", "POST"), Refused("required", field="follow_ups-0-title"))
    (error,) = json.loads(bytes(response.body))["errors"]
    assert error["pointer"] == "/follow_ups/0/title"
    assert error["code"] == "required"
    assert error["detail"]


def test_a_form_hears_the_first_fault_of_each_field():
    spoken = words(Locale.en)
    assert told(spoken, Refused("required", field="title")) == {"title": sentence(spoken, "required", {})}
    assert list(told(spoken, Forbidden("not_allowed"))) == [""]


def test_a_code_without_words_is_still_an_answer():
    assert sentence(words(Locale.en), "no-such-code", {}) == words(Locale.en).word("error", "invalid")


def test_an_unauthenticated_head_is_led_to_the_door_too():
    assert answer(request("/x", "HEAD"), Unauthenticated("sign_in_needed")).status_code == 303


@pytest.mark.parametrize("path", ["/no-such-page", "/agreements/999", "/partners/nowhere"])
def test_a_page_that_is_not_there_speaks_its_readers_language(client, path):
    """The officer of the tests reads English, and chose it in the account, not on this machine."""
    page = client.get(path)
    assert page.status_code == 404
    assert 'lang="en"' in page.text
    assert 'data-user="officer@city.example"' in page.text


def test_a_failure_of_ours_speaks_it_too(as_, monkeypatch):
    from app.work import web

    def broken(*_args, **_more):
        raise RuntimeError("secret")

    monkeypatch.setattr(web, "work_of", broken)
    page = as_("officer", raising=False).get("/")
    assert page.status_code == 500
    assert 'lang="en"' in page.text
    assert "secret" not in page.text


def test_who_is_signed_in_is_no_reason_for_a_page_not_to_come(client, app):
    class Broken:
        def read(self):
            raise sa.exc.OperationalError("x", {}, Exception("gone"))

    kept, app.state.database = app.state.database, Broken()
    try:
        page = client.get("/no-such-page")
    finally:
        app.state.database = kept
    assert page.status_code == 404
