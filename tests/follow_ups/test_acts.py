"""What is done to a follow-up: once, by its version, with an undo; refused, nothing typed is lost."""

import json
import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Event, FollowUp, Postponement, StandingRow
from app.vocabulary import FollowUpState, OwedBy, Priority, Step
from tests.actors import OTHER_UNIT, PEOPLE
from tests.staging import staged

HTMX = {"HX-Request": "true"}


@staged
def work(make):
    partner = make.partner(slug="fukuoka", friendship_since=date(2024, 7, 1))
    return make.follow_up(partner, title="Gửi dự thảo", due_on=date(2026, 6, 20), unit=make.unit())


@pytest.fixture
def now(database, work):
    """The follow-up as it is stored now."""

    def look():
        with database.read() as session:
            return session.get(FollowUp, work.id)

    return look


def sent(version=1, **fields):
    return {"version": str(version), "form_token": "t", "next": "/follow-ups?who=all", **fields}


def events(database):
    with database.read() as session:
        found = session.scalars(sa.select(Event).where(Event.record_type == "follow_up").order_by(Event.id))
        return [event.action for event in found][1:]


def test_done_and_undone(client, database, work, now):
    answer = client.post(f"/follow-ups/{work.id}/done", data=sent(outcome="Đã gửi"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/follow-ups?who=all")
    assert (now().state, now().done_on, now().outcome) == (FollowUpState.done, date(2026, 6, 15), "Đã gửi")
    page = client.get("/follow-ups").text
    undo = re.search(r'action="(/follow-ups/acts/[^"]+)"', page)[1].replace("&amp;", "&")
    assert "Follow-up done." in page
    back = client.post(undo)
    assert back.headers["location"] == "/follow-ups?who=all"
    assert now().state == FollowUpState.open
    assert now().done_on is None
    assert client.post(undo).headers["location"] == "/follow-ups?who=all", "sent twice, undone once"
    assert events(database) == ["follow_up.done", "follow_up.taken_back"]


def test_the_standing_follows(client, database, work, now):
    def step():
        with database.read() as session:
            return session.scalars(sa.select(StandingRow.step)).one()

    assert step() == Step.credible
    client.post(f"/follow-ups/{work.id}/done", data=sent())
    assert step() == Step.none


def test_postponed_with_its_why(client, database, work, now):
    answer = client.post(f"/follow-ups/{work.id}/postpone", data=sent(due_on="2026-07-10", why="Chờ ý kiến"))
    assert answer.status_code == 303
    assert (now().due_on, now().original_due_on) == (date(2026, 7, 10), date(2026, 6, 20))
    with database.read() as session:
        assert session.scalars(sa.select(Postponement.why)).all() == ["Chờ ý kiến"]
    assert "Chờ ý kiến" in client.get(f"/follow-ups/{work.id}").text


def test_dropped_with_its_why(client, work, now):
    client.post(f"/follow-ups/{work.id}/drop", data=sent(why="Phía bạn rút"))
    assert (now().state, now().outcome) == (FollowUpState.dropped, "Phía bạn rút")


@pytest.mark.parametrize(
    ("act", "fields", "wrong"),
    [
        ("postpone", {"due_on": "", "why": "w"}, "due_on"),
        ("postpone", {"due_on": "2026-06-20", "why": "w"}, "due_on"),
        ("postpone", {"due_on": "2026-06-14", "why": "w"}, "due_on"),
        ("postpone", {"due_on": "2026-07-01", "why": " "}, "why"),
        ("postpone", {"due_on": "2026-07-01", "why": "x" * 501}, "why"),
        ("drop", {"why": ""}, "why"),
        ("drop", {"why": "a\u202eb"}, "why"),
    ],
)
def test_a_refused_act_keeps_what_was_typed(client, work, now, act, fields, wrong):
    url = f"/follow-ups/{work.id}/{act}"
    for headers in ({}, HTMX):
        page = client.post(url, data=sent(**fields), headers=headers)
        assert page.status_code == 422
        assert f'id="f-{act}-{work.id}-{wrong}-error"' in page.text
        for value in fields.values():
            assert not value.strip() or not value.isprintable() or value in page.text
    assert now().version == 1


def test_with_htmx_the_row_comes_back_alone(client, work, now):
    answer = client.post(f"/follow-ups/{work.id}/done", data=sent(), headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert f'<li class="work is-closed" id="follow-up-{work.id}"' in answer.text
    toast = json.loads(answer.headers["hx-trigger"])["toast"]
    assert toast["text"] == "Follow-up done."
    assert re.fullmatch(r"/follow-ups/acts/[0-9a-f]{16}/reversal\?next=.*", toast["undo_url"])
    again = client.post(f"/follow-ups/{work.id}/done", data=sent(), headers=HTMX)
    assert again.status_code == 200
    assert now().version == 2, "a double click is one act"


def test_a_row_opens_the_form_of_an_act_and_closes_it(client, work):
    url = f"/follow-ups/{work.id}?next=/follow-ups"
    assert 'name="due_on"' in client.get(f"{url}&act=postpone", headers=HTMX).text
    assert 'name="due_on"' not in client.get(url, headers=HTMX).text
    page = client.get(f"{url}&act=postpone").text
    assert "<html" in page
    assert re.search(r'<details class="act" open[^>]*><summary>Postpone', page)


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("done", {"outcome": "Đã gửi bản cuối"}),
        ("postpone", {"due_on": "2026-07-10", "why": "Chờ ý kiến"}),
        ("drop", {"why": "Không cần nữa"}),
    ],
)
def test_a_stale_act_shows_both_and_loses_nothing(client, as_, work, now, act, fields):
    other = as_("other_officer")
    moved = sent(due_on="2026-08-01", why="Lịch thay đổi")
    assert other.post(f"/follow-ups/{work.id}/postpone", data=moved).status_code == 303
    page = client.post(f"/follow-ups/{work.id}/{act}", data=sent(**fields, form_token="u"))
    assert page.status_code == 409
    assert "other_officer" in page.text
    for value in fields.values():
        assert f'value="{value}"' in page.text
    assert now().version == 2
    assert 'name="version" value="2"' in page.text
    again = client.post(f"/follow-ups/{work.id}/{act}", data=sent(2, **fields, form_token="v"))
    assert again.status_code == 303


def test_a_stale_act_in_a_row_tells_so_there(client, as_, work):
    as_("other_officer").post(f"/follow-ups/{work.id}/postpone", data=sent(due_on="2026-08-01", why="w"))
    fields = sent(due_on="2026-07-10", why="Chờ ý kiến", form_token="u")
    row = client.post(f"/follow-ups/{work.id}/postpone", data=fields, headers=HTMX)
    assert row.status_code == 409
    assert "<html" not in row.text
    assert 'role="alert"' in row.text
    assert 'value="Chờ ý kiến"' in row.text
    assert "1 Aug 2026" in row.text
    assert 'name="version" value="2"' in row.text


def test_what_is_closed_is_not_closed_again(client, work):
    client.post(f"/follow-ups/{work.id}/done", data=sent())
    answer = client.post(f"/follow-ups/{work.id}/drop", data=sent(2, why="w", form_token="u"))
    assert answer.status_code == 409
    assert "Traceback" not in answer.text
    answer = client.post(f"/follow-ups/{work.id}/reopen", data=sent(2, form_token="u"))
    assert answer.status_code == 303
    assert client.post(f"/follow-ups/{work.id}/reopen", data=sent(3, form_token="v")).status_code == 409


def test_a_form_without_its_version_is_refused(client, work, now):
    assert client.post(f"/follow-ups/{work.id}/done", data={"form_token": "t"}).status_code == 422
    assert now().state == FollowUpState.open


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/\\evil.example", "x"])
def test_one_is_never_sent_elsewhere(client, work, path):
    answer = client.post(f"/follow-ups/{work.id}/done", data={**sent(), "next": path})
    assert answer.headers["location"] == f"/follow-ups/{work.id}"
    page = client.get(f"/follow-ups/{work.id}", params={"next": path, "act": "postpone"}).text
    assert "evil.example" not in page.replace("%2F%2Fevil", "").split("<main")[1]


# ---- changed on its page

EDIT = {
    "title": "Gửi dự thảo lần hai",
    "owed_by": "partner",
    "kind": "work_programme",
    "assignee": PEOPLE["officer"].email,
    "unit": OTHER_UNIT,
    "priority": "high",
}


def test_its_details_are_changed(client, database, work, now):
    answer = client.post(f"/follow-ups/{work.id}", data={"version": "1", "form_token": "t", **EDIT})
    assert answer.headers["location"] == f"/follow-ups/{work.id}"
    row = now()
    assert (row.title, row.owed_by, row.priority) == (EDIT["title"], OwedBy.partner, Priority.high)
    assert row.assignee_id
    assert row.unit_id
    client.post(
        f"/follow-ups/{work.id}", data={"version": str(row.version), **EDIT, "assignee": "", "unit": ""}
    )
    assert now().assignee_id is None
    assert now().unit_id is None
    assert events(database) == ["follow_up.changed", "follow_up.changed"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("title", ""), ("title", "x" * 301), ("kind", "poem"), ("assignee", "ghost@x.vn"), ("unit", "none")],
)
def test_a_wrong_change_names_its_field(client, work, now, name, value):
    page = client.post(f"/follow-ups/{work.id}", data={"version": "1", **EDIT, name: value})
    assert page.status_code == 422
    assert f'href="#f-edit-{name}"' in page.text
    assert name == "title" or EDIT["title"] in page.text
    assert now().version == 1


