"""Keys: who is let in, with what they may do."""

from datetime import UTC, datetime, timedelta

import pytest

from app.history import record
from app.keys.schemas import KeyIn
from app.keys.service import create_key, get_key, revoke_key
from app.vocabulary import Scope
from tests.actors import bearer
from tests.api.contract import KEYLESS, check_problem

SECRET = bearer("read_key")["Authorization"]
VISIT = {"partner": "nobody", "direction": "inbound", "title": "Thăm", "starts_on": "2026-06-01"}


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic cmVhZDpyZWFk",
        "Bearer nonsense",
        "Bearer ct_readkey",
        "Bearer ct_readkey_secret_more",
        "Bearer xx_readkey_secret",
        "Bearer ct_readkey_wrong",
        "Bearer ct_readkey_",
        "Bearer ct_unknown_secret",
        "Bearer ct_READKEY_secret",
        "ct_readkey_secret",
        "Bearer ct_readkey_\u00e9",
        f"Bearer {'x' * 10_000}",
    ],
)
def test_what_is_no_known_key_is_401_and_says_how_to_present_one(open_client, contract, sent):
    headers = {} if sent is None else {"Authorization": sent.encode("latin-1")}
    response = contract.check(open_client().get("/api/v1/me", headers=headers))
    check_problem(response, 401)
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_every_operation_asks_for_a_key(open_client, contract):
    client = open_client()
    for method, address, _ in contract.addresses():
        if address in KEYLESS:
            continue
        response = client.request(method, address, json=None if method == "GET" else {})
        check_problem(contract.check(response), 401)


def test_the_scheme_is_read_without_regard_to_case(open_client):
    assert (
        open_client()
        .get("/api/v1/me", headers={"Authorization": SECRET.replace("Bearer", "bearer")})
        .is_success
    )


@pytest.fixture
def new_key(database, admin):
    """Make a key; returns its id and its header. `expires_at`: an instant, where a day will not do."""

    def create(expires_at=None, **fields):
        with database.write() as session:
            data = KeyIn(name="a program", **{"scopes": [Scope.read], **fields})
            key, text = create_key(session, admin, data)
            if expires_at:
                key.expires_at = expires_at
                record(session, admin, "api_key.changed", key)
            return key.public_id, {"Authorization": f"Bearer {text}"}

    return create


def test_a_key_ends_the_moment_it_is_revoked(database, admin, new_key, open_client):
    public_id, headers = new_key()
    client = open_client(headers=headers)
    assert client.get("/api/v1/me").json() == {"name": "a program", "unit": None, "scopes": ["read"]}
    with database.write() as session:
        revoke_key(session, admin, get_key(session, public_id))
    check_problem(client.get("/api/v1/me"), 401)


def test_a_key_ends_at_its_instant(at, new_key, open_client):
    end = datetime(2026, 7, 1, 3, tzinfo=UTC)
    _, headers = new_key(expires_at=end)
    client = open_client(headers=headers)
    at.instant(end - timedelta(seconds=1))
    assert client.get("/api/v1/me").status_code == 200
    at.instant(end)
    check_problem(client.get("/api/v1/me"), 401)


def test_only_the_hash_of_a_key_is_kept(database, new_key):
    from sqlmodel import select

    from app.models import ApiKey

    public_id, headers = new_key()
    with database.read() as session:
        kept = session.exec(select(ApiKey).where(ApiKey.public_id == public_id)).one()
        assert headers["Authorization"].rpartition("_")[2] not in str(kept.model_dump())


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        ([Scope.read], True, False),
        ([Scope.read_people], False, False),
        ([Scope.write_unit], False, False),
        ([Scope.read, Scope.write_unit], True, False),
        ([Scope.write], True, True),
        ([Scope.admin], True, True),
    ],
)
def test_a_scope_opens_what_it_names(new_key, open_client, contract, make, database, scopes, reads, writes):
    unit = make.unit() if Scope.write_unit in scopes else None
    _, headers = new_key(scopes=scopes, unit=unit.code if unit else None)
    client = open_client(headers=headers)
    me = contract.check(client.get("/api/v1/me"))
    assert me.json()["scopes"] == sorted(scope.value for scope in scopes)
    assert me.json()["unit"] == (unit.code if unit else None)
    read = contract.check(client.get("/api/v1/partners"))
    assert read.status_code == 200 if reads else check_problem(read, 403)
    # 422: let in, and told that there is no such partner.
    check_problem(contract.check(client.post("/api/v1/visits", json=VISIT)), 422 if writes else 403)


@pytest.mark.parametrize("name", ["viewer", "officer", "admin"])
def test_a_signed_in_browser_does_not_open_the_api(world, as_, contract, name):
    client = as_(name)
    for method, address, _ in contract.addresses():
        if address not in KEYLESS:
            check_problem(client.request(method, address, json=None if method == "GET" else {}), 401)


def test_a_key_does_not_open_a_page(api):
    assert api("admin_key").get("/settings/users").status_code in {303, 401}


def test_a_program_is_told_which_scope_it_lacks(api):
    problem = check_problem(
        api("read_key").post("/api/v1/visits", json={}, headers={"Accept-Language": "en"}), 403
    )
    assert problem["detail"] == ("The scopes of this key do not allow this. One of these does: write, admin.")
