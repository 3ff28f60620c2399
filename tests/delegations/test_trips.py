"""A trip from plan to report: who may move it, when, and what each act does."""

import os
import time
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from app.history import record
from app.models import (
    Delegation,
    DelegationMember,
    DelegationPartner,
    Event,
    FollowUp,
    FollowUpPartner,
    Person,
    ProcedureStep,
)
from app.standings.check import standing_differences
from app.vocabulary import DelegationState, ProcedureCode
from tests.actors import OTHER_UNIT, PEOPLE
from tests.factories import MAKER
from tests.staging import staged

OFFICER = PEOPLE["officer"].email
TRIP = {
    "partners-0-name": "tokyo",
    "partners-1-name": "Kanagawa",
    "direction": "outbound",
    "starts_on": "2026-06-20",
    "ends_on": "2026-06-24",
    "level": "leader",
    "purpose": "working",
    "members-0-name": "Nguyễn Văn An",
    "members-0-title": "Phó Chủ tịch",
    "members-0-leads": "true",
    "members-1-name": "Trần Thị Bình",
    "members-1-unit": "Sở Ngoại vụ",
    "members-2-name": "",
    "meetings-0-on": "2026-06-21",
    "meetings-0-starts_at": "09:30",
    "meetings-0-place": "Tòa Thị chính",
    "meetings-0-topic": "Hợp tác nước sạch",
    "gifts-0-what": "",
    "gifts-0-direction": "given",
    "cost_planned": "1.200.000.000",
    "currency": "VND",
    "form_token": "plan-token",
}
NO_MEETING = {"meetings-0-on": "", "meetings-0-place": "", "meetings-0-topic": ""}


@staged
def places(make):
    tokyo = make.partner(
        slug="tokyo", name_vi="Thủ đô Tokyo", name_en="Tokyo", friendship_since=date(2020, 1, 1)
    )
    kanagawa = make.partner(
        slug="kanagawa", name_vi="Tỉnh Kanagawa", name_en="Kanagawa", friendship_since=date(2020, 1, 1)
    )
    make.rule(ProcedureCode.visit_report, days=10)
    return tokyo, kanagawa


@staged
def trip(client, places, database):
    """The id of a planned trip to two partners."""
    answer = client.post("/delegations", data=TRIP)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rsplit("/", 1)[1])


@pytest.fixture
def stored(database):
    def read(table=Delegation):
        with database.read() as session:
            return list(session.scalars(sa.select(table).order_by(*sa.inspect(table).primary_key)))

    return read


@pytest.fixture
def act(as_, stored):
    """`act(trip, "start")`: the act as the page would send it."""

    def send(key, name, who="officer", **data):
        row = next(row for row in stored() if row.id == key)
        known = {"version": str(row.version), "form_token": f"{name}-{row.version}", **data}
        return as_(who).post(f"/delegations/{key}/{name}", data=known)

    return send


def run(act, trip, at):
    """Bring a planned trip under way."""
    assert act(trip, "approval", "manager").status_code == 303
    at("2026-06-20")
    assert act(trip, "start").status_code == 303


AGREED = {
    "met": "Phó Thống đốc",
    "minutes": "Thống nhất lập nhóm công tác.",
    "cost_actual": "1.100.000.000",
    "follow_ups-0-title": "Gửi dự thảo kế hoạch",
    "follow_ups-0-owed_by": "home",
    "follow_ups-0-kind": "work_programme",
    "follow_ups-0-assignee": OFFICER,
    "follow_ups-0-due_on": "2026-07-20",
    "follow_ups-0-partners": "kanagawa",
    "follow_ups-1-title": "Cử chuyên gia",
    "follow_ups-1-owed_by": "partner",
    "follow_ups-1-kind": "introduction",
    "follow_ups-1-assignee": "",
    "follow_ups-1-unit": OTHER_UNIT,
    "follow_ups-1-due_on": "2026-08-20",
    "follow_ups-1-partners": "",
}


# ---- the plan


