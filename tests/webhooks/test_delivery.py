"""What arrives: signed, in order, once; and what happens where it does not."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from app import clock
from app.config import settings
from app.feeds import sequence
from app.history.service import blank
from app.models import Notice, Outbox, Person, Webhook, WebhookAttempt
from app.outbox.service import forget_waiting
from app.outbox.worker import LEASE, MOST_ATTEMPTS, Worker
from app.webhooks.feeder import feed
from app.webhooks.postman import Postman
from tests.api.contract import check_problem


@pytest.fixture
def later(at):
    """`later(hours=1)`: that much passes."""
    return lambda **span: at.instant(clock.now() + timedelta(**span))


def verified(delivery, secret, monkeypatch):
    """What the specification's own package says of a delivery, at the hour of these tests."""
    headers, body = delivery
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", _Now)
    return Verifier(secret).verify(body, headers)


class _Now:
    """The verifier asks what time it is."""

    @staticmethod
    def now(tz=None):
        return clock.now()

    @staticmethod
    def fromtimestamp(stamp, tz=None):
        return type(clock.now()).fromtimestamp(stamp, tz)


def kinds(receiver):
    return [json.loads(body)["type"] for _, body in receiver.got]


def test_a_change_of_standing_arrives_signed_and_is_the_one_of_the_feed(
    subscribe, visit, carry, receiver, api, monkeypatch
):
    made = subscribe()
    visit()
    assert carry().done == 1
    told = verified(receiver.got[0], made["secret"], monkeypatch)
    (event,) = (
        api("read_key").get("/api/v1/changes?type=standing.changed&action=changed").json()["items"][-1:]
    )
    assert told == {"type": "standing.changed", "timestamp": event["at"], "data": event}
    assert told["data"]["changes"]["warmth"] == {"old": "cold", "new": "warm"}
    assert told["data"]["changes"]["status"] == {"old": "stuck", "new": "stuck"}
    headers = receiver.got[0][0]
    assert headers["webhook-id"] == f"webhook_{made['id']}_{event['id']}"
    assert headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        verified((headers, receiver.got[0][1] + b" "), made["secret"], monkeypatch)
    assert carry().done == 0, "and nothing comes twice"
    assert len(receiver.got) == 1


def test_only_what_was_asked_for_is_told(subscribe, visit, carry, receiver, make):
    make.partner(slug="seoul", country="KR")
    subscribe(name="Trips", events=["delegation.*"])
    subscribe(name="Elsewhere", events=["delegation.*"], filter={"partner": ["seoul"]})
    subscribe(name="French", events=["delegation.*", "standing.changed"], filter={"country": ["FR"]})
    subscribe(name="Japan", events=["standing.changed"], filter={"country": ["JP"], "tier": ["regular"]})
    visit()
    carry()
    assert sorted(kinds(receiver)) == ["delegation.logged", "standing.changed"]


def test_what_happened_before_is_not_told(subscribe, visit, carry, receiver):
    visit()
    subscribe(events=["delegation.*"])
    carry()
    assert receiver.got == []


def test_each_sees_what_its_key_may_see(subscribe, visit, carry, receiver):
    subscribe("read_key", events=["delegation.*"])
    subscribe("admin_key", events=["delegation.*", "webhook.*"])
    visit(confidential=True, met="Ông Bí Mật")
    carry()
    bodies = [body.decode() for _, body in receiver.got if b"delegation.logged" in body]
    assert sorted("Ông Bí Mật" in body for body in bodies) == [False, True]


def test_a_key_that_is_ended_is_told_no_more(subscribe, visit, carry, receiver, api):
    made = subscribe("people_key")
    key = "peoplekey"
    assert api("admin_key").post(f"/api/v1/keys/{key}/revocation").status_code == 200
    visit()
    carry()
    assert receiver.got == []
    found = api("admin_key").get(f"/api/v1/webhooks/{made['id']}").json()
    assert found["disabled_why"] == "owner"


