"""The log of a visit over REST: the contract's own example, all or nothing, once however often it is sent."""

import threading

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from app.delegations import service as visits
from app.main import create_app
from app.models import Answer, Delegation, Event, FollowUp
from app.vocabulary import Door
from tests.actors import PEOPLE, UNIT, bearer
from tests.api.contract import check_problem
from tests.conftest import HERE
from tests.factories import Make

VISIT = {
    "partner": "fukuoka",
    "direction": "inbound",
    "title": "Đoàn tỉnh Fukuoka thăm Hà Nội",
    "starts_on": "2026-06-10",
    "ends_on": "2026-06-12",
    "level": "leader",
    "purpose": "working",
    "head": "Ông Hattori",
    "met": "Phó Chủ tịch UBND thành phố",
    "minutes": "Hai bên thống nhất hợp tác về nước sạch.",
    "confidential": False,
    "follow_ups": [
        {"title": "Soạn chương trình hai năm", "owed_by": "home", "kind": "work_programme",
         "assignee": PEOPLE["officer"].email, "unit": None, "due_on": "2026-08-01"},
        {"title": "Gửi danh sách chuyên gia", "owed_by": "partner", "kind": "information",
         "assignee": None, "unit": UNIT, "due_on": "2026-07-15"},
    ],
}  # fmt: skip
WORK = {"title": "Gửi thư", "due_on": "2026-08-01"}


@pytest.fixture
def counted(database):
    """How many rows of a table there are."""

    def count(table):
        with database.read() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(table))

    return count


def test_a_visit_moves_the_standing_and_the_answer_says_so(world, call, get, database):
    before = get("/partners/fukuoka/standing")
    response = call("POST", "/visits", "write_key", json=VISIT)
    assert response.status_code == 201, response.text
    body = response.json()
    assert set(body) == {"delegation", "follow_ups", "standing"}
    told = body["delegation"]
    assert told["partners"] == ["fukuoka"]
    kept = (
        "direction",
        "title",
        "starts_on",
        "ends_on",
        "level",
        "purpose",
        "head",
        "met",
        "minutes",
        "confidential",
    )
    assert {name: told[name] for name in kept} == {name: VISIT[name] for name in kept}
    assert (told["state"], told["substantive"]) == ("completed", True)
    assert response.headers["location"] == f"/delegations/{told['id']}"
    assert body["standing"]["before"] == before
    assert body["standing"]["after"] == get("/partners/fukuoka/standing")
    assert (before["warmth"], body["standing"]["after"]["warmth"]) == ("cold", "warm")
    works = [get(f"/follow-ups/{number}") for number in body["follow_ups"]]
    assert [w["title"] for w in works] == [f["title"] for f in VISIT["follow_ups"]]
    assert [(w["raised_on"], w["delegation"]) for w in works] == [("2026-06-12", told["id"])] * 2
    with database.read() as session:
        event = session.scalars(sa.select(Event).where(Event.action == "delegation.logged")).one()
    assert (event.door, event.actor_name, event.user_id) == (Door.api, "write_key", None)


def test_the_least_that_must_be_said_is_enough(world, call):
    least = {name: VISIT[name] for name in ("partner", "direction", "title", "starts_on")}
    body = call("POST", "/visits", "write_key", json=least).json()
    assert body["delegation"]["ends_on"] == "2026-06-10"
    assert (body["follow_ups"], body["delegation"]["substantive"]) == ([], False)


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"partner": "nobody"}, "unknown_partner", "/partner"),
        ({"partner": 5}, "invalid", "/partner"),
        ({"direction": "sideways"}, "unknown_code", "/direction"),
        ({"ends_on": "2026-06-16"}, "visit_in_future", "/ends_on"),
        ({"starts_on": "2026-06-13"}, "end_before_start", "/ends_on"),
        ({"starts_on": "yesterday"}, "bad_date", "/starts_on"),
        ({"starts_on": 1765324800}, "bad_date", "/starts_on"),
        ({"level": "king"}, "unknown_code", "/level"),
        ({"confidential": "perhaps"}, "invalid", "/confidential"),
        ({"minutes": ["a"]}, "invalid", "/minutes"),
        ({"colour": "red"}, "unknown_field", "/colour"),
        ({"follow_ups": {}}, "invalid", "/follow_ups"),
        ({"follow_ups": [{"due_on": "2026-08-01"}]}, "required", "/follow_ups/0/title"),
        ({"follow_ups": [{**WORK, "who": "me"}]}, "unknown_field", "/follow_ups/0/who"),
        ({"follow_ups": [WORK, {**WORK, "assignee": "x@y.example"}]}, "unknown_user",
         "/follow_ups/1/assignee"),
        ({"follow_ups": [VISIT["follow_ups"][0]] * 41}, "too_many_items", "/follow_ups"),
    ],
)  # fmt: skip
def test_a_visit_with_a_fault_leaves_nothing_behind(world, call, counted, change, code, pointer):
    before = counted(Delegation), counted(FollowUp), counted(Event), counted(Answer)
    headers = {"Idempotency-Key": "one"}
    check_problem(
        call("POST", "/visits", "write_key", json={**VISIT, **change}, headers=headers), 422, code, pointer
    )
    assert (counted(Delegation), counted(FollowUp), counted(Event), counted(Answer)) == before


