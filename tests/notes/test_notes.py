"""Notes on a partner: written, changed, archived; confidential ones hidden at every door."""

import pytest
import sqlalchemy as sa

from app.models import Event, Mention, Note, Notice
from tests.actors import PEOPLE
from tests.staging import staged

URL = "/partners/fukuoka"
API = "/api/v1/partners/fukuoka/notes"
SECRET = "Không phổ biến"


@staged
def partner(make):
    return make.partner(slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka")


@pytest.fixture
def write(as_, partner, database):
    """`write("text", who="officer")`: the note's id."""

    def one(text, who="officer", status=303, **more):
        answer = as_(who).post(f"{URL}/notes", data={"text": text, **more})
        assert answer.status_code == status, answer.text
        with database.read() as session:
            return session.scalar(sa.select(sa.func.max(Note.id)))

    return one


def test_a_note_stands_on_the_partners_page(as_, write):
    key = write("Hạt nhân là <giáo dục>")
    page = as_("viewer").get(URL).text
    assert "Hạt nhân là &lt;giáo dục&gt;" in page
    assert f'id="note-{key}"' in page


def test_a_viewer_reads_notes_and_writes_none(as_, write):
    key = write("Ghi chú")
    viewer = as_("viewer")
    assert f'action="{URL}/notes"' not in viewer.get(URL).text
    assert viewer.post(f"{URL}/notes", data={"text": "x"}).status_code == 403
    assert viewer.get(f"{URL}/notes/{key}/edit").status_code == 403


def test_a_note_sent_twice_is_written_once(write, database):
    write("Một", form_token="t")
    write("Một", form_token="t")
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Note)) == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001, "a\x00b"])
def test_what_is_no_note_is_refused_and_kept(write, as_, partner, text):
    answer = as_("officer").post(f"{URL}/notes", data={"text": text, "confidential": "true"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'value="true" checked' in answer.text


def test_only_the_author_and_managers_change_a_note(as_, write):
    key = write("Một")
    other = as_("other_officer").post(f"{URL}/notes/{key}", data={"text": "Hai", "version": "1"})
    assert other.status_code == 403
    assert as_("manager").post(f"{URL}/notes/{key}", data={"text": "Hai", "version": "1"}).status_code == 303
    assert as_("officer").post(f"{URL}/notes/{key}", data={"text": "Ba", "version": "2"}).status_code == 303
    assert "Ba" in as_("officer").get(URL).text


def test_of_two_who_change_a_note_the_second_sees_both(as_, write):
    key = write("Một")
    as_("manager").post(f"{URL}/notes/{key}", data={"text": "Của quản lý", "version": "1"})
    answer = as_("officer").post(f"{URL}/notes/{key}", data={"text": "Của tôi", "version": "1"})
    assert answer.status_code == 409
    assert "Của quản lý" in answer.text
    assert "Của tôi" in answer.text
    kept = {"text": "Của tôi", "version": "2", "keep-text": "mine", "form_token": "x"}
    assert as_("officer").post(f"{URL}/notes/{key}", data=kept).status_code == 303
    assert "Của tôi" in as_("officer").get(URL).text


def test_a_note_is_archived_and_brought_back(as_, write, database):
    key = write("Một")
    officer = as_("officer")
    answer = officer.post(f"{URL}/notes/{key}/delete", data={"version": "1", "form_token": "x"})
    assert answer.status_code == 303
    assert f'id="note-{key}"' not in officer.get(URL).text
    assert officer.get(f"{URL}/notes/{key}/edit").status_code == 404
    for _ in range(2):
        assert officer.post(f"{URL}/notes/{key}/restoration?version=2").status_code == 303
    assert f'id="note-{key}"' in officer.get(URL).text
    with database.read() as session:
        acts = session.scalars(sa.select(Event.action).where(Event.record_type == "note").order_by(Event.id))
        assert list(acts) == ["note.added", "note.archived", "note.restored"]


def test_a_note_belongs_to_its_partner(as_, write, make):
    key = write("Một")
    make.partner(slug="seoul")
    assert as_("officer").get(f"/partners/seoul/notes/{key}/edit").status_code == 404


# ---- mentions


def test_who_is_mentioned_is_told_once(as_, write, database):
    key = write("@manager xem giúp; @officer cũng vậy")
    assert "officer mentioned you in a note on Fukuoka." in as_("manager").get("/notices").text
    assert "mentioned" not in as_("officer").get("/notices").text, "nobody tells themselves"
    as_("officer").post(f"{URL}/notes/{key}", data={"text": "@manager xem lại", "version": "1"})
    with database.read() as session:
        assert len(session.scalars(sa.select(Notice)).all()) == 1
        assert len(session.scalars(sa.select(Mention)).all()) == 1


def test_the_notice_leads_to_the_note(as_, write, database):
    key = write(f"@{PEOPLE['manager'].email}")
    with database.read() as session:
        notice = session.scalar(sa.select(Notice.id))
    assert as_("manager").post(f"/notices/{notice}/open").headers["location"] == f"{URL}#note-{key}"


def test_what_is_archived_is_not_told_of_any_more(as_, write):
    key = write("@manager")
    as_("officer").post(f"{URL}/notes/{key}/delete", data={"version": "1"})
    assert "mentioned" not in as_("manager").get("/notices").text


def test_namesakes_must_be_told_apart(write, make):
    make.user(email="second@city.example", name="manager")
    write("@manager", status=422)
    write(f"@{PEOPLE['manager'].email}")


def test_colleagues_are_offered_by_any_part_of_their_name(as_, make):
    make.user(email="lan@city.example", name="Lê Thị Lan")
    found = as_("officer").get("/colleagues?q=thi").text
    assert 'data-value="Lê Thị Lan"' in found
    make.user(email="lan2@city.example", name="Lê Thị Lan")
    assert 'data-value="lan2@city.example"' in as_("officer").get("/colleagues?q=lan").text
    assert as_("viewer").get("/colleagues").status_code == 403


# ---- confidential


def test_a_confidential_note_is_there_for_author_and_managers_only(as_, api, write):
    key = write(SECRET, confidential="true")
    for who, reads in (
        ("officer", True), ("manager", True), ("admin", True), ("other_officer", False), ("viewer", False),
    ):  # fmt: skip
        browser = as_(who)
        doors = [URL, f"{URL}/notes", "/history?partner=fukuoka"]
        assert [SECRET in browser.get(door).text for door in doors] == [reads] * 3, who
        history = browser.get("/history?partner=fukuoka").text
        assert ("<span>Note added" in history) is reads, "not even that there is one"
    assert as_("other_officer").get(f"{URL}/notes/{key}/edit").status_code == 404
    assert as_("other_officer").post(f"{URL}/notes/{key}", data={"text": "x"}).status_code == 404
    for name, reads in (("admin_key", True), ("write_key", False), ("read_key", False)):
        assert (SECRET in api(name).get(API).text) is reads
        assert (api(name).get(f"{API}/{key}").status_code == 200) is reads


def test_who_may_not_read_it_cannot_be_mentioned_in_it(as_, write):
    write("@other_officer", confidential="true", status=422)
    write("@manager", confidential="true")
    assert "mentioned you" in as_("manager").get("/notices").text


def test_a_note_that_becomes_confidential_takes_back_what_was_told(as_, write):
    key = write("@other_officer và @manager")
    answer = as_("officer").post(
        f"{URL}/notes/{key}", data={"text": "@manager", "confidential": "true", "version": "1"}
    )
    assert answer.status_code == 303
    assert "mentioned" not in as_("other_officer").get("/notices").text
    assert "mentioned" in as_("manager").get("/notices").text


def test_what_is_confidential_stays_so(api, write):
    key = write(SECRET, confidential="true")
    found = api("admin_key").get(f"{API}/{key}")
    answer = api("admin_key").patch(
        f"{API}/{key}", json={"confidential": False}, headers={"If-Match": found.headers["etag"]}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "stays_confidential"


# ---- over REST


def test_the_whole_life_of_a_note_over_rest(api, as_, partner):
    key = api("admin_key")
    made = key.post(API, json={"text": "@officer: xin ý kiến"})
    assert made.status_code == 201
    assert made.json()["mentions"] == [PEOPLE["officer"].email]
    assert made.json()["author"] is None
    place, tag = made.headers["location"], made.headers["etag"]
    assert key.patch(place, json={"text": "Hai"}).status_code == 428
    changed = key.patch(place, json={"text": "Hai"}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["mentions"]) == (200, [])
    assert key.patch(place, json={"text": "Ba"}, headers={"If-Match": tag}).status_code == 412
    assert key.delete(place, headers={"If-Match": changed.headers["etag"]}).status_code == 204
    assert key.get(place).status_code == 404
    assert key.post(f"{place}/restoration").status_code == 200
    assert [item["text"] for item in key.get(API).json()["items"]] == ["Hai"]


def test_a_key_that_writes_adds_notes_and_changes_none(api, write):
    key = write("Một")
    assert api("write_key").post(API, json={"text": "Hai"}).status_code == 201
    found = api("write_key").get(f"{API}/{key}")
    headers = {"If-Match": found.headers["etag"]}
    assert api("write_key").patch(f"{API}/{key}", json={"text": "x"}, headers=headers).status_code == 403
    assert api("read_key").post(API, json={"text": "x"}).status_code == 403


def test_notes_come_in_pages(api, write):
    for n in range(5):
        write(f"Ghi chú {n}")
    first = api("read_key").get(f"{API}?limit=3").json()
    rest = api("read_key").get(first["next"]).json()
    texts = [item["text"] for item in first["items"] + rest["items"]]
    assert texts == [f"Ghi chú {n}" for n in (4, 3, 2, 1, 0)]


def test_the_page_asks_one_question_for_one_note_and_for_thirty(client, write, queries):
    write("Một")
    client.get(f"{URL}/notes")
    with queries() as one:
        client.get(f"{URL}/notes")
    for n in range(30):
        write(f"Ghi chú {n}")
    client.get(f"{URL}/notes")
    with queries() as many:
        client.get(f"{URL}/notes")
    assert len(one) == len(many)
    page = client.get(URL).text
    assert page.count('class="note"') == 3
    assert "All 31" in page
