"""How a follow-up goes: noted by officers and by units' programs, told on its page, in the history, in the
partner's thread."""

import pytest
import sqlalchemy as sa

from app.models import Event, FollowUp, FollowUpProgress
from tests.api.contract import Contract, check_problem
from tests.staging import staged


@staged
def work(make):
    return make.follow_up(make.partner(slug="fukuoka"), title="Gửi danh sách").id


@pytest.fixture
def lines(database):
    def read():
        with database.read() as session:
            return session.scalars(sa.select(FollowUpProgress).order_by(FollowUpProgress.id)).all()

    return read


def note(client, work, **fields):
    data = {"text": "Đang chờ ý kiến", "version": "1", "form_token": "a", **fields}
    return client.post(f"/follow-ups/{work}/progress", data=data)


def test_an_officer_notes_progress_on_the_page(client, work, lines, database):
    assert note(client, work).status_code == 303
    assert note(client, work).status_code == 303, "sent twice, noted once"
    (line,) = lines()
    assert (line.on.isoformat(), line.text, line.by) == ("2026-06-15", "Đang chờ ý kiến", "officer")
    with database.read() as session:
        told = session.scalars(sa.select(Event).where(Event.action == "follow_up.progressed")).one()
        assert (told.record_type, told.record_id) == ("follow_up_progress", line.id)
        assert session.get(FollowUp, work).version == 1, "the follow-up stays as it is"
    page = client.get(f"/follow-ups/{work}").text
    assert page.count("Đang chờ ý kiến") >= 1
    assert "Progress of a follow-up noted" in page
    thread = client.get("/partners/fukuoka").text
    assert "Progress reported" in thread
    assert "Đang chờ ý kiến" in thread


@pytest.mark.parametrize(("fields", "told"), [({"text": ""}, "text"), ({"on": "2026-06-16"}, "on")])
def test_what_may_not_be_noted_keeps_what_was_typed(client, work, lines, fields, told):
    answer = note(client, work, **fields)
    assert answer.status_code == 422
    assert f'id="f-progress-{work}-{told}-error"' in answer.text
    assert not lines()


def test_of_what_is_closed_no_progress_is_noted(client, make, lines):
    done = make.follow_up(make.partner(slug="x"), state="done", done_on=None).id
    assert note(client, done).status_code == 409
    assert not lines()


def test_a_note_is_taken_back_and_stays_in_the_history(client, work, lines, database):
    note(client, work)
    (line,) = lines()
    url = f"/follow-ups/{work}/progress/{line.id}/delete"
    assert client.post(url, data={"version": line.version, "form_token": "b"}).status_code == 303
    assert client.post(url, data={"version": line.version, "form_token": "c"}).status_code == 404
    assert 'id="progress-head"' not in client.get(f"/follow-ups/{work}").text
    with database.read() as session:
        told = session.scalars(sa.select(Event).where(Event.action == "follow_up.progress_withdrawn")).one()
        assert told.changes["text"] == ["Đang chờ ý kiến", None]


def test_viewers_read_it_and_note_nothing(as_, make, work):
    assert note(as_("viewer"), work).status_code == 403


def test_programs_note_it_read_it_and_take_it_back(api, work, application, lines):
    client, contract = api("write_key"), Contract(application.openapi())
    path = f"/api/v1/follow-ups/{work}/progress"
    said = {"on": "2026-06-10", "text": "Đã gửi thư"}
    made = contract.check(client.post(path, json=said, headers={"Idempotency-Key": "1"}))
    again = contract.check(client.post(path, json=said, headers={"Idempotency-Key": "1"}))
    assert made.json() == again.json()
    assert made.json()["by"] == "write_key"
    contract.check(client.post(path, json={"text": "Hôm nay"}))
    assert [line["on"] for line in contract.check(client.get(path)).json()["items"]] == [
        "2026-06-15",
        "2026-06-10",
    ]
    check_problem(contract.check(client.post(path, json={**said, "on": "2026-06-16"})), 422)
    one = f"{path}/{made.json()['id']}"
    assert contract.check(client.delete(one)).status_code == 428
    assert contract.check(client.delete(one, headers={"If-Match": made.headers["etag"]})).status_code == 204
    assert len(client.get(path).json()["items"]) == 1
    assert api("report_key").delete(one, headers={"If-Match": "*"}).status_code == 403
