"""Records name the plan item that they carry out: offered in their forms, refused where it does not fit."""

from datetime import date

import pytest

from app.plan import queries
from app.vocabulary import AgreementState, DelegationState, Locale, PlanItemKind, ProgrammeState
from tests.staging import staged


@staged
def plan(make):
    return make.plan(2026)


@pytest.fixture
def state(database, today):
    """How far an item has come."""

    def look(item):
        with database.read() as session:
            return queries.item_row(session, item.id, today, Locale.en).state

    return look


def test_the_form_of_a_delegation_offers_what_is_open_and_saving_it_shows_in_the_plan(
    client, make, plan, state
):
    make.partner(slug="oslo", name_vi="Oslo", name_en="Oslo")
    item = make.plan_item(plan, title="Đi Oslo")
    event = make.plan_item(plan, kind=PlanItemKind.event, title="Dự hội nghị")
    make.plan_item(plan, kind=PlanItemKind.signing, title="Lễ ký")
    make.plan_item(plan, title="Đã rút", dropped_why="Thôi")
    form = client.get("/delegations/new").text
    assert [title in form for title in ("Đi Oslo", "Dự hội nghị", "Lễ ký", "Đã rút")] == [
        True,
        True,
        False,
        False,
    ]
    sent = {
        "form_token": "t", "direction": "outbound", "partners-0-name": "Oslo", "title": "Đoàn đi Oslo",
        "starts_on": "01/07/2026", "ends_on": "02/07/2026", "plan_item": str(item.id),
    }  # fmt: skip
    answer = client.post("/delegations", data=sent)
    assert answer.status_code == 303, answer.text
    assert state(item) == "under_way"
    assert f'href="/plan/items/{item.id}"' in client.get(answer.headers["location"]).text
    assert "Đoàn đi Oslo" in client.get("/plan/2026").text
    again = client.post("/delegations", data={**sent, "form_token": "u", "plan_item": str(event.id)})
    assert again.status_code == 303


def test_a_trip_is_in_the_plan_or_off_it_and_says_why(api, make, plan):
    make.partner(slug="oslo")
    item = make.plan_item(plan)
    writer = api("write_key")
    trip = {
        "partners": ["oslo"], "direction": "outbound", "title": "Đoàn", "starts_on": "2026-07-01",
        "ends_on": "2026-07-02",
    }  # fmt: skip
    bare = writer.post("/api/v1/delegations", json={**trip, "off_plan": True})
    assert (bare.status_code, bare.json()["errors"][0]["pointer"]) == (422, "/off_plan_reason")
    said = {"off_plan": True, "off_plan_reason": "Khẩn"}
    assert writer.post("/api/v1/delegations", json={**trip, **said}).status_code == 201
    both = writer.post("/api/v1/delegations", json={**trip, **said, "plan_item": item.id})
    assert both.status_code == 422


@pytest.mark.parametrize("wrong", ["another kind", "dropped", "taken out", "nothing"])
def test_what_does_not_fit_cannot_be_named(api, make, plan, wrong):
    from app import clock

    make.partner(slug="oslo")
    item = {
        "another kind": lambda: make.plan_item(plan, kind=PlanItemKind.signing),
        "dropped": lambda: make.plan_item(plan, dropped_why="Thôi"),
        "taken out": lambda: make.plan_item(plan, archived_at=clock.now()),
        "nothing": lambda: None,
    }[wrong]()
    key = item.id if item else 999
    writer, sector = api("write_key"), make.sector()
    trip = {
        "partners": ["oslo"], "direction": "outbound", "title": "Đoàn", "starts_on": "2026-07-01",
        "plan_item": key,
    }  # fmt: skip
    bad = writer.post("/api/v1/delegations", json=trip)
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/plan_item")
    run = {"partners": ["oslo"], "sector": sector.code, "title": "Chương trình", "plan_item_id": key}
    bad = writer.post("/api/v1/programmes", json=run)
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/plan_item_id")


def test_a_programme_names_its_item_and_carries_it_out_once_it_starts(client, api, make, plan, state):
    partner = make.partner(slug="oslo")
    item = make.plan_item(plan, kind=PlanItemKind.programme, title="Khởi động tập huấn")
    run = make.programme(partner, state=ProgrammeState.planned, started_on=None)
    assert "Khởi động tập huấn" in client.get(f"/programmes/{run.id}/edit").text
    where, anyhow = f"/api/v1/programmes/{run.id}", {"If-Match": "*"}
    writer = api("write_key")
    named = writer.patch(where, json={"plan_item_id": item.id}, headers=anyhow)
    assert (named.status_code, named.json()["plan_item_id"], state(item)) == (200, item.id, "under_way")
    assert f'href="/plan/items/{item.id}"' in client.get(f"/programmes/{run.id}").text
    moved = writer.post(f"{where}/moves", json={"to": "active", "on": "2026-06-01"}, headers=anyhow)
    assert (moved.status_code < 300, state(item)) == (True, "done")
    kept = writer.patch(where, json={"plan_item_id": item.id, "title": "Khác"}, headers=anyhow)
    assert kept.status_code == 200, "what it names already it may go on naming"
    loose = writer.patch(where, json={"plan_item_id": None}, headers=anyhow)
    assert (loose.json()["plan_item_id"], state(item)) == (None, "open")


def test_an_agreement_names_its_item_and_carries_it_out_once_it_is_signed(client, api, make, plan, state):
    partner = make.partner(slug="oslo")
    item = make.plan_item(plan, kind=PlanItemKind.signing, title="Ký với Oslo")
    make.plan_item(plan, title="Một đoàn")
    paper = make.agreement(partner, state=AgreementState.idea, signed_on=None)
    form = client.get(f"/agreements/{paper.id}/edit").text
    assert ("Ký với Oslo" in form, "Một đoàn" in form) == (True, False)
    where, anyhow = f"/api/v1/agreements/{paper.id}", {"If-Match": "*"}
    named = api("write_key").patch(where, json={"plan_item": item.id}, headers=anyhow)
    assert (named.status_code, named.json()["plan_item"], state(item)) == (200, item.id, "under_way")
    assert f'href="/plan/items/{item.id}"' in client.get(f"/agreements/{paper.id}").text
    signed = {
        "kind": "mou", "title": "Bản ghi nhớ", "partners": ["oslo"], "state": "signed",
        "signed_on": "2026-06-01", "plan_item": item.id,
    }  # fmt: skip
    assert api("write_key").post("/api/v1/agreements", json=signed).status_code == 201
    assert state(item) == "done"


def test_ten_delegations_and_one_that_no_plan_foresaw(client, make, plan):
    partner = make.partner()
    for month in range(1, 10):
        make.visit(partner, on=date(2026, month, 1), plan_item_id=make.plan_item(plan, month=month).id,
                   state=DelegationState.reported)  # fmt: skip
    make.visit(partner, on=date(2026, 6, 3), off_plan=True, off_plan_reason="Theo đề nghị của bạn")
    page = client.get("/plan/2026").text
    assert "1 off plan: 10 %." in page
    assert "Theo đề nghị của bạn" in page