def test_a_trip_is_planned_to_several_partners_with_its_lines(client, trip, stored):
    row = stored()[0]
    assert row.state == DelegationState.planned
    assert row.title == "Đoàn Hà Nội thăm thủ đô Tokyo và tỉnh Kanagawa"
    assert (row.cost_planned, row.currency) == (1_200_000_000, "VND")
    assert len(stored(DelegationPartner)) == 2
    assert [(m.name, m.leads) for m in stored(DelegationMember)] == [
        ("Nguyễn Văn An", True),
        ("Trần Thị Bình", False),
    ]
    page = client.get(f"/delegations/{trip}").text
    for text in ("Nguyễn Văn An", "head of delegation", "Hợp tác nước sạch", "09:30", "1,200,000,000 VND"):
        assert text in page


def test_a_form_sent_twice_plans_one_trip(client, trip, stored):
    again = client.post("/delegations", data=TRIP)
    assert again.headers["location"] == f"/delegations/{trip}"
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"partners-1-name": "Atlantis"}, "partners-1-name", "Partner 2"),
        ({"partners-0-name": "", "partners-1-name": ""}, "partners", "Partners"),
        ({"ends_on": "2026-06-19"}, "ends_on", "Until"),
        ({"starts_on": "2026-05-01", "ends_on": "2026-05-02", **NO_MEETING}, "ends_on", "log it"),
        ({"meetings-0-on": "2026-06-25"}, "meetings-0-on", "Meeting 1, Day"),
        ({"meetings-0-starts_at": "25:00"}, "meetings-0-starts_at", "09:30"),
        ({"members-1-leads": "true"}, "members-1-leads", "one head"),
        ({"members-1-name": "Ai đó #999"}, "members-1-name", "Nobody on file"),
        ({"off_plan": "true"}, "off_plan_reason", "Why it is done all the same"),
        ({"cost_planned": "nhiều"}, "cost_planned", "Planned cost"),
        ({"title": "x" * 400}, "title", "Title"),
        ({"plan_item": "77"}, "plan_item", "Plan item"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_all_is_kept(client, places, stored, change, field, words):
    answer = client.post("/delegations", data={**TRIP, **change})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert words in answer.text
    assert 'value="Trần Thị Bình"' in answer.text or "Ai đó #999" in answer.text
    assert not stored()


def test_lines_are_added_without_javascript(client, places, stored):
    more = client.post("/delegations", data={**TRIP, "add_line": "gifts"})
    assert more.status_code == 200
    assert 'name="gifts-1-what"' in more.text
    assert 'value="Trần Thị Bình"' in more.text
    assert not stored()


def test_hostile_names_stay_text(client, places, stored):
    hostile = '"><script>alert(1)</script> {{ 7*7 }}'
    answer = client.post("/delegations", data={**TRIP, "title": hostile, "members-0-name": hostile})
    page = client.get(answer.headers["location"]).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page


def test_a_person_of_the_register_is_named_by_number(client, places, database, stored):
    with database.write() as session:
        person = Person(name="Tanaka Yuki")
        record(session, MAKER, "person.made", person)
        key = person.id
    client.post("/delegations", data={**TRIP, "members-1-name": f"Tanaka Yuki #{key}"})
    assert stored(DelegationMember)[1].person_id == key
    assert stored(DelegationMember)[1].name == "Tanaka Yuki"


def test_a_trip_can_be_changed_after_a_member_was_erased(client, places, make, as_, stored):
    person = make.person(name="Tanaka Yuki")
    made = client.post("/delegations", data={**TRIP, "members-1-name": f"Tanaka Yuki #{person.id}"})
    erased = {"version": "1", "form_token": "erase", "sure": "true"}
    assert as_("manager").post(f"/people/{person.id}/erasure", data=erased).status_code == 303
    key = int(made.headers["location"].rsplit("/", 1)[1])
    assert "Tanaka" not in client.get(f"/delegations/{key}").text
    data = filled(client, key) | {"members-0-title": "Chủ tịch"}
    assert client.post(f"/delegations/{key}", data=data).status_code == 303
    assert [(m.name, m.person_id) for m in stored(DelegationMember)][1] == ("", person.id)


def test_the_return_visit_is_offered_prefilled(client, make, places):
    visit = make.visit(places[0], on=date(2026, 3, 10))
    assert f"/delegations/new?returns={visit.id}" in client.get(f"/delegations/{visit.id}").text
    form = client.get(f"/delegations/new?returns={visit.id}").text
    assert 'name="direction" value="outbound" checked' in form
    assert f'name="returns" value="{visit.id}"' in form
    assert 'value="Tokyo"' in form
    data = {**TRIP, "returns": str(visit.id)}
    made = client.post("/delegations", data=data).headers["location"]
    assert f'href="{made}"' in client.get(f"/delegations/{visit.id}").text
    assert "Returns the visit" in client.get(made).text


# ---- its states


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("officer", 403), ("manager", 303)])
def test_a_manager_approves(act, trip, stored, who, status):
    assert act(trip, "approval", who).status_code == status
    assert (stored()[0].state == DelegationState.approved) is (status == 303)


