"""GET /api/v1/changes: what a program learns by following the register."""

import ast
import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.feeds.types import FAMILIES, TYPES
from app.models import Event
from app.standings.keeper import refresh_due
from app.vocabulary import Tier
from tests.api.contract import Contract, check_problem
from tests.source import modules, where
from tests.staging import staged

VISIT = {
    "partner": "fukuoka", "direction": "inbound", "title": "Đoàn thăm", "starts_on": "2026-06-01",
    "ends_on": "2026-06-03", "level": "deputy", "purpose": "working", "minutes": "Đã trao đổi",
}  # fmt: skip


@pytest.fixture
def visit(api, fukuoka):
    """`visit(confidential=True)`: a visit that a program logs."""

    def log(**more):
        response = api("write_key").post("/api/v1/visits", json={**VISIT, **more})
        assert response.status_code == 201, response.text
        return response.json()["delegation"]["id"]

    return log


def types(events):
    return [event["type"] for event in events]


def test_the_whole_history_is_there_from_the_beginning(follow, visit, database):
    visit()
    events = follow()
    with database.read() as session:
        assert len(events) == session.scalar(sa.select(sa.func.count()).select_from(Event))
    assert types(events)[-2:] == ["delegation.logged", "standing.changed"]
    positions = [event["position"] for event in events]
    assert positions == sorted(set(positions))
    assert follow(limit=1) == events, "page by page it is the same"


def test_the_answer_is_what_the_document_says(api, application, visit):
    visit()
    judge = Contract(application.openapi())
    judge.check(api("read_key").get("/api/v1/changes"))
    judge.check(api("read_key").get("/api/v1/changes?after=-1"))


def test_next_goes_on_where_it_ended_and_is_there_when_nothing_is_new(api, follow, head, visit):
    client = api("read_key")
    end = client.get("/api/v1/changes", params={"after": head()}).json()
    assert (end["items"], end["more"]) == ([], False)
    assert client.get(end["next"]).json() == end
    visit()
    assert types(client.get(end["next"]).json()["items"])[0] == "delegation.logged"


def test_a_visit_says_who_did_what_and_what_became_of_the_standing(follow, head, visit):
    before = head()
    number = visit(follow_ups=[{
        "title": "Chương trình", "owed_by": "home", "kind": "proposal", "due_on": "2026-08-01",
        "unit": "first-unit",
    }])  # fmt: skip
    logged, opened, moved = follow(after=before)
    assert logged["type"] == "delegation.logged"
    assert logged["record"] == {
        "type": "delegation", "id": str(number), "url": f"/api/v1/delegations/{number}",
    }  # fmt: skip
    assert logged["partners"] == ["fukuoka"]
    assert logged["actor"] == {"kind": "key", "name": "write_key", "key": None}
    assert logged["door"] == "api"
    assert logged["request_id"] == opened["request_id"] == moved["request_id"]
    assert logged["changes"]["minutes"] == {"old": None, "new": "Đã trao đổi"}
    assert not logged["tombstone"]
    assert opened["changes"]["unit"] == {"old": None, "new": "first-unit"}, "its code, not a number of ours"
    assert opened["changes"]["delegation"] == {"old": None, "new": number}
    assert moved["type"] == "standing.changed"
    assert moved["record"]["url"] == "/api/v1/partners/fukuoka/standing"
    told = moved["changes"]
    assert told["status"] == {"old": "stuck", "new": "stuck"}, "also what stayed"
    assert told["rung"] == {"old": "friendship", "new": "friendship"}
    assert told["warmth"] == {"old": "cold", "new": "warm"}
    assert told["reasons"] == {"old": ["no_programme", "silent"], "new": ["no_programme"]}
    assert told["step"] == {"old": "none", "new": "credible"}
    assert "standing" not in told


def test_the_filters_are_of_the_type_the_act_and_the_partner(follow, head, visit, make):
    make.partner(slug="seoul")
    before = head()
    visit()
    assert types(follow(after=before, type="standing.changed")) == ["standing.changed"]
    assert types(follow(after=before, type=["delegation.*", "partner.added"])) == ["delegation.logged"]
    assert types(follow(after=before, action="logged")) == ["delegation.logged"]
    assert types(follow(after=before, partner="seoul")) == []
    assert types(follow(after=before, partner="fukuoka")) == types(follow(after=before))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("type=standing.moved", "type"),
        ("type=unknown.*", "type"),
        ("action=eaten", "action"),
        ("partner=fukoka", "partner"),
        ("after=x", "after"),
        ("after=9999999999999999999", "after"),
        ("limit=201", "limit"),
        ("before=1", "before"),
        ("after=1&after=2", "after"),
    ],
)
def test_what_is_asked_wrongly_is_named(api, query, field):
    check_problem(api("read_key").get(f"/api/v1/changes?{query}"), 422, pointer=f"/{field}")


def test_a_position_that_is_not_there_yet_is_refused(api, head):
    response = api("read_key").get("/api/v1/changes", params={"after": head() + 1})
    check_problem(response, 422, "ahead_of_feed", "/after")


def test_an_archived_record_is_a_tombstone_until_it_is_restored(api, follow, head, visit):
    number, before = visit(), head()
    client, url = api("write_key"), f"/api/v1/delegations/{number}"
    assert client.delete(url, headers={"If-Match": "*"}).status_code == 204
    assert client.post(f"{url}/restoration").status_code == 200
    gone, back = follow(after=before, type="delegation.*")
    assert (gone["type"], gone["tombstone"]) == ("delegation.archived", True)
    assert (back["type"], back["tombstone"]) == ("delegation.restored", False)


