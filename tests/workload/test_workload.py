"""Who carries how much, and all of it passed on when somebody leaves."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Event, FollowUp, Partner, User
from app.vocabulary import Role
from tests.staging import staged


@pytest.fixture
def users(database):
    """The accounts of the tests by name."""
    with database.read() as session:
        return {user.name: user for user in session.scalars(sa.select(User))}


@pytest.fixture
def manager(as_):
    return as_("manager")


@staged
def load(make, users):
    """The officer holds two partners, one of them stuck, and three follow-ups, one of them nobody's own."""
    officer = users["officer"]
    fukuoka = make.partner(slug="fukuoka", officer=officer, friendship_since=date(2010, 1, 1))
    make.interaction([fukuoka], on=date(2026, 5, 1))
    lyon = make.partner(slug="lyon", officer=officer)
    make.partner(slug="alone")
    make.follow_up([fukuoka], assignee=officer, due_on=date(2026, 6, 1), title="Gửi dự thảo")
    make.follow_up([lyon], assignee=officer, due_on=date(2026, 7, 1))
    make.follow_up([lyon], due_on=date(2026, 7, 1), title="Chưa giao ai")


def hand(client, giver="officer", taker="other_officer", **more):
    page = client.get(f"/workload/handovers/new?giver={giver}@city.example")
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)[1]
    data = {"form_token": token, "giver": f"{giver}@city.example", "taker": f"{taker}@city.example", **more}
    return client.post("/workload/handovers", data=data), data


def test_every_number_is_as_long_as_the_list_behind_it(manager, load):
    page = manager.get("/workload").text
    links = re.findall(
        r'<a(?: class="late")? href="(/(?:partners|follow-ups)\?who=[^"]+|/partners\?[^"]+)">(\d+)</a>', page
    )
    found = {url.replace("&amp;", "&").replace("%40", "@"): int(n) for url, n in links}
    who = "officer@city.example"
    assert found == {
        f"/partners?officer={who}": 2,
        f"/partners?officer={who}&status=stuck": 1,
        f"/follow-ups?who={who}": 3,
        f"/follow-ups?who={who}&due=overdue": 1,
    }
    for url, n in found.items():
        listed = manager.get(url).text
        kind = "partners" if url.startswith("/partners") else "follow-ups"
        rows = set(re.findall(rf'href="/{kind}/([a-z0-9-]+)[?"]', listed)) - {"new", "reassignments"}
        assert len(rows) == n, url
    assert "1 partner has no officer" in page


def test_a_units_number_is_the_one_of_its_page(manager, api, load, make, users):
    unit = make.unit(code="fifth-unit")
    merged = make.unit(code="merged-unit", successor_id=unit.id)
    clerk, partner = make.user(unit=unit), make.partner(slug="kobe")
    make.follow_up([partner], unit=unit)
    make.follow_up([partner], assignee=clerk)
    make.follow_up([partner], unit=merged)
    key = api("read_key")
    loads = {it["unit"]: it["open"] for it in key.get("/api/v1/workload").json()["units"]}
    assert loads["fifth-unit"] == key.get("/api/v1/units/fifth-unit").json()["open"] == 3
    assert "merged-unit" not in loads
    row = re.search(r'href="/units/fifth-unit">.*?</tr>', manager.get("/workload").text, re.S)
    assert ">3</td>" in row[0]


def test_the_page_takes_as_many_statements_for_one_as_for_many(manager, load, make, users, queries):
    with queries() as few:
        manager.get("/workload")
    for _ in range(8):
        partner = make.partner(officer=users["other_officer"])
        make.follow_up([partner], assignee=users["manager"])
    with queries() as many:
        manager.get("/workload")
    assert len(many) == len(few)


