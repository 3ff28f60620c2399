"""How often a key may call, what an address with wrong keys is told, and whose pages may call at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import settings
from app.limits import Limiter, Limits, Policy
from app.main import create_app
from tests.actors import bearer
from tests.api.contract import Contract, check_problem

# ---- the bucket


@given(st.lists(st.integers(0, 30), max_size=25), st.integers(1, 20), st.integers(1, 60))
def test_in_no_stretch_of_time_more_passes_than_a_bucket_and_what_came_back(pauses, quota, window):
    limiter, now, passed = Limiter(Policy(quota, window)), 0.0, []
    for pause in pauses:
        now += pause
        found = limiter.take("key", now)
        assert 0 <= found.remaining < quota
        if found.retry_after is None:
            passed.append(now)
    for start in passed:
        for end in passed:
            if start <= end:
                within = sum(start <= moment <= end for moment in passed)
                assert within <= quota + (end - start) * quota / window + 1e-6


@given(st.integers(1, 50), st.integers(1, 100))
def test_who_waits_as_long_as_told_is_heard_again(quota, window):
    limiter = Limiter(Policy(quota, window))
    for _ in range(quota):
        assert limiter.take("key", 0).retry_after is None
    told = limiter.take("key", 0)
    assert told.remaining == 0
    assert limiter.take("key", told.retry_after).retry_after is None


def test_each_caller_has_a_bucket_of_its_own_and_the_memory_is_bounded():
    limiter = Limiter(Policy(1, 60), most=100)
    for number in range(1000):
        assert limiter.take(f"key {number}", number / 1000).retry_after is None
    assert len(limiter._buckets) <= 100


# ---- at the door


@pytest.fixture
def limited(app):
    """The application with so many calls a minute."""
    before = app.state.limits

    def limit(a_minute):
        app.state.limits = Limits(a_minute)

    yield limit
    app.state.limits = before


def test_every_answer_tells_what_is_left(limited, api):
    limited(3)
    client = api("read_key")
    answers = [client.get("/api/v1/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"key";q=3;w=60'}
    assert [answer.headers["ratelimit"] for answer in answers[:3]] == [
        '"key";r=2;t=20', '"key";r=1;t=40', '"key";r=0;t=60',
    ]  # fmt: skip
    assert api("write_key").get("/api/v1/me").status_code == 200, "another key has calls of its own"


def test_one_call_too_many_is_told_when_to_come_again(limited, api, application):
    limited(1)
    client, contract = api("read_key"), Contract(application.openapi())
    contract.check(client.get("/api/v1/partners"))
    answer = contract.check(client.get("/api/v1/partners"))
    check_problem(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.headers["x-request-id"]


def test_an_address_with_many_wrong_keys_waits_and_known_keys_come_in(limited, open_client):
    limited(600)
    client = open_client()
    wrong = {"Authorization": "Bearer ct_readkey_wrong"}
    got = [client.get("/api/v1/me", headers=wrong) for _ in range(31)]
    assert [answer.status_code for answer in got] == [401] * 30 + [429]
    check_problem(got[-1], 429)
    assert int(got[-1].headers["retry-after"]) <= 30
    # Who sends what cannot be read is asked for the key all the same, and waits as well.
    path, broken = "/api/v1/follow-ups", {**wrong, "content-type": "text/plain"}
    assert client.post(path, content="x", headers=broken).status_code == 429
    assert client.get("/api/v1/me", headers=bearer("read_key")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("GET", "/api/v1/partners?nonsense=1", {}),
        ("GET", "/api/v1/partners?fields=nonsense", {}),
        ("POST", "/api/v1/interactions", {"content": "{", "headers": {"content-type": "application/json"}}),
        ("POST", "/api/v1/interactions", {"content": "x", "headers": {"content-type": "text/plain"}}),
    ],
)
def test_a_call_that_cannot_be_read_is_a_call(limited, api, method, path, sent):
    limited(2)
    client = api("write_key")
    answers = [client.request(method, path, **sent) for _ in range(3)]
    assert [answer.status_code for answer in answers][-1] == 429
    assert {answer.status_code for answer in answers[:2]} <= {415, 422}
    assert answers[0].headers["ratelimit"] == '"key";r=1;t=30'


def test_guessed_keys_wait_where_calls_are_not_counted(limited, open_client):
    limited(0)
    wrong = {"Authorization": "Bearer ct_readkey_wrong"}
    got = [open_client().get("/api/v1/me", headers=wrong).status_code for _ in range(31)]
    assert got == [401] * 30 + [429]


def test_people_on_pages_are_not_counted(limited, as_):
    limited(1)
    client = as_("officer")
    assert all(client.get("/partners").status_code == 200 for _ in range(3))
    assert "ratelimit" not in client.get("/partners").headers


def test_without_a_limit_nothing_is_told(limited, api):
    limited(0)
    assert "ratelimit" not in api("read_key").get("/api/v1/me").headers


# ---- HEAD, OPTIONS, and other sites' pages


def test_head_and_options_are_right(api):
    client = api("read_key")
    whole, head = client.get("/api/v1/partners"), client.head("/api/v1/partners")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]
    options = client.options("/api/v1/partners")
    assert options.status_code == 204
    assert options.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert options.headers["x-request-id"]
    assert client.options("/api/v1/nowhere").status_code == 404


SITE = "https://portal.example"
ASKS = {
    "Origin": SITE,
    "Access-Control-Request-Method": "PATCH",
    "Access-Control-Request-Headers": "authorization, if-match, content-type",
}


def test_no_other_site_is_answered_unless_it_is_named(api):
    answer = api("read_key").get("/api/v1/partners", headers={"Origin": SITE})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert "access-control-allow-origin" not in api(None).options("/api/v1/partners", headers=ASKS).headers


@pytest.fixture
def open_to(monkeypatch, database):
    """A client of an application that is open to pages of one site."""
    from starlette.testclient import TestClient

    monkeypatch.setattr(settings(), "cors_origins", SITE)
    return TestClient(create_app(database), base_url="http://127.0.0.1:8000")


def test_a_named_site_calls_the_api_and_nothing_else(open_to):
    before = open_to.options("/api/v1/partners/fukuoka", headers=ASKS)
    assert before.status_code == 200
    assert before.headers["access-control-allow-origin"] == SITE
    assert "PATCH" in before.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in before.headers
    assert before.headers["x-request-id"]
    headers = {**bearer("write_key"), "Origin": SITE}
    answer = open_to.get("/api/v1/partners", headers=headers)
    assert answer.headers["access-control-allow-origin"] == SITE
    assert "ETag" in answer.headers["access-control-expose-headers"]
    wrong = open_to.patch("/api/v1/partners/nowhere", json={}, headers={**headers, "If-Match": "*"})
    assert (wrong.status_code, wrong.headers["access-control-allow-origin"]) == (404, SITE)
    other = open_to.options("/api/v1/partners", headers={**ASKS, "Origin": "https://other.example"})
    assert other.status_code == 400
    assert "access-control-allow-origin" not in open_to.get("/sign-in", headers={"Origin": SITE}).headers


@pytest.mark.parametrize("said", ["portal.example", "https://portal.example/path", "ftp://portal.example"])
def test_what_is_no_origin_is_refused_at_start(monkeypatch, said):
    from pydantic import ValidationError

    from app.config import Settings

    monkeypatch.setenv("CITYTIES_CORS_ORIGINS", said)
    with pytest.raises(ValidationError):
        Settings()