def test_they_come_in_order_and_what_fails_holds_back_what_follows(
    subscribe, visit, carry, receiver, later, database
):
    subscribe(events=["delegation.*"])
    receiver.status = 500
    for number in range(3):
        visit(title=f"Đoàn {number}")
    assert (carry().failed, len(receiver.got)) == (1, 1)
    assert (carry().failed, len(receiver.got)) == (0, 1), "it waits for its next attempt"
    receiver.status = 200
    later(minutes=2)
    assert carry().done == 3
    titles = [json.loads(body)["data"]["changes"]["title"]["new"] for _, body in receiver.got]
    assert titles == ["Đoàn 0", "Đoàn 0", "Đoàn 1", "Đoàn 2"]
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert ids[0] == ids[1], "the same message carries the same id"


def test_a_worker_that_dies_before_it_writes_down_sends_again_under_the_same_id(
    subscribe, visit, receiver, database, later
):
    subscribe()
    visit()
    feed(database)

    class Killed(BaseException):
        """As if the power went."""

    class Dying(Postman):
        def __call__(self, payload, key):
            super().__call__(payload, key)
            raise Killed

    with pytest.raises(Killed):
        Worker(database, {"webhook": Dying(database)}).run()
    assert Worker(database, {"webhook": Postman(database)}).run().done == 0, "the lease still runs"
    later(seconds=LEASE.total_seconds() + 1)
    assert Worker(database, {"webhook": Postman(database)}).run().done == 1
    first, second = (headers["webhook-id"] for headers, _ in receiver.got)
    assert first == second


def test_a_feeder_that_dies_promises_all_of_it_or_nothing(
    subscribe, visit, carry, receiver, database, monkeypatch
):
    subscribe(events=["delegation.*"])
    visit(title="Một")
    visit(title="Hai")
    with monkeypatch.context() as patch:
        patch.setattr("app.webhooks.service.move", _die)
        with pytest.raises(ZeroDivisionError):
            feed(database)
    assert carry().done == 2
    assert len(receiver.got) == 2


def _die(*_, **__):
    raise ZeroDivisionError


# ---- when it does not arrive


def of(api, made):
    return api("admin_key").get(f"/api/v1/webhooks/{made['id']}").json()


def log(api, made, **params):
    return api("admin_key").get(f"/api/v1/webhooks/{made['id']}/deliveries", params=params).json()["items"]


def test_gone_ends_it_at_once_with_a_notice_and_waking_brings_what_it_missed(
    subscribe, visit, carry, receiver, api, as_
):
    made = subscribe("read_key", events=["delegation.*"])
    receiver.status = 410
    visit(title="Một")
    carry()
    assert of(api, made)["disabled_why"] == "gone"
    assert "Mirror" in as_("admin").get("/notices").text
    receiver.status = 200
    visit(title="Hai")
    assert carry().done == 0
    url = f"/api/v1/webhooks/{made['id']}"
    check_problem(api("read_key").post(f"{url}/test"), 409)
    assert api("read_key").post(f"{url}/activation", json={}).status_code == 200
    assert carry().done == 2
    titles = [json.loads(body)["data"]["changes"]["title"]["new"] for _, body in receiver.got]
    assert titles == ["Một", "Một", "Hai"]


def test_woken_from_now_on_it_leaves_out_what_it_missed(subscribe, visit, carry, receiver, api):
    made = subscribe(events=["delegation.*"])
    url = f"/api/v1/webhooks/{made['id']}"
    visit(title="Một")
    assert api("read_key").post(f"{url}/deactivation").json()["disabled_why"] == "by_hand"
    assert api("read_key").post(f"{url}/activation", json={"after": "now"}).status_code == 200
    visit(title="Hai")
    carry()
    assert [json.loads(body)["data"]["changes"]["title"]["new"] for _, body in receiver.got] == ["Hai"]


