"""A record begun from an item of the plan names it; a visit logged afterwards counts as any trip does."""

import pytest

from app.plan import queries
from app.vocabulary import DelegationDirection, Locale, PlanItemKind
from tests.api.contract import check_problem

VISIT = {
    "partner": "oslo", "direction": "inbound", "title": "Đoàn Oslo thăm", "starts_on": "2026-02-02",
    "ends_on": "2026-02-03",
}  # fmt: skip


@pytest.fixture
def oslo(make):
    return make.partner(slug="oslo", name_vi="Oslo", name_en="Oslo")


@pytest.fixture
def plan(make):
    return make.plan(2026)


@pytest.fixture
def item(make, plan, oslo):
    return make.plan_item(plan, title="Đón Oslo", direction=DelegationDirection.inbound, partners=[oslo])


@pytest.fixture
def look(database, today):
    def seen(item):
        with database.read() as session:
            share = queries.share_of(session, 2026)
            return queries.item_row(session, item.id, today, Locale.en).state, share.in_plan, share.off_plan

    return seen


def test_a_visit_opened_from_its_item_is_prefilled_and_carries_it_out(client, item, look):
    page = client.get(f"/plan/items/{item.id}").text
    assert f'href="/visits/new?plan_item={item.id}"' in page
    form = client.get(f"/visits/new?plan_item={item.id}").text
    assert f'<option value="{item.id}" selected>' in form
    assert 'value="Đón Oslo"' in form
    assert '<details class="act" open>' in form
    assert '<details class="act" open>' not in client.get("/visits/new").text, "folded for everybody else"
    answer = client.post("/visits", data={**VISIT, "plan_item": str(item.id), "form_token": "t"})
    assert answer.status_code == 303, answer.text
    assert look(item) == ("done", 1, 0)
    assert "Đoàn Oslo thăm" in client.get("/plan/2026").text


def test_off_the_plan_with_a_reason_at_both_doors(client, api, item, look):
    page = client.post("/visits", data={**VISIT, "off_plan": "true", "form_token": "t"})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert '<details class="act" open>' in page.text
    key = api("write_key")
    off = {**VISIT, "off_plan": True}
    check_problem(key.post("/api/v1/visits", json=off), 422, "why_needed", "/off_plan_reason")
    both = {**off, "off_plan_reason": "Theo lời mời", "plan_item": item.id}
    check_problem(key.post("/api/v1/visits", json=both), 422, "planned_or_not", "/off_plan")
    check_problem(key.post("/api/v1/visits", json={**VISIT, "plan_item": 999}), 422, pointer="/plan_item")
    assert look(item) == ("open", 0, 0)
    told = {**VISIT, "off_plan": "true", "off_plan_reason": "Theo lời mời", "form_token": "u"}
    assert client.post("/visits", data=told).status_code == 303
    logged = key.post("/api/v1/visits", json={**VISIT, "plan_item": item.id})
    assert logged.status_code == 201, logged.text
    assert logged.json()["delegation"]["plan_item"] == item.id
    assert look(item) == ("done", 1, 1)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (PlanItemKind.delegation, "/delegations/new"),
        (PlanItemKind.event, "/delegations/new"),
        (PlanItemKind.signing, "/agreements/new"),
        (PlanItemKind.programme, "/programmes/new"),
    ],
)
def test_every_kind_of_item_begins_its_record(client, make, plan, oslo, kind, path):
    item = make.plan_item(plan, kind=kind, title="Việc trong kế hoạch", partners=[oslo])
    dropped = make.plan_item(plan, kind=kind, title="Đã rút", dropped_why="Thôi")
    assert f'href="{path}?plan_item={item.id}"' in client.get(f"/plan/items/{item.id}").text
    form = client.get(f"{path}?plan_item={item.id}").text
    assert f'<option value="{item.id}" selected>' in form
    assert 'value="Việc trong kế hoạch"' in form
    assert "Oslo" in form
    assert path not in client.get(f"/plan/items/{dropped.id}").text
    for other in (dropped.id, 999):
        assert client.get(f"{path}?plan_item={other}").status_code == 404
