"""What one person is told: the bell, the list, and the settings that are theirs."""

import pytest
import sqlalchemy as sa

from app.models import Event, Notice, User
from app.notices.queries import PAGE
from app.notices.service import notify
from app.vocabulary import NoticeKind
from tests.actors import PEOPLE


@pytest.fixture
def told(database, officer):
    """The officer was told `n` things."""

    def tell(n=1, user_id=None, **more):
        with database.write() as session:
            for key in range(n):
                payload = {"by": "manager", "title": f"Việc {key}"}
                record = ("follow_up", key + 1)
                notify(
                    session, user_id or officer.user_id, NoticeKind.assigned, record=record, payload=payload,
                    **more,
                )  # fmt: skip
            return session.scalar(sa.select(sa.func.max(Notice.id)))

    return tell


def test_the_bell_counts_what_was_not_read(client, told):
    assert 'aria-label="Notices"' in client.get("/follow-ups").text
    told(3)
    assert 'aria-label="3 new notices"' in client.get("/follow-ups").text


def test_the_count_costs_a_page_nothing(client, told, queries):
    client.get("/follow-ups")
    with queries() as before:
        client.get("/follow-ups")
    told(5)
    client.get("/follow-ups")
    with queries() as after:
        client.get("/follow-ups")
    assert len(before) == len(after)
    assert len(after.about("notice")) == 1, "with who is signed in"


def test_opening_a_notice_reads_it_and_leads_there(client, told):
    key = told()
    answer = client.post(f"/notices/{key}/open")
    assert (answer.status_code, answer.headers["location"]) == (303, "/follow-ups/1")
    assert 'aria-label="Notices"' in client.get("/notices").text


def test_everything_shown_can_be_marked_as_read_and_what_came_since_stays(client, told):
    shown = told(2)
    told()
    client.post("/notices/read", data={"until": shown})
    assert 'aria-label="1 new notice"' in client.get("/notices").text


@pytest.mark.parametrize("until", ["", "x", "9" * 40, "-1"])
def test_a_senseless_mark_is_refused(client, until):
    assert client.post("/notices/read", data={"until": until}).status_code == 422


def test_a_notice_is_nobody_elses_business(as_, told, database):
    key = told()
    other = as_("manager")
    assert other.post(f"/notices/{key}/open").status_code == 404
    other.post("/notices/read", data={"until": key})
    assert "Việc 0" not in other.get("/notices").text
    with database.read() as session:
        assert session.get(Notice, key).read_at is None


def test_the_same_thing_is_told_once(told, database):
    told(1, dedupe_key="x")
    told(1, dedupe_key="x")
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 1


def test_the_list_is_cut_into_pages_and_asks_one_question(client, told, queries):
    told(PAGE + 5)
    client.get("/notices")
    with queries() as seen:
        page = client.get("/notices").text
    assert page.count('class="notice is-new"') == PAGE
    assert len(seen.about("notice")) == 2
    older = page.split('href="/notices?before=')[1].split('"')[0]
    assert client.get(f"/notices?before={older}").text.count('class="notice is-new"') == 5
    assert client.get("/notices?before=x").status_code == 422


def test_names_are_shown_as_text(client, database, officer):
    with database.write() as session:
        payload = {"by": "<script>x</script>", "title": "<b>"}
        notify(session, officer.user_id, NoticeKind.assigned, payload=payload)
    page = client.get("/notices").text
    assert "<script>x" not in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_kind_has_its_sentence_and_its_place(client, database, officer, kind):
    with database.write() as session:
        notify(session, officer.user_id, kind, record=("delegation", 7), payload={"title": "Đoàn", "by": "a"})
        key = session.scalar(sa.select(Notice.id))
    assert 'class="notice-open"' in client.get("/notices").text
    place = "/digest" if kind == NoticeKind.digest else "/delegations/7"
    assert client.post(f"/notices/{key}/open").headers["location"] == place


# ---- work that is given


def opened(client, assignee, **more):
    data = {
        "partner": "fukuoka", "title": "Gửi kế hoạch", "owed_by": "home", "kind": "other",
        "due_on": "2026-07-01", "assignee": assignee, "priority": "normal", **more,
    }  # fmt: skip
    answer = client.post("/follow-ups", data=data)
    assert answer.status_code == 303
    return answer.headers["location"]


def test_who_is_given_work_is_told_and_who_takes_it_is_not(as_, make):
    make.partner(slug="fukuoka")
    opened(as_("manager"), PEOPLE["officer"].email)
    opened(as_("manager"), PEOPLE["manager"].email)
    assert "manager gave you a follow-up: Gửi kế hoạch" in as_("officer").get("/notices").text
    assert "Gửi kế hoạch" not in as_("manager").get("/notices").text


def test_who_work_is_handed_to_is_told(as_, make):
    make.partner(slug="fukuoka")
    place = opened(as_("manager"), PEOPLE["officer"].email)
    changed = {"version": "1", "title": "Gửi kế hoạch", "assignee": PEOPLE["other_officer"].email}
    for token in "ab":
        as_("manager").post(place, data={**changed, "form_token": token})
    assert 'aria-label="1 new notice"' in as_("other_officer").get("/notices").text


# ---- one's own settings


def test_everybody_chooses_language_and_digest(as_, database):
    viewer = as_("viewer")
    page = viewer.get("/settings/me").text
    assert 'name="digest" value="true" checked' in page
    answer = viewer.post("/settings/me", data={"version": "1", "locale": "vi"})
    assert answer.status_code == 303
    assert viewer.cookies["locale"] == "vi"
    with database.read() as session:
        user = session.scalars(sa.select(User).where(User.name == "viewer")).one()
        assert (user.locale, user.digest) == ("vi", False)
        told = session.scalars(sa.select(Event).where(Event.action == "user.changed")).one()
        assert told.changes["digest"] == [True, False]


def test_settings_saved_elsewhere_meanwhile_are_not_overwritten(client):
    client.post("/settings/me", data={"version": "1", "locale": "vi", "form_token": "a"})
    answer = client.post("/settings/me", data={"version": "1", "locale": "en", "form_token": "b"})
    assert answer.status_code == 409
    assert 'name="version" value="2"' in answer.text


@pytest.mark.parametrize("sent", [{"locale": "fr"}, {"locale": ""}, {}, {"locale": "vi", "role": "admin"}])
def test_nothing_else_can_be_changed_there(client, sent):
    assert client.post("/settings/me", data={"version": "1", **sent}).status_code == 422