def test_everything_goes_in_one_act_and_the_sheet_tells_it(manager, load, database):
    answer, data = hand(manager, note="Chuyển công tác <b>")
    assert answer.status_code == 303
    with database.read() as session:
        holders = dict(session.execute(sa.select(Partner.slug, Partner.officer_id)).all())
        taken = session.scalars(sa.select(FollowUp.assignee_id).order_by(FollowUp.id)).all()
        told = session.scalars(sa.select(Event.action).where(Event.record_type != "user")).all()
    assert holders["fukuoka"] == holders["lyon"] is not None
    assert taken == [holders["lyon"], holders["lyon"], None]
    assert told.count("partner.changed") == told.count("follow_up.changed") == 2
    sheet = manager.get(answer.headers["location"]).text
    assert "/partners/fukuoka" in sheet
    assert "Gửi dự thảo" in sheet
    assert "Chuyển công tác &lt;b&gt;" in sheet
    # A doubled click leads to the same sheet and changes nothing.
    again = manager.post("/workload/handovers", data=data)
    assert again.headers["location"] == answer.headers["location"]
    refused, _ = hand(manager)
    assert refused.status_code == 422
    assert "holds no partner and no follow-up" in refused.text


def test_the_follow_ups_may_go_to_another_person(manager, load, database, users):
    hand(manager, follow_ups_to="manager@city.example")
    with database.read() as session:
        assert set(session.scalars(sa.select(FollowUp.assignee_id))) == {users["manager"].id, None}


@pytest.mark.parametrize("taker", ["officer", "viewer"])
def test_who_may_be_given_no_work_is_refused_and_nothing_moves(manager, load, database, taker):
    answer, _ = hand(manager, taker=taker)
    assert answer.status_code == 422
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Partner.officer_id.is_not(None))) == 2


def test_whoever_became_a_viewer_keeps_what_they_have_and_gets_nothing_more(make, api, database):
    gone = make.user(name="Bình", email="binh@city.example")
    with make.together():
        theirs = make.partner(slug="hue", officer=gone)
        work = make.follow_up(theirs, title="việc", assignee=gone)
        make.partner(slug="vinh")
    with database.write() as session:
        session.execute(sa.update(User).where(User.id == gone.id).values(role=Role.viewer))
    program = api("admin_key")
    any_version = {"If-Match": "*"}
    said = {"officer": gone.email, "name_en": "Hue"}
    assert program.patch("/api/v1/partners/hue", json=said, headers=any_version).status_code == 200
    said = {"assignee": gone.email, "title": "việc khác"}
    address = f"/api/v1/follow-ups/{work.id}"
    assert program.patch(address, json=said, headers=any_version).status_code == 200
    said = {"officer": gone.email}
    refused = program.patch("/api/v1/partners/vinh", json=said, headers=any_version)
    assert [e["code"] for e in refused.json()["errors"]] == ["cannot_take_work"]
    chosen = [{"partner": "hue", "version": 2}]
    taken = program.post("/api/v1/partners/assignments", json={"partners": chosen, "steps": True})
    assert taken.status_code in (200, 201), "a proposed step goes to whoever acts instead"


def test_officers_may_look_and_not_hand_over(client, load):
    assert client.get("/workload").status_code == 200
    assert client.get("/workload/handovers/new?giver=officer@city.example").status_code == 403
    assert client.post("/workload/handovers", data={"giver": "x", "taker": "y"}).status_code == 403
    assert client.get("/workload/handovers/99").status_code == 404


def test_programs_read_the_workload_and_hand_over(api, load):
    read = api("read_key")
    found = read.get("/api/v1/workload").json()
    (mine,) = (it for it in found["people"] if it["officer"] == "officer@city.example")
    assert (mine["partners"], mine["stuck"], mine["open"], mine["late"]) == (2, 1, 3, 1)
    body = {"giver": "officer@city.example", "taker": "manager@city.example"}
    assert read.post("/api/v1/workload/handovers", json=body).status_code == 403
    done = api("admin_key").post("/api/v1/workload/handovers", json=body)
    assert done.status_code == 201
    assert sorted(done.json()["partners"]) == ["fukuoka", "lyon"]
    assert read.get(done.headers["location"]).json() == done.json()
