"""Keys at their two doors: the administrators' pages and the API. A secret is told once."""

import re

import pytest
import sqlalchemy as sa

from app import clock
from app.errors import Unavailable
from app.models import Answer, ApiKey, Event, User
from tests.actors import KEYS, PEOPLE, UNIT
from tests.api.contract import Contract, check_problem

SECRET = re.compile(r"ct_[0-9a-f]{12}_[0-9a-f]{48}")
SAID = {"name": "Cổng dữ liệu", "scopes": ["read"], "unit": UNIT, "expires_on": "2026-12-31"}


@pytest.fixture
def boss(as_):
    return as_("admin")


@pytest.fixture
def program(api, application):
    """The API with an administrator's key, each answer held against the document."""
    client, contract = api("admin_key"), Contract(application.openapi())

    def send(method, path, **options):
        return contract.check(client.request(method, f"/api/v1{path}", **options))

    return send


def stored(database, name=SAID["name"]):
    with database.read() as session:
        return session.scalars(sa.select(ApiKey).where(ApiKey.name == name)).one()


def fill_in(boss, **changes):
    return boss.post("/settings/keys", data={**SAID, "form_token": "a form", **changes})


# ---- pages


@pytest.mark.parametrize("who", ["viewer", "officer", "manager"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""), ("POST", ""), ("GET", "/readkey"), ("POST", "/readkey"), ("POST", "/readkey/rotation"),
        ("POST", "/readkey/revocation"),
    ],
)  # fmt: skip
def test_only_administrators_keep_keys(as_, who, method, path):
    assert as_(who).request(method, f"/settings/keys{path}").status_code == 403


def test_a_key_is_made_on_the_page_and_its_secret_shown_once(boss, open_client, database):
    answer = fill_in(boss, addresses="192.0.2.0/24\r\n2001:db8::/32")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    text = SECRET.search(answer.text)[0]
    key = stored(database)
    assert key.addresses == ["192.0.2.0/24", "2001:db8::/32"]
    again = fill_in(boss, addresses="192.0.2.0/24\r\n2001:db8::/32")
    assert again.headers["location"] == f"/settings/keys/{key.public_id}", "sent twice, made once"
    page = boss.get(f"/settings/keys/{key.public_id}").text
    assert text.split("_")[2] not in page + boss.get("/settings/keys").text + boss.get("/history").text
    answer = open_client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/me")
    check_problem(answer, 403)
    assert "address" in answer.json()["detail"] or "địa chỉ" in answer.json()["detail"]


def test_no_remembered_answer_and_no_history_holds_a_secret(boss, program, database):
    text = SECRET.search(fill_in(boss).text)[0]
    first = program("POST", "/keys", json={**SAID, "name": "Other"}, headers={"Idempotency-Key": "1"})
    with database.read() as session:
        kept = str(session.scalars(sa.select(Answer.body)).all())
        told = str([event.changes for event in session.scalars(sa.select(Event))])
    for secret in (text.split("_")[2], first.json()["key"].split("_")[2]):
        assert secret not in kept + told


def test_a_form_that_may_not_be_keeps_what_was_typed(boss, database):
    answer = fill_in(boss, name="", addresses="nowhere", scopes=["read", "write:unit"], unit="")
    assert answer.status_code == 422
    assert "nowhere" in answer.text
    assert {"read", "write:unit"} == set(re.findall(r'value="([a-z:]+)" checked', answer.text))
    answer = fill_in(boss, scopes=["write:unit"], unit="")
    assert answer.status_code == 422


def test_a_key_is_changed_replaced_and_ended_on_its_page(boss, open_client, database):
    old = SECRET.search(fill_in(boss).text)[0]
    key = stored(database)
    url = f"/settings/keys/{key.public_id}"
    change = {**SAID, "name": "New name", "scopes": ["read", "write"], "version": key.version}
    assert boss.post(url, data={**change, "form_token": "b"}).status_code == 303
    stale = boss.post(url, data={**change, "name": "Late", "form_token": "c"})
    assert stale.status_code == 409
    assert "Late" in stale.text
    assert "New name" in stale.text
    version = stored(database, "New name").version
    turned = boss.post(f"{url}/rotation", data={"overlap_days": "0", "version": version, "form_token": "d"})
    new = SECRET.search(turned.text)[0]
    again = boss.post(f"{url}/rotation", data={"overlap_days": "0", "version": version, "form_token": "d"})
    assert again.headers["location"] == url
    assert open_client(headers={"Authorization": f"Bearer {old}"}).get("/api/v1/me").status_code == 401
    caller = open_client(headers={"Authorization": f"Bearer {new}"})
    assert caller.get("/api/v1/me").json()["scopes"] == ["read", "write"]
    bad = boss.post(f"{url}/rotation", data={"overlap_days": "99", "version": version + 1, "form_token": "e"})
    assert bad.status_code == 422
    assert boss.post(f"{url}/revocation", data={"form_token": "f"}).status_code == 303
    check_problem(caller.get("/api/v1/me"), 401)
    assert boss.get(url).status_code == 200


@pytest.mark.parametrize("path", ["", "/rotation", "/revocation"])
def test_an_unknown_key_is_not_found(boss, path):
    data = {"form_token": "x", "version": "1", "overlap_days": "1", "name": "x"}
    assert boss.post(f"/settings/keys/nosuchkey{path}", data=data).status_code == 404


