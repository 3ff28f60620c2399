"""Keys under their rules: who they let in, from where, with which secret, until when."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.auth.keys import USED_EVERY, find_key, touch
from app.errors import Conflict, Forbidden, Invalid, Refused, Stale
from app.keys import service
from app.keys.expiry import AHEAD, warn_of_keys
from app.keys.schemas import KeyIn, KeyPatch, RotationIn, end_of, last_day
from app.models import ApiKey, Event, Notice
from app.schemas import parse
from tests.actors import PEOPLE, UNIT


@pytest.fixture
def new(database, admin):
    """Make a key; returns its id and its text."""

    def create(**fields):
        with database.write() as session:
            data = parse(KeyIn, {"name": "Cổng dữ liệu", "scopes": ["read"], **fields})
            key, text = service.create_key(session, admin, data)
            return key.public_id, text

    return create


@pytest.fixture
def do(database, admin):
    """`do(service.rotate_key, public_id, RotationIn())`: an act on the key as it stands."""

    def act(deed, public_id, *said):
        with database.write() as session:
            key = service.get_key(session, public_id)
            return deed(session, admin, key, *said, version=key.version)

    return act


@pytest.fixture
def opens(database):
    def look(text, address=None):
        with database.read() as session:
            return find_key(session, text, None, address) is not None

    return look


def test_an_old_secret_works_until_its_overlap_ends(at, new, do, opens):
    public_id, old = new()
    moment = clock.now()
    _, fresh = do(service.rotate_key, public_id, RotationIn(overlap_days=3))
    assert fresh.split("_")[1] == public_id != fresh
    assert opens(old)
    assert opens(fresh)
    at.instant(moment + timedelta(days=2, hours=23))
    assert opens(old)
    at.instant(moment + timedelta(days=3, hours=1))
    assert not opens(old)
    assert opens(fresh)


def test_an_overlap_of_no_days_ends_the_old_secret_at_once(new, do, opens):
    public_id, old = new()
    do(service.rotate_key, public_id, RotationIn(overlap_days=0))
    assert not opens(old)


def test_of_two_old_secrets_the_older_one_ends_with_the_second_rotation(new, do, opens):
    public_id, first = new()
    _, second = do(service.rotate_key, public_id, RotationIn())
    _, third = do(service.rotate_key, public_id, RotationIn())
    assert [opens(text) for text in (first, second, third)] == [False, True, True]


def test_revoking_ends_both_secrets_for_good(new, do, opens):
    public_id, old = new()
    _, fresh = do(service.rotate_key, public_id, RotationIn())
    do(service.revoke_key, public_id)
    assert not opens(old)
    assert not opens(fresh)
    with pytest.raises(Conflict, match="key_revoked"):
        do(service.rotate_key, public_id, RotationIn())
    with pytest.raises(Conflict, match="key_revoked"):
        do(service.change_key, public_id, KeyPatch(name="other"))


def test_an_expired_key_needs_a_later_day_before_a_new_secret(at, new, do, opens):
    public_id, text = new(expires_on="2026-06-20")
    at("2026-06-21")
    assert not opens(text)
    with pytest.raises(Conflict, match="key_expired"):
        do(service.rotate_key, public_id, RotationIn())
    do(service.change_key, public_id, parse(KeyPatch, {"expires_on": "2026-07-01"}))
    assert opens(text)


@pytest.mark.parametrize("days", [-1, 31])
def test_an_overlap_has_its_bounds(days):
    with pytest.raises(Invalid):
        parse(RotationIn, {"overlap_days": days})


@pytest.mark.parametrize(
    ("networks", "address", "comes_in"),
    [
        (["192.0.2.0/24"], "192.0.2.77", True),
        (["192.0.2.0/24"], "192.0.3.1", False),
        (["192.0.2.7"], "192.0.2.7", True),
        (["192.0.2.0/24"], "::ffff:192.0.2.9", True),
        (["192.0.2.0/24"], "2001:db8::1", False),
        (["2001:db8::/32", "198.51.100.0/25"], "2001:db8:5::1", True),
        (["2001:db8::/32", "198.51.100.0/25"], "198.51.100.3", True),
        (["2001:db8::/32", "198.51.100.0/25"], "198.51.100.200", False),
        (["192.0.2.0/24"], None, False),
        (["192.0.2.0/24"], "testclient", False),
        ([], "testclient", True),
    ],
)
def test_a_key_comes_from_its_networks_alone(new, opens, networks, address, comes_in):
    _, text = new(addresses=networks)
    if comes_in:
        assert opens(text, address)
    else:
        with pytest.raises(Forbidden, match="address_refused"):
            opens(text, address)


def test_networks_are_kept_in_one_spelling():
    said = "192.0.2.7/24, 192.0.2.0/24\r\n2001:DB8::1"
    assert parse(KeyIn, {"name": "x", "scopes": ["read"], "addresses": said}).addresses == [
        "192.0.2.0/24",
        "2001:db8::1/128",
    ]


@pytest.mark.parametrize(
    "said", [["nowhere"], ["192.0.2.0/33"], ["::/129"], ["0"], [7], [f"10.0.0.{n}" for n in range(51)]]
)
def test_what_is_no_network_is_refused(said):
    with pytest.raises(Invalid) as refused:
        parse(KeyIn, {"name": "x", "scopes": ["read"], "addresses": said})
    assert refused.value.errors[0].pointer.startswith("addresses")


def test_the_last_day_is_read_as_it_was_said(at):
    for day in ("2026-06-30", "2026-12-31"):
        at(day)
        assert last_day(end_of(clock.today())) == clock.today()
    assert last_day(None) is end_of(None) is None


def test_a_key_for_a_unit_cannot_lose_it(new, do):
    public_id, _ = new(scopes=["write:unit"], unit=UNIT)
    with pytest.raises(Refused, match="unit_needed"):
        do(service.change_key, public_id, parse(KeyPatch, {"unit": ""}))
    with pytest.raises(Refused, match="required"):
        do(service.change_key, public_id, KeyPatch(scopes=[]))


def test_a_key_changed_meanwhile_is_not_changed_again(database, admin, new):
    public_id, _ = new()
    with database.write() as session:
        key = service.get_key(session, public_id)
        with pytest.raises(Stale):
            service.change_key(session, admin, key, KeyPatch(name="x"), version=key.version + 1)


def test_use_is_noted_at_most_every_ten_minutes_and_tells_no_history(at, database, new):
    public_id, text = new()

    def use(address):
        with database.write() as session:
            actor, should_touch = find_key(session, text, None, address)
            touch(session, actor.api_key_id, address)
            return should_touch

    def row():
        with database.read() as session:
            return session.scalars(sa.select(ApiKey).where(ApiKey.public_id == public_id)).one()

    first = clock.now()
    assert use("192.0.2.1")
    assert (row().used_from, row().version) == ("192.0.2.1", 1)
    at.instant(first + USED_EVERY / 2)
    assert not use("192.0.2.2")
    assert row().used_from == "192.0.2.1", "nothing was written"
    at.instant(first + USED_EVERY + timedelta(minutes=1))
    assert use("192.0.2.2")
    assert (row().used_from, row().version) == ("192.0.2.2", 1)
    with database.read() as session:
        told = session.scalars(sa.select(Event.action).where(Event.record_type == "api_key")).all()
    assert told == ["api_key.created"]


def test_no_secret_and_no_hash_is_told_in_the_history(database, new, do):
    public_id, old = new()
    _, fresh = do(service.rotate_key, public_id, RotationIn())
    with database.read() as session:
        told = str(
            [e.changes for e in session.scalars(sa.select(Event).where(Event.record_type == "api_key"))]
        )
        row = session.scalars(sa.select(ApiKey).where(ApiKey.public_id == public_id)).one()
    secrets = {text.split("_")[2] for text in (old, fresh)} | {row.secret_hash, row.previous_hash}
    assert not [secret for secret in secrets if secret in told]


def test_administrators_are_told_once_before_a_key_expires(at, database, new, do):
    near, _ = new(name="near", expires_on="2026-06-28")
    new(name="far", expires_on="2026-08-01")
    new(name="for good")
    ended, _ = new(name="ended", expires_on="2026-06-28")
    do(service.revoke_key, ended)

    def round_():
        with database.write() as session:
            return warn_of_keys(session, clock.today())

    assert round_() == 1
    assert round_() == 0
    with database.read() as session:
        notice = session.scalars(sa.select(Notice)).one()
        assert notice.payload == {"title": "near", "key": near, "on": "2026-06-28"}
    do(service.change_key, near, parse(KeyPatch, {"expires_on": "2026-07-20"}))
    assert round_() == 0
    at("2026-07-10")
    assert round_() == 1, "of the new day they are told anew"
    assert timedelta(days=14) == AHEAD


def test_the_notice_leads_administrators_to_the_key(as_, database, new):
    near, _ = new(name="Cổng dữ liệu", expires_on="2026-06-28")
    with database.write() as session:
        warn_of_keys(session, clock.today())
    page = as_("admin").get("/notices").text
    assert "A key expires on 28 Jun 2026: Cổng dữ liệu" in page
    with database.read() as session:
        notice = session.scalars(sa.select(Notice)).one()
    answer = as_("admin").post(f"/notices/{notice.id}/open")
    assert answer.headers["location"] == f"/settings/keys/{near}"
    assert "A key expires" not in as_("manager").get("/notices").text
    assert PEOPLE["admin"].role == "admin"


def test_what_has_expired_may_still_be_renamed_and_its_day_only_moved_ahead(at, new, do, database):
    public_id, _ = new(expires_on="2026-12-31")
    at("2027-03-01")
    do(service.change_key, public_id, parse(KeyPatch, {"name": "Cổng cũ", "expires_on": "2026-12-31"}))
    with database.read() as session:
        assert service.get_key(session, public_id).name == "Cổng cũ"
    with pytest.raises(Refused) as refused:
        do(service.change_key, public_id, parse(KeyPatch, {"expires_on": "2027-01-31"}))
    assert (refused.value.code, refused.value.errors[0].parts) == ("until_past", ("expires_on",))
    do(service.change_key, public_id, parse(KeyPatch, {"expires_on": "2027-12-31"}))
