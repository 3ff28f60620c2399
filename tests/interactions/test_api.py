"""Contacts over REST: the rules of the page, filters, secrets, ETags and once-only keys."""

from datetime import date

import pytest

from app.vocabulary import Channel
from tests.staging import staged

CALL = {"on": "2026-06-01", "channel": "call", "title": "Điện đàm", "partners": ["fukuoka"]}


@staged
def partner(make):
    return make.partner(slug="fukuoka", friendship_since=date(2008, 2, 22))


@pytest.fixture
def writer(api):
    return api("write_key")


def test_a_contact_from_entry_to_trash(writer, partner):
    once = {"Idempotency-Key": "k"}
    made = writer.post("/api/v1/interactions", json=CALL, headers=once)
    assert made.status_code == 201
    assert writer.post("/api/v1/interactions", json=CALL, headers=once).json() == made.json()
    where, item = made.headers["location"], made.json()
    assert (item["two_way"], item["partners"], item["on_precision"]) == (True, ["fukuoka"], "day")
    assert writer.patch(where, json={"title": "Khác"}).status_code == 428
    changed = writer.patch(where, json={"title": "Khác"}, headers={"If-Match": made.headers["etag"]})
    assert (changed.status_code, changed.json()["title"]) == (200, "Khác")
    late = writer.patch(where, json={"title": "Muộn"}, headers={"If-Match": made.headers["etag"]})
    assert late.status_code == 412
    assert writer.delete(where, headers={"If-Match": changed.headers["etag"]}).status_code == 204
    assert writer.get(where).status_code == 404


def test_an_answered_letter_is_two_way(writer, partner):
    letter = {**CALL, "channel": "letter_out", "on": "2026-05-01"}
    first = writer.post("/api/v1/interactions", json=letter).json()
    assert (first["two_way"], first["answered_by"]) == (False, [])
    answer = {**CALL, "channel": "letter_in", "answers": first["id"]}
    second = writer.post("/api/v1/interactions", json=answer).json()
    assert (second["two_way"], second["answers"]) == (True, first["id"])
    again = writer.get(f"/api/v1/interactions/{first['id']}").json()
    assert (again["two_way"], again["answered_by"]) == (True, [second["id"]])
    thread = writer.get("/api/v1/partners/fukuoka/timeline?kind=interaction").json()["items"]
    assert {item["state"] for item in thread} == {"two_way"}


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"on": "2026-06-16"}, "/on"),
        ({"partners": []}, "/partners"),
        ({"partners": ["nowhere"]}, "/partners"),
        ({"answers": 999}, "/answers"),
        ({"answers": 0}, "/answers"),
        ({"what": 1}, "/what"),
        ({"facts": {"is_demo": True}}, "/facts"),
    ],
)
def test_bad_input_names_its_field(writer, partner, wrong, pointer):
    bad = writer.post("/api/v1/interactions", json={**CALL, **wrong})
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, pointer)


def test_nothing_answers_itself_or_its_answer(writer, partner):
    one = writer.post("/api/v1/interactions", json=CALL).json()["id"]
    two = writer.post("/api/v1/interactions", json={**CALL, "answers": one}).json()["id"]
    for answers in (one, two):
        bad = writer.patch(
            f"/api/v1/interactions/{one}", json={"answers": answers}, headers={"If-Match": "*"}
        )
        assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/answers")


def test_the_list_is_filtered_sorted_and_paged(writer, make, partner):
    oslo = make.partner(slug="oslo")
    old = make.interaction(
        oslo, on=date(2024, 1, 1), channel=Channel.letter_out, two_way=False, title="Thư cũ"
    )
    new = make.interaction([partner, oslo], on=date(2026, 1, 1), title="Hội đàm")
    answer = make.interaction(oslo, on=date(2024, 2, 1), channel=Channel.letter_in, answers_id=old.id)
    lone = make.interaction(oslo, on=date(2025, 1, 1), channel=Channel.email, two_way=False)

    def ids(query):
        response = writer.get(f"/api/v1/interactions?{query}")
        assert response.status_code == 200, response.text
        return [item["id"] for item in response.json()["items"]]

    assert ids("") == [new.id, lone.id, answer.id, old.id]
    assert ids("sort=on") == [old.id, answer.id, lone.id, new.id]
    assert ids("partner=fukuoka") == [new.id]
    assert ids("channel=letter_out&channel=email") == [lone.id, old.id]
    assert ids("two_way=false") == [lone.id]
    assert ids("two_way=true") == [new.id, answer.id, old.id]
    assert ids("since=2025-01-01&until=2025-12-31") == [lone.id]
    assert ids("q=hoi dam") == [new.id]
    first = writer.get("/api/v1/interactions?limit=3").json()
    assert [item["id"] for item in writer.get(first["next"]).json()["items"]] == [old.id]
    for bad in ("partner=nowhere", "sort=title", "two_way=maybe", "what=1", "since=soon"):
        assert writer.get(f"/api/v1/interactions?{bad}").status_code == 422, bad


def test_a_list_costs_the_same_for_any_number(writer, make, partner, queries):
    make.interaction(partner)
    with queries() as few:
        writer.get("/api/v1/interactions")
    with make.together():
        for day in range(1, 29):
            make.interaction(partner, on=date(2026, 2, day))
    with queries() as many:
        writer.get("/api/v1/interactions")
    assert len(few) == len(many) <= 8, many


def test_confidential_notes_are_for_who_may_manage(writer, api, partner):
    secret = {**CALL, "summary": "Không phổ biến", "people": "Bộ trưởng", "confidential": True}
    made = writer.post("/api/v1/interactions", json=secret)
    assert made.json()["summary"] == "Không phổ biến", "what it has just written"
    where = made.headers["location"]
    for client, seen in ((api("read_key"), None), (writer, None), (api("admin_key"), "Không phổ biến")):
        for found in (client.get(where).json(), client.get("/api/v1/interactions").json()["items"][0]):
            assert (found["summary"], found["hidden"]) == (seen, seen is None)
    forged = writer.patch(where, json={"confidential": False}, headers={"If-Match": "*"})
    assert forged.status_code == 403
    assert writer.patch(where, json={"title": "Khác"}, headers={"If-Match": "*"}).status_code == 200
