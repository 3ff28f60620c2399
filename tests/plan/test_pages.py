"""The plan's pages: a year with and without a plan, the acts on its items, what was typed kept."""

import re

import pytest
import sqlalchemy as sa

from app.models import Event, Plan, PlanItem
from app.plan import queries
from app.vocabulary import DelegationState, Locale, PlanItemKind
from tests.staging import staged


@staged
def plan(make):
    return make.plan(2026, budget=1_000, number="12/QĐ-UBND")


@pytest.fixture
def rows(database, today):
    """The items of a year as they are now."""

    def look(year=2026):
        with database.read() as session:
            found = queries.plan_of(session, year)
            return queries.items_of(session, found.id, today, Locale.vi) if found else ()

    return look


def item_form(**fields):
    return {
        "form_token": "t",
        "title": "Đoàn đi Fukuoka",
        "kind": "delegation",
        "direction": "outbound",
        **fields,
    }


def actions(database):
    with database.read() as session:
        return list(session.scalars(sa.select(Event.action).order_by(Event.id)))


# ---- the year


def test_a_year_without_a_plan_offers_both_acts(client, make):
    make.plan_item(make.plan(2025))
    page = client.get("/plan/2026").text
    assert "There is no plan for 2026 yet" in page
    assert 'action="/plan"' in page
    assert 'href="/plan/2026/copy"' in page
    assert "/copy" not in client.get("/plan/2030").text, "2029 has none to copy from"


def test_a_viewer_is_offered_no_act(as_, plan, make):
    make.plan_item(plan)
    viewer = as_("viewer")
    for url in ("/plan/2026", "/plan/2027"):
        assert 'action="/plan' not in viewer.get(url).text
    assert viewer.get("/plan/2026/items/new").status_code == 403
    assert viewer.post("/plan", data={"year": "2031"}).status_code == 403


