"""A person's data, erased in one act: gone at every door, and what was done stays readable."""

import html
import json
import logging

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from app.models import Answer, DelegationMember, Event, Person
from app.people.service import erase_person
from tests.people.conftest import PRIVATE, filled
from tests.staging import staged


@staged
def known(api, make, fukuoka):
    """A person that left traces everywhere: entered over REST with a key for repeats, changed, travelled."""
    body = {**PRIVATE, "posts": [{"title_vi": "Thị trưởng", "partner": "fukuoka", "from_on": "2024"}]}
    client = api("admin_key")
    made = client.post("/api/v1/people", json=body, headers={"Idempotency-Key": "k"})
    assert made.status_code == 201, made.text
    person_id = made.json()["id"]
    changes = {"phone": "+81 92 999", "honorific": "Ngài-S"}
    etag = {"If-Match": made.headers["etag"]}
    assert client.patch(f"/api/v1/people/{person_id}", json=changes, headers=etag).status_code == 200
    visit = make.visit(fukuoka)
    with make.together() as session:
        member = DelegationMember(delegation_id=visit.id, person_id=person_id, name=PRIVATE["name"])
        from app.history import record
        from tests.factories import MAKER

        record(session, MAKER, "delegation.member_added", member, partners=[fukuoka.id])
    return person_id


TRACES = [*PRIVATE.values(), "+81 92 999", "Ngài-S"]


def erase(as_, person_id, who="manager"):
    browser = as_(who)
    page = browser.get(f"/people/{person_id}/erasure")
    assert page.status_code == 200
    assert "This cannot be undone." in page.text
    return browser.post(f"/people/{person_id}/erasure", data=filled(browser, f"/people/{person_id}/erasure"))


def everything(database):
    """Every text of every table."""
    with database.read() as session:
        rows = [
            str(tuple(row))
            for table in SQLModel.metadata.sorted_tables
            for row in session.execute(sa.select(table))
        ]
    return "\n".join(rows)


def test_nothing_of_it_is_left_in_the_database(as_, database, known):
    before = everything(database)
    assert all(trace in before for trace in TRACES), "the fixture left them to be found"
    assert erase(as_, known).headers["location"] == f"/people/{known}"
    after = everything(database)
    assert not [trace for trace in TRACES if trace in after or json.dumps(trace) in after]
    assert "sato yuriko" not in after, "nor what is searched"


def test_every_page_and_answer_shows_an_erased_person(as_, api, known):
    erase(as_, known)
    manager, key = as_("manager"), api("admin_key")
    answers = [
        *(manager.get(url) for url in (
            f"/people/{known}", "/people", "/partners/fukuoka", "/history", "/history?partner=fukuoka",
            "/search?q=sato", "/search/suggest?q=sato",
        )),
        *(key.get(f"/api/v1{url}") for url in (f"/people/{known}", "/people", "/people?q=sato")),
    ]  # fmt: skip
    for answer in answers:
        text = html.unescape(answer.text)
        assert not [trace for trace in TRACES if trace in text], answer.url
    person = answers[0].text
    assert "erased person" in person
    assert "Thị trưởng" in person
    assert "Personal data erased" in person
    assert "<del><bdi>erased</bdi></del>" in person
    assert "erased person" in answers[2].text
    assert "Nobody in office is on file" in answers[2].text
    body = answers[-3].json()
    assert {body[name] for name in PRIVATE} == {None}
    assert body["erased_at"]
    assert body["posts"][0]["title_vi"] == "Thị trưởng"
    assert answers[-2].json()["items"] == []


def test_the_history_still_tells_that_it_was_changed_and_by_whom(as_, database, known):
    erase(as_, known)
    with database.read() as session:
        events = session.scalars(
            sa.select(Event).where(Event.record_type == "person").order_by(Event.id)
        ).all()
    assert [event.action for event in events] == ["person.added", "person.changed", "person.erased"]
    assert set(events[1].changes) == {"phone", "honorific"}
    assert events[2].actor_name == "manager"


def test_a_trip_names_its_member_to_those_who_may_and_to_nobody_after_erasure(as_, api, database, known):
    with database.read() as session:
        trip = session.scalars(sa.select(DelegationMember.delegation_id)).one()

    def named(key):
        return api(key).get(f"/api/v1/delegations/{trip}").json()["members"][0]["name"]

    assert [named(key) for key in ("read_key", "people_key")] == [None, PRIVATE["name"]]
    assert PRIVATE["name"] in as_("viewer").get(f"/delegations/{trip}").text
    erase(as_, known)
    assert not named("people_key")
    page = as_("manager").get(f"/delegations/{trip}").text
    assert PRIVATE["name"] not in page
    assert '<span class="muted">erased</span>' in page
    form = as_("manager").get(f"/delegations/{trip}/edit").text
    assert f'value="#{known}"' in form, "an edit keeps the line"


