"""Delegations over REST: the same rules as the pages, the same refusals, notes hidden alike."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Delegation, DelegationMember, Event, ProcedureStep
from app.vocabulary import DelegationDirection, DelegationState, ProcedureCode
from tests.actors import PEOPLE, UNIT
from tests.api.contract import check_problem
from tests.staging import staged

TRIP = {
    "partners": ["tokyo", "kanagawa"],
    "direction": "outbound",
    "title": "Đoàn Hà Nội thăm Tokyo và Kanagawa",
    "starts_on": "2026-06-20",
    "ends_on": "2026-06-24",
    "host_unit": UNIT,
    "members": [{"name": "Nguyễn Văn An", "leads": True}, {"name": "Trần Thị Bình"}],
    "meetings": [{"on": "2026-06-21", "starts_at": "09:30", "topic": "Nước sạch", "partner": "tokyo"}],
    "gifts": [{"direction": "given", "what": "Tranh lụa", "band": "modest"}],
    "cost_planned": 1_200_000_000,
    "currency": "VND",
}
LEADER = {"name": "Nguyễn Văn An", "leads": True}


@staged
def places(make):
    make.rule(ProcedureCode.visit_report, days=10)
    return [make.partner(slug="tokyo", name_en="Tokyo"), make.partner(slug="kanagawa", name_en="Kanagawa")]


@staged
def planned(call, places):
    answer = call("POST", "/delegations", "admin_key", json=TRIP)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def act(call):
    def send(key, name, by="write_key", match="*", **data):
        options = {"json": data} if data or name in {"completion", "minutes", "report"} else {}
        return call("POST", f"/delegations/{key}/{name}", by, headers={"If-Match": match}, **options)

    return send


def test_a_planned_trip_is_shown_whole(planned, get):
    found = get(f"/delegations/{planned['id']}", "admin_key")
    assert found == planned
    assert (found["state"], found["partners"], found["host_unit"]) == ("planned", ["kanagawa", "tokyo"], UNIT)
    assert [m["name"] for m in found["members"]] == ["Nguyễn Văn An", "Trần Thị Bình"]
    assert (found["meetings"][0]["starts_at"], found["meetings"][0]["partner"]) == ("09:30", "tokyo")
    assert found["gifts"][0]["band"] == "modest"
    assert get("/delegations", "admin_key")["items"] == [found]


def test_a_trip_runs_from_plan_to_report(planned, act, at, get, database):
    key = planned["id"]
    assert act(key, "approval").status_code == 403
    assert act(key, "approval", "admin_key").json()["approved_on"] == "2026-06-15"
    check_problem(act(key, "start"), 409)
    at("2026-06-20")
    assert act(key, "start").json()["state"] == "under_way"
    check_problem(act(key, "completion"), 409)
    at("2026-06-24")
    work = {"title": "Gửi dự thảo", "due_on": "2026-07-20", "unit": UNIT, "partners": ["kanagawa"]}
    both = {"title": "Cử chuyên gia", "due_on": "2026-08-20", "owed_by": "partner"}
    done = act(key, "completion", minutes="Thống nhất.", follow_ups=[work, both], cost_actual=5).json()
    assert (done["delegation"]["state"], done["delegation"]["substantive"]) == ("completed", True)
    assert done["delegation"]["report_due_on"] == "2026-07-08"
    partners = [get(f"/follow-ups/{n}")["partners"] for n in done["follow_ups"]]
    assert partners == [["kanagawa"], ["kanagawa", "tokyo"]]
    assert get("/delegations", report="owed")["items"][0]["id"] == key
    assert get("/delegations", report="overdue")["items"] == []
    at("2026-07-09")
    assert get("/delegations", report="overdue")["items"][0]["id"] == key
    told = act(key, "report", report="Tốt đẹp.").json()
    assert (told["state"], told["reported_on"], told["report_due_on"]) == ("reported", "2026-07-09", None)
    check_problem(act(key, "cancellation", why="muộn"), 409)


def test_what_a_follow_up_concerns_must_be_of_the_trip(planned, act, at, make):
    make.partner(slug="paris", name_en="Paris")
    act(planned["id"], "approval", "admin_key")
    at("2026-06-24")
    act(planned["id"], "start")
    work = {"title": "Gửi", "due_on": "2026-07-20", "partners": ["paris"]}
    body = check_problem(act(planned["id"], "completion", follow_ups=[work]), 422)
    assert body["errors"][0]["pointer"] == "/follow_ups/0/partners"
    assert body["errors"][0]["code"] == "not_of_this_trip"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"partners": []}, "/partners", "required"),
        ({"partners": ["atlantis"]}, "/partners", "unknown_partner"),
        ({"ends_on": "2026-06-19"}, "/ends_on", "end_before_start"),
        ({"starts_on": "2026-06-01", "ends_on": "2026-06-02", "meetings": []}, "/ends_on", "trip_is_over"),
        ({"meetings": [{"on": "2026-06-25"}]}, "/meetings/0/on", "outside_the_trip"),
        ({"meetings": [{"on": "2026-06-21", "starts_at": 930}]}, "/meetings/0/starts_at", "bad_time"),
        ({"meetings": [{"on": "2026-06-21", "partner": "x"}]}, "/meetings/0/partner", "not_of_this_trip"),
        ({"members": [{"title": "Trưởng phòng"}]}, "/members/0/name", "required"),
        ({"members": [{"person": 99}]}, "/members/0/name", "unknown_person"),
        ({"members": [LEADER, LEADER]}, "/members/1/leads", "one_leader"),
        ({"gifts": [{"direction": "stolen", "what": "x"}]}, "/gifts/0/direction", "unknown_code"),
        ({"currency": "đồng"}, "/currency", "invalid"),
        ({"cost_planned": -1}, "/cost_planned", "out_of_range"),
        ({"off_plan": True}, "/off_plan_reason", "why_needed"),
        ({"returns": 77}, "/returns", "unknown_visit"),
        ({"host_unit": "nobody"}, "/host_unit", "unknown_unit"),
        ({"state": "completed"}, "/state", "unknown_field"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(call, places, change, pointer, code):
    body = check_problem(call("POST", "/delegations", "write_key", json={**TRIP, **change}), 422)
    assert (body["errors"][0]["pointer"], body["errors"][0]["code"]) == (pointer, code)


def test_lines_are_replaced_and_kept_by_their_id(planned, call, database):
    kept = planned["members"][0]
    lines = [{"id": kept["id"], "name": kept["name"], "title": "Chủ tịch"}, {"name": "Lê Văn Cường"}]
    answer = call(
        "PATCH", f"/delegations/{planned['id']}", "admin_key", json={"members": lines},
        headers={"If-Match": "*"},
    )  # fmt: skip
    found = answer.json()
    assert [(m["name"], m["title"]) for m in found["members"]] == [
        ("Nguyễn Văn An", "Chủ tịch"), ("Lê Văn Cường", None),
    ]  # fmt: skip
    assert found["members"][0]["id"] == kept["id"]
    assert found["version"] > planned["version"]
    assert found["gifts"] == planned["gifts"]
    with database.read() as session:
        gone = session.scalars(
            sa.select(DelegationMember).where(DelegationMember.name == "Trần Thị Bình")
        ).one()
        assert gone.archived_at is not None
        actions = set(session.scalars(sa.select(Event.action)))
    assert {"delegation.member_added", "delegation.member_changed", "delegation.member_removed"} <= actions


def test_members_are_named_only_to_keys_that_may_read_people(places, make, call, get):
    person = make.person(name="Tanaka Yuki")
    trip = {**TRIP, "members": [{"person": person.id}, {"name": "Nguyễn Văn An"}]}
    key = call("POST", "/delegations", "admin_key", json=trip).json()["id"]
    names = [
        [m["name"] for m in get(f"/delegations/{key}", who)["members"]] for who in ("read_key", "people_key")
    ]
    assert names == [[None, None], ["Tanaka Yuki", "Nguyễn Văn An"]]


def test_who_may_not_read_names_sends_lines_back_without_them_and_they_stay(planned, call, get):
    path = f"/delegations/{planned['id']}"
    lines = [{**line, "unit": "Sở Ngoại vụ"} for line in get(path, "write_key")["members"]]
    assert {line["name"] for line in lines} == {None}
    answer = call("PATCH", path, "write_key", json={"members": lines}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    assert [(m["name"], m["unit"]) for m in get(path, "admin_key")["members"]] == [
        ("Nguyễn Văn An", "Sở Ngoại vụ"), ("Trần Thị Bình", "Sở Ngoại vụ"),
    ]  # fmt: skip
    nobody = call(
        "PATCH", path, "admin_key", json={"members": [{"id": lines[0]["id"]}]}, headers={"If-Match": "*"}
    )
    check_problem(nobody, 422, "required", "/members/0/name")


def test_a_line_of_another_trip_cannot_be_taken(planned, call, database):
    other = call("POST", "/delegations", "write_key", json=TRIP).json()
    theirs = planned["members"][0]["id"]
    answer = call(
        "PATCH", f"/delegations/{other['id']}", "write_key",
        json={"members": [{"id": theirs, "name": "Kẻ lạ"}]}, headers={"If-Match": "*"},
    )  # fmt: skip
    assert answer.json()["members"][0]["id"] != theirs
    with database.read() as session:
        assert session.get(DelegationMember, theirs).name == "Nguyễn Văn An"


def test_an_act_needs_to_know_what_it_moves(planned, call, act):
    key = planned["id"]
    check_problem(call("POST", f"/delegations/{key}/approval", "admin_key"), 428)
    check_problem(act(key, "approval", "admin_key", match='"9"'), 412)
    check_problem(call("PATCH", f"/delegations/{key}", "write_key", json={"title": "x"}), 428)


def test_an_act_repeated_with_its_key_happens_once(planned, call, database):
    headers = {"If-Match": "*", "Idempotency-Key": "once"}
    path = f"/delegations/{planned['id']}/approval"
    first, second = (call("POST", path, "admin_key", headers=headers) for _ in range(2))
    assert first.content == second.content
    assert second.headers["idempotent-replayed"] == "true"
    with database.read() as session:
        actions = list(session.scalars(sa.select(Event.action)))
    assert actions.count("delegation.approved") == 1


def test_confidential_notes_are_not_for_keys(make, places, get, call):
    visit = make.visit(
        places[0],
        confidential=True,
        minutes="Điều kín",
        met="Ông Kín",
        report="Kín",
        state=DelegationState.reported,
    )
    for key, reads in (("read_key", False), ("write_key", False), ("admin_key", True)):
        found = get(f"/delegations/{visit.id}", key)
        assert (found["minutes"], found["met"], found["report"]) == (
            ("Điều kín", "Ông Kín", "Kín") if reads else (None, None, None)
        )
        assert "Điều kín" in str(get("/delegations", key)) or not reads
    for sent in ({"minutes": "khác"}, {"confidential": False}, {"meetings": []}, {"report": None}):
        answer = call("PATCH", f"/delegations/{visit.id}", "write_key", json=sent, headers={"If-Match": "*"})
        check_problem(answer, 403)


@staged
def several(make, places):
    with make.together():
        for n in range(1, 8):
            make.visit(
                places[n % 2], on=date(2026, 3, n), title=f"Đoàn {n}", head="Sato" if n == 3 else None,
                direction=DelegationDirection.outbound if n % 3 else DelegationDirection.inbound,
                state=DelegationState.planned if n > 5 else DelegationState.completed,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("params", "shown"),
    [
        ({"state": "planned"}, [7, 6]),
        ({"direction": "inbound", "sort": "starts_on"}, [3, 6]),
        ({"partner": "tokyo"}, [6, 4, 2]),
        ({"q": "sato"}, [3]),
        ({"since": "2026-03-06"}, [7, 6]),
        ({"until": "2026-03-02"}, [2, 1]),
        ({"year": "2025"}, []),
        ({"sort": "state", "limit": 200}, [6, 7, 1, 2, 3, 4, 5]),
    ],
)
def test_the_list_is_filtered_and_sorted(several, get, params, shown):
    found = [int(item["title"].split()[1]) for item in get("/delegations", **params)["items"]]
    assert found == shown


@pytest.mark.parametrize("sort", ["starts_on", "-starts_on", "state", "-level", "ends_on", "id"])
def test_pages_follow_each_other_without_gap(several, call, get, sort):
    every = [item["id"] for item in get("/delegations", sort=sort, limit=200)["items"]]
    found, address = [], f"/delegations?sort={sort}&limit=2"
    while address:
        page = call("GET", address).json()
        found += [item["id"] for item in page["items"]]
        address = page["next"]
    assert found == every
    assert len(every) == 7


def test_the_list_takes_a_fixed_number_of_statements(several, make, places, api, queries):
    with queries() as few:
        api("read_key").get("/api/v1/delegations?limit=2")
    with queries() as many:
        api("read_key").get("/api/v1/delegations?limit=200")
    assert len(many) == len(few)


def test_the_log_of_a_visit_owes_a_report(places, call, database):
    visit = {"partner": "tokyo", "direction": "inbound", "title": "Đoàn", "starts_on": "2026-06-12"}
    answer = call("POST", "/visits", "write_key", json=visit)
    assert answer.json()["delegation"]["report_due_on"] == "2026-06-26"
    with database.read() as session:
        assert session.scalars(sa.select(ProcedureStep)).one().delegation_id
        assert session.scalars(sa.select(Delegation)).one().created_by_id is None
    assert PEOPLE["officer"].email not in answer.text