def test_a_merged_organisation_is_a_tombstone_that_names_who_goes_on(api, follow, head, make):
    make.unit(code="old-unit")
    before = head()
    body = {"into": "first-unit", "on": "2026-06-01"}
    url = "/api/v1/organisations/old-unit/merger"
    assert api("admin_key").post(url, json=body, headers={"If-Match": "*"}).status_code == 200
    (merged,) = follow(after=before)
    assert merged["tombstone"]
    assert merged["record"]["id"] == "old-unit"
    assert merged["changes"]["successor"] == {"old": None, "new": "first-unit"}


# ---- who may know what


@staged
def sato(make, fukuoka):
    """A mayor with a name and an address."""
    person = make.person(name="Sato Yuriko", email="sato@fukuoka.example")
    make.post(person, fukuoka)
    return person


def test_personal_data_need_their_scope_and_are_gone_once_erased(api, follow, sato):
    def of_person(key):
        return [event for event in follow(key) if event["record"]["type"] == "person"]

    (kept,) = of_person("read_key")
    assert kept["hidden"]
    assert not {"name", "email"} & kept["changes"].keys()
    (told,) = of_person("people_key")
    assert told["changes"]["name"] == {"old": None, "new": "Sato Yuriko"}
    assert not told["hidden"]
    url = f"/api/v1/people/{sato.id}/erasure"
    assert api("admin_key").post(url, headers={"If-Match": "*"}, json={}).status_code == 200
    added, erased = of_person("people_key")
    assert erased["tombstone"]
    assert "Sato" not in str((added, erased))
    assert added["changes"]["name"] == {"old": None, "new": None}
    assert added["hidden"]


def test_confidential_notes_are_not_in_the_feed_of_others(follow, visit):
    visit(confidential=True, met="Ông Bí Mật")
    for key, sees in (("read_key", False), ("write_key", False), ("admin_key", True)):
        (logged,) = follow(key, type="delegation.logged")
        assert ("Ông Bí Mật" in str(logged)) is sees, key
        assert logged["hidden"] is not sees


def test_that_there_is_a_confidential_note_is_told_to_nobody_else(as_, follow, fukuoka):
    sent = {"text": "Chỉ quản lý", "confidential": "true"}
    assert as_("manager").post("/partners/fukuoka/notes", data=sent).status_code == 303
    assert types(follow("write_key", type="note.*")) == []
    assert types(follow("admin_key", type="note.*")) == ["note.added"]


def test_accounts_and_keys_are_the_administrators(follow, make):
    make.user(email="new@city.example")
    make.api_key(name="other")
    assert not {"user", "api_key"} & {event["record"]["type"] for event in follow("write_key")}
    assert {"user", "api_key"} <= {event["record"]["type"] for event in follow("admin_key")}


def test_without_the_scope_there_is_no_feed(api):
    check_problem(api(None).get("/api/v1/changes"), 401)


# ---- what time does


def test_what_only_time_moved_is_told_once_whoever_looks_first(database, make, at, follow, head, api):
    make.review(make.partner(slug="kobe", tier=Tier.regular, friendship_since=date(2024, 7, 1)))
    before = head()
    day = at("2026-07-01")
    refresh_due(database, day)
    refresh_due(database, day)
    for _ in range(2):
        api("read_key").get("/api/v1/partners/kobe")
    (moved,) = follow(after=before)
    assert moved["changes"]["status"] == {"old": "at_risk", "new": "stuck"}
    assert moved["actor"] == {"kind": "program", "name": "CityTies", "key": None}
    assert moved["door"] == "clock"


def test_a_day_that_begins_while_the_feed_is_read_is_in_it(make, at, follow, head):
    make.review(make.partner(slug="kobe", friendship_since=date(2024, 7, 1)))
    before = head()
    at("2026-07-01")
    assert types(follow(after=before)) == ["standing.changed"]


# ---- its cost, and its words


def test_a_page_takes_as_many_statements_for_many_events_as_for_few(api, queries, visit):
    client = api("admin_key")
    visit()
    client.get("/api/v1/changes")
    with queries() as few:
        client.get("/api/v1/changes?limit=2&type=delegation.*")
    for _ in range(5):
        visit()
    client.get("/api/v1/changes?limit=1")
    with queries() as many:
        client.get("/api/v1/changes?limit=200&type=delegation.*")
    assert len(many) == len(few) <= 11, str(many)


def test_every_act_that_is_told_is_a_type_of_the_feed():
    """A new act in a service is a new type in app/feeds/types.py: programs choose by them."""
    tables = {mapper.local_table.name: mapper.local_table for mapper in sa.inspect(Event).registry.mappers}
    families = tables.keys() | FAMILIES.keys()
    found = {}
    for module, tree in modules().items():
        for node in ast.walk(tree):
            value = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            family, _, act = value.partition(".")
            if re.fullmatch(r"[a-z_]+\.[a-z_]+", value) and family in families:
                column = family in tables and act in tables[family].c
                # A ping is sent, and never happened in the register.
                found |= {} if column or value == "webhook.ping" else {value: where(module, node)}
    missing = {f"{act} ({place})" for act, place in found.items() if act not in TYPES}
    assert not missing, f"app/feeds/types.py does not know {', '.join(sorted(missing))}"
