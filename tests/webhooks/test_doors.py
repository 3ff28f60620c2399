"""Who may keep which webhooks, at the API and on the page."""

import pytest
import sqlalchemy as sa

from app import clock
from app.feeds.types import OF_ACCOUNTS
from app.history import listing
from app.models import Answer, Event
from tests.api.contract import Contract, check_problem

URL = "/api/v1/webhooks"


@pytest.fixture
def judged(application):
    judge = Contract(application.openapi())
    return judge.check


def test_a_key_keeps_its_own_and_administrators_all(subscribe, api):
    mine, other = subscribe("read_key"), subscribe("write_key", name="Other")
    assert [it["id"] for it in api("read_key").get(URL).json()["items"]] == [mine["id"]]
    assert {it["id"] for it in api("admin_key").get(URL).json()["items"]} == {mine["id"], other["id"]}
    for method, path, body in (
        ("GET", "", None), ("PATCH", "", {"name": "x"}), ("DELETE", "", None), ("POST", "/secret", {}),
        ("POST", "/test", None), ("GET", "/deliveries", None), ("POST", "/activation", {}),
        ("POST", "/deactivation", None), ("POST", "/restoration", None),
    ):  # fmt: skip
        headers = {"If-Match": "*"}
        answer = api("read_key").request(method, f"{URL}/{other['id']}{path}", json=body, headers=headers)
        check_problem(answer, 404)


def test_it_is_made_changed_archived_and_restored(subscribe, api, judged):
    made = subscribe()
    client, url = api("read_key"), f"{URL}/{made['id']}"
    shown = judged(client.get(url))
    assert "secret" not in shown.json()
    check_problem(client.patch(url, json={"name": "x"}), 428)
    sent = {"name": "Copy", "filter": {"country": ["JP"]}}
    changed = judged(client.patch(url, json=sent, headers={"If-Match": shown.headers["etag"]}))
    assert (changed.json()["name"], changed.json()["filter"]["country"]) == ("Copy", ["JP"])
    check_problem(client.patch(url, json=sent, headers={"If-Match": shown.headers["etag"]}), 412)
    judged(client.delete(url, headers={"If-Match": changed.headers["etag"]}))
    check_problem(client.get(url), 404)
    back = judged(client.post(f"{url}/restoration"))
    assert back.json()["disabled_why"] == "by_hand"
    assert judged(client.post(f"{url}/activation", json={"after": "now"})).json()["disabled_at"] is None
    judged(client.get(f"{url}/deliveries"))
    judged(client.post(f"{url}/test"))
    judged(client.post(f"{url}/secret", json={}))
    judged(client.get(URL))


def test_the_secret_is_told_once_and_not_to_a_repeat(api, receiver, database):
    data = {"name": "Mirror", "url": receiver.url, "events": ["standing.changed"]}
    client, headers = api("read_key"), {"Idempotency-Key": "one"}
    first = client.post(URL, json=data, headers=headers)
    again = client.post(URL, json=data, headers=headers)
    assert first.json()["secret"].startswith("whsec_")
    assert again.json() == {**first.json(), "secret": None}
    with database.read() as session:
        kept = " ".join(session.scalars(sa.select(Answer.body)))
        told = str(session.scalars(sa.select(Event.changes)).all())
    assert first.json()["secret"] not in kept + told


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"events": []}, "/events"),
        ({"events": ["standing.moved"]}, "/events/0"),
        ({"filter": {"tier": ["gold"]}}, "/filter/tier/0"),
        ({"filter": {"weather": ["hot"]}}, "/filter/weather"),
        ({"filter": {"partner": ["fukuoka", "fukoka"]}}, "/filter/partner/1"),
        ({"filter": {"officer": ["nobody@city.example"]}}, "/filter/officer/0"),
        ({"events": ["standing.changed", "api_key.created"]}, "/events/1"),
        ({"events": ["saved_view.*"]}, "/events/0"),
        ({"url": "https://u:p@hook.example/"}, "/url"),
        ({"secret": "whsec_mine"}, "/secret"),
    ],
)
def test_what_is_wrong_is_named(api, receiver, subscribe, fukuoka, more, pointer):
    data = {"name": "Mirror", "url": receiver.url, "events": ["standing.changed"], **more}
    check_problem(api("read_key").post(URL, json=data), 422, pointer=pointer)
    made = subscribe("read_key")
    headers = {"If-Match": "*"}
    answer = api("read_key").patch(f"{URL}/{made['id']}", json=more, headers=headers)
    check_problem(answer, 422, pointer=pointer)


def test_what_only_administrators_are_told_may_be_asked_for_by_theirs_alone(api, subscribe):
    subscribe("admin_key", events=["api_key.*", "webhook.created"])
    made = subscribe("read_key")
    answer = api("admin_key").patch(
        f"{URL}/{made['id']}", json={"events": ["user.*"]}, headers={"If-Match": "*"}
    )
    check_problem(answer, 422, pointer="/events/0")


def test_what_a_filter_names_may_be_archived_and_written_in_capitals(api, subscribe, make, fukuoka):
    make.partner(slug="seoul", archived_at=clock.now())
    made = subscribe(filter={"partner": ["fukuoka", "seoul"], "officer": ["Officer@City.example"]})
    assert made["filter"]["officer"] == ["officer@city.example"]


def test_the_families_of_accounts_are_those_that_the_history_keeps_for_administrators():
    kinds = {"outbox" if family == "delivery" else family for family in OF_ACCOUNTS}
    assert kinds == set(listing._OF_ACCOUNTS)


def test_only_administrators_read_of_them_in_the_history(subscribe, api, as_):
    subscribe("write_key")
    for key, sees in (("write_key", False), ("admin_key", True)):
        items = api(key).get("/api/v1/changes?type=webhook.*").json()["items"]
        assert bool(items) is sees