def test_the_list_takes_one_statement_for_many_keys(boss, make, queries):
    for number in range(3):
        make.api_key(name=f"key {number}", public_id=f"number{number}")
    with queries() as few:
        boss.get("/settings/keys")
    for number in range(30):
        make.api_key(name=f"more {number}", public_id=f"more{number}")
    with queries() as many:
        assert boss.get("/settings/keys").status_code == 200
    assert len(few) == len(many)


def test_what_a_key_did_is_told_under_its_name(api, as_, make, database):
    make.partner(slug="fukuoka")
    body = {"name_en": "Fukuoka"}
    answer = api("write_key").patch("/api/v1/partners/fukuoka", json=body, headers={"If-Match": "*"})
    assert answer.status_code == 200
    for page in ("/history?key=writekey", "/settings/keys/writekey"):
        text = as_("admin").get(page).text
        assert '<a href="/settings/keys/writekey"><bdi>write_key</bdi></a>' in text
    assert "write_key</bdi> ·" not in as_("admin").get("/history?key=readkey").text
    seen = as_("manager").get("/history?key=writekey").text
    assert "write_key" in seen
    assert 'href="/settings/keys/' not in seen
    assert as_("officer").get("/history?key=writekey").status_code == 403
    assert as_("officer").get("/history?key=writekey&partner=fukuoka").status_code == 403


def test_the_page_says_when_the_makers_account_is_closed(boss, database):
    fill_in(boss)
    assert "whose account is closed" not in boss.get("/settings/keys").text
    with database.write() as session:
        gone = sa.select(User.id).where(User.email == PEOPLE["manager"].email).scalar_subquery()
        session.execute(sa.update(User).where(User.id == gone).values(disabled_at=clock.now()))
        mine = sa.update(ApiKey).where(ApiKey.name == SAID["name"])
        session.execute(mine.values(created_by_id=gone))
    assert "whose account is closed" in boss.get("/settings/keys").text
    assert "is closed. The key goes on" in boss.get(f"/settings/keys/{stored(database).public_id}").text


# ---- the API


def test_a_key_is_made_read_changed_replaced_and_ended_by_program(program, open_client):
    made = program("POST", "/keys", json={**SAID, "addresses": ["192.0.2.7"]})
    assert made.status_code == 201
    body = made.json()
    assert SECRET.fullmatch(body["key"])
    assert (body["addresses"], body["expires_on"], body["state"]) == (
        ["192.0.2.7/32"],
        "2026-12-31",
        "active",
    )
    path = f"/keys/{body['id']}"
    assert made.headers["location"] == f"/api/v1{path}"
    shown = program("GET", path)
    assert {**shown.json(), "key": body["key"]} == body
    changed = program("PATCH", path, json={"addresses": []}, headers={"If-Match": shown.headers["etag"]})
    assert changed.json()["addresses"] == []
    assert program("PATCH", path, json={"name": "x"}, headers={"If-Match": '"1"'}).status_code == 412
    turned = program("POST", f"{path}/rotation", json={"overlap_days": 1})
    assert turned.json()["previous_until"] is not None
    for text in (body["key"], turned.json()["key"]):
        assert open_client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/me").status_code == 200
    ended = program("POST", f"{path}/revocation")
    assert ended.json()["state"] == "revoked"
    assert program("POST", f"{path}/rotation", json={}).status_code == 409
    assert program("PATCH", path, json={"name": "x"}, headers={"If-Match": "*"}).status_code == 409


def test_a_repeat_with_the_same_idempotency_key_brings_no_secret(program):
    def send():
        return program("POST", "/keys", json=SAID, headers={"Idempotency-Key": "once"})

    first, second = send(), send()
    assert second.headers["idempotent-replayed"] == "true"
    assert {**first.json(), "key": None} == second.json()
    path = f"/keys/{first.json()['id']}/rotation"
    first, second = (program("POST", path, json={}, headers={"Idempotency-Key": "again"}) for _ in range(2))
    assert first.json()["key"] is not None
    assert {**first.json(), "key": None} == second.json()


def test_the_list_of_keys_is_filtered_and_paged(program):
    made = program("POST", "/keys", json=SAID).json()
    program("POST", f"/keys/{made['id']}/revocation")
    assert [key["id"] for key in program("GET", "/keys?state=revoked").json()["items"]] == [made["id"]]
    first = program("GET", "/keys?limit=4&sort=name").json()
    rest = program("GET", first["next"].partition("/api/v1")[2]).json()
    names = [key["name"] for key in first["items"] + rest["items"]]
    assert sorted(names) == sorted([*KEYS, SAID["name"]])
    assert rest["next"] is None
    check_problem(program("GET", "/keys?unit=nowhere"), 422)
    assert len(program("GET", f"/keys?unit={UNIT}").json()["items"]) == len(KEYS) + 1


def test_a_call_is_noted_on_its_key_and_reading_goes_on_while_nobody_can_write(
    app, database, open_client, program, monkeypatch
):
    made = program("POST", "/keys", json={"name": "x", "scopes": ["read"]}).json()
    client = open_client(headers={"Authorization": f"Bearer {made['key']}"})
    writing = database.write

    def busy(**_manner):
        raise Unavailable("busy")

    monkeypatch.setattr(database, "write", busy)
    assert client.get("/api/v1/partners").status_code == 200
    monkeypatch.setattr(database, "write", writing)
    assert program("GET", f"/keys/{made['id']}").json()["used_at"] is None
    assert client.get("/api/v1/partners").status_code == 200
    seen = program("GET", f"/keys/{made['id']}").json()
    assert seen["used_from"] == "testclient"
