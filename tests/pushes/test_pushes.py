"""A push: opened on one partner or several, read from the evidence whatever happens to it, withdrawn."""

import re
from datetime import date

import pytest
import sqlalchemy as sa
from sqlmodel import select

from app.checks import differences
from app.history import record
from app.models import Event, FollowUp, Programme, Push
from app.pushes.state import state_column, state_on
from app.vocabulary import FollowUpSource, PushState, Rung
from tests.factories import MAKER

FORM = {
    "partners": "fukuoka",
    "goal": "substantive",
    "deadline": "2026-12-15",
    "note": "Quyết định tại giao ban tháng 6",
    "follow_ups-0-title": "Gửi đề xuất chương trình hai năm",
    "follow_ups-0-due_on": "2026-07-15",
    "follow_ups-0-kind": "work_programme",
    "follow_ups-0-owed_by": "home",
    "follow_ups-0-assignee": "officer@city.example",
    "follow_ups-1-title": "  ",
    "follow_ups-1-due_on": "2026-07-20",
}


@pytest.fixture
def fukuoka(make):
    """Stuck since 2008: reasons, no contact for years."""
    with make.together():
        place = make.partner(
            slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka", friendship_since=date(2008, 2, 20)
        )
        make.review(place)
        make.partner(slug="oita", name_vi="Tỉnh Oita", name_en="Oita", friendship_since=date(2015, 5, 5))
    return place


def rows(database, table, **wanted):
    with database.read() as session:
        return list(session.exec(select(table).filter_by(**wanted).order_by(table.id)))


