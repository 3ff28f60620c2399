"""People over REST: the same rules, and personal data only for keys with the scope for them."""

import pytest

from tests.api.contract import Contract, check_problem
from tests.people.conftest import PRIVATE


@pytest.fixture(scope="session")
def contract(application):
    return Contract(application.openapi())


@pytest.fixture
def call(api, contract):
    def send(method, path, key="admin_key", **options):
        return contract.check(api(key).request(method, f"/api/v1{path}", **options))

    return send


@pytest.mark.parametrize(
    ("key", "sees"),
    [
        ("read_key", False),
        ("write_key", False),
        ("unit_key", False),
        ("people_key", True),
        ("admin_key", True),
    ],
)
def test_personal_data_need_their_scope(call, sato, key, sees):
    one = call("GET", f"/people/{sato.id}", key).json()
    listed = call("GET", "/people", key).json()["items"]
    for body in (one, *listed):
        assert {name: body[name] for name in PRIVATE} == (PRIVATE if sees else dict.fromkeys(PRIVATE))
        assert body["posts"][0]["title_en"] == "Mayor"
        assert body["posts"][0]["current"]
    assert len(listed) == 1
    for query in ("q=sato", "sort=name", "sort=-name"):
        assert call("GET", f"/people?{query}", key).status_code == (200 if sees else 403)


def test_a_writer_without_the_scope_is_told_nothing_back(call, sato):
    made = call("POST", "/people", "write_key", json={"name": "Người mới", "phone": "+84 1"})
    assert made.status_code == 201
    assert made.json()["name"] is None
    assert (
        call("GET", made.headers["location"].removeprefix("/api/v1"), "people_key").json()["name"]
        == "Người mới"
    )


def test_entered_changed_and_read_again(call, fukuoka):
    body = {"name": "An", "posts": [{"title_vi": "Thị trưởng", "partner": "fukuoka", "from_on": "02/2024"}]}
    made = call("POST", "/people", json=body)
    post = made.json()["posts"][0]
    assert (post["partner"], post["from_on"], post["from_precision"]) == ("fukuoka", "2024-02-01", "month")
    where = made.headers["location"].removeprefix("/api/v1")
    check_problem(call("PATCH", where, json={"name": "Bình"}), 428)
    check_problem(call("PATCH", where, json={"name": "Bình"}, headers={"If-Match": '"9"'}), 412)
    match = {"If-Match": made.headers["etag"]}
    assert call("PATCH", where, json={"name": "Bình"}, headers=match).json()["name"] == "Bình"
    check_problem(
        call("PATCH", where, json={"age": 3}, headers={"If-Match": "*"}), 422, "unknown_field", "/age"
    )
    ended = call(
        "PATCH", f"{where}/posts/{post['id']}", json={"to_on": "2026-06-01"}, headers={"If-Match": '"1"'}
    ).json()
    assert not ended["posts"][0]["current"]
    gone = call("DELETE", f"{where}/posts/{post['id']}", headers={"If-Match": '"2"'})
    assert gone.json()["posts"] == []
    again = call("POST", f"{where}/posts", json={"title_vi": "Cố vấn", "partner": "fukuoka"})
    assert (again.status_code, len(again.json()["posts"])) == (201, 1)


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "required", "/name"),
        ({"name": "A", "email": "x"}, "bad_email", "/email"),
        ({"name": "A", "posts": [{"title_vi": "T"}]}, "post_nowhere", "/posts/0/partner"),
        ({"name": "A", "posts": [{"title_vi": "T", "partner": "no"}]}, "unknown_partner", "/posts/0/partner"),
    ],
)
def test_what_is_wrong_is_named(call, fukuoka, body, code, pointer):
    check_problem(call("POST", "/people", json=body), 422, code, pointer)


@pytest.mark.parametrize("sort", ["id", "-id", "name", "-name"])
def test_pages_lose_and_repeat_nobody(api, call, make, fukuoka, sort):
    with make.together():
        for n in range(7):
            make.post(make.person(name=f"Người {n % 3}"), fukuoka)
    found, url = [], f"/people?limit=2&sort={sort}&partner=fukuoka&state=current"
    while url:
        body = call("GET", url).json()
        found += [item["id"] for item in body["items"]]
        url = body["next"] and body["next"].partition("/api/v1")[2]
    assert len(found) == len(set(found)) == 7
