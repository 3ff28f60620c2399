"""A mention is mailed: once a note and person, in their language, to who wants mail, without the text."""

import pytest
import sqlalchemy as sa

from app.config import settings
from app.models import Outbox, User
from app.vocabulary import Locale
from tests.actors import PEOPLE


@pytest.fixture
def mails(database, make, monkeypatch):
    make.partner(slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka")
    monkeypatch.setattr(settings(), "smtp_host", "127.0.0.1")
    monkeypatch.setattr(settings(), "smtp_from", "ties@city.example")

    def found():
        with database.read() as session:
            return [row.payload for row in session.scalars(sa.select(Outbox).order_by(Outbox.id))]

    return found


def write(as_, text, **more):
    data = {"text": text, "form_token": text, **more}
    answer = as_("officer").post("/partners/fukuoka/notes", data=data)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].partition("#note-")[2])


def prefers(make, who, **values):
    with make.together() as session:
        mine = sa.update(User).where(User.email == PEOPLE[who].email)
        session.execute(mine.values(**values))


def test_one_mail_a_note_and_person_in_their_language(as_, make, mails):
    prefers(make, "manager", locale=Locale.vi)
    key = write(as_, "@manager và @other_officer, điều kín")
    first, second = sorted(mails(), key=lambda mail: mail["to"])
    assert first["to"] == PEOPLE["manager"].email
    assert first["subject"] == "officer nhắc đến bạn trong ghi chú về Tỉnh Fukuoka"
    assert second["subject"] == "officer mentioned you in a note on Fukuoka"
    for mail in (first, second):
        assert f"/partners/fukuoka#note-{key}" in mail["text"]
        assert f'/partners/fukuoka#note-{key}"' in mail["html"]
        assert "điều kín" not in str(mail)
        assert "/settings/me" in mail["text"]
    as_("officer").post(f"/partners/fukuoka/notes/{key}", data={"text": "@manager xem lại", "version": "1"})
    assert len(mails()) == 2, "named again in the same note"
    write(as_, "@manager việc khác")
    assert len(mails()) == 3


def test_who_wants_no_mail_and_who_writes_it_get_none(as_, make, mails):
    prefers(make, "manager", digest=False)
    write(as_, "@manager và @officer")
    assert mails() == []
    assert "mentioned you" in as_("manager").get("/notices").text, "the notice comes all the same"


def test_without_a_mail_server_nothing_is_promised(as_, mails, monkeypatch):
    monkeypatch.setattr(settings(), "smtp_host", None)
    write(as_, "@manager")
    assert mails() == []


def test_a_hostile_name_is_text(as_, make, mails):
    prefers(make, "officer", name="<script>x</script>")
    write(as_, "@manager")
    [mail] = mails()
    assert "<script>" not in mail["html"]
    assert "\n" not in mail["subject"]
