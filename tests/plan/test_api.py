"""The plan over REST: the same rules as on the pages, with ETags and once-only keys."""

import pytest

from app.vocabulary import DelegationState, PlanItemKind
from tests.staging import staged

ITEM = {"kind": "delegation", "direction": "outbound", "title": "Đoàn đi Fukuoka"}


@staged
def plan(make):
    return make.plan(2026)


@pytest.fixture
def writer(api):
    return api("write_key")


def test_a_plan_is_begun_read_and_listed(writer, make):
    made = writer.post("/api/v1/plans", json={"year": 2026})
    assert (made.status_code, made.headers["location"]) == (201, "/api/v1/plans/2026")
    assert made.json()["items"]["planned"] == 0
    twice = writer.post("/api/v1/plans", json={"year": 2026})
    assert (twice.status_code, twice.json()["errors"][0]["pointer"]) == (422, "/year")
    make.plan(2024)
    make.plan(2025)
    first = writer.get("/api/v1/plans?limit=2").json()
    assert [p["year"] for p in first["items"]] == [2026, 2025]
    assert [p["year"] for p in writer.get(first["next"]).json()["items"]] == [2024]
    assert [p["year"] for p in writer.get("/api/v1/plans?sort=year").json()["items"]] == [2024, 2025, 2026]


def test_budget_and_decision_need_a_key_that_may_manage(writer, api, plan):
    assert writer.post("/api/v1/plans", json={"year": 2027, "budget": 5}).status_code == 403
    tag = writer.get("/api/v1/plans/2026").headers["etag"]
    assert (
        writer.patch("/api/v1/plans/2026", json={"budget": 5}, headers={"If-Match": tag}).status_code == 403
    )
    admin = api("admin_key")
    assert admin.patch("/api/v1/plans/2026", json={"budget": 5}).status_code == 428
    done = admin.patch("/api/v1/plans/2026", json={"budget": 5}, headers={"If-Match": tag})
    assert (done.status_code, done.json()["budget"]) == (200, 5)
    assert admin.patch("/api/v1/plans/2026", json={"budget": 6}, headers={"If-Match": tag}).status_code == 412


def test_an_item_from_entry_to_archive(writer, plan, make):
    make.partner(slug="fukuoka")
    sent = {**ITEM, "partners": ["fukuoka"], "month": 9, "budget": 100}
    once = {"Idempotency-Key": "k"}
    made = writer.post("/api/v1/plans/2026/items", json=sent, headers=once)
    assert made.status_code == 201
    assert writer.post("/api/v1/plans/2026/items", json=sent, headers=once).json() == made.json()
    where, item = made.headers["location"], made.json()
    assert (item["state"], item["partners"], item["records"]) == ("open", ["fukuoka"], [])
    tag = {"If-Match": made.headers["etag"]}
    dropped = writer.patch(where, json={"dropped_why": "Thôi"}, headers=tag)
    assert dropped.json()["state"] == "dropped"
    back = writer.patch(where, json={"dropped_why": None, "month": 10}, headers={"If-Match": "*"})
    assert (back.json()["state"], back.json()["month"]) == ("open", 10)
    assert writer.delete(where).status_code == 428
    assert writer.delete(where, headers=tag).status_code == 412
    gone = writer.delete(where, headers={"If-Match": back.headers["etag"]})
    assert (gone.status_code, gone.content) == (204, b"")
    assert writer.get(where).status_code == 404
    again = writer.post(f"{where}/restoration", json={})
    assert (again.status_code, writer.get(where).status_code) == (200, 200)
    assert writer.post(f"{where}/restoration", json={}).status_code == 409


def test_what_a_record_carries_out_can_neither_be_dropped_nor_archived(writer, plan, make):
    item = make.plan_item(plan)
    make.visit(make.partner(), state=DelegationState.planned, plan_item_id=item.id)
    where, anyhow = f"/api/v1/plans/2026/items/{item.id}", {"If-Match": "*"}
    assert writer.patch(where, json={"dropped_why": "Thôi"}, headers=anyhow).status_code == 409
    assert writer.delete(where, headers=anyhow).status_code == 409


def test_a_delegation_without_its_way_is_refused_however_it_is_said(writer, plan, make):
    bad = writer.post("/api/v1/plans/2026/items", json={**ITEM, "direction": None})
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/direction")
    item = make.plan_item(plan, kind=PlanItemKind.event)
    where = f"/api/v1/plans/2026/items/{item.id}"
    bad = writer.patch(where, json={"kind": "delegation"}, headers={"If-Match": "*"})
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/direction")


def test_an_item_answers_under_its_own_year_only(writer, plan, make):
    make.plan(2025)
    item = make.plan_item(plan)
    assert writer.get(f"/api/v1/plans/2025/items/{item.id}").status_code == 404
    other = f"/api/v1/plans/2025/items/{item.id}"
    assert writer.delete(other, headers={"If-Match": "*"}).status_code == 404


def test_items_are_filtered_and_paged(writer, plan, make):
    partner = make.partner(slug="oslo")
    trip = make.plan_item(plan, partner, month=1)
    make.plan_item(plan, kind=PlanItemKind.signing, month=12)
    done = make.plan_item(plan, month=2)
    make.visit(partner, plan_item_id=done.id, cost_actual=7, currency="EUR")

    def ids(query):
        return [i["id"] for i in writer.get(f"/api/v1/plans/2026/items?{query}").json()["items"]]

    assert ids("kind=delegation") == [trip.id, done.id]
    assert ids("state=done") == [done.id]
    assert ids("partner=oslo") == [trip.id]
    assert ids("late=true") == [trip.id]
    first = writer.get("/api/v1/plans/2026/items?limit=2&kind=delegation&kind=signing").json()
    assert len(first["items"]) == 2
    assert [i["id"] for i in writer.get(first["next"]).json()["items"]] == [done.id]
    assert writer.get("/api/v1/plans/2026/items?partner=nowhere").status_code == 422
    assert writer.get("/api/v1/plans/2031/items").status_code == 404
    summary = writer.get("/api/v1/plans/2026").json()
    assert summary["items"]["actual"] == {"EUR": 7}
    assert summary["delegations"] == {"total": 1, "in_plan": 1, "off_plan": 0, "unplaced": 0, "percent": 0.0}


def test_copied_twice_is_copied_once(writer, make):
    item = make.plan_item(make.plan(2025))
    first = writer.post("/api/v1/plans/2026/copies", json={"items": [item.id, item.id]})
    assert (first.status_code, len(first.json()["items"])) == (201, 1)
    again = writer.post("/api/v1/plans/2026/copies", json={"items": [item.id]}).json()
    assert again == {"year": 2026, "items": [], "present": 1}
    missing = writer.post("/api/v1/plans/2026/copies", json={"items": [10_000]})
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/items")
    assert writer.post("/api/v1/plans/2040/copies", json={"items": [item.id]}).status_code == 404


def test_what_is_copied_and_then_archived_may_be_copied_again(writer, make):
    item = make.plan_item(make.plan(2025))
    (copy,) = writer.post("/api/v1/plans/2026/copies", json={"items": [item.id]}).json()["items"]
    writer.delete(f"/api/v1/plans/2026/items/{copy}", headers={"If-Match": "*"})
    assert len(writer.post("/api/v1/plans/2026/copies", json={"items": [item.id]}).json()["items"]) == 1
    back = writer.post(f"/api/v1/plans/2026/items/{copy}/restoration", json={})
    assert back.status_code == 409, "or it would be there twice"
