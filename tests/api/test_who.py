"""Who may call what, tried: every operation of the API with every key, for objects that are there, another
unit's, or nowhere. What is asserted is what tests/routes.txt says."""

import re

import pytest
import sqlalchemy as sa

from app.history import record
from app.models import Organisation
from tests.actors import KEYS, OTHER_UNIT, UNIT
from tests.api.contract import check_problem
from tests.factories import MAKER
from tests.route_table import routes
from tests.staging import staged

# Addresses that a number or a word stands in, of nothing that is there.
NOWHERE = {"year": "1999", "act_id": "0123456789abcdef", "precision": "x"}
# What a key lets in the table and the service then refuses to this one: the answer is 403 all the same.
MORE_IS_ASKED: dict[str, str] = {}


def address(path, values):
    """A path with each name filled in."""

    def value(name):
        missing = "99999" if name.endswith("_id") else "no-such-thing"
        return str(values.get(name, NOWHERE.get(name, missing)))

    return re.sub(r"\{(\w+)\}", lambda found: value(found[1]), path)


def operations(application):
    return [route for route in routes(application) if route.is_api and route.door]


def send(client, route, values=(), body=None, **headers):
    options = {} if route.method == "GET" else {"json": body or {}, "headers": {"If-Match": "*", **headers}}
    return client.request(route.method, address(route.path, dict(values)), **options)


def passes(route, key):
    return not route.permissions or any(scope.value in route.passes for scope in KEYS[key])


@pytest.mark.parametrize("key", list(KEYS))
def test_each_key_comes_in_where_the_table_says_and_nowhere_else(application, api, key):
    client, wrong = api(key), []
    for route in operations(application):
        answer = send(client, route)
        let_in = answer.status_code not in {401, 403}
        expected = passes(route, key) and route.key not in MORE_IS_ASKED
        if let_in != expected or answer.status_code >= 500:
            wrong.append(f"{route.key}: {answer.status_code}, the table says {route.passes}")
    assert not wrong, "\n".join(wrong)


def test_no_operation_is_open_to_a_caller_without_a_key(application, open_client):
    client = open_client()
    wrong = [route.key for route in operations(application) if send(client, route).status_code != 401]
    assert not wrong