def test_an_empty_plan_is_begun_once_however_often_it_is_sent(client, database):
    for _ in range(2):
        answer = client.post("/plan", data={"year": "2026", "form_token": "t"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/plan/2026")
    again = client.post("/plan", data={"year": "2026", "form_token": "another"})
    assert again.status_code == 422
    assert "There is a plan for 2026 already." in again.text
    with database.read() as session:
        assert session.scalars(sa.select(Plan.year)).all() == [2026]


def test_the_plan_without_a_year_is_this_years(client, plan):
    assert "Plan of foreign affairs, 2026" in client.get("/plan").text
    assert client.get("/plan?year=2025&state=done").headers["location"] == "/plan/2025?state=done"


@pytest.mark.parametrize("url", ["/plan/1989", "/plan/2101", "/plan/x", "/plan?kind=magic", "/plan?what=1"])
def test_a_senseless_address_is_refused(client, url):
    assert client.get(url).status_code in {404, 422}


def test_only_a_manager_sets_budget_and_decision(client, as_, plan, database):
    assert client.get("/plan/2026/edit").status_code == 403
    assert client.post("/plan/2026", data={"version": "1", "budget": "5"}).status_code == 403
    sent = {
        "form_token": "t",
        "version": "1",
        "budget": "12.000.000.000",
        "currency": "VND",
        "number": "34/QĐ",
        "note": "",
    }
    answer = as_("manager").post("/plan/2026", data=sent)
    assert answer.status_code == 303
    with database.read() as session:
        row = queries.plan_of(session, 2026)
    assert (row.budget, row.number, row.updated_by) == (12_000_000_000, "34/QĐ", "manager")
    assert "12,000,000,000" in as_("manager").get("/plan/2026").text


def test_a_stale_plan_shows_both_versions_and_keeps_what_was_typed(as_, plan):
    manager = as_("manager")
    sent = {"version": "1", "budget": "2000", "currency": "VND", "number": "34/QĐ", "note": ""}
    assert manager.post("/plan/2026", data={**sent, "form_token": "a"}).status_code == 303
    stale = manager.post("/plan/2026", data={**sent, "budget": "3000", "form_token": "b"})
    assert stale.status_code == 409
    assert 'name="keep-budget"' in stale.text
    assert 'value="3000"' in stale.text
    kept = manager.post(
        "/plan/2026",
        data={**sent, "budget": "3000", "keep-budget": "theirs", "version": "2", "form_token": "c"},
    )
    assert kept.status_code == 303
    assert "2,000 VND" in manager.get("/plan/2026").text


# ---- its items


def test_an_item_is_entered_with_partners_by_any_spelling(client, plan, make, rows):
    make.partner(slug="fukuoka", name_vi="Tỉnh Fukuoka", aliases=["Phúc Cương"])
    make.partner(slug="seoul", name_vi="Seoul")
    sent = item_form(month="9", budget="1.500.000", lead_unit="first-unit")
    sent["partners"] = ["phuc cuong", "", "Seoul", "fukuoka"]
    for _ in range(2):
        assert client.post("/plan/2026/items", data=sent).headers["location"] == "/plan/2026"
    (row,) = rows()
    assert [p.slug for p in row.partners] == ["seoul", "fukuoka"]
    assert (row.month, row.budget, row.lead_unit_code, row.state) == (9, 1_500_000, "first-unit", "open")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"direction": ""}, "direction"),
        ({"month": "13"}, "month"),
        ({"budget": "much"}, "budget"),
        ({"partners": ["Atlantis"]}, "partners"),
        ({"lead_unit": "nobody"}, "lead_unit"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(client, plan, rows, wrong, field):
    answer = client.post("/plan/2026/items", data=item_form(note="Giữ lại", **{"budget": "7", **wrong}))
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert "Giữ lại" in answer.text
    assert not rows()


def test_an_item_is_changed_and_its_partners_with_it(client, plan, make, rows, database):
    seoul = make.partner(slug="seoul", name_vi="Seoul")
    item = make.plan_item(plan, seoul, title="Cũ")
    make.partner(slug="oslo", name_vi="Oslo")
    sent = item_form(version="1", partners=["Oslo"])
    assert client.post(f"/plan/items/{item.id}", data=sent).status_code == 303
    (row,) = rows()
    assert ([p.slug for p in row.partners], row.title, row.version) == (["oslo"], "Đoàn đi Fukuoka", 2)
    page = client.get(f"/plan/items/{item.id}").text
    assert "Plan item changed" in page
    only_partners = item_form(version="2", form_token="u", partners=["Seoul"])
    assert client.post(f"/plan/items/{item.id}", data=only_partners).status_code == 303
    assert rows()[0].version == 3, "a change of partners alone is a change of the record"


def test_a_stale_item_shows_both_versions(client, plan, make):
    item = make.plan_item(plan, title="Cũ")
    assert (
        client.post(f"/plan/items/{item.id}", data=item_form(version="1", title="Của tôi")).status_code == 303
    )
    stale = client.post(f"/plan/items/{item.id}", data=item_form(version="1", title="Muộn", form_token="u"))
    assert stale.status_code == 409
    assert 'name="keep-title"' in stale.text
    assert 'value="Muộn"' in stale.text
    assert "Của tôi" in stale.text


def test_dropped_with_its_why_and_taken_back(client, plan, make, rows, database):
    item = make.plan_item(plan)
    bare = client.post(
        f"/plan/items/{item.id}/drop", data={"form_token": "a", "version": "1", "dropped_why": " "}
    )
    assert (bare.status_code, rows()[0].state) == (422, "open")
    sent = {"form_token": "b", "version": "1", "dropped_why": "Hết kinh phí"}
    assert client.post(f"/plan/items/{item.id}/drop", data=sent).status_code == 303
    assert (rows()[0].state, rows()[0].dropped_why) == ("dropped", "Hết kinh phí")
    assert "Hết kinh phí" in client.get("/plan/2026").text
    back = client.post(f"/plan/items/{item.id}/resume", data={"form_token": "c", "version": "2"})
    assert (back.status_code, rows()[0].state) == (303, "open")
    assert actions(database)[-2:] == ["plan.item_dropped", "plan.item_resumed"]


@pytest.mark.parametrize("act", ["drop", "delete"])
def test_what_is_being_carried_out_cannot_leave_the_plan(client, plan, make, rows, act):
    item = make.plan_item(plan)
    make.visit(make.partner(), title="Đang đi", state=DelegationState.approved, plan_item_id=item.id)
    sent = {"form_token": "a", "version": "1", "dropped_why": "Thôi"}
    answer = client.post(f"/plan/items/{item.id}/{act}", data=sent)
    assert answer.status_code == 409
    assert "This item is being carried out: Đang đi." in answer.text
    assert rows()[0].state == "under_way"


def test_what_was_entered_by_mistake_leaves_the_plan_and_stays_in_the_history(
    client, plan, make, rows, database
):
    item = make.plan_item(plan)
    answer = client.post(f"/plan/items/{item.id}/delete", data={"form_token": "a", "version": "1"})
    assert (answer.status_code, rows()) == (303, ())
    assert client.get(f"/plan/items/{item.id}").status_code == 404
    with database.read() as session:
        assert session.get(PlanItem, item.id).archived_at is not None
    assert actions(database)[-1] == "plan.item_archived"


def test_what_was_taken_out_is_put_back_from_the_toast_or_from_the_plan(client, plan, make, rows):
    item = make.plan_item(plan, title="Nhầm")
    client.post(f"/plan/items/{item.id}/delete", data={"form_token": "a", "version": "1"})
    page = client.get("/plan/2026").text
    undo = f"/plan/items/{item.id}/restoration"
    assert f'action="{undo}?version=2"' in page, "the toast"
    assert f'action="{undo}"' in page, "the list below the plan"
    for _ in range(2):
        assert client.post(f"{undo}?version=2").headers["location"] == f"/plan/items/{item.id}"
    assert [row.title for row in rows()] == ["Nhầm"]


# ---- what the page tells


def test_an_off_plan_trip_shows_in_the_percentage_at_once(client, plan, make):
    partner = make.partner()
    for _ in range(9):
        make.visit(partner, plan_item_id=make.plan_item(plan).id)
    assert "0 off plan: 0 %." in client.get("/plan/2026").text
    make.visit(partner, title="Đoàn phát sinh", off_plan=True, off_plan_reason="Khẩn")
    page = client.get("/plan/2026").text
    assert "10 delegations of 2026" in page
    assert "1 off plan: 10 %." in page
    assert "Khẩn" in page


def test_planned_against_done_is_told_by_kind_and_by_quarter(client, plan, make):
    trip = make.plan_item(plan, month=2, budget=700)
    make.plan_item(plan, kind=PlanItemKind.signing, month=11)
    make.visit(make.partner(), plan_item_id=trip.id, cost_actual=650, currency="VND")
    page = re.sub(r"<[^>]+>", " ", client.get("/plan/2026").text)
    told = " ".join(page.split())
    assert "Delegation 1 1 0 0 700 VND 650 VND" in told
    assert "Quarter 1 1 1 0 0 700 VND 650 VND" in told
    assert "Quarter 4 1 0 0 0 – –" in told
    assert "Total 2 1 0 0 700 VND 650 VND" in told
    assert "300 not given out" in told


def test_the_list_is_filtered_by_its_address(client, plan, make):
    make.plan_item(plan, title="Đoàn ra")
    make.plan_item(plan, kind=PlanItemKind.signing, title="Lễ ký")
    make.plan_item(plan, title="Bị rút", dropped_why="Thôi")
    assert "Lễ ký" not in client.get("/plan/2026?kind=delegation").text
    dropped = client.get("/plan/2026?kind=delegation&state=dropped").text
    assert ("Bị rút" in dropped, "Đoàn ra" in dropped) == (True, False)
    assert "No item of the plan fits these filters." in client.get("/plan/2026?state=done").text


def test_a_long_plan_comes_in_pages_of_a_fixed_cost_and_whole_for_print(client, plan, make, queries):
    partner = make.partner()
    make.plan_item(plan, partner, title="Mục số 0")
    with queries() as few:
        client.get("/plan/2026")
    with make.together():
        for n in range(1, 120):
            item = make.plan_item(plan, partner, title=f"Mục số {n}", month=1 + n % 12, budget=1_000_000)
            make.visit(partner, plan_item_id=item.id) if n % 3 else None
    with queries() as many:
        page = client.get("/plan/2026")
    assert len(few) == len(many) <= 16, many
    assert len(page.content) < 60_000
    assert page.text.count("Mục số") == 50
    assert client.get("/plan/2026?page=3").text.count("Mục số") == 20
    assert client.get("/plan/2026?page=4").status_code == 422
    assert client.get("/plan/2026?show=all").text.count("Mục số") == 120


def test_names_of_people_are_no_markup(client, plan, make):
    item = make.plan_item(plan, title="<b>Đoàn</b>", note="<i>x</i>", dropped_why="<u>thôi</u>")
    for url in ("/plan/2026", f"/plan/items/{item.id}"):
        assert not re.search("<[biu]>(Đ|x|th)", client.get(url).text)


# ---- from the year before


def test_chosen_items_are_copied_once(client, make, rows):
    old = make.plan(2025, currency="VND")
    partner = make.partner(slug="oslo")
    first = make.plan_item(old, partner, title="Một", month=4, budget=9, dropped_why="Thôi")
    second = make.plan_item(old, title="Hai")
    page = client.get("/plan/2026/copy").text
    assert page.count('type="checkbox" id="item-') == 2
    sent = {"items": [str(first.id)], "form_token": "a"}
    assert client.post("/plan/2026/copies", data=sent).headers["location"] == "/plan/2026"
    both = {"items": [str(first.id), str(second.id)], "form_token": "b"}
    client.post("/plan/2026/copies", data=both)
    client.post("/plan/2026/copies", data={**both, "form_token": "c"})
    found = {row.title: row for row in rows()}
    assert len(rows()) == 2
    one = found["Một"]
    assert (one.month, one.budget, one.copied_from_id, one.state) == (4, 9, first.id, "open")
    assert [p.slug for p in one.partners] == ["oslo"]
    assert "copied already" in client.get("/plan/2026/copy").text


def test_nothing_chosen_copies_nothing(client, make, database):
    make.plan_item(make.plan(2025))
    answer = client.post("/plan/2026/copies", data={"form_token": "a"})
    assert answer.status_code == 422
    with database.read() as session:
        assert session.scalars(sa.select(Plan.year)).all() == [2025]


def test_only_last_years_items_are_copied(client, make, rows):
    make.plan(2025)
    older = make.plan_item(make.plan(2024))
    answer = client.post("/plan/2026/copies", data={"items": [str(older.id)], "form_token": "a"})
    assert (answer.status_code, rows()) == (422, ())
    assert client.get("/plan/2030/copy").status_code == 404
