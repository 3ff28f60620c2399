"""Calendar feeds: what a person's calendar program reads by an address that only they know."""

import re
from datetime import date, datetime, time
from itertools import pairwise

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from app import db
from app.calendars.entries import Span
from app.calendars.occasions import anniversaries, national_days
from app.limits import MOST_FETCHES, MOST_UNKNOWN, Limits
from app.models import Event, User
from app.vocabulary import CalendarKind, DelegationDirection, DelegationState
from tests.actors import PEOPLE, bearer
from tests.api.contract import Contract, check_problem
from tests.staging import staged

KINDS = [kind.value for kind in CalendarKind]
FEED = {"name": "Đoàn và hạn", "shows": KINDS, "locale": "vi"}


@staged
def world(make, officer):
    """Fukuoka, whose officer is the officer, and Seoul, which nobody looks after."""
    fukuoka = make.partner(
        slug="fukuoka", name_vi="Fukuoka", country="JP", officer_id=officer.user_id,
        friendship_since=date(2008, 2, 29), friendship_precision="day",
    )  # fmt: skip
    seoul = make.partner(slug="seoul", name_vi="Seoul", country="KR")
    return fukuoka, seoul


def open_feed(as_, who="officer", **more):
    answer = as_(who).post("/calendars", data={**FEED, **more})
    assert answer.status_code == 303, answer.text
    return address(as_(who).get("/calendars").text)


def address(page):
    found = re.findall(r'value="[^"]*(/api/v1/calendar\.ics\?token=[^"]+)"', page)
    return found[-1]


def fetch(client, at, **headers):
    answer = client.get(at, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content)


def entry(calendar, head):
    found = [event for event in calendar.walk("VEVENT") if event["uid"].startswith(head)]
    assert len(found) == 1, [event["uid"] for event in calendar.walk("VEVENT")]
    return found[0]


def test_a_delegation_is_an_all_day_span_whose_end_is_exclusive(as_, client, make, world):
    trip = make.visit(
        world[0], title="Thăm Fukuoka", direction=DelegationDirection.outbound,
        state=DelegationState.planned, starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 3),
    )  # fmt: skip
    event = entry(fetch(client, open_feed(as_)), f"delegation-{trip.id}@")
    assert event["dtstart"].dt == date(2026, 7, 1)
    assert event["dtend"].dt == date(2026, 7, 4)
    assert "Thăm Fukuoka" in event["summary"]
    assert event["status"] == "TENTATIVE"
    assert event["url"].endswith(f"/delegations/{trip.id}")


def test_a_changed_delegation_keeps_its_uid_and_its_sequence_grows(as_, client, make, world):
    trip = make.visit(world[0], state=DelegationState.planned, on=date(2026, 7, 1))
    at = open_feed(as_)
    before = entry(fetch(client, at), "delegation-")
    moved = {"starts_on": "2026-07-05", "ends_on": "2026-07-05"}
    saved = client.patch(
        f"/api/v1/delegations/{trip.id}", json=moved, headers={"If-Match": "*", **bearer("write_key")}
    )
    assert saved.status_code == 200, saved.text
    after = entry(fetch(client, at), "delegation-")
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["dtstart"].dt == date(2026, 7, 5)


def test_the_sequence_of_a_paper_only_grows_whatever_becomes_of_its_amendment(as_, client, make, world, api):
    terms = {"signed_on": date(2024, 1, 1), "expires_on": date(2026, 12, 31)}
    paper, other = make.agreement(world[0], **terms), make.agreement(world[0], **terms)
    at, program = open_feed(as_, shows=["agreements"]), api("write_key")

    def entered():
        made = {
            "kind": "mou", "title": "Bản sửa đổi", "partners": ["fukuoka"], "state": "signed",
            "signed_on": "2025-06-01", "expires_on": "2027-06-30", "amends": paper.id,
        }  # fmt: skip
        return program.post("/api/v1/agreements", json=made).json()["id"]

    def patched(**what):
        return lambda: program.patch(url, json=what, headers={"If-Match": "*"}).raise_for_status()

    def shown():
        event = entry(fetch(client, at), f"agreement-{paper.id}@")
        return event["sequence"], event["dtstamp"].dt, event["dtstart"].dt

    told = [shown()]
    url = f"/api/v1/agreements/{entered()}"
    told.append(shown())
    for act in (
        patched(expires_on="2027-09-30"),
        patched(amends=None),
        patched(amends=paper.id),
        lambda: program.delete(url, headers={"If-Match": "*"}).raise_for_status(),
        lambda: program.post(f"{url}/restoration").raise_for_status(),
        patched(amends=other.id),
    ):
        act()
        told.append(shown())
    first, moved, later = date(2026, 12, 31), date(2027, 6, 30), date(2027, 9, 30)
    assert [day for *_, day in told] == [first, moved, later, first, later, first, later, first]
    assert all(one < two for one, two in pairwise(sequence for sequence, *_ in told))
    assert [stamp for _, stamp, _ in told] == sorted(stamp for _, stamp, _ in told)
    assert entry(fetch(client, at), f"agreement-{other.id}@")["dtstart"].dt == later


