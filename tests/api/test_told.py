"""What only pages told before: the history, the search, the map, gifts, papers, colleagues."""

import io
import re
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from docx import Document

from app.history import record
from app.models import DelegationMember, Gift, Partner
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


def test_what_each_key_did_is_told_to_who_keeps_the_keys(world, call, api, make):
    """By its id: two keys may bear one name."""
    tag = call("GET", "/partners/lima", "write_key").headers["etag"]
    call("PATCH", "/partners/lima", "write_key", json={"objectives": "Học hỏi"}, headers={"If-Match": tag})
    (mine,) = call("GET", "/history?key=writekey", "admin_key").json()["items"]
    assert (mine["action"], mine["key"]) == ("partner.changed", "writekey")
    assert call("GET", "/history?key=readkey", "admin_key").json()["items"] == []
    assert {it["key"] for it in call("GET", "/history?partner=lima").json()["items"]} == {None}
    check_problem(call("GET", "/history?key=writekey"), 403)
    check_problem(call("GET", "/history?key=nowhere", "admin_key"), 404)
    for key, told in (("admin_key", "writekey"), ("read_key", None)):
        last = call("GET", "/changes?type=partner.changed", key).json()["items"][-1]
        assert last["actor"] == {"kind": "key", "name": "write_key", "key": told}


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


def text_of(answer):
    """What an answer tells: a Word or Excel file is a packed folder of texts."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    with ZipFile(io.BytesIO(answer.content)) as packed:
        return " ".join(packed.read(name).decode(errors="replace") for name in packed.namelist())


def test_no_read_names_a_person_to_a_key_without_the_scope(world, make, call, contract):
    """Every GET there is, with every kind of file. A key with the scope is told: there is something."""
    who = make.person(name="Kuroda Hanako", email="kuroda@fukuoka.example", phone="0901234567")
    with make.together() as session:
        at = {"delegation_id": world.visit, "position": 0, "leads": True, "title": "Đoàn trưởng"}
        row = DelegationMember(**at, person_id=who.id, name=who.name)
        session.add(row)
        record(session, MAKER, "delegation.member_added", row)
        make.post(who, session.scalars(sa.select(Partner).where(Partner.slug == "fukuoka")).one())
    values = {"slug": "fukuoka", "person_id": who.id, "delegation_id": world.visit, "kind": "invitation"}
    told = {"read_key": set(), "people_key": set()}
    for method, template, operation in contract.operations():
        if method == "GET":
            path = re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], 1)), template)
            path = path.removeprefix("/api/v1")
            lists = "text/csv" in operation["responses"]["200"].get("content", {})
            asked = {"partner": "fukuoka"} if template.endswith("/history") else {}
            for ending in ("", ".csv", ".xlsx") if lists else ("",):
                for key, found in told.items():
                    text = text_of(call("GET", path + ending, key, params=asked))
                    if any(trace in text for trace in ("Kuroda", "kuroda", "0901234567")):
                        found.add(template)
    assert not told["read_key"]
    assert {"/api/v1/people", "/api/v1/delegations/{delegation_id}/report.docx"} <= told["people_key"]


def test_colleagues_are_for_who_may_give_them_work(world, call):
    people = call("GET", "/users", "write_key").json()["items"]
    assert "officer@city.example" in {it["email"] for it in people}
    check_problem(call("GET", "/users", "read_key"), 403)
