"""Many follow-ups at once: all or none, the count said before, every act taken back exactly."""

import re
from datetime import date

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app import clock
from app.models import Event, FollowUp, Notice, Postponement, User
from app.standings.check import standing_differences
from app.vocabulary import FollowUpState
from tests.actors import OTHER_UNIT, PEOPLE
from tests.api.contract import check_problem
from tests.staging import staged

OFFICER, OTHER = PEOPLE["officer"].email, PEOPLE["other_officer"].email


@pytest.fixture
def me(database):
    with database.read() as session:
        return session.scalars(sa.select(User).where(User.email == OFFICER)).one()


@staged
def rows(make, me):
    """Three open follow-ups of one officer."""
    place = make.partner(slug="fukuoka", name_en="Fukuoka", friendship_since=date(2024, 7, 1))
    return [
        make.follow_up(place, title=f"việc {n}", due_on=date(2026, 6, 20 + n), assignee=me) for n in range(3)
    ]


@pytest.fixture
def now(database):
    def look(row):
        with database.read() as session:
            return session.get(FollowUp, row.id)

    return look


@pytest.fixture
def moves(database):
    def look():
        with database.read() as session:
            assert not list(standing_differences(session))
            return [(m.from_due, m.to_due, m.why) for m in session.scalars(sa.select(Postponement))]

    return look


def form(rows, version=1, token="t", **fields):
    ids = ",".join(str(row.id) for row in rows)
    return {"rows": [f"{row.id}:{version}" for row in rows], "offered": ids, "form_token": token, **fields}


def post(client, rows, **fields):
    return client.post("/follow-ups/reassignments", data=form(rows, **fields))


def undo_of(page):
    return re.search(r'action="(/follow-ups/acts/[^"]+)"', page)[1].replace("&amp;", "&")


# ---- choosing


def test_the_list_offers_boxes_and_says_how_many_match(client, rows, make, me):
    with make.together():
        for n in range(30):
            make.follow_up(make.partner(), title=f"thêm {n}", assignee=me)
    page = client.get("/follow-ups").text
    assert page.count('form="choose"') == 16
    assert "Change all 33 that match…" in page
    chosen = client.get(f"/follow-ups/reassignments/new?who=me&id={rows[0].id}&id={rows[2].id}").text
    assert "Change 2 follow-ups" in chosen
    assert chosen.count('name="rows"') == 2
    every = client.get("/follow-ups/reassignments/new?who=me&q=thêm&every=1").text
    assert "Change 30 follow-ups" in every
    assert "việc 0" not in every


def test_a_long_choice_is_counted_and_light(client, make, me):
    with make.together():
        place = make.partner()
        for n in range(200):
            make.follow_up(place, title=f"Gửi tài liệu chuẩn bị cho đoàn công tác số {n}", assignee=me)
    page = client.get("/follow-ups/reassignments/new?who=me&every=1")
    assert "Change 200 follow-ups" in page.text
    assert "and 150 more that match" in page.text
    assert page.text.count('name="rows"') == 200
    assert len(page.content) < 60_000
    make.follow_up(place, assignee=me)
    page = client.get("/follow-ups/reassignments/new?who=me&every=1").text
    assert "More than 200 match" in page
    assert 'name="rows"' not in page


def test_nothing_chosen_leads_back(client, rows):
    page = client.get("/follow-ups/reassignments/new?who=me").text
    assert "Nothing is chosen" in page
    closed = client.get("/follow-ups?state=done").text
    assert 'id="choose"' not in closed


def test_boxes_are_only_where_the_form_is(as_, client, rows):
    assert 'form="choose"' not in as_("viewer").get("/follow-ups?who=all").text
    assert 'form="choose"' not in client.get("/").text
    again = client.get(f"/follow-ups/{rows[0].id}?next=/follow-ups", headers={"HX-Request": "true"}).text
    assert 'form="choose"' in again


# ---- the act


def test_all_are_reassigned_and_redated_with_their_history(client, rows, now, moves, database):
    answer = post(client, rows, assignee=OTHER, unit=OTHER_UNIT, due_on="2026-08-01", why="Chờ ý kiến",
                  next="/follow-ups?who=all")  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, "/follow-ups?who=all")
    assert "3 follow-ups changed." in client.get("/follow-ups?who=all").text
    assert {(now(row).assignee_id != row.assignee_id, now(row).due_on) for row in rows} == {
        (True, date(2026, 8, 1))
    }
    assert moves() == [(row.due_on, date(2026, 8, 1), "Chờ ý kiến") for row in rows]
    with database.read() as session:
        told = session.scalars(sa.select(Event.action).where(Event.user_id.is_not(None)).order_by(Event.id))
        assert [a for a in told if a.startswith("follow_up")] == [
            "follow_up.changed",
            "follow_up.postponed",
        ] * 3


