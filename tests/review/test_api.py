"""The same acts at the other door."""

import hashlib
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import ApiKey, FollowUp, Partner, Pause
from app.vocabulary import PauseState
from tests.actors import PEOPLE, UNIT
from tests.review.conftest import queue_of
from tests.staging import staged

STEP = {"title": "Đề xuất chương trình", "kind": "work_programme", "unit": UNIT, "due_on": "2026-07-15"}
PARK = {"reason": "recent_change", "until": "2026-12-01", "why": "Phía bạn sáp nhập"}
V1 = "/api/v1"


@staged
def other_admin_key(make, database):
    """A second program that may decide, and how it presents itself."""
    make.api_key(name="another program", scopes=["admin"], public_id="second")
    digest = hashlib.sha256(b"secret").hexdigest()
    with database.write() as session:
        session.execute(sa.update(ApiKey).where(ApiKey.public_id == "second").values(secret_hash=digest))
    return {"Authorization": "Bearer ct_second_secret"}


def test_the_step_becomes_a_follow_up(api, client, world, standing, rows, told):
    answer = api("write_key").post(f"{V1}/partners/kyoto/steps", json=STEP)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["partners"], found["source"], found["reason"]) == (["kyoto"], "standing", "no_programme")
    assert answer.headers["location"] == f"{V1}/follow-ups/{found['id']}"
    assert answer.headers["etag"]
    assert standing("kyoto").step == "credible"
    assert "kyoto" not in queue_of(client.get("/review").text)
    assert told("follow_up.opened")[-1].door == "api"


def test_a_key_asks_and_another_approves(api, world, rows, standing, told, other_admin_key):
    asked = api("write_key").post(f"{V1}/partners/kyoto/pauses", json=PARK)
    assert asked.status_code == 201, asked.text
    pause = asked.json()
    assert (pause["partner"], pause["state"], pause["asked_by"]) == ("kyoto", "asked", None)
    url = f"{V1}/pauses/{pause['id']}"
    assert asked.headers["location"] == url
    read = api("read_key").get(url)
    assert read.headers["etag"].partition(".")[0] == asked.headers["etag"].rstrip('"')
    match = {"If-Match": read.headers["etag"]}
    approved = api("admin_key").post(f"{url}/decision", json={"approve": True}, headers=match)
    assert approved.status_code == 200, approved.text
    assert approved.json()["state"] == "approved"
    assert standing("kyoto").status == "parked"
    match = {"If-Match": approved.headers["etag"]}
    ended = api("admin_key").post(f"{url}/end", headers=match)
    assert ended.status_code == 200, ended.text
    assert ended.json()["state"] == "ended"
    assert standing("kyoto").status == "stuck"
    assert [len(told(f"partner.{a}")) for a in ("pause_asked", "paused", "pause_ended")] == [1, 1, 1]


def test_a_key_does_not_approve_what_it_asked_for(api, world, other_admin_key, rows):
    asked = api("admin_key").post(f"{V1}/partners/kyoto/pauses", json=PARK)
    url, match = f"{V1}/pauses/{asked.json()['id']}/decision", {"If-Match": asked.headers["etag"]}
    refused = api("admin_key").post(url, json={"approve": True}, headers=match)
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    approved = api(None).post(url, json={"approve": True}, headers={**match, **other_admin_key})
    assert approved.status_code == 200, approved.text


def test_nobody_approves_through_a_key_of_ones_own(api, as_, database, world, rows, user_id):
    """One person with a browser and a key is still one person."""
    with database.write() as session:
        maker = {"created_by_id": user_id("manager")}
        session.execute(sa.update(ApiKey).where(ApiKey.name == "admin_key").values(maker))
    as_("manager").post("/partners/kyoto/pauses", data={"form_token": "a", **PARK})
    pause = api("read_key").get(f"{V1}/pauses?state=asked").json()["items"][0]
    assert pause["asked_by"] == PEOPLE["manager"].email
    url = f"{V1}/pauses/{pause['id']}/decision"
    assert api("admin_key").post(url, json={"approve": True}, headers={"If-Match": "*"}).status_code == 403

    asked = api("admin_key").post(f"{V1}/partners/kobe/pauses", json=PARK).json()
    data = {"approve": "true", "version": str(asked["version"]), "form_token": "b"}
    assert as_("manager").post(f"/pauses/{asked['id']}/decision", data=data).status_code == 403
    assert as_("admin").post(f"/pauses/{asked['id']}/decision", data=data).status_code == 303
    assert [p.state for p in rows(Pause)] == ["asked", "approved"]