def test_a_stale_change_lets_one_choose_field_by_field(client, as_, work, now):
    theirs = {"version": "1", **EDIT, "title": "Của người khác"}
    assert as_("other_officer").post(f"/follow-ups/{work.id}", data=theirs).status_code == 303
    mine = {"version": "1", **EDIT, "title": "Của tôi", "priority": "low"}
    page = client.post(f"/follow-ups/{work.id}", data=mine)
    assert page.status_code == 409
    assert "Của tôi" in page.text
    assert "Của người khác" in page.text
    chosen = {**mine, "version": "2", "keep-title": "theirs", "keep-priority": "mine"}
    assert client.post(f"/follow-ups/{work.id}", data=chosen).status_code == 303
    assert (now().title, now().priority) == ("Của người khác", Priority.low)


# ---- a new one

NEW = {"partner": "Fukuoka", "title": "Gửi thư mời", "due_on": "2026-07-01", "kind": "introduction",
       "owed_by": "home", "assignee": PEOPLE["officer"].email, "unit": "", "priority": "normal",
       "form_token": "n"}  # fmt: skip


def test_one_on_its_own(client, database, make):
    make.partner(slug="fukuoka", name_en="Fukuoka")
    form = client.get("/follow-ups/new?partner=fukuoka&kind=work_programme").text
    assert 'value="fukuoka"' in form
    assert '<option value="work_programme" selected>' in form
    first, second = (client.post("/follow-ups", data=NEW) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    with database.read() as session:
        [row] = session.scalars(sa.select(FollowUp))
    assert first.headers["location"] == f"/follow-ups/{row.id}"
    assert row.raised_on == date(2026, 6, 15)


@pytest.mark.parametrize(
    ("name", "value"),
    [("partner", ""), ("partner", "x"), ("title", ""), ("due_on", ""), ("due_on", "2026-06-14")],
)
def test_a_wrong_new_one_names_its_field(client, database, make, name, value):
    make.partner(slug="fukuoka", name_en="Fukuoka")
    page = client.post("/follow-ups", data={**NEW, name: value})
    assert page.status_code == 422
    assert f'href="#f-{name}"' in page.text
    assert all(v in page.text for k, v in NEW.items() if k in {"title", "partner"} and k != name)
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FollowUp)) == 0


