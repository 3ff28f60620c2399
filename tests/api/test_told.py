"""What only pages told before: the history, the search, the map, gifts, papers, colleagues."""

import io

import pytest
from docx import Document

from app.history import record
from app.models import Gift
from app.vocabulary import GiftBand, GiftDirection
from tests.api.contract import check_problem
from tests.factories import MAKER


def test_who_changed_what_of_a_partner(world, call, get):
    tag = call("GET", "/partners/lima", "write_key").headers["etag"]
    call("PATCH", "/partners/lima", "write_key", json={"objectives": "Học hỏi"}, headers={"If-Match": tag})
    page = get("/history", partner="lima", count="true", limit=1)
    assert page["items"][0]["action"] == "partner.changed"
    assert page["items"][0]["changes"][0]["new"] == "Học hỏi"
    assert page["total"] > 1
    check_problem(call("GET", "/history"), 422, "required", "/partner")
    assert call("GET", "/history", "admin_key").json()["items"]


def test_every_event_of_a_partner_is_told_once(world, call):
    seen, address = [], "/history?partner=fukuoka&limit=3"
    while address:
        page = call("GET", address).json()
        seen += [line["id"] for line in page["items"]]
        address = page["next"]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) > 3


def test_a_name_is_found_and_nobody_without_the_scope(world, make, get):
    make.person(name="Fukuoka Hanako")
    found = get("/search", q="fukuoka")
    assert [it["id"] for it in found["partners"]] == ["fukuoka"]
    assert found["people"] == []
    assert [it["name"] for it in get("/search", key="people_key", q="hanako")["people"]] == ["Fukuoka Hanako"]
    assert get("/search")["partners"] == []


def test_the_map_tells_where_partners_lie(world, get):
    places = {it["partner"]: it for it in get("/map", country=["JP", "FR"])["items"]}
    assert set(places) == {"fukuoka", "osaka", "toulouse"}
    assert places["fukuoka"]["status"] == "stuck"


def test_gifts_of_all_trips_stand_in_one_list(world, make, call, get):
    row = Gift(delegation_id=world.visit, direction=GiftDirection.given, what="Tranh", band=GiftBand.modest)
    with make.together() as session:
        session.add(row)
        record(session, MAKER, "delegation.changed", row)
    (gift,) = get("/gifts", partner="fukuoka")["items"]
    assert (gift["what"], gift["on"], gift["partners"]) == ("Tranh", "2023-05-01", ["fukuoka"])
    assert get("/gifts", direction="received")["items"] == []
    assert "Tranh" in call("GET", "/gifts.csv").text
    check_problem(call("GET", "/gifts?partner=nowhere"), 422, pointer="/partner")


@pytest.mark.parametrize("paper", ["programme.docx", "report.docx"])
def test_papers_are_the_ones_the_pages_hand_out(world, call, paper):
    answer = call("GET", f"/delegations/{world.visit}/{paper}")
    assert Document(io.BytesIO(answer.content)).paragraphs
    check_problem(call("GET", f"/delegations/99999/{paper}"), 404)


def test_colleagues_are_for_who_may_give_them_work(world, call):
    people = call("GET", "/users", "write_key").json()["items"]
    assert "officer@city.example" in {it["email"] for it in people}
    check_problem(call("GET", "/users", "read_key"), 403)