def test_the_officer_changes_with_the_partners_etag(api, world, look, user_id):
    url = f"{V1}/partners/kyoto/officer"
    body = {"officer": PEOPLE["officer"].email}
    tag = api("read_key").get(f"{V1}/partners/kyoto").headers["etag"]
    assert api("admin_key").post(url, json=body).status_code == 428
    assert api("admin_key").post(url, json=body, headers={"If-Match": '"99"'}).status_code == 412
    answer = api("admin_key").post(url, json=body, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text
    assert answer.json()["officer"] == PEOPLE["officer"].email
    assert look(lambda s: s.get(Partner, world.first.id).officer_id) == user_id("officer")
    assert api("admin_key").post(url, json=body, headers={"If-Match": tag}).status_code == 412
    fresh = api("read_key").get(f"{V1}/partners/kyoto").headers["etag"]
    answer = api("admin_key").post(url, json={"officer": None}, headers={"If-Match": fresh})
    assert answer.json()["officer"] is None


def test_the_file_is_confirmed_once_a_day(api, world, standing):
    url = f"{V1}/partners/thin/reviews"
    answer = api("write_key").post(url)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["partner"], answer.json()["on"]) == ("thin", "2026-06-15")
    assert standing("thin").status == "stuck"
    assert api("write_key").post(url).status_code == 409


def test_the_same_key_and_body_is_done_once(api, world, rows):
    headers = {"Idempotency-Key": "abc"}
    first = api("write_key").post(f"{V1}/partners/kyoto/steps", json=STEP, headers=headers)
    second = api("write_key").post(f"{V1}/partners/kyoto/steps", json=STEP, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert len([w for w in rows(FollowUp) if w.title == STEP["title"]]) == 1
    other = api("write_key").post(f"{V1}/partners/kyoto/steps", json={**STEP, "title": "x"}, headers=headers)
    assert other.status_code == 422


def test_pauses_are_listed_and_filtered(api, world, make):
    for partner in (world.first, world.second, world.third):
        make.pause(partner, state=PauseState.asked)
    make.pause(world.held)
    items = api("read_key").get(f"{V1}/pauses").json()["items"]
    assert [p["partner"] for p in items] == ["otaru", "nara", "kobe", "kyoto"]
    waiting = api("read_key").get(f"{V1}/pauses?state=asked&limit=2").json()
    assert [p["partner"] for p in waiting["items"]] == ["nara", "kobe"]
    rest = api("read_key").get(waiting["next"]).json()
    assert [p["partner"] for p in rest["items"]] == ["kyoto"]
    assert rest["next"] is None
    assert [p["partner"] for p in api("read_key").get(f"{V1}/pauses?partner=kobe").json()["items"]] == [
        "kobe"
    ]
    assert api("read_key").get(f"{V1}/pauses?colour=red").status_code == 422
    assert api("read_key").get(f"{V1}/pauses/999").status_code == 404


@pytest.mark.parametrize(
    ("url", "body", "keys"),
    [
        ("/partners/kyoto/steps", STEP, {"write_key", "admin_key"}),
        ("/partners/kyoto/pauses", PARK, {"write_key", "admin_key"}),
        ("/partners/kyoto/reviews", None, {"write_key", "admin_key"}),
        ("/partners/kyoto/officer", {"officer": None}, {"admin_key"}),
        ("/pauses/1/decision", {"approve": True}, {"admin_key"}),
        ("/pauses/1/end", None, {"admin_key"}),
    ],
)
def test_scopes(api, world, url, body, keys):
    for key in ("read_key", "people_key", "write_key", "unit_key", "admin_key"):
        answer = api(key).post(f"{V1}{url}", json=body, headers={"If-Match": "*"})
        assert (answer.status_code != 403) is (key in keys), (key, answer.text)
    assert api(None).post(f"{V1}{url}", json=body).status_code == 401


@pytest.mark.parametrize(
    ("act", "bad", "field"),
    [
        ("pauses", {"reason": "other", "until": "2026-12-01"}, "why"),
        ("pauses", {"reason": "recent_change"}, "until"),
        ("pauses", {"reason": "recent_change", "until": "2020-01-01"}, "until"),
        ("pauses", {"reason": "holiday", "until": "2026-12-01"}, "reason"),
        ("pauses", {**PARK, "colour": "red"}, "colour"),
        ("steps", {**STEP, "due_on": "2020-01-01"}, "due_on"),
        ("steps", {**STEP, "unit": "nowhere"}, "unit"),
        ("steps", {**STEP, "title": ""}, "title"),
        ("steps", {**STEP, "assignee": "nobody@city.example"}, "assignee"),
    ],
)
def test_bad_input_is_refused_alike_at_both_doors(api, client, world, act, bad, field):
    answer = api("write_key").post(f"{V1}/partners/kyoto/{act}", json=bad)
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == [f"/{field}"]
    page = client.post(f"/partners/kyoto/{act}", data={"form_token": str(bad), "next": "/review", **bad})
    assert page.status_code == 422
    form = "park" if act == "pauses" else "step"
    assert f'href="#f-{form}-{field}"' in page.text


def test_a_pause_that_waits_blocks_a_second(api, world, make):
    make.pause(world.first, state=PauseState.asked, starts_on=date(2026, 6, 15))
    assert api("write_key").post(f"{V1}/partners/kyoto/pauses", json=PARK).status_code == 409