@pytest.mark.parametrize(
    ("direction", "zone"), [(DelegationDirection.inbound, "Asia/Ho_Chi_Minh"), ("outbound", None)]
)
def test_meetings_here_name_our_zone_and_define_it_and_meetings_abroad_are_at_their_own_hours(
    as_, client, make, world, direction, zone
):
    trip = make.visit(world[0], direction=direction, state=DelegationState.planned, on=date(2026, 7, 1))
    make.trip_meeting(
        trip,
        on=date(2026, 7, 1),
        starts_at=time(9),
        ends_at=time(10, 30),
        topic="Môi trường",
    )
    calendar = fetch(client, open_feed(as_))
    event = entry(calendar, "meeting-")
    assert event["summary"] == "Môi trường"
    assert event["dtstart"].params.get("TZID") == zone
    assert event["dtstart"].dt.replace(tzinfo=None) == datetime(2026, 7, 1, 9)  # noqa: DTZ001
    assert event["dtend"].dt.replace(tzinfo=None) == datetime(2026, 7, 1, 10, 30)  # noqa: DTZ001
    assert [str(part["tzid"]) for part in calendar.walk("VTIMEZONE")] == ([zone] if zone else [])


def test_a_meeting_that_ends_as_it_begins_names_no_end(as_, client, make, world):
    trip = make.visit(world[0], state=DelegationState.planned, on=date(2026, 7, 1))
    make.trip_meeting(trip, on=date(2026, 7, 1), starts_at=time(9), ends_at=time(9))
    event = entry(fetch(client, open_feed(as_)), "meeting-")
    assert event["dtstart"].dt.replace(tzinfo=None) == datetime(2026, 7, 1, 9)  # noqa: DTZ001
    assert "dtend" not in event


def test_no_confidential_note_leaves_the_house(as_, client, make, world):
    trip = make.visit(
        world[0], state=DelegationState.planned, confidential=True, minutes="Bí mật một",
        on=date(2026, 7, 1),
    )  # fmt: skip
    make.trip_meeting(
        trip,
        on=date(2026, 7, 1),
        topic="Bí mật hai",
        place="Bí mật ba",
        counterpart="Bí mật",
    )
    at = open_feed(as_, "manager")
    assert "Bí mật" not in client.get(at).text
    assert entry(fetch(client, at), "meeting-")


def test_what_falls_due_ends_and_returns_each_year_is_there(as_, client, make, world):
    make.follow_up(world[0], title="Gửi dự thảo", due_on=date(2026, 7, 9))
    make.agreement(
        world[0], title="Bản ghi nhớ", signed_on=date(2024, 1, 1), effective_on=date(2024, 1, 1),
        expires_on=date(2026, 12, 31),
    )  # fmt: skip
    calendar = fetch(client, open_feed(as_))
    assert entry(calendar, "follow-up-")["dtstart"].dt == date(2026, 7, 9)
    assert entry(calendar, "agreement-")["dtstart"].dt == date(2026, 12, 31)
    years = {e["uid"].split("@")[0]: e["dtstart"].dt for e in calendar.walk("VEVENT") if "tie-" in e["uid"]}
    assert years[f"tie-{world[0].id}-2027"] == date(2027, 2, 28), "a tie of 29 February is kept on the 28th"
    assert years[f"tie-{world[0].id}-2028"] == date(2028, 2, 29)
    assert entry(calendar, "national-day-JP-2027-")["summary"] == "Quốc khánh Nhật Bản"


def test_a_feed_of_a_list_shows_only_its_partners(as_, client, make, world):
    for partner in world:
        make.visit(partner, state=DelegationState.planned, on=date(2026, 7, 1))
    calendar = fetch(client, open_feed(as_, query="/partners?country=KR&sort=name"))
    assert [e["uid"][:16] for e in calendar.walk("VEVENT") if "national" in e["uid"]] == [
        "national-day-KR-"
    ] * 3
    assert entry(calendar, "delegation-")["description"].startswith("Seoul")