@pytest.mark.parametrize("name", ["start", "completion", "minutes", "report", "cancellation"])
def test_a_viewer_moves_nothing(act, trip, name):
    assert act(trip, name, "viewer", why="x", report="x").status_code == 403


def test_a_trip_runs_from_plan_to_report(client, act, trip, at, stored, database):
    run(act, trip, at)
    early = act(trip, "completion")
    assert early.status_code == 409
    at("2026-06-24")
    done = act(trip, "completion", **AGREED)
    assert done.status_code == 303, done.text
    row = stored()[0]
    assert row.state == DelegationState.completed
    assert (row.cost_actual, row.minutes) == (1_100_000_000, "Thống nhất lập nhóm công tác.")
    works = stored(FollowUp)
    assert [(w.raised_on, w.delegation_id) for w in works] == [(date(2026, 6, 24), trip)] * 2
    links = {(link.follow_up_id, link.partner_id) for link in stored(FollowUpPartner)}
    assert len([link for link in links if link[0] == works[0].id]) == 1
    assert len([link for link in links if link[0] == works[1].id]) == 2
    assert "A substantive visit" in client.get(f"/delegations/{trip}").text
    step = stored(ProcedureStep)[0]
    assert (step.started_on, step.due_on) == (date(2026, 6, 24), date(2026, 7, 8))
    at("2026-07-09")
    assert "The result report was due on" in client.get(f"/delegations/{trip}").text
    assert act(trip, "report", report="Kết quả tốt.").status_code == 303
    assert stored(ProcedureStep)[0].done_on == date(2026, 7, 9)
    assert stored()[0].state == DelegationState.reported
    assert "report was due" not in client.get(f"/delegations/{trip}").text
    with database.read() as session:
        assert list(standing_differences(session)) == []


def test_each_partner_is_visited(client, act, trip, at):
    run(act, trip, at)
    at("2026-06-24")
    act(trip, "completion", **AGREED)
    for slug in ("tokyo", "kanagawa"):
        assert "Đoàn Hà Nội thăm" in client.get(f"/partners/{slug}").text


def test_a_trip_without_anything_agreed_is_ceremonial_until_minutes_come(client, act, trip, at, stored):
    run(act, trip, at)
    at("2026-06-25")
    assert act(trip, "completion").status_code == 303
    assert "Counted as ceremonial" in client.get(f"/delegations/{trip}").text
    late = act(trip, "minutes", **{k: v for k, v in AGREED.items() if k != "cost_actual"})
    assert late.status_code == 303, late.text
    assert "A substantive visit" in client.get(f"/delegations/{trip}").text
    nothing = act(trip, "minutes")
    assert nothing.status_code == 422


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("start", {}),
        ("completion", {"minutes": "x"}),
        ("minutes", {"minutes": "x"}),
        ("report", {"report": "x"}),
    ],
)
def test_a_planned_trip_refuses_what_comes_later(act, trip, name, data):
    answer = act(trip, name, **data)
    assert answer.status_code == 409
    assert "only planned" in answer.text


def test_a_cancelled_trip_says_why_and_refuses_everything(client, act, trip, stored):
    assert act(trip, "cancellation").status_code == 422
    assert act(trip, "cancellation", why="Phía bạn hoãn.").status_code == 303
    assert "Phía bạn hoãn." in client.get(f"/delegations/{trip}").text
    assert act(trip, "approval", "manager").status_code == 409
    assert act(trip, "cancellation", why="lại").status_code == 409


