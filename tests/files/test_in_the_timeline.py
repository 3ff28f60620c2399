"""Uploads in a partner's thread: once, on the day they came, and only for whoever may know of them."""

import pytest

from tests.files.conftest import PDF


@pytest.fixture
def world(send, make, partner, visit):
    """A file on each kind of record; one of them internal, one on a confidential visit of the maker's."""
    paper = make.agreement(partner, title="Bản ghi nhớ")
    secret = make.visit(partner, title="Đoàn kín", confidential=True)
    for record, name, who, more in (
        (f"/delegations/{visit.id}", "chương trình.pdf", "officer", {}),
        (f"/agreements/{paper.id}", "bản ký.pdf", "officer", {"category": "agreement_text"}),
        (f"/programmes/{make.programme(partner).id}", "bằng chứng.pdf", "officer", {}),
        (
            f"/follow-ups/{make.follow_up(partner).id}",
            "nội bộ.pdf",
            "officer",
            {"classification": "internal"},
        ),
        (f"/delegations/{secret.id}", "kín.pdf", "manager", {}),
    ):
        assert send(record, (name, PDF), who=who, **more).status_code == 303, name
    return paper


def thread(client, **query):
    """The names of files in the thread as programs read it, newest first."""
    items, url = [], "/api/v1/partners/fukuoka/timeline?kind=file&limit=2"
    while url:
        body = client.get(url, params=query if not items else None).json()
        items, url = items + body["items"], body["next"]
    assert len({(item["event"], item["id"]) for item in items}) == len(items), "once"
    return [item["title"] for item in items if item["event"] == "uploaded"]


def test_every_upload_stands_there_once_for_those_who_may_know(as_, api, world):
    everything = ["kín.pdf", "nội bộ.pdf", "bằng chứng.pdf", "bản ký.pdf", "chương trình.pdf"]
    assert thread(api("admin_key")) == everything
    assert thread(api("write_key")) == everything[1:]
    assert thread(api("read_key")) == everything[2:]
    for who, names in (("manager", everything), ("officer", everything[1:]), ("viewer", everything[2:])):
        page = as_(who).get("/partners/fukuoka?kind=file").text
        assert [name for name in everything if f"<bdi>{name}</bdi></a>" in page] == names, who
    whole = as_("viewer").get("/partners/fukuoka").text
    counted = as_("manager").get("/partners/fukuoka").text
    assert "kind=file" in whole
    assert int(counted.split("kind=file")[1].split('facet-n">')[1].split("<")[0]) == 5
    assert int(whole.split("kind=file")[1].split('facet-n">')[1].split("<")[0]) == 3


def test_a_file_or_its_record_in_the_trash_leaves_the_thread(api, world):
    key = api("admin_key")
    [item] = [it for it in key.get("/api/v1/files").json()["items"] if it["name"] == "bản ký.pdf"]
    assert "bản ký.pdf" in thread(key)
    assert key.delete(f"/api/v1/agreements/{world.id}", headers={"If-Match": "*"}).status_code == 204
    assert "bản ký.pdf" not in thread(key)
    key.post(f"/api/v1/agreements/{world.id}/restoration")
    assert "bản ký.pdf" in thread(key)
    assert key.delete(f"/api/v1/files/{item['id']}", headers={"If-Match": "*"}).status_code in {200, 204}
    assert "bản ký.pdf" not in thread(key)


def test_before_it_came_it_was_not_there(api, as_, world, at):
    assert thread(api("admin_key"), as_of="2026-06-14") == []
    page = as_("manager").get("/partners/fukuoka?as_of=2026-06-14&kind=file")
    assert "kín.pdf" not in page.text


@pytest.mark.parametrize(
    ("hour", "day"), [("2026-06-15T23:30:00+07:00", "15"), ("2026-06-16T00:30:00+07:00", "16")]
)
def test_the_day_is_the_citys(api, send, at, at_visit, hour, day):
    from datetime import datetime

    at.instant(datetime.fromisoformat(hour))
    assert send(at_visit, ("a.pdf", PDF)).status_code == 303
    items = api("admin_key").get("/api/v1/partners/fukuoka/timeline?kind=file").json()["items"]
    assert [it["on"] for it in items if it["event"] == "uploaded"] == [f"2026-06-{day}"]