@pytest.mark.parametrize("key", ["admin_key"])
def test_what_is_nowhere_is_not_found(application, api, key):
    """Reads of one record; a write may be told first what is wrong with what it says."""
    client, wrong = api(key), []
    for route in operations(application):
        if route.method == "GET" and "{" in route.path:
            answer = send(client, route)
            if answer.status_code not in {404, 422}:
                wrong.append(f"{route.key}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


# ---- a unit's own follow-ups, and others'


def units_of(session):
    found = session.scalars(sa.select(Organisation).where(Organisation.code.in_((UNIT, OTHER_UNIT))))
    return {unit.code: unit for unit in found}


@staged
def promises(make):
    """Follow-ups by whose they are: the ids of the unit's own (by itself, by its person, of one merged into
    it), and of others."""
    with make.together() as session:
        units = units_of(session)
        people = {
            name: make.user(unit=units[code]) for name, code in (("ours", UNIT), ("theirs", OTHER_UNIT))
        }
        partner = make.partner(slug="fukuoka")
        merged = make.unit(code="merged-unit", successor_id=units[UNIT].id)
        own = {
            "by unit": make.follow_up(partner, unit=units[UNIT]),
            "by person": make.follow_up(partner, assignee=people["ours"]),
            "merged": make.follow_up(partner, unit=merged),
        }
        others = {
            "by unit": make.follow_up(partner, unit=units[OTHER_UNIT], assignee=people["ours"]),
            "by person": make.follow_up(partner, assignee=people["theirs"]),
            "nobody's": make.follow_up(partner),
        }
    groups = {"own": own, "others": others}
    return {name: {how: row.id for how, row in rows.items()} for name, rows in groups.items()}


# What a report says, by the operation it is sent to.
SAID = {
    "PATCH /api/v1/follow-ups/{follow_up_id}": {"state": "done", "outcome": "Đã xong"},
    "POST /api/v1/follow-ups/{follow_up_id}/progress": {"text": "Đang làm"},
}


def of_one(application):
    """What a key that only reports may do to one follow-up."""
    found = [
        r
        for r in operations(application)
        if "write:unit" in r.passes and "{" in r.path and not r.path.endswith("/files")
    ]
    assert {r.path.split("{")[0] for r in found} == {"/api/v1/follow-ups/"}
    return found


def test_a_unit_does_what_the_table_says_to_its_own_work_alone(application, api, promises):
    client = api("report_key")
    for route in of_one(application):
        for how, follow_up in promises["others"].items():
            answer = send(client, route, {"follow_up_id": follow_up}, SAID.get(route.key))
            assert answer.status_code == 404, f"{route.key} {how}"
        check_problem(send(client, route, {"follow_up_id": 99999}, SAID.get(route.key)), 404)
    for how, follow_up in promises["own"].items():
        for route in sorted(of_one(application), key=lambda r: r.method == "PATCH"):
            answer = send(client, route, {"follow_up_id": follow_up}, SAID.get(route.key))
            assert answer.is_success, f"{route.key} {how}: {answer.text}"


def test_a_unit_that_reads_everything_still_reports_on_its_own_work_alone(application, api, promises):
    client, pdf = api("unit_key"), {"file": ("a.txt", "Đã gửi".encode(), "text/plain")}
    for how, follow_up in promises["others"].items():
        assert client.get(f"/api/v1/follow-ups/{follow_up}").status_code == 200, how
        for route in (r for r in of_one(application) if r.writes):
            answer = send(client, route, {"follow_up_id": follow_up}, SAID[route.key])
            assert answer.status_code == 403, f"{route.key} {how}"
        check_problem(client.post(f"/api/v1/follow-ups/{follow_up}/files", files=pdf), 403)
    own = promises["own"]["by unit"]
    assert client.post(f"/api/v1/follow-ups/{own}/progress", json={"text": "Đang làm"}).status_code == 201
    assert client.post(f"/api/v1/follow-ups/{own}/files", files=pdf).status_code == 201


def test_a_unit_lists_its_own_work_alone_and_learns_nothing_of_others(api, promises):
    client = api("report_key")
    found = client.get("/api/v1/follow-ups").json()["items"]
    assert {row["id"] for row in found} == set(promises["own"].values())
    assert all(row["partners_named"][0]["id"] == "fukuoka" for row in found)
    assert all(row["reason"] is row["delegation"] is None for row in found)
    for query in ("partner=nowhere", "unit=nowhere", "assignee=nobody@city.example", "of_unit=nowhere"):
        answer = client.get(f"/api/v1/follow-ups?{query}")
        assert answer.json() == {"items": [], "next": None}, "what is there and what is not look alike"


def test_evidence_goes_to_ones_own_work_alone_and_is_not_internal(api, promises):
    client, pdf = api("report_key"), {"file": ("a.txt", "Đã gửi".encode(), "text/plain")}

    def attach(follow_up, **fields):
        return client.post(f"/api/v1/follow-ups/{follow_up}/files", files=pdf, data=fields)

    own, other = promises["own"]["by unit"], promises["others"]["by unit"]
    assert attach(own).status_code == 201
    check_problem(attach(other), 404)
    check_problem(attach(99999), 404)
    check_problem(attach(own, classification="internal"), 422, "internal_needs_write")


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Khác"}, {"unit": OTHER_UNIT}, {"assignee": None}, {"state": "dropped", "why": "x"},
        {"state": "open"}, {"outcome": "x"}, {"due_on": "2026-09-01", "why": "x", "priority": "high"},
        {"state": "done", "due_on": "2026-09-01", "why": "x"}, {"owed_by": "partner"}, {"kind": "other"},
    ],
)  # fmt: skip
def test_a_unit_reports_and_changes_nothing_else(api, promises, change):
    path = f"/api/v1/follow-ups/{promises['own']['by unit']}"
    check_problem(api("report_key").patch(path, json=change, headers={"If-Match": "*"}), 403)


def test_a_unit_postpones_with_a_reason_and_not_without(api, promises):
    path, client = f"/api/v1/follow-ups/{promises['own']['by unit']}", api("report_key")
    bare = client.patch(path, json={"due_on": "2026-09-01"}, headers={"If-Match": "*"})
    check_problem(bare, 422, "why_needed", "/why")
    moved = client.patch(path, json={"due_on": "2026-09-01", "why": "Chờ ý kiến"}, headers={"If-Match": "*"})
    assert moved.json()["due_on"] == "2026-09-01"


def test_the_key_of_a_unit_that_was_merged_goes_on_for_the_new_one(api, promises, make, database):
    with make.together() as session:
        units = units_of(session)
        units[UNIT].successor_id = units[OTHER_UNIT].id
        record(session, MAKER, "organisation.merged", units[UNIT])
    found = api("report_key").get("/api/v1/follow-ups").json()["items"]
    known = {*promises["own"].values(), promises["others"]["by unit"], promises["others"]["by person"]}
    assert {row["id"] for row in found} == known