def test_a_feed_of_ones_own_shows_ones_partners_and_ones_work(
    as_, client, make, world, officer, other_officer
):
    make.follow_up(world[1], title="Của tôi", assignee_id=officer.user_id, due_on=date(2026, 7, 9))
    make.follow_up(world[1], title="Của bạn", assignee_id=other_officer.user_id)
    for partner in world:
        make.visit(partner, state=DelegationState.planned, on=date(2026, 7, 1))
    mine = client.get(open_feed(as_, shows=["follow_ups"], mine="true")).text
    assert "Của bạn" not in mine
    trips = fetch(client, open_feed(as_, shows=["delegations"], mine="true"))
    assert entry(trips, "delegation-")["description"].startswith("Fukuoka")


def test_a_feed_speaks_the_language_it_was_asked_in(as_, client, make, world):
    assert "National day: Japan" in client.get(open_feed(as_, locale="en")).text


def test_an_address_opens_nothing_once_it_is_renewed_closed_or_its_owner_is_gone(
    as_, client, world, database
):
    at = open_feed(as_)
    number = re.search(r"/calendars/(\d+)/renewal", as_("officer").get("/calendars").text)[1]
    act = as_("officer").post
    assert act(f"/calendars/{number}/renewal", data={"version": 1}).status_code == 303
    assert client.get(at).status_code == 404
    at = address(as_("officer").get("/calendars").text)
    assert client.get(at).status_code == 200
    assert act(f"/calendars/{number}/delete", data={"version": 2}).status_code == 303
    assert client.get(at).status_code == 404
    other = open_feed(as_, "viewer")
    shut = {"disabled": "true", "version": 1}
    with database.read() as session:
        viewer = session.scalar(sa.select(User.id).where(User.email == PEOPLE["viewer"].email))
    assert as_("admin").post(f"/settings/users/{viewer}", data=shut).status_code == 303
    assert client.get(other).status_code == 404