def test_a_completed_trip_cannot_be_cancelled(act, make, places):
    visit = make.visit(places[0])
    answer = act(visit.id, "cancellation", why="x")
    assert answer.status_code == 409
    assert "completed" in answer.text
    assert '<textarea class="textarea" id="f-report"' in answer.text


def test_an_act_on_an_old_page_is_refused_and_what_was_typed_is_kept(client, act, trip, as_, stored):
    act(trip, "approval", "manager")
    old = as_("officer").post(
        f"/delegations/{trip}/cancellation", data={"version": "1", "form_token": "old", "why": "Hoãn."}
    )
    assert old.status_code == 409
    assert "Hoãn.</textarea>" in old.text
    assert stored()[0].state == DelegationState.approved


def test_an_act_sent_twice_happens_once(client, trip, as_, stored):
    data = {"version": str(stored()[0].version), "form_token": "same"}
    first, second = (as_("manager").post(f"/delegations/{trip}/approval", data=data) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert len([e for e in stored(Event) if e.action == "delegation.approved"]) == 1


def test_a_trip_whose_days_are_not_known_cannot_start(client, act, places, at, stored):
    data = {**TRIP, "starts_on": "06/2026", "ends_on": "06/2026", **NO_MEETING}
    trip = int(client.post("/delegations", data=data).headers["location"].rsplit("/", 1)[1])
    act(trip, "approval", "manager")
    answer = act(trip, "start")
    assert answer.status_code == 409
    assert "must be known" in answer.text


# ---- the report


def test_a_logged_visit_owes_its_report_too(client, places, stored):
    visit = {"partner": "tokyo", "direction": "inbound", "starts_on": "2026-06-12", "title": "Đoàn Tokyo"}
    client.post("/visits", data={**visit, "form_token": "v"})
    assert stored(ProcedureStep)[0].due_on == date(2026, 6, 26)


def test_what_was_entered_from_a_source_owes_nothing(make, places, client, at):
    make.visit(places[0], on=date(2020, 1, 1))
    at("2026-06-15")
    assert "No delegation fits" in client.get("/delegations?report=overdue").text


def test_an_overdue_report_is_seen_on_the_list_and_in_my_work(client, as_, act, trip, at):
    run(act, trip, at)
    at("2026-06-24")
    act(trip, "completion", **AGREED)
    assert "report due" in client.get("/delegations").text
    assert "Overdue reports" not in client.get("/").text
    at("2026-07-09")
    assert "report overdue since" in client.get("/delegations?report=overdue").text
    assert "Overdue reports" in client.get("/").text
    assert "Overdue reports" not in as_("other_officer").get("/").text


def test_a_corrected_end_moves_what_is_owed(client, act, trip, at, stored):
    run(act, trip, at)
    at("2026-06-25")
    act(trip, "completion")
    version = stored()[0].version
    form = {"version": str(version), "form_token": "e", "ends_on": "23/06/2026", **_partners()}
    assert client.post(f"/delegations/{trip}", data=form).status_code == 303
    live = [step for step in stored(ProcedureStep) if step.archived_at is None]
    assert [(step.started_on, step.due_on) for step in live] == [(date(2026, 6, 23), date(2026, 7, 7))]


def test_a_report_is_dated_between_the_end_and_today(act, trip, at):
    run(act, trip, at)
    at("2026-06-26")
    act(trip, "completion")
    assert act(trip, "report", report="x", reported_on="2026-06-23").status_code == 422
    assert act(trip, "report", report="x", reported_on="2026-06-27").status_code == 422
    assert act(trip, "report", report="x", reported_on="2026-06-25").status_code == 303


# ---- changes


def _partners():
    return {"partners-0-name": "tokyo", "partners-1-name": "kanagawa"}


def filled(client, trip):
    """The edit form as a browser would send it back."""
    import re
    from html import unescape

    page = client.get(f"/delegations/{trip}/edit").text
    page = re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL)
    data = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and (('type="checkbox"' not in tag and 'type="radio"' not in tag) or " checked" in tag):
            data[name[1]] = unescape(value[1]) if value else ""
    for name, body in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL):
        data[name] = unescape(body)
    for name, body in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        data[name] = chosen[1] if chosen else ""
    data.pop("q", None)
    return data


