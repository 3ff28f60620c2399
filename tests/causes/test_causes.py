"""Why a partnership stands still: named by managers, one at a time, counted, kept, looked for."""

import re

import pytest

from app.models import PartnerCause
from tests.api.contract import check_problem
from tests.review.conftest import case_of, form_of, look, queue_of, rows, stuck, toast_of

__all__ = ["look", "rows"]


@pytest.fixture
def manager(as_):
    return as_("manager")


@pytest.fixture
def places(make):
    with make.together():
        return [stuck(make, slug, name=slug.title()) for slug in ("kyoto", "kobe", "nara")]


def test_a_manager_names_a_cause_and_another_and_gives_it_up(manager, places, rows, at):
    page = manager.get("/review?partner=kobe").text
    hidden = form_of(page, "/partners/kobe/causes")
    answer = manager.post("/partners/kobe/causes", data={**hidden, "cause": "distance", "why": "14 giờ bay"})
    assert (answer.status_code, toast_of(answer)) == (303, "Named for City of kobe: distance.")
    again = manager.post("/partners/kobe/causes", data={**hidden, "cause": "distance", "why": "14 giờ bay"})
    assert again.status_code == 303, "sent twice, named once"
    assert len(rows(PartnerCause)) == 1
    page = manager.get("/review?partner=kobe").text
    assert "Named cause: distance" in page
    assert re.search(r"Cause.*?distance<b>1</b>.*?No cause named<b>2</b>", page, re.S)
    hidden = form_of(page, "/partners/kobe/causes")
    same = manager.post("/partners/kobe/causes", data={**hidden, "cause": "distance", "why": "14 giờ bay"})
    assert same.status_code == 409
    assert case_of(same.text) == "kobe"

    at("2026-07-01")
    hidden = form_of(page, "/partners/kobe/causes")
    manager.post(
        "/partners/kobe/causes", data={**hidden, "form_token": "b", "cause": "other", "why": "=1+1 <b>"}
    )
    first, second = rows(PartnerCause)
    assert (first.ended_on, second.ended_on, second.why) == (second.named_on, None, "=1+1 <b>")
    own = manager.get("/partners/kobe").text
    assert "Named cause: another cause" in own
    assert "=1+1 &lt;b&gt;" in own
    assert "cause-named-" in own
    assert "Named cause: distance" in manager.get("/partners/kobe?as_of=2026-06-20").text
    hidden = form_of(manager.get("/review?partner=kobe").text, f"/causes/{second.id}/end")
    assert toast_of(manager.post(f"/causes/{second.id}/end", data=hidden)).startswith("No cause is named")
    assert all(row.ended_on for row in rows(PartnerCause))
    stale = manager.post(f"/causes/{second.id}/end", data={**hidden, "form_token": "z"})
    assert stale.status_code == 409


def test_lists_are_narrowed_by_cause_and_count_it(manager, make, places):
    make.cause(places[0])
    make.cause(places[1], "resources")
    make.cause(places[2], "resources", ended_on=places[2].created_at.date())
    assert queue_of(manager.get("/review?cause=resources").text) == ["kobe"]
    assert queue_of(manager.get("/review?cause=none").text) == ["nara"]
    page = manager.get("/partners?cause=resources&cause=distance").text
    assert "2 partners" in page
    assert re.search(r"resources<b>1</b>.*?distance<b>1</b>.*?No cause named<b>1</b>", page, re.S)
    assert manager.get("/partners?cause=fate").status_code == 422


@pytest.mark.parametrize(
    ("fields", "field"), [({"cause": ""}, "cause"), ({"cause": "fate"}, "cause"), ({"cause": "other"}, "why")]
)
def test_a_fault_is_told_beside_its_field(manager, places, rows, fields, field):
    page = manager.post("/partners/kobe/causes", data={"form_token": "t", **fields})
    assert page.status_code == 422
    assert f'id="f-cause-{field}-error"' in page.text
    assert rows(PartnerCause) == []


def test_programs_name_read_and_give_up(api, places, rows):
    writer, reader = api("admin_key"), api("read_key")
    body = {"cause": "politics_there", "why": "Bầu cử"}
    made = [
        writer.post("/api/v1/partners/nara/causes", json=body, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert [a.status_code for a in made] == [201, 201]
    assert len(rows(PartnerCause)) == 1
    found = made[0].json()
    assert (found["partner"], found["cause"], found["ended_on"]) == ("nara", "politics_there", None)
    check_problem(writer.post("/api/v1/partners/nara/causes", json=body), 409)
    check_problem(
        writer.post("/api/v1/partners/nara/causes", json={"cause": "other"}), 422, "why_needed", "/why"
    )
    one = reader.get("/api/v1/partners/nara").json()
    assert (one["cause"], one["cause_why"], one["cause_named_on"]) == (
        "politics_there",
        "Bầu cử",
        "2026-06-15",
    )
    listed = reader.get("/api/v1/partners?cause=politics_there").json()["items"]
    assert [(it["id"], it["cause"]) for it in listed] == [("nara", "politics_there")]
    bare = reader.get("/api/v1/partners?cause=none").json()["items"]
    assert [it["id"] for it in bare] == ["kobe", "kyoto"]
    check_problem(reader.get("/api/v1/partners?cause=fate"), 422, "unknown_value")
    where = made[0].headers["location"]
    tag = reader.get(where).headers["etag"]
    check_problem(writer.post(f"{where}/end"), 428)
    check_problem(writer.post(f"{where}/end", headers={"If-Match": '"9"'}), 412)
    assert writer.post(f"{where}/end", headers={"If-Match": tag}).json()["ended_on"] == "2026-06-15"
    assert reader.get("/api/v1/causes?in_force=true").json()["items"] == []
    assert len(reader.get("/api/v1/causes?partner=nara&cause=politics_there").json()["items"]) == 1
    assert reader.get("/api/v1/partners/nara").json()["cause"] is None


def test_who_may(as_, api, stranger, places, rows):
    send = {"form_token": "t", "cause": "distance"}
    for who in ("viewer", "officer"):
        assert as_(who).post("/partners/kobe/causes", data=send).status_code == 403
    assert stranger.post("/partners/kobe/causes", data=send).status_code == 401
    assert "/partners/kobe/causes" not in as_("officer").get("/review?partner=kobe").text
    check_problem(api("write_key").post("/api/v1/partners/kobe/causes", json={"cause": "distance"}), 403)
    assert as_("manager").post("/partners/nowhere/causes", data=send).status_code == 404
    assert rows(PartnerCause) == []