@pytest.mark.parametrize("token", ["1.AAAAAAAAAAAAAAAAAAAAAAAA", "x", "99999999.a", "1", "", "%E1%BB%87.x"])
def test_a_made_up_token_opens_nothing_and_is_told_as_a_problem(as_, client, world, token):
    open_feed(as_)
    answer = client.get(f"/api/v1/calendar.ics?token={token}")
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_same_calendar_is_not_sent_twice(as_, client, world):
    at = open_feed(as_)
    first = client.get(at)
    again = client.get(at, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert b"X-PUBLISHED-TTL:PT1H" in first.content


def test_what_is_known_unchanged_is_not_built_and_what_changed_is(as_, client, api, make, world, monkeypatch):
    # As in earnest: the last event tells the state of the data, also where a test never commits.
    told = sa.text("SELECT max(id) FROM event")
    monkeypatch.setattr(db, "_VERSION_OF", dict.fromkeys(db._VERSION_OF, told))
    trip = make.visit(world[0], state=DelegationState.planned, on=date(2026, 7, 1))
    at = open_feed(as_)
    tag = client.get(at).headers["etag"]
    with monkeypatch.context() as patch:
        patch.setattr("app.calendars.api.entries", None)
        known = client.get(at, headers={"If-None-Match": tag})
        assert (known.status_code, known.headers["etag"]) == (304, tag)
        assert known.headers["cache-control"] == "private, no-cache"
    assert api("write_key").post("/api/v1/people", json={"name": "Sato Yuriko"}).status_code == 201
    other = client.get(at, headers={"If-None-Match": tag})
    assert other.status_code == 304, "something else changed: the calendar is the same"
    assert other.headers["etag"] != tag
    moved = {"starts_on": "2026-07-05", "ends_on": "2026-07-05"}
    url = f"/api/v1/delegations/{trip.id}"
    assert api("write_key").patch(url, json=moved, headers={"If-Match": "*"}).status_code == 200
    assert client.get(at, headers={"If-None-Match": other.headers["etag"]}).status_code == 200


@pytest.fixture
def limited(app):
    """The application counts who calls."""
    before, app.state.limits = app.state.limits, Limits(600)
    yield
    app.state.limits = before


def test_a_feed_that_is_asked_for_too_often_is_told_when_to_come_again(as_, client, limited, application):
    contract = Contract(application.openapi())
    at, other = open_feed(as_), open_feed(as_, "viewer")
    answers = [client.get(at) for _ in range(MOST_FETCHES)]
    assert {answer.status_code for answer in answers} == {200}
    answer = contract.check(client.get(at))
    check_problem(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert client.get(other).status_code == 200, "another feed has fetches of its own"


def test_an_address_that_tries_many_tokens_has_to_wait_and_a_good_one_is_heard(as_, client, limited):
    at = open_feed(as_)
    tried = [client.get(f"/api/v1/calendar.ics?token=1.{number}") for number in range(MOST_UNKNOWN + 1)]
    assert [answer.status_code for answer in tried] == [404] * MOST_UNKNOWN + [429]
    assert int(tried[-1].headers["retry-after"]) >= 1
    assert client.get(at).status_code == 200


def test_nobody_sees_or_changes_the_calendars_of_another(as_, world):
    open_feed(as_)
    page = as_("officer").get("/calendars").text
    number = re.search(r"/calendars/(\d+)/renewal", page)[1]
    assert "Đoàn và hạn" not in as_("other_officer").get("/calendars").text
    for act in ("", "/renewal", "/delete"):
        answer = as_("other_officer").post(f"/calendars/{number}{act}", data={**FEED, "version": 1})
        assert answer.status_code == 404


def test_a_stale_change_keeps_what_was_typed_and_a_second_click_makes_no_second_calendar(as_, world):
    sent = {**FEED, "form_token": "once"}
    assert as_("officer").post("/calendars", data=sent).status_code == 303
    assert as_("officer").post("/calendars", data=sent).status_code == 303
    page = as_("officer").get("/calendars").text
    assert len(re.findall(r"/renewal", page)) == 1
    number = re.search(r"/calendars/(\d+)/renewal", page)[1]
    assert (
        as_("officer").post(f"/calendars/{number}", data={**FEED, "name": "Hai", "version": 1}).status_code
        == 303
    )
    stale = as_("officer").post(f"/calendars/{number}", data={**FEED, "name": "Ba", "version": 1})
    assert stale.status_code == 409
    assert 'value="Ba"' in stale.text


@pytest.mark.parametrize(
    "wrong", ["/agreements?x=1", "/partners?nothing=1", "https://elsewhere.example/partners"]
)
def test_what_is_no_list_of_partners_is_refused_beside_its_field(as_, world, wrong):
    answer = as_("officer").post("/calendars", data={**FEED, "query": wrong})
    assert answer.status_code == 422
    assert "f-new-query-error" in answer.text


def test_a_hostile_title_stays_inside_its_line(as_, client, make, world):
    make.visit(
        world[0], title="A\\;B,C\r\nATTENDEE:mailto:x@y.z".replace("\r\n", " "),
        state=DelegationState.planned, on=date(2026, 7, 1),
    )  # fmt: skip
    event = entry(fetch(client, open_feed(as_)), "delegation-")
    assert event["summary"].endswith("A\\;B,C ATTENDEE:mailto:x@y.z")
    assert "attendee" not in event


def test_a_feed_takes_as_many_statements_for_forty_trips_as_for_one(as_, client, make, world, queries):
    at = open_feed(as_)
    make.visit(world[0], state=DelegationState.planned, on=date(2026, 7, 1))
    with queries() as few:
        client.get(at)
    for _ in range(40):
        make.visit(list(world), state=DelegationState.planned, on=date(2026, 7, 1))
    with queries() as many:
        client.get(at)
    assert len(many) == len(few)


def test_the_history_tells_of_a_calendar_and_never_its_address(as_, world, database):
    at = open_feed(as_)
    with database.read() as session:
        event = session.scalars(sa.select(Event).where(Event.action == "calendar_feed.opened")).one()
    assert at.split("token=")[1].split(".")[1] not in str(event.changes)


def test_every_national_day_is_a_day_and_names_a_country():
    for country, days in national_days().items():
        assert re.fullmatch("[A-Z]{2}", country)
        for month, day in days:
            assert date(2027, month, day)


def test_anniversaries_are_explicit_days_within_the_span():
    span = Span(date(2027, 1, 1), date(2028, 12, 31))
    assert list(anniversaries(date(2008, 2, 29), span)) == [(19, date(2027, 2, 28)), (20, date(2028, 2, 29))]
    assert list(anniversaries(date(2028, 5, 1), span)) == []