def test_the_kept_answer_to_a_trip_forgets_its_member_too(as_, api, database, known):
    trip = {
        "title": "Đoàn Fukuoka", "direction": "inbound", "partners": ["fukuoka"], "level": "working",
        "purpose": "working", "starts_on": "2027-01-01", "ends_on": "2027-01-02",
        "members": [{"person": known}],
    }  # fmt: skip
    made = api("admin_key").post("/api/v1/delegations", json=trip, headers={"Idempotency-Key": "trip"})
    assert PRIVATE["name"] in made.text
    erase(as_, known)
    again = api("admin_key").post("/api/v1/delegations", json=trip, headers={"Idempotency-Key": "trip"})
    assert again.headers["idempotent-replayed"] == "true"
    assert PRIVATE["name"] not in again.text


def test_a_repeated_request_neither_tells_nor_enters_the_person_anew(as_, api, database, known):
    erase(as_, known)
    body = {**PRIVATE, "posts": [{"title_vi": "Thị trưởng", "partner": "fukuoka", "from_on": "2024"}]}
    again = api("admin_key").post("/api/v1/people", json=body, headers={"Idempotency-Key": "k"})
    assert again.headers["idempotent-replayed"] == "true"
    assert "Sato" not in again.text
    with database.read() as session:
        assert len(session.scalars(sa.select(Person)).all()) == 1
        assert session.scalars(sa.select(Answer).where(Answer.key == "k")).one()


def test_it_is_done_once_and_nothing_is_added_afterwards(as_, api, known):
    assert erase(as_, known, "admin").status_code == 303
    manager = as_("manager")
    assert manager.get(f"/people/{known}/erasure").status_code == 409
    assert manager.get(f"/people/{known}/edit").status_code == 409
    page = manager.get(f"/people/{known}").text
    assert "/edit" not in page
    client, any_tag = api("admin_key"), {"If-Match": "*"}
    for method, path, body in (
        ("PATCH", "", {"name": "Sato"}),
        ("POST", "/posts", {"title_vi": "x", "partner": "fukuoka"}),
        ("POST", "/erasure", None),
    ):
        answer = client.request(method, f"/api/v1/people/{known}{path}", json=body, headers=any_tag)
        assert answer.status_code == 409, (path, answer.text)


def test_who_looked_at_an_older_state_looks_again(as_, client, database, known):
    browser = as_("manager")
    form = filled(browser, f"/people/{known}/erasure")
    client.post(f"/people/{known}", data={**filled(client, f"/people/{known}/edit"), "languages": "en"})
    page = browser.post(f"/people/{known}/erasure", data=form)
    assert page.status_code == 409
    assert "Look again before you erase." in page.text
    with database.read() as session:
        assert session.get(Person, known).erased_at is None


@pytest.mark.parametrize(
    ("key", "status"), [("read_key", 403), ("people_key", 403), ("write_key", 403), ("admin_key", 200)]
)
def test_programs_erase_with_the_scope_admin_only(api, known, key, status):
    answer = api(key).post(f"/api/v1/people/{known}/erasure", headers={"If-Match": "*"})
    assert answer.status_code == status, answer.text
    without = api("admin_key").post(f"/api/v1/people/{known}/erasure")
    assert without.status_code in {428, 409}


def test_the_service_refuses_whoever_may_not(database, officer, known):
    with database.write() as session:
        person = session.get(Person, known)
        with pytest.raises(Exception, match="not_allowed"):
            erase_person(session, officer, person, version=person.version)


def test_no_log_ever_holds_what_was_typed(as_, api, caplog, known, monkeypatch):
    """Neither on the way in nor when something breaks."""
    caplog.set_level(logging.DEBUG)
    client = api("admin_key", raising=False)
    client.post("/api/v1/people", json={"name": PRIVATE["name"], "email": "wrong"})
    monkeypatch.setattr("app.people.api._person", lambda row: 1 / 0)
    assert client.get(f"/api/v1/people/{known}").status_code == 500
    monkeypatch.undo()
    erase(as_, known)
    assert "failed" in caplog.text
    assert not [trace for trace in TRACES if trace in caplog.text]


def test_a_broken_statement_is_told_without_its_values(database):
    with pytest.raises(sa.exc.DBAPIError) as caught, database.write() as session:
        session.execute(sa.text("DELETE FROM nowhere WHERE name = :name"), {"name": PRIVATE["name"]})
    assert "Sato" not in str(caught.value)