def test_a_form_sent_back_as_it_came_changes_nothing(client, trip, stored):
    before = stored()[0].version
    assert client.post(f"/delegations/{trip}", data=filled(client, trip)).status_code == 303
    assert stored()[0].version == before
    assert not [event for event in stored(Event) if event.action == "delegation.changed"]


def test_lines_are_changed_kept_and_removed(client, trip, stored):
    data = filled(client, trip)
    data |= {"members-0-title": "Chủ tịch", "members-1-name": "", "members-1-unit": "", "members-1-title": ""}
    version = stored()[0].version
    assert client.post(f"/delegations/{trip}", data=data).status_code == 303
    first, second = stored(DelegationMember)
    assert (first.title, second.archived_at is not None) == ("Chủ tịch", True)
    assert stored()[0].version > version


def test_a_partner_taken_out_is_no_longer_visited(client, make, places, stored, database, at):
    visit = make.visit(list(places), on=date(2026, 6, 1))
    data = {
        "version": str(visit.version),
        "form_token": "p",
        "partners-0-name": "tokyo",
        "partners-1-name": "",
    }
    assert client.post(f"/delegations/{visit.id}", data=data).status_code == 303
    assert len(stored(DelegationPartner)) == 1
    with database.read() as session:
        assert list(standing_differences(session)) == []


def test_a_stale_edit_shows_both_versions_and_loses_nothing(client, as_, trip, stored):
    mine, theirs = filled(client, trip), filled(as_("other_officer"), trip)
    theirs |= {"interpreter": "Phạm Dịch", "title": "Tên của họ", "form_token": "theirs"}
    assert as_("other_officer").post(f"/delegations/{trip}", data=theirs).status_code == 303
    mine |= {"languages": "tiếng Nhật", "title": "Tên của tôi", "form_token": "mine"}
    answer = client.post(f"/delegations/{trip}", data=mine)
    assert answer.status_code == 409
    for text in ("Tên của tôi", "Tên của họ", "Phạm Dịch", "tiếng Nhật"):
        assert text in answer.text
    # What I did not touch takes the other's value.
    assert 'name="keep-interpreter" value="theirs" checked' in answer.text
    assert 'name="keep-title" value="mine" checked' in answer.text
    chosen = {"version": str(stored()[0].version), "form_token": "again",
              "keep-title": "theirs", "keep-interpreter": "theirs"}  # fmt: skip
    assert client.post(f"/delegations/{trip}", data={**mine, **chosen}).status_code == 303
    row = stored()[0]
    assert (row.title, row.interpreter, row.languages) == ("Tên của họ", "Phạm Dịch", "tiếng Nhật")


def test_days_that_would_leave_a_meeting_outside_are_refused(client, trip):
    data = filled(client, trip) | {"starts_on": "22/06/2026"}
    answer = client.post(f"/delegations/{trip}", data=data)
    assert answer.status_code == 422
    assert "outside the trip" in answer.text


def test_confidential_notes_stay_hidden_on_every_page(as_, client, trip, act, at, stored):
    run(act, trip, at)
    at("2026-06-24")
    secret = {"met": "Ông Kín", "minutes": "Điều kín đáo.", "confidential": "true"}
    assert act(trip, "completion", **secret).status_code == 303
    for who, reads in (("officer", True), ("manager", True), ("other_officer", False), ("viewer", False)):
        for path in ("", "/programme"):
            page = as_(who).get(f"/delegations/{trip}{path}").text
            assert ("Hợp tác nước sạch" in page) is reads, (who, path)
            assert ("Điều kín đáo." in page) is (reads and not path), (who, path)
    form = as_("other_officer").get(f"/delegations/{trip}/edit").text
    assert "Điều kín đáo." not in form
    assert "Hợp tác nước sạch" not in form
    sent = filled(as_("other_officer"), trip)
    assert as_("other_officer").post(f"/delegations/{trip}", data=sent).status_code == 303
    assert stored()[0].minutes == "Điều kín đáo."
    assert act(trip, "minutes", "other_officer", minutes="khác").status_code == 403


