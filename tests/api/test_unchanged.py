"""If-None-Match: who has what would be told is told so, before it is read where nothing has changed."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import select

from app import clock, db, dependencies
from app.history import record
from app.models import Partner
from tests.factories import MAKER

READS = (
    "/partners", "/partners/fukuoka", "/standings", "/partners/fukuoka/timeline", "/follow-ups",
    "/partners?fields=id&expand=officer", "/partners.csv", "/workload", "/coverage",
)  # fmt: skip


@pytest.fixture(autouse=True)
def versions(database, monkeypatch) -> None:
    """The state of the data is told as in earnest, and never that of another test's. PostgreSQL's snapshot
    does not move within the one transaction of a test: there its last event tells."""
    told = {
        "sqlite": f"SELECT user_version || '-{uuid4()}' FROM pragma_user_version",
        "postgresql": f"SELECT max(id) || '-{uuid4()}' FROM event",
    }
    monkeypatch.setattr(db, "_VERSION_OF", {name: sa.text(text) for name, text in told.items()})


def change(database, slug="lima", **fields):
    with database.write() as session:
        row = session.exec(select(Partner).where(Partner.slug == slug)).one()
        for name, value in fields.items():
            setattr(row, name, value)
        record(session, MAKER, "partner.changed", row)


@pytest.mark.parametrize("path", READS)
def test_what_nobody_has_changed_is_304_without_being_read(world, call, queries, path):
    call("GET", path)  # that the key was used is written at its first call
    first = call("GET", path)
    with queries() as seen:
        answer = call("GET", path, headers={"If-None-Match": first.headers["etag"]})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == first.headers["etag"]
    assert len(seen) <= 4, seen
    assert not seen.about("partner")
    assert not seen.about("standing_row")


def test_a_change_elsewhere_leaves_the_answer_what_it_was(world, call, database):
    first = call("GET", "/partners/fukuoka")
    change(database, slug="lima", name_en="Lima City")
    answer = call("GET", "/partners/fukuoka", headers={"If-None-Match": first.headers["etag"]})
    assert answer.status_code == 304
    assert answer.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("path", ["/partners", "/partners/lima", "/partners.csv", "/partners?fields=name_en"])
def test_a_change_is_told(world, call, database, path):
    first = call("GET", path)
    change(database, slug="lima", name_en="Lima City")
    answer = call("GET", path, headers={"If-None-Match": first.headers["etag"]})
    assert answer.status_code == 200
    assert "Lima City" in answer.text


def test_another_day_is_another_answer(world, call, at):
    first = call("GET", "/partners/osaka/standing")
    at(clock.today() + timedelta(days=400))
    answer = call("GET", "/partners/osaka/standing", headers={"If-None-Match": first.headers["etag"]})
    assert answer.status_code == 200
    assert answer.json()["as_of"] != first.json()["as_of"]


def test_another_caller_language_or_question_is_another_answer(world, call):
    people = call("GET", "/people", "people_key").headers["etag"]
    assert people != call("GET", "/people", "read_key").headers["etag"]
    told = call("GET", "/partners/fukuoka/standing").headers["etag"]
    english = {"Accept-Language": "en", "If-None-Match": told}
    assert call("GET", "/partners/fukuoka/standing", headers=english).status_code == 200
    asked = call("GET", "/partners?country=JP").headers["etag"]
    assert call("GET", "/partners?country=KR", headers={"If-None-Match": asked}).status_code == 200


def test_a_tag_is_one_of_several_and_may_be_weakened(world, call):
    tag = call("GET", "/partners").headers["etag"]
    for header in (f'"x", {tag}', f"W/{tag}", "*"):
        assert call("GET", "/partners", headers={"If-None-Match": header}).status_code == 304


def test_the_tag_of_a_read_is_the_version_a_change_expects(world, call):
    tag = call("GET", "/partners/lima", "write_key").headers["etag"]
    changed = call("PATCH", "/partners/lima", "write_key", json={"note": "x"}, headers={"If-Match": tag})
    assert changed.status_code == 200
    stale = call("PATCH", "/partners/lima", "write_key", json={"note": "y"}, headers={"If-Match": tag})
    assert stale.status_code == 412


def test_standings_that_could_not_be_brought_up_to_date_are_kept_by_nobody(
    world, call, at, database, monkeypatch
):
    """While the file is locked a read shows yesterday's standings. Once they are today's, nobody who was
    shown those hears that nothing has changed."""
    call("GET", "/standings")
    at("2030-01-01")
    with monkeypatch.context() as locked:
        locked.setattr(dependencies, "refresh_due", lambda *_: None)
        stale = call("GET", "/standings")
    fresh = call("GET", "/standings", headers={"If-None-Match": stale.headers["etag"]})
    assert fresh.status_code == 200
    assert fresh.content != stale.content