def test_sent_twice_it_is_done_once(client, rows, moves):
    for _ in range(2):
        assert post(client, rows, due_on="2026-08-01", why="w").status_code == 303
    assert len(moves()) == 3


def test_what_is_so_already_is_left_alone(client, rows, now, moves):
    post(client, rows, due_on="2026-06-21", why="w")
    assert [now(row).version for row in rows] == [2, 1, 2]
    assert "2 follow-ups changed." in client.get("/follow-ups").text
    assert len(moves()) == 2


def test_one_stale_row_stops_all_and_is_named(client, as_, rows, now, moves):
    as_("other_officer").post(f"/follow-ups/{rows[1].id}/done", data={"version": "1", "form_token": "x"})
    page = post(client, rows, assignee=OTHER, due_on="2026-08-01", why="Chờ ý kiến")
    assert page.status_code == 409
    assert "Nothing was changed: 1 of them" in page.text
    assert "việc 1" in page.text
    assert 'value="Chờ ý kiến"' in page.text
    assert [now(row).version for row in rows] == [1, 2, 1]
    assert moves() == []


def test_a_row_that_was_changed_is_marked_and_may_be_sent_again(client, as_, rows, now):
    moved = {"version": "1", "form_token": "x", "due_on": "2026-07-30", "why": "w"}
    as_("other_officer").post(f"/follow-ups/{rows[1].id}/postpone", data=moved)
    page = post(client, rows, assignee=OTHER).text
    assert "changed meanwhile" in page
    assert f'value="{rows[1].id}:2" checked' in page
    fields = {
        **form(rows, token="u", assignee=OTHER),
        "rows": re.findall(r'name="rows" value="([\d:]+)"', page),
    }
    assert client.post("/follow-ups/reassignments", data=fields).status_code == 303
    assert now(rows[1]).assignee_id != rows[1].assignee_id


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "assignee"),
        ({"assignee": "ghost@city.example"}, "assignee"),
        ({"unit": "nowhere"}, "unit"),
        ({"due_on": "2026-08-01"}, "why"),
        ({"due_on": "2026-06-14", "why": "w"}, "due_on"),
        ({"due_on": "soon", "why": "w"}, "due_on"),
        ({"assignee": OTHER, "why": "x" * 501}, "why"),
    ],
)
def test_a_fault_is_told_beside_its_field_and_nothing_is_lost(client, rows, now, fields, name):
    page = post(client, rows[:2], **fields)
    assert page.status_code == 422
    assert f'href="#f-{name}"' in page.text
    assert page.text.count(':1" checked') == 2
    assert {now(row).version for row in rows} == {1}


def test_without_a_tick_nothing_happens(client, rows, now):
    page = client.post("/follow-ups/reassignments", data={**form(rows, assignee=OTHER), "rows": []})
    assert page.status_code == 422
    assert page.text.count('name="rows"') == 3
    assert ':1" checked' not in page.text
    assert post(client, rows, assignee=OTHER, offered="x").status_code == 303


def test_a_box_of_ones_own_making_is_refused(client, rows):
    fields = {**form(rows, assignee=OTHER), "rows": ["1:x", "../1"]}
    assert client.post("/follow-ups/reassignments", data=fields).status_code == 422


# ---- taken back


def test_undo_puts_everything_back(client, rows, now, moves):
    before = [(row.assignee_id, row.unit_id, row.due_on) for row in rows]
    post(client, rows, assignee=OTHER, unit=OTHER_UNIT, due_on="2026-08-01", why="w")
    undo = undo_of(client.get("/follow-ups").text)
    assert client.post(undo).headers["location"] == "/follow-ups"
    assert [(r.assignee_id, r.unit_id, r.due_on) for r in map(now, rows)] == before
    assert moves() == []
    assert "Taken back: 3 follow-ups are as they were." in client.get("/follow-ups").text
    assert client.post(undo).status_code == 303, "sent twice, undone once"
    assert {now(row).version for row in rows} == {4}


def test_undo_takes_back_what_the_other_was_told_unless_they_have_read_it(client, rows, database):
    def told():
        with database.read() as session:
            unread = col(Notice.read_at).is_(None)
            found = session.execute(sa.select(Notice.record_id, unread).order_by(Notice.record_id))
            return [(key, bool(new)) for key, new in found]

    first, second, _third = rows
    post(client, [first, second], assignee=OTHER)
    assert told() == [(first.id, True), (second.id, True)]
    with database.write() as session:
        session.execute(sa.update(Notice).where(Notice.record_id == second.id).values(read_at=clock.now()))
    assert client.post(undo_of(client.get("/follow-ups").text)).status_code == 303
    assert told() == [(second.id, False)]