def test_five_days_without_an_arrival_end_it_and_a_day_does_not(
    subscribe, visit, carry, receiver, api, later
):
    made = subscribe(events=["delegation.*"])
    receiver.status = 503
    visit()
    for _ in range(24):
        carry()
        later(hours=1, minutes=1)
    assert of(api, made)["disabled_at"] is None
    assert of(api, made)["failing_since"] is not None
    visit()
    for _ in range(5 * 24):
        carry()
        later(hours=1, minutes=1)
    found = of(api, made)
    assert found["disabled_why"] == "failing"
    assert found["given_up"] == 1, "after three days the first was given up"
    assert len(receiver.got) > MOST_ATTEMPTS


def titles(receiver):
    return [json.loads(body)["data"]["changes"]["title"]["new"] for _, body in receiver.got]


def test_what_was_given_up_while_nothing_arrived_is_missed_too_and_comes_first(
    subscribe, visit, carry, receiver, api, later
):
    made = subscribe(events=["delegation.*"])
    receiver.status = 503
    for title in ("Một", "Hai", "Ba"):
        visit(title=title)
    for _ in range(5 * 24):
        carry()
        later(hours=1, minutes=1)
    found = of(api, made)
    assert (found["disabled_why"], found["given_up"]) == ("failing", 1)
    receiver.got.clear()
    receiver.status = 200
    assert api("read_key").post(f"/api/v1/webhooks/{made['id']}/activation", json={}).status_code == 200
    assert of(api, made)["given_up"] == 0
    carry()
    assert titles(receiver) == ["Một", "Hai", "Ba"]


def test_what_was_given_up_before_something_arrived_stays_so_when_it_is_woken(
    subscribe, visit, carry, receiver, api, later, monkeypatch
):
    made = subscribe(events=["delegation.*"])
    url = f"/api/v1/webhooks/{made['id']}"
    monkeypatch.setattr("app.outbox.worker.MOST_ATTEMPTS", 1)
    receiver.status = 500
    visit(title="Một")
    carry()
    receiver.status = 200
    visit(title="Hai")
    carry()
    assert api("read_key").post(f"{url}/deactivation").status_code == 200
    visit(title="Ba")
    assert api("read_key").post(f"{url}/activation", json={}).status_code == 200
    carry()
    assert titles(receiver) == ["Một", "Hai", "Ba"], "the first of them was its one attempt"
    assert of(api, made)["given_up"] == 1


def test_an_arrival_forgives(subscribe, visit, carry, receiver, api, later):
    made = subscribe(events=["delegation.*"])
    receiver.status = 503
    visit()
    carry()
    receiver.status = 200
    later(minutes=2)
    carry()
    assert of(api, made)["failing_since"] is None


def test_a_redirect_is_not_followed(subscribe, visit, carry, receiver, api):
    made = subscribe()
    receiver.status, receiver.headers = 307, {"location": receiver.url}
    visit()
    assert carry().failed == 1
    assert len(receiver.got) == 1
    assert log(api, made)[0]["status"] == 307


def test_a_big_answer_is_read_in_part_and_an_odd_one_is_shown_as_it_can_be(
    subscribe, visit, carry, receiver, api
):
    made = subscribe()
    receiver.body = b"\x00\xff" + b"x" * 1_000_000
    receiver.status = 200
    visit()
    assert carry().done == 1
    kept = log(api, made)[0]["response"]
    assert kept.startswith("\ufffd\ufffdxxx")
    assert len(kept) <= 4096


def test_the_log_tells_what_was_sent_and_what_came_back(subscribe, visit, carry, receiver, api, later):
    made = subscribe()
    receiver.status, receiver.body = 500, "Lỗi".encode()
    visit()
    carry()
    receiver.status = 200
    later(minutes=2)
    carry()
    second, first = log(api, made)
    assert (first["attempt"], first["arrived"], first["status"], first["response"]) == (1, False, 500, "Lỗi")
    assert (second["attempt"], second["arrived"]) == (2, True)
    assert json.loads(second["request"])["type"] == "standing.changed"
    assert [it["id"] for it in log(api, made, failed="true")] == [first["id"]]


