"""Programmes over REST: the same acts, with ETags, If-Match and Idempotency-Key."""

import pytest

from tests.actors import UNIT

NEW = {
    "title": "Nước sạch",
    "partners": ["fukuoka"],
    "sector": "water",
    "state": "active",
    "started_on": "2026-03",
    "lead_unit": UNIT,
    "donors": ["donor"],
    "budget": 1500,
    "currency": "EUR",
}


@pytest.fixture
def key(api):
    return api("write_key")


@pytest.fixture
def made(key, place):
    """A programme entered over REST: the answer."""
    return key.post("/api/v1/programmes", json=NEW, headers={"Idempotency-Key": "k"})


def test_entered_once_and_read_back(key, place, made, runs):
    again = key.post("/api/v1/programmes", json=NEW, headers={"Idempotency-Key": "k"})
    assert made.status_code == again.status_code == 201
    assert made.json() == again.json()
    assert len(runs()) == 1
    found = key.get(made.headers["location"])
    assert found.json() == made.json()
    body = found.json()
    assert (body["started_on"], body["started_on_precision"]) == ("2026-03-01", "month")
    assert (body["partners"], body["donors"], body["support_units"]) == (["fukuoka"], ["donor"], [])
    assert (body["milestones"], body["notes"], body["results"]) == ([], [], [])


def test_changed_only_by_who_has_seen_it(key, made):
    url, tag = made.headers["location"], made.headers["etag"]
    assert key.patch(url, json={"title": "Khác"}).status_code == 428
    changed = key.patch(url, json={"title": "Khác", "donors": []}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["title"], changed.json()["donors"]) == (200, "Khác", [])
    assert changed.json()["version"] == 2
    assert key.patch(url, json={"title": "Nữa"}, headers={"If-Match": tag}).status_code == 412
    same = key.patch(url, json={"title": None}, headers={"If-Match": "*"})
    assert same.json()["title"] == "Khác"
    refused = key.patch(url, json={"state": "completed"}, headers={"If-Match": "*"})
    assert refused.json()["errors"][0]["pointer"] == "/state"


def test_a_programme_moves(key, made):
    url = f"{made.headers['location']}/moves"
    match = {"If-Match": "*"}
    assert key.post(url, json={"to": "completed"}).status_code == 428
    assert key.post(url, json={"to": "planned"}, headers=match).status_code == 409
    why = key.post(url, json={"to": "cancelled"}, headers=match)
    assert why.json()["errors"] == [{**why.json()["errors"][0], "pointer": "/why", "code": "why_needed"}]
    done = key.post(url, json={"to": "completed", "completion_percent": 80}, headers=match).json()
    assert (done["state"], done["ended_on"], done["completion_percent"]) == ("completed", "2026-06-15", 80)
    back = key.post(url, json={"to": "active"}, headers=match).json()
    assert (back["state"], back["ended_on"]) == ("active", None)


PARTS = {
    "milestones": ({"title": "Khảo sát", "due_on": "2026-09-01"}, {"done_on": "2026-06-01"}),
    "notes": ({"on": "2026-06-01", "text": "Tốt"}, {"text": "Rất tốt"}),
    "results": (
        {"on": "2026-06-01", "level": "outcome", "indicator": "Hộ", "actual": 12.5},
        {"evidence": "BB"},
    ),
}


@pytest.mark.parametrize("kind", PARTS)
def test_what_belongs_to_a_programme(key, api, made, kind):
    new, patch = PARTS[kind]
    url = f"{made.headers['location']}/{kind}"
    added = key.post(url, json=new, headers={"Idempotency-Key": kind})
    assert added.status_code == 201, added.text
    assert key.post(url, json=new, headers={"Idempotency-Key": kind}).json() == added.json()
    assert key.get(url).json() == {"items": [added.json()], "next": None}
    one = added.headers["location"]
    assert key.get(one).headers["etag"].partition(".")[0] == added.headers["etag"].rstrip('"')
    assert key.patch(one, json=patch).status_code == 428
    changed = key.patch(one, json=patch, headers={"If-Match": added.headers["etag"]}).json()
    assert patch.items() <= changed.items()
    if kind == "results":
        assert (added.json()["verified"], changed["verified"]) == (False, True)
    assert key.patch(one, json=patch, headers={"If-Match": added.headers["etag"]}).status_code == 412
    assert key.delete(one).status_code == 428
    assert key.delete(one, headers={"If-Match": "*"}).status_code == 204
    assert key.get(one).status_code == key.delete(one, headers={"If-Match": "*"}).status_code == 404
    assert key.get(url).json()["items"] == []
    assert key.post(f"{one}/restoration").status_code == 200
    assert key.post(f"{one}/restoration").status_code == 409
    assert len(key.get(made.headers["location"]).json()[kind]) == 1
    reader = api("read_key")
    assert reader.get(one).status_code == 200
    assert reader.post(url, json=new).status_code == 403


def test_what_is_not_there_is_404(key, made):
    for path in (
        "/api/v1/programmes/999",
        "/api/v1/programmes/999/notes",
        f"{made.headers['location']}/notes/999",
    ):
        assert key.get(path).status_code == 404


@pytest.mark.parametrize(
    "more",
    [{"facts": {"is_demo": True}}, {"is_demo": True}, {"source_key": "seed:1"}, {"id": 7}, {"version": 3}],
)
def test_a_program_cannot_say_what_is_not_its_to_say(key, place, runs, more):
    answer = key.post("/api/v1/programmes", json={**NEW, **more})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "unknown_field"
    assert not runs()


def test_partial_data_is_enough(key, place):
    answer = key.post("/api/v1/programmes", json={"title": "X", "partners": ["fukuoka"], "sector": "water"})
    assert answer.status_code == 201
    assert answer.json()["state"] == "proposed"
