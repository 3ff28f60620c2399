"""What another site's page cannot do here, and what every answer carries."""

import pytest

from app.security import MAX_BODY

HERE = "http://127.0.0.1:8000"
FORM = {"email": "nobody@city.example", "password": "x"}


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": HERE},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": "http://127.0.0.1"},
        {"origin": "http://127.0.0.1:8000.evil.example"},
        {"origin": "https://evil.example", "hx-request": "true"},
        {"sec-fetch-site": "cross-site", "hx-request": "true", "x-requested-with": "XMLHttpRequest"},
        {"origin": "null", "content-type": "text/plain"},
        {"origin": ""},
    ],
)
@pytest.mark.parametrize("path", ["/sign-out", "/settings/users", "/api/v1/visits"])
def test_an_unsafe_request_from_another_site_is_refused(as_, path, headers):
    answer = as_("admin", raising=False).post(path, data=FORM, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "QUERY"])
def test_every_method_that_may_change_something_is_guarded(as_, method):
    answer = as_("admin", raising=False).request(
        method, "/anything", headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin", "origin": HERE},
        {"sec-fetch-site": "none"},
        {"origin": HERE},
        {},
    ],
)
def test_our_own_forms_pass(as_, headers):
    assert as_("officer").post("/sign-out", headers=headers).status_code == 303


def test_reading_from_another_site_is_a_link(as_):
    answer = as_("officer").get("/sign-out", headers={"sec-fetch-site": "cross-site"}, follow_redirects=False)
    assert answer.status_code == 405
    assert as_("stranger").get("/healthz", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_a_program_with_a_key_has_no_site(stranger, write_key):
    """A key is not sent by a browser on its own, so no page can borrow it."""
    answer = stranger.post("/api/v1/nothing", headers={**write_key, "origin": "https://elsewhere.example"})
    assert answer.status_code == 404


def test_a_forged_key_does_not_open_a_page(as_):
    """At the API a key excuses from the check of the site; here it is the cookie that signs the request."""
    forged = {"authorization": "Bearer x", "sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    for path in ("/sign-out", "/settings/users"):
        assert as_("admin", raising=False).post(path, data=FORM, headers=forged).status_code == 403


@pytest.mark.parametrize(
    "path", ["/healthz", "/sign-out", "/no-such-page", "/api/v1/no-such-thing", "/settings/users"]
)
def test_every_answer_carries_the_headers(as_, path):
    headers = as_("viewer", raising=False).get(path).headers
    policy = headers["content-security-policy"]
    for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "script-src 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert len(headers["x-request-id"]) == 16


def test_a_refusal_carries_the_headers_too(as_):
    answer = as_("officer").post("/sign-out", headers={"origin": "null"})
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_an_unforeseen_failure_carries_the_headers_and_tells_nothing(app, as_, monkeypatch):
    from app.accounts import queries

    monkeypatch.setattr(queries, "list_users", lambda _session: 1 / 0)
    answer = as_("admin", raising=False).get("/settings/users")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["content-security-policy"]
    assert answer.headers["x-request-id"] in answer.text


def test_each_answer_has_its_own_request_id(stranger):
    assert len({stranger.get("/healthz").headers["x-request-id"] for _ in range(5)}) == 5


def test_assets_may_be_kept_forever(stranger):
    from app.assets import asset

    assert "immutable" in stranger.get(asset("css")).headers["cache-control"]


def test_hsts_is_sent_where_people_come_by_https(monkeypatch):
    from starlette.testclient import TestClient

    from app.config import settings
    from app.main import create_app

    monkeypatch.setattr(settings(), "public_url", "https://ties.city.example")
    client = TestClient(create_app(database=object()), base_url="https://ties.city.example")
    assert client.get("/healthz").headers["strict-transport-security"].startswith("max-age=31536000")


def test_hsts_is_not_sent_on_plain_http(stranger):
    assert "strict-transport-security" not in stranger.get("/healthz").headers


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/visits"])
def test_a_body_that_is_too_long_is_refused_by_its_length(as_, path):
    answer = as_("officer", raising=False).post(path, data={"email": "x" * (MAX_BODY + 1)})
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/visits"])
def test_a_body_that_names_no_length_is_counted_as_it_comes(as_, path, write_key):
    def chunks():
        yield b"email="
        for _ in range(20):
            yield b"x" * (MAX_BODY // 10)

    kind = {"content-type": "application/json" if "api" in path else "application/x-www-form-urlencoded"}
    headers = {**kind, **(write_key if "api" in path else {})}
    answer = as_("stranger", raising=False).post(path, content=chunks(), headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith(
        "application/problem+json" if "api" in path else "text/html"
    )


def test_a_body_of_the_greatest_length_is_read(stranger):
    text = "email=" + "x" * (MAX_BODY - 6)
    answer = stranger.post(
        "/sign-in", content=text, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 401