def test_what_arrived_is_sent_again_on_demand_under_its_id(subscribe, visit, carry, receiver, api):
    made = subscribe()
    visit()
    carry()
    (first,) = log(api, made)
    url = f"/api/v1/webhooks/{made['id']}/deliveries/{first['id']}/resend"
    assert api("read_key").post(url).status_code == 202
    carry()
    assert [headers["webhook-id"] for headers, _ in receiver.got] == [first["webhook_id"]] * 2


def test_a_ping_goes_past_what_waits(subscribe, visit, carry, receiver, api, monkeypatch):
    made = subscribe()
    receiver.status = 500
    visit()
    carry()
    receiver.status = 200
    answer = api("read_key").post(f"/api/v1/webhooks/{made['id']}/test")
    assert answer.status_code == 202
    carry()
    assert kinds(receiver) == ["standing.changed", "webhook.ping"]
    assert receiver.got[1][0]["webhook-id"] == answer.json()["webhook_id"]
    assert verified(receiver.got[1], made["secret"], monkeypatch)["type"] == "webhook.ping"


# ---- secrets, restores, erasure


def test_while_a_secret_is_changed_both_sign(subscribe, visit, carry, receiver, api, later, monkeypatch):
    made = subscribe(events=["delegation.*"])
    url = f"/api/v1/webhooks/{made['id']}/secret"
    changed = api("read_key").post(url, json={"overlap_hours": 2}).json()
    assert changed["secret"] != made["secret"]
    visit()
    carry()
    for secret in (made["secret"], changed["secret"]):
        verified(receiver.got[0], secret, monkeypatch)
    later(hours=3)
    visit()
    carry()
    verified(receiver.got[1], changed["secret"], monkeypatch)
    with pytest.raises(WebhookVerificationError):
        verified(receiver.got[1], made["secret"], monkeypatch)


def test_with_another_key_of_the_installation_it_falls_silent(
    subscribe, visit, carry, receiver, api, monkeypatch
):
    made = subscribe()
    monkeypatch.setattr(settings(), "secret_key", "another one")
    visit()
    carry()
    assert receiver.got == []
    assert of(api, made)["disabled_why"] == "secret"
    url = f"/api/v1/webhooks/{made['id']}"
    check_problem(api("read_key").post(f"{url}/activation", json={}), 422)
    renewed = api("read_key").post(f"{url}/secret", json={}).json()
    assert api("read_key").post(f"{url}/activation", json={}).status_code == 200
    carry()
    verified(receiver.got[0], renewed["secret"], monkeypatch)


def test_a_restored_copy_sends_nothing_of_the_past(subscribe, visit, carry, receiver, database):
    subscribe(events=["delegation.*"])
    visit()
    feed(database)
    visit()
    with database.write() as session:
        sequence.leap(session)
        forget_waiting(session)
    carry()
    assert receiver.got == []
    visit()
    carry()
    assert len(receiver.got) == 1


def test_erasing_a_person_empties_what_was_written_down_of_deliveries(
    subscribe, carry, receiver, api, make, fukuoka, database
):
    made = subscribe("people_key", events=["person.*"])
    person = api("write_key").post("/api/v1/people", json={"name": "Sato Yuriko"})
    assert person.status_code == 201, person.text
    carry()
    assert b"Sato" in receiver.got[0][1]
    with database.write() as session:
        blank(session, "person", [person.json()["id"]], Person.personal)
    assert "Sato" not in str(log(api, made))


def test_without_webhooks_a_round_of_the_feeder_is_one_statement(database, queries):
    with queries() as seen:
        feed(database)
    assert len(seen) == 1


def test_nothing_is_kept_of_the_secret(subscribe, database):
    made = subscribe()
    secret = made["secret"].removeprefix("whsec_")
    with database.read() as session:
        for table in (Webhook, WebhookAttempt, Outbox, Notice):
            for row in session.scalars(sa.select(table)):
                assert secret not in str(row)