# ---- who


@pytest.mark.parametrize("act", ["", "/done", "/postpone", "/drop", "/reopen"])
def test_who_may_act(as_, stranger, work, now, act):
    url = f"/follow-ups/{work.id}{act}"
    assert as_("viewer").post(url, data=sent()).status_code == 403
    assert stranger.post(url, data=sent()).status_code == 401
    assert now().version == 1


@pytest.mark.parametrize("url", ["/follow-ups", "/follow-ups/{id}", "/follow-ups/new"])
def test_who_may_look(as_, stranger, work, url):
    url = url.format(id=work.id)
    assert as_("viewer").get(url).status_code == (403 if url.endswith("new") else 200)
    assert as_("other_officer").get(url).status_code == 200
    assert stranger.get(url).headers["location"].startswith("/sign-in?next=")


def test_a_viewer_is_offered_no_act(as_, work):
    page = as_("viewer").get(f"/follow-ups/{work.id}").text
    assert f"/follow-ups/{work.id}/done" not in page
    assert f"/follow-ups/{work.id}/done" not in as_("viewer").get("/follow-ups").text


def test_one_that_is_not_there(client):
    assert client.get("/follow-ups/999").status_code == 404
    assert client.post("/follow-ups/999/done", data=sent()).status_code == 404
    assert client.get("/follow-ups/x").status_code == 422


# ---- one field in its row


def test_the_assignee_is_changed_in_the_row(client, work, now):
    url = f"/follow-ups/{work.id}"
    row = client.get(f"{url}?next=/follow-ups&act=change", headers=HTMX).text
    assert "<html" not in row
    assert 'name="assignee"' in row
    assert PEOPLE["other_officer"].email in row
    fields = {"version": "1", "form_token": "t", "assignee": PEOPLE["other_officer"].email}
    answer = client.post(url, data=fields, headers=HTMX)
    assert answer.status_code == 200
    assert "other_officer" in answer.text
    assert now().unit_id == work.unit_id, "nothing else is touched"
    assert now().title == work.title


def test_a_late_assignee_is_told_in_the_row(client, as_, work, now):
    url, email = f"/follow-ups/{work.id}", PEOPLE["officer"].email
    as_("other_officer").post(f"{url}/postpone", data=sent(due_on="2026-08-01", why="w"))
    row = client.post(url, data={"version": "1", "form_token": "u", "assignee": email}, headers=HTMX)
    assert row.status_code == 409
    assert 'role="alert"' in row.text
    assert f'value="{email}" selected' in row.text
    assert 'name="version" value="2"' in row.text
    assert now().assignee_id is None


def test_an_assignee_who_is_nobody_is_refused_in_the_row(client, work, now):
    fields = {"version": "1", "form_token": "u", "assignee": "ghost@city.example"}
    row = client.post(f"/follow-ups/{work.id}", data=fields, headers=HTMX)
    assert row.status_code == 422
    assert "field-error" in row.text
    assert now().version == 1