def test_undo_is_refused_in_words_when_somebody_was_there_since(client, as_, rows, now):
    post(client, rows, assignee=OTHER)
    undo = undo_of(client.get("/follow-ups").text)
    as_("other_officer").post(f"/follow-ups/{rows[2].id}/done", data={"version": "2", "form_token": "x"})
    page = client.post(undo)
    assert page.status_code == 409
    assert "somebody has changed it since (việc 2)" in page.text
    assert now(rows[0]).version == 2


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("done", {"outcome": "Đã gửi bản cuối"}),
        ("drop", {"why": "Không cần nữa"}),
        ("postpone", {"due_on": "2026-07-10", "why": "Chờ"}),
        ("", {"title": "Khác", "priority": "high"}),
    ],
)
def test_every_single_act_is_taken_back_exactly(client, rows, now, moves, act, fields):
    url = f"/follow-ups/{rows[0].id}"
    kept = now(rows[0]).model_dump(exclude={"version", "updated_at", "updated_by_id"})
    client.post(f"{url}/{act}".rstrip("/"), data={"version": "1", "form_token": "x", **fields})
    assert now(rows[0]).version == 2
    client.post(undo_of(client.get("/follow-ups").text))
    assert now(rows[0]).model_dump(exclude={"version", "updated_at", "updated_by_id"}) == kept
    assert moves() == []


def test_undo_is_for_the_same_day_and_for_ones_own(client, as_, rows, at):
    post(client, rows, assignee=OTHER)
    undo = undo_of(client.get("/follow-ups").text)
    assert as_("other_officer").post(undo).status_code == 404
    at("2026-06-16")
    page = client.post(undo)
    assert page.status_code == 409
    assert "on its own day only" in page.text


def test_an_act_that_never_was(client):
    assert client.post("/follow-ups/acts/0123456789abcdef/reversal").status_code == 404
    assert client.post("/follow-ups/acts/x/reversal").status_code == 422


# ---- over REST


@pytest.fixture
def call(api):
    return lambda body, **headers: api("write_key").post(
        "/api/v1/follow-ups/reassignments", json=body, headers=headers
    )


def seen(rows, version=1):
    return [{"id": row.id, "version": version} for row in rows]


def test_programs_do_the_same(api, call, rows, now, moves):
    body = {"follow_ups": seen(rows), "assignee": OTHER, "due_on": "2026-08-01", "why": "Chờ"}
    first, again = call(body, **{"Idempotency-Key": "k"}), call(body, **{"Idempotency-Key": "k"})
    assert first.json() == again.json()
    assert first.json()["changed"] == [row.id for row in rows]
    assert len(moves()) == 3
    check_problem(call(body), 409)
    back = api("write_key").post(f"/api/v1/follow-ups/acts/{first.json()['act']}/reversal")
    assert back.json() == {"follow_ups": [row.id for row in rows]}
    assert moves() == []
    assert now(rows[0]).due_on == rows[0].due_on
    check_problem(api("write_key").post("/api/v1/follow-ups/acts/0123456789abcdef/reversal"), 404)
    check_problem(api("admin_key").post(f"/api/v1/follow-ups/acts/{first.json()['act']}/reversal"), 404)


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"follow_ups": []}, "required", "/follow_ups"),
        ({"follow_ups": [{"id": 10**6, "version": 1}]}, "unknown_follow_up", "/follow_ups"),
        ({"follow_ups": [{"id": 1}]}, "required", "/follow_ups/0/version"),
        ({"follow_ups": [{"id": n, "version": 1} for n in range(1, 202)]}, "too_many_items", "/follow_ups"),
        ({"assignee": None}, "nothing_to_change", "/assignee"),
        ({"state": "done"}, "unknown_field", "/state"),
        ({"due_on": "2026-08-01"}, "why_needed", "/why"),
    ],
)
def test_a_fault_is_a_problem(call, rows, change, code, pointer):
    body = {"follow_ups": seen(rows), "assignee": OTHER, **change}
    check_problem(call(body), 422, code, pointer)


def test_who_may(as_, api, stranger, rows, now):
    assert post(as_("viewer"), rows, assignee=OTHER).status_code == 403
    assert as_("viewer").get("/follow-ups/reassignments/new").status_code == 403
    assert post(stranger, rows, assignee=OTHER).status_code == 401
    body = {"follow_ups": seen(rows), "assignee": OTHER}
    check_problem(api("read_key").post("/api/v1/follow-ups/reassignments", json=body), 403)
    check_problem(api(None).post("/api/v1/follow-ups/reassignments", json=body), 401)
    assert now(rows[0]).state == FollowUpState.open
    assert now(rows[0]).version == 1


def test_the_page_asks_the_same_for_one_and_for_forty(client, make, me, queries):
    place = make.partner()
    make.follow_up(place, assignee=me)
    with queries() as one:
        client.get("/follow-ups/reassignments/new?who=me&every=1")
    with make.together():
        for _ in range(40):
            make.follow_up(place, assignee=me)
    with queries() as many:
        client.get("/follow-ups/reassignments/new?who=me&every=1")
    assert len(one) == len(many), many