def test_a_manager_opens_a_push_from_the_partners_reasons(as_, fukuoka, database, make):
    manager = as_("manager")
    assert 'href="/pushes/new?partner=fukuoka"' in manager.get("/partners/fukuoka").text
    form = manager.get("/pushes/new?partner=fukuoka")
    assert "Propose a two-year work programme to Fukuoka" in form.text
    assert 'value="2026-12-15"' in form.text  # six months from today
    token = re.search(r'name="form_token" value="([^"]+)"', form.text)[1]
    answers = [manager.post("/pushes", data={**FORM, "form_token": token}) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    (push,) = rows(database, Push)
    assert answers[1].headers["location"] == f"/pushes/{push.id}"
    assert push.rung_then == Rung.friendship
    assert "no_programme" in push.reasons
    (work,) = rows(database, FollowUp)
    assert (work.push_id, work.source, work.assignee_id) == (push.id, FollowUpSource.push, _user(database))
    page = manager.get(f"/pushes/{push.id}").text
    assert "Gửi đề xuất chương trình hai năm" in page
    assert "0 of 1 steps done" in page
    assert "under way" in page
    for url in ("/partners/fukuoka", "/review?partner=fukuoka"):
        assert f'href="/pushes/{push.id}"' in manager.get(url).text, url
    assert f'href="/pushes/{push.id}"' in manager.get(f"/follow-ups/{work.id}").text
    again = manager.post("/pushes", data={**FORM, "form_token": "another"})
    assert again.status_code == 409
    assert "already" in again.text
    assert "Gửi đề xuất chương trình hai năm" in again.text
    assert manager.post(f"/follow-ups/{work.id}/done", data={"version": work.version}).status_code == 303
    assert "1 of 1 steps done" in manager.get("/pushes?state=open&tier=regular").text


def _user(database):
    from app.models import User

    return rows(database, User, email="officer@city.example")[0].id


def test_several_partners_get_a_push_each_or_none_does(as_, api, fukuoka, database):
    manager = as_("manager")
    both = {**FORM, "partners": ["fukuoka", "oita"], "goal": "", "follow_ups-0-partners": "oita"}
    added = manager.post("/pushes", data={**both, "partners": "fukuoka", "add_partner": "oita", "add": "1"})
    assert added.status_code == 200
    assert "Complete and confirm the file of Oita" in added.text
    assert manager.post("/pushes", data={**both, "deadline": "2026-06-15"}).status_code == 422
    assert not rows(database, Push)
    assert manager.post("/pushes", data=both).headers["location"] == "/pushes?state=open"
    first, second = rows(database, Push)
    assert {first.goal, second.goal} == {Rung.framework}
    assert [work.push_id for work in rows(database, FollowUp)] == [second.id]
    assert api("admin_key").post("/api/v1/pushes", json={"partners": ["oita", "fukuoka"],
        "deadline": "2027-01-01"}).status_code == 409  # fmt: skip


def test_one_partner_too_many_is_told_and_none_is_dropped(as_, fukuoka, make, database):
    with make.together():
        slugs = ["fukuoka", *(make.partner(slug=f"place-{n}").slug for n in range(20))]
    manager = as_("manager")
    for more in ({}, {"add_partner": "oita", "add": "1"}):
        answer = manager.post("/pushes", data={**FORM, "partners": slugs, **more})
        assert answer.status_code == 422
        assert "A push takes at most 20 partners at a time" in answer.text
        assert all(f'value="{slug}" checked' in answer.text for slug in slugs)
    assert not rows(database, Push)
    at_once = [("partner", slug) for slug in slugs]
    assert manager.get("/pushes/new", params=at_once).status_code == 422


def test_a_form_that_added_a_partner_still_opens_its_push(as_, fukuoka, database):
    manager = as_("manager")
    sent = {**FORM, "form_token": "t"}
    assert manager.post("/pushes", data={**sent, "add_partner": "oita", "add": "1"}).status_code == 200
    answer = manager.post("/pushes", data=sent)
    assert answer.status_code == 303
    (push,) = rows(database, Push)
    assert answer.headers["location"] == f"/pushes/{push.id}"


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("deadline", "2026-06-14", "deadline"),
        ("goal", "friendship", "goal"),
        ("partners", "atlantis", "add_partner"),
        ("follow_ups-0-due_on", "", "follow_ups-0-due_on"),
        ("follow_ups-0-assignee", "", "follow_ups-0-assignee"),
        ("note", "a\u202eb", "note"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(
    as_, fukuoka, database, field, value, wrong
):
    answer = as_("manager").post("/pushes", data={**FORM, field: value})
    assert answer.status_code == 422
    assert f'href="#f-{wrong}"' in answer.text
    assert "Gửi đề xuất chương trình hai năm" in answer.text
    assert not rows(database, Push)


def test_who_may(as_, api, make, fukuoka):
    push = make.push(fukuoka)
    for name in ("viewer", "officer", "other_officer"):
        assert as_(name).get(f"/pushes/{push.id}").status_code == 200
        assert as_(name).get("/pushes/new?partner=fukuoka").status_code == 403
        for url in ("/pushes", f"/pushes/{push.id}", f"/pushes/{push.id}/withdrawal"):
            assert as_(name).post(url, data=FORM).status_code == 403
    step = {"title": "Gọi điện", "due_on": "2026-07-01", "unit": "first-unit"}
    assert as_("viewer").post(f"/pushes/{push.id}/steps", data=step).status_code == 403
    assert as_("officer").post(f"/pushes/{push.id}/steps", data=step).status_code == 303
    assert as_("stranger").get("/pushes").status_code == 303
    body = {"partners": ["oita"], "deadline": "2027-01-01"}
    for key, status in (("read_key", 403), ("unit_key", 403), ("write_key", 403), ("admin_key", 201)):
        assert api(key).post("/api/v1/pushes", json=body).status_code == status


def test_success_is_read_from_the_evidence_and_stays_exact_when_that_is_edited(as_, make, fukuoka, database):
    push = make.push(fukuoka, opened_on=date(2026, 5, 1), deadline=date(2026, 11, 1))
    run = make.programme(fukuoka, started_on=date(2026, 6, 1))

    def stored():
        row = rows(database, Push)[0]
        return row.moved_on, row.reached_on, row.version

    assert stored() == (date(2026, 6, 1), date(2026, 6, 1), push.version)
    assert "reached" in as_("viewer").get(f"/pushes/{push.id}").text
    assert f"/pushes/{push.id}" in as_("viewer").get("/pushes?state=reached").text

    def edit(**values):
        with database.write() as session:
            row = session.get(Programme, run.id)
            for name, value in values.items():
                setattr(row, name, value)
            record(session, MAKER, "programme.changed", row, partners=[fukuoka])

    edit(started_on=date(2026, 11, 2))  # a day too late, and a day to come
    assert stored()[1] == date(2026, 11, 2)
    assert as_("viewer").get("/pushes?state=reached").text.count("data-queue-item") == 0
    edit(started_on=date(2026, 3, 1))  # there before the push was opened
    assert stored()[1] == push.opened_on
    edit(started_on=None)
    assert stored() == (None, None, push.version)
    with database.read() as session:
        assert not list(differences(session))
        told = session.scalars(sa.select(Event).where(Event.action == "push.assessed").order_by(Event.id))
        assert [line.changes["reached_on"][1] for line in told] == [
            "2026-06-01", "2026-11-02", "2026-05-01", None,
        ]  # fmt: skip


def test_check_finds_a_push_that_says_too_much(make, fukuoka, database):
    push = make.push(fukuoka)
    with database.write() as session:
        session.execute(sa.update(Push).values(reached_on=date(2026, 6, 1)))
    with database.read() as session:
        (found,) = differences(session)
    assert (found.record, found.field, found.stored) == (f"push {push.id}", "reached_on", "2026-06-01")


D = date
STATES = [
    (D(2026, 6, 1), None, None, PushState.not_reached),
    (D(2026, 6, 15), None, None, PushState.open),
    (D(2026, 12, 1), None, None, PushState.open),
    (D(2026, 6, 1), D(2026, 6, 1), None, PushState.reached),
    (D(2026, 6, 1), D(2026, 6, 2), None, PushState.not_reached),
    (D(2026, 12, 1), D(2026, 6, 15), None, PushState.reached),
    (D(2026, 12, 1), D(2026, 6, 16), None, PushState.open),
    (D(2026, 12, 1), None, D(2026, 6, 10), PushState.withdrawn),
    (D(2026, 12, 1), D(2026, 6, 10), D(2026, 6, 10), PushState.reached),
    (D(2026, 12, 1), D(2026, 6, 11), D(2026, 6, 10), PushState.withdrawn),
]


def test_the_state_on_a_day_is_the_same_in_python_and_in_the_database(database, fukuoka):
    day = D(2026, 6, 15)
    with database.write() as session:
        for deadline, reached, withdrawn, _ in STATES:
            session.execute(
                sa.insert(Push).values(
                    version=1, is_demo=False, partner_id=fukuoka.id, opened_on=D(2026, 5, 1), goal="lasting",
                    rung_then="friendship", reasons=[], deadline=deadline, reached_on=reached,
                    withdrawn_on=withdrawn,
                )
            )  # fmt: skip
        stored = session.execute(sa.select(state_column(day)).order_by(Push.id)).scalars().all()
        session.rollback()
    expected = [state for *_, state in STATES]
    assert [PushState(state) for state in stored] == expected
    assert [state_on(day, deadline=a, reached_on=b, withdrawn_on=c) for a, b, c, _ in STATES] == expected


def test_change_and_withdrawal(as_, make, fukuoka, database):
    manager, push = as_("manager"), make.push(fukuoka, note="cũ")
    url = f"/pushes/{push.id}"
    data = {"deadline": "2026-12-31", "note": "<script>alert(1)</script>", "version": push.version}
    assert manager.post(url, data=data).status_code == 303
    page = manager.get(url).text
    assert "31 Dec 2026" in page
    assert "<script>alert" not in page
    stale = manager.post(url, data={**data, "deadline": "2027-01-31"})
    assert stale.status_code == 409
    assert 'value="2027-01-31"' in stale.text
    assert "31 Dec 2026" in stale.text
    now = rows(database, Push)[0].version
    assert manager.post(f"{url}/withdrawal", data={"why": " ", "version": now}).status_code == 422
    given_up = manager.post(f"{url}/withdrawal", data={"why": "Đổi lãnh đạo", "version": now})
    assert given_up.status_code == 303
    page = manager.get(url).text
    assert "Đổi lãnh đạo" in page
    assert "Withdraw the push" not in page
    over = manager.post(f"{url}/withdrawal", data={"why": "nữa", "version": now + 1})
    assert over.status_code == 409
    make.programme(fukuoka, started_on=date(2026, 6, 20))
    assert rows(database, Push)[0].withdrawn_why == "Đổi lãnh đạo"
    assert f"/pushes/{push.id}" in manager.get("/pushes?state=withdrawn").text
    assert manager.get("/pushes?state=nonsense").status_code == 422


def test_over_the_api(api, make, fukuoka):
    admin, reader = api("admin_key"), api("read_key")
    body = {"partners": ["fukuoka"], "goal": "substantive", "deadline": "2026-12-01", "follow_ups": [
        {"title": "Gửi thư", "due_on": "2026-07-01", "kind": "proposal", "unit": "first-unit"}]}  # fmt: skip
    made = admin.post("/api/v1/pushes", json=body, headers={"Idempotency-Key": "k1"})
    assert made.status_code == 201
    again = admin.post("/api/v1/pushes", json=body, headers={"Idempotency-Key": "k1"})
    assert again.json() == made.json()
    url = made.headers["location"]
    found = reader.get(url)
    assert (found.json()["state"], found.json()["steps"]) == ("open", 1)
    assert found.json()["follow_ups"][0]["title"] == "Gửi thư"
    assert reader.get("/api/v1/pushes", params={"state": "open", "partner": "fukuoka"}).json()["items"][
        0
    ] == {k: v for k, v in found.json().items() if k != "follow_ups"}
    assert admin.patch(url, json={"deadline": "2027-01-01"}).status_code == 428
    tag = {"If-Match": found.headers["etag"]}
    assert admin.patch(url, json={"goal": "lasting"}, headers=tag).status_code == 422
    assert admin.patch(url, json={"deadline": "2027-01-01"}, headers=tag).json()["deadline"] == "2027-01-01"
    assert admin.patch(url, json={"deadline": "2027-02-01"}, headers=tag).status_code == 412
    step = {"title": "Gọi điện", "due_on": "2026-07-09", "assignee": "officer@city.example"}
    assert api("write_key").post(f"{url}/steps", json=step).status_code == 201
    over = admin.post(f"{url}/withdrawal", json={"why": "Hoãn"}, headers={"If-Match": "*"})
    assert (over.json()["state"], over.json()["ended_on"]) == ("withdrawn", "2026-06-15")
    assert api("write_key").post(f"{url}/steps", json=step).status_code == 409


def test_a_partner_in_the_trash_takes_its_pushes_along(as_, make):
    gone = make.partner(slug="gone", archived_at=None)
    push = make.push(gone)
    as_("manager").post("/partners/gone/delete", data={"version": gone.version})
    with_it = as_("manager").get(f"/pushes/{push.id}")
    assert with_it.status_code == 404
    assert as_("manager").get("/pushes").text.count("data-queue-item") == 0


def test_pages_of_pushes_take_a_fixed_number_of_statements(as_, make, queries):
    viewer = as_("viewer")

    def places(start, end):
        with make.together():
            for n in range(start, end):
                it = make.partner(slug=f"p{n}", friendship_since=date(2010, 1, 1))
                work = make.push(it)
                make.follow_up(it, push_id=work.id)
        return work.id

    def count(url):
        with queries() as seen:
            assert viewer.get(url).status_code == 200
        return len(seen)

    push_id = places(0, 1)
    one = {url: count(url) for url in ("/pushes", f"/pushes/{push_id}")}
    form = lambda n: "/pushes/new?" + "&".join(f"partner=p{i}" for i in range(n))  # noqa: E731
    viewer = as_("manager")
    first = count(form(1))
    places(1, 12)
    assert count(form(12)) == first
    viewer = as_("viewer")
    assert {url: count(url) for url in one} == one


def test_the_clock_tells_each_result_once(as_, make, fukuoka, database, at):
    from app.models import Notice, User
    from app.pushes.telling import tell_results

    boss = rows(database, User, email="manager@city.example")[0]
    with make.together() as session:
        session.add(fukuoka)
        other = make.partner(slug="done", friendship_since=date(2010, 1, 1))
        missed = make.push(fukuoka, deadline=date(2026, 6, 20), opened_by_id=boss.id)
        make.push(other, opened_by_id=boss.id)
        make.programme(other, started_on=date(2026, 6, 1))
    assert "Pushes that end soon" in as_("manager").get("/?who=me").text
    assert "Pushes that end soon" not in as_("officer").get("/?who=me").text

    def run():
        with database.write() as session:
            return tell_results(session, date(2026, 1, 1))

    assert (run(), run()) == (1, 0)
    at("2026-06-21")
    assert (run(), run()) == (1, 0)
    assert [note.kind for note in rows(database, Notice)] == ["push_reached", "push_not_reached"]
    assert len(rows(database, Event, action="push.not_reached")) == 1
    page = as_("manager").get(f"/pushes/{missed.id}").text
    assert "was not reached by 20 Jun 2026" in page
    assert "A push did not reach its goal" in as_("manager").get("/notices").text
    thread = as_("viewer").get("/partners/fukuoka?kind=push").text
    assert "Push opened" in thread
    assert "Push not reached" in thread
    assert "Push not reached" not in as_("viewer").get("/partners/fukuoka?kind=push&as_of=2026-06-20").text
    make.programme(fukuoka, started_on=date(2026, 6, 18))  # entered too late, and all the same in time
    thread = as_("viewer").get("/partners/fukuoka?kind=push").text
    assert "Push reached" in thread
    assert "Push not reached" not in thread


def test_which_plays_work_is_counted_and_small_numbers_are_said_as_such(as_, api, make, database):
    with make.together():
        for n in range(6):
            it = make.partner(
                slug=f"w{n}", friendship_since=date(2010, 1, 1), tier="wide" if n else "priority"
            )
            push = make.push(it, opened_on=date(2026, 1, 10), deadline=date(2026, 5, 20))
            make.follow_up(it, push_id=push.id, kind="working_session" if n < 4 else "protocol")
            if n < 3:
                make.programme(it, started_on=date(2026, 2 + n, 10))
            if n < 2:
                make.cause(it, cause="distance", named_on=date(2026, 1, 1))
    page = re.sub(r"\s+", " ", as_("viewer").get("/pushes").text)
    assert "<strong>3 of 6</strong>" in page
    assert "<strong>2 months</strong>" in page
    assert "3 of 4</td>" in page  # working sessions
    assert "0 of 2</td>" in page  # protocol
    assert "2 of 2</td>" in page  # distance
    assert "50 %" not in page
    only = re.sub(r"\s+", " ", as_("viewer").get("/pushes?cause=distance").text)
    assert only.count("data-queue-item") == 2
    assert "<strong>2 of 2</strong>" in only
    found = api("read_key").get("/api/v1/pushes", params={"cause": "distance"}).json()["items"]
    assert {(it["cause"], it["months_to_next"]) for it in found} == {("distance", 1), ("distance", 2)}


def test_per_cent_are_told_from_ten_on():
    from app.pushes.plays import Ended, line

    one = Ended(PushState.reached, None, None, None, (), frozenset(), 4)
    other = Ended(PushState.not_reached, None, None, None, (), frozenset(), None)
    gone = Ended(PushState.withdrawn, None, None, None, (), frozenset(), None)
    assert line(None, [one] * 9 + [gone] * 5).share is None
    full = line(None, [one] * 3 + [other] * 7 + [gone])
    assert (full.share, full.over, full.withdrawn, full.median_months) == (30, 10, 1, 4)