# ---- days


@pytest.fixture
def utc_process():
    """The process believes in UTC, as in a container; the home city does not."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def test_the_first_day_is_that_of_the_home_city(client, act, trip, at, stored, utc_process):
    act(trip, "approval", "manager")
    at.instant(datetime(2026, 6, 19, 16, 30, tzinfo=UTC))  # 23:30 on the 19th in Hà Nội
    assert act(trip, "start").status_code == 409
    at.instant(datetime(2026, 6, 19, 17, 30, tzinfo=UTC))  # 00:30 on the 20th
    assert act(trip, "start").status_code == 303
    at.instant(datetime(2026, 6, 23, 16, 30, tzinfo=UTC))
    assert act(trip, "completion", minutes="x").status_code == 409
    at.instant(datetime(2026, 6, 23, 17, 30, tzinfo=UTC))
    assert act(trip, "completion", minutes="x").status_code == 303
    row = stored()[0]
    assert (row.starts_on, row.ends_on) == (date(2026, 6, 20), date(2026, 6, 24))
    assert stored(ProcedureStep)[0].started_on == date(2026, 6, 24)


@pytest.mark.parametrize("hour", [(16, 30), (17, 30)])
def test_an_approval_bears_the_day_of_the_home_city(act, trip, at, stored, utc_process, hour):
    today = at.instant(datetime(2026, 6, 16, *hour, tzinfo=UTC))
    act(trip, "approval", "manager")
    assert stored()[0].approved_on == today == date(2026, 6, 16 if hour == (16, 30) else 17)


def test_a_cancelled_trip_is_reinstated_as_planned_at_both_doors(as_, act, api, trip, stored):
    assert act(trip, "reinstatement").status_code == 409, "it is not cancelled"
    act(trip, "approval", "manager")
    act(trip, "cancellation", why="Phía bạn hoãn.")
    assert "It takes place after all" in as_("officer").get(f"/delegations/{trip}").text
    assert "It takes place after all" not in as_("viewer").get(f"/delegations/{trip}").text
    assert act(trip, "reinstatement", "viewer").status_code == 403
    stale = as_("officer").post(
        f"/delegations/{trip}/reinstatement", data={"version": "1", "form_token": "stale"}
    )
    assert stale.status_code == 409
    assert act(trip, "reinstatement").status_code == 303
    row = stored()[0]
    assert (row.state, row.cancelled_why, row.approved_on, row.approved_by_id) == (
        DelegationState.planned, None, None, None,
    )  # fmt: skip
    assert [it.action for it in stored(Event)][-1] == "delegation.reinstated"
    assert act(trip, "approval", "manager").status_code == 303, "it goes its way again"
    key, path = api("write_key"), f"/api/v1/delegations/{trip}"
    why = {"why": "Hoãn lần nữa"}
    assert key.post(f"{path}/cancellation", json=why, headers={"If-Match": "*"}).status_code == 200
    assert key.post(f"{path}/reinstatement").status_code == 428
    assert key.post(f"{path}/reinstatement", headers={"If-Match": '"1"'}).status_code == 412
    back = key.post(f"{path}/reinstatement", headers={"If-Match": "*"})
    assert (back.status_code, back.json()["state"], back.json()["cancelled_why"]) == (200, "planned", None)
    assert key.post(f"{path}/reinstatement", headers={"If-Match": "*"}).status_code == 409
    assert api("read_key").post(f"{path}/reinstatement", headers={"If-Match": "*"}).status_code == 403


def test_the_name_of_an_erased_member_is_null(as_, api, make, trip, stored):
    person = make.person(name="Sato Yuriko")
    key, path = api("admin_key"), f"/api/v1/delegations/{trip}"
    sent = {"members": [{"person": person.id, "title": "Thị trưởng"}]}
    assert key.patch(path, json=sent, headers={"If-Match": "*"}).json()["members"][0]["name"] == "Sato Yuriko"
    assert key.post(f"/api/v1/people/{person.id}/erasure", headers={"If-Match": "*"}).status_code == 200
    [member] = key.get(path).json()["members"]
    assert (member["person"], member["name"], member["title"]) == (person.id, None, "Thị trưởng")