# ---- sent more than once


def send(call, key="write_key", body=VISIT, idempotency="one", **headers):
    return call("POST", "/visits", key, json=body, headers={"Idempotency-Key": idempotency, **headers})


def test_a_repeat_gets_the_first_answer(world, call, counted):
    first = send(call)
    visits_logged = counted(Delegation)
    again = send(call)
    assert again.status_code == 201
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    for name in ("etag", "location", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert counted(Delegation) == visits_logged


def test_the_same_key_with_another_body_is_refused(world, call, counted):
    send(call)
    visits_logged = counted(Delegation)
    check_problem(send(call, body={**VISIT, "title": "Khác"}), 422, "key_reused", "/Idempotency-Key")
    assert counted(Delegation) == visits_logged


def test_the_same_key_at_another_address_is_refused(world, call):
    """The body may well be the same: what is meant stands in the address."""
    body, headers = {"reason": "symbolic", "why": "Biểu tượng"}, {"Idempotency-Key": "one"}
    first, second = (
        call("POST", f"/partners/{slug}/pauses", "write_key", json=body, headers=headers)
        for slug in ("toulouse", "berlin")
    )
    assert first.status_code == 201
    check_problem(second, 422, "key_reused")


def test_another_caller_may_use_the_same_key(world, call):
    first, second = send(call), send(call, key="admin_key")
    assert second.status_code == 201
    assert second.json()["delegation"]["id"] != first.json()["delegation"]["id"]


def test_a_first_attempt_that_failed_may_be_mended(world, call):
    check_problem(send(call, body={**VISIT, "partner": "nobody"}), 422)
    assert send(call).status_code == 201
    assert send(call).headers["idempotent-replayed"] == "true"


def test_an_answer_is_remembered_for_a_day(world, call, at, counted):
    send(call)
    visits_logged = counted(Delegation)
    at("2026-06-17")
    assert "idempotent-replayed" not in send(call).headers
    assert counted(Delegation) == visits_logged + 1


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_that_is_none_is_refused_rather_than_ignored(world, call, counted, key):
    before = counted(Delegation)
    check_problem(send(call, idempotency=key), 422)
    assert counted(Delegation) == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/follow-ups", {**WORK, "partners": ["lima"]}),
        (
            "/partners",
            {"name_vi": "Nice", "name_en": "Nice", "country": "FR", "kind": "city", "region": "europe"},
        ),
    ],
)
def test_every_post_may_be_repeated(world, call, path, body):
    first, again = (
        call("POST", path, "write_key", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"


def test_twins_in_flight_write_one_visit(real_database, monkeypatch):
    """The second one waits for the first: on SQLite for its turn, on PostgreSQL on the claimed key."""
    Make(real_database).partner(slug="fukuoka")
    application = create_app(real_database)
    working, go_on, log_visit = threading.Event(), threading.Event(), visits.log_visit

    def slowly(*args, **options):
        logged = log_visit(*args, **options)
        working.set()
        assert go_on.wait(10)
        return logged

    monkeypatch.setattr(visits, "log_visit", slowly)
    answers = []

    def post():
        client = TestClient(
            application, base_url=HERE, headers={**bearer("write_key"), "Idempotency-Key": "one"}
        )
        answers.append(client.post("/api/v1/visits", json=VISIT))

    twins = [threading.Thread(target=post) for _ in range(2)]
    twins[0].start()
    assert working.wait(10)
    twins[1].start()
    twins[1].join(0.5)
    assert twins[1].is_alive(), "the twin did not wait"
    go_on.set()
    for twin in twins:
        twin.join(20)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert sorted("idempotent-replayed" in answer.headers for answer in answers) == [False, True]
    with real_database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Delegation)) == 1
