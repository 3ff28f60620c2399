"""Mail over a real SMTP server of this machine."""

import email
import socket
from datetime import timedelta
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from pydantic import ValidationError
from sqlmodel import select

from app import clock
from app.config import Settings, settings
from app.models import Outbox, User
from app.outbox.background import Background
from app.outbox.post import promise_mail, written
from app.outbox.worker import Refusal

SUBJECT = "Bản tin tuần: 3 việc quá hạn"
TRICKS = ["A\r\nBcc: evil@x.example", "A\nSubject: x", "A\x00\u2028B", '"><,;:@ <x@y>']


class Inbox:
    """The messages an SMTP server took; it may refuse a recipient, or break off after it took one."""

    def __init__(self):
        self.messages, self.refused, self.breaks_off = [], None, False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.original_content, policy=default)
        self.messages.append((envelope.rcpt_tos, message))
        return "451 try again" if self.breaks_off else "250 OK"


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def smtp(inbox, monkeypatch):
    """A running server, configured; `start` and `stop` it on its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    configure(monkeypatch, smtp_port=port)

    class Smtp:
        def __init__(self):
            self.running = controller

        def stop(self):
            self.running.stop()

        def start(self):
            self.running = Controller(inbox, hostname="127.0.0.1", port=port)
            self.running.start()

    server = Smtp()
    yield server
    server.stop()


def configure(monkeypatch, **more):
    values = {"smtp_host": "127.0.0.1", "smtp_from": "ties@city.example", "smtp_tls": "none", **more}
    for name in values:
        monkeypatch.setattr(settings(), name, getattr(Settings(**values), name))


def promised(database, key="digest:2026-W25:user2", name="officer", **texts):
    texts = {
        "subject": "Bản tin tuần: 3 việc quá hạn",
        "text": "Chào bạn.\n",
        "html": "<p>Chào bạn.</p>",
    } | texts
    with database.write() as session:
        user = session.exec(select(User).where(User.name == name)).one()
        return promise_mail(session, user, key, **texts)


def test_a_mail_arrives_whole_with_its_vietnamese(real_database, smtp, inbox):
    assert promised(real_database)
    assert Background(real_database).round().done == 1
    [(to, message)] = inbox.messages
    assert to == ["officer@city.example"]
    assert message["subject"] == SUBJECT
    assert message["from"] == "Sở Ngoại vụ thành phố Hà Nội <ties@city.example>"
    assert message["auto-submitted"] == "auto-generated"
    assert message["date"].endswith("+0700")
    assert message.get_body(("plain",)).get_content().strip() == "Chào bạn."
    assert message.get_body(("html",)).get_content().strip() == "<p>Chào bạn.</p>"


def test_a_server_down_for_a_day_loses_and_doubles_nothing(real_database, smtp, inbox, at):
    smtp.stop()
    worker = Background(real_database)
    for n in range(3):
        promised(real_database, key=f"k{n}", subject=f"mail {n}")
    for _ in range(24 * 4):
        worker.round()
        at.instant(clock.now() + timedelta(minutes=15))
    assert inbox.messages == []
    smtp.start()
    at.instant(clock.now() + timedelta(hours=1))
    for _ in range(3):
        worker.round()
    assert [message["subject"] for _, message in inbox.messages] == ["mail 0", "mail 1", "mail 2"]


def test_a_mail_whose_receipt_was_lost_is_known_by_its_message_id(real_database, smtp, inbox, at):
    inbox.breaks_off = True
    promised(real_database)
    Background(real_database).round()
    inbox.breaks_off = False
    at.instant(clock.now() + timedelta(minutes=2))
    Background(real_database).round()
    first, second = (message["message-id"] for _, message in inbox.messages)
    assert first == second
    assert first.endswith("@127.0.0.1>")


def test_an_address_that_is_refused_is_given_up_at_once(real_database, smtp, inbox):
    inbox.refused = "officer@city.example"
    promised(real_database)
    assert Background(real_database).round().failed == 1
    with real_database.read() as session:
        row = session.exec(select(Outbox)).one()
        assert row.dead_at is not None
        assert "550" in row.error


@pytest.mark.parametrize(
    "name", ["A\r\nBcc: evil@x.example", "A\nSubject: x", "A\x00\u2028B", '"><,;:@ <x@y>']
)
def test_a_name_brings_no_header_of_its_own(name, monkeypatch):
    configure(monkeypatch)
    payload = {"name": name, "to": "a@x.example", "subject": f"Hi {name}", "text": "t", "html": "h"}
    message = written(payload, "key", at=clock.now())
    again = email.message_from_bytes(message.as_bytes(), policy=default)
    assert again["bcc"] is None
    assert len(again.get_all("subject")) == 1
    assert [address.addr_spec for address in again["to"].addresses] == ["a@x.example"]


@pytest.mark.parametrize("to", ["nobody", "a@b\r\nBcc: c@d", "", "a b@c"])
def test_what_is_no_address_is_refused_and_not_tried_again(to, monkeypatch):
    configure(monkeypatch)
    with pytest.raises(Refusal):
        written({"name": "x", "to": to, "subject": "s", "text": "t", "html": "h"}, "key", at=clock.now())


def test_without_a_server_nothing_is_promised(real_database):
    assert promised(real_database) is False
    with real_database.read() as session:
        assert session.exec(select(Outbox)).all() == []


def test_the_accounts_of_a_demonstration_get_no_mail(real_database, smtp):
    with real_database.write() as session:
        user = User(name="x", email="x@demo.invalid", role="officer", is_demo=True, id=99)
        assert promise_mail(session, user, "k", subject="s", text="t", html="h") is False


def test_a_host_without_a_sender_is_no_configuration():
    with pytest.raises(ValidationError, match="needed with CITYTIES_SMTP_HOST"):
        Settings(smtp_host="mail.example")


@pytest.mark.parametrize(("tls", "port"), [("none", 25), ("starttls", 587), ("tls", 465)])
def test_the_usual_port_follows_the_security(tls, port):
    assert Settings(smtp_tls=tls).mail_port == port
    assert Settings(smtp_tls=tls, smtp_port=2525).mail_port == 2525


def test_the_password_is_not_shown_with_the_settings():
    assert "hunter2" not in repr(Settings(smtp_password="hunter2"))
