"""Where webhooks may go: the public internet, whatever a name says and when it says it."""

import socket
import threading
import time

import pytest

from app.config import settings
from app.schemas import Invalid, parse
from app.webhooks import sending
from app.webhooks.schemas import WebhookIn
from app.webhooks.sending import is_global, post


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "64:ff9b:1::1", "2002:7f00:1::1", "2002:c0a8:101::1", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    ],
)  # fmt: skip
def test_what_is_not_of_the_public_internet_is_not_reached(address):
    assert not is_global(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "203.162.4.191", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_are(address):
    assert is_global(address)


class Trap:
    """A socket on this machine that nobody may reach."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.reached = self.socket.getsockname()[1], threading.Event()
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self):
        try:
            self.socket.accept()
            self.reached.set()
        except OSError:
            pass


@pytest.fixture
def trap():
    made = Trap()
    yield made
    made.socket.close()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]",
             "[::ffff:127.0.0.1]", "0.0.0.0"]
)  # fmt: skip
def test_however_it_is_written_this_machine_is_not_reached(trap, host):
    answer = post(f"https://{host}:{trap.port}/", b"{}", {})
    assert answer.error in {"private_address", "unknown_host"}
    assert not trap.reached.is_set()


def resolver(monkeypatch, *answers):
    """A name that stands for these addresses, one look-up after the other."""
    told = iter(answers)

    def look(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(told)]

    monkeypatch.setattr(socket, "getaddrinfo", look)


def test_a_name_that_stands_for_this_machine_is_not_followed(monkeypatch, trap):
    resolver(monkeypatch, ["127.0.0.1"])
    assert post(f"https://innocent.example:{trap.port}/", b"{}", {}).error == "private_address"
    assert not trap.reached.is_set()


def test_a_name_that_stands_for_this_machine_too_is_not_followed_either(monkeypatch, trap):
    resolver(monkeypatch, ["1.1.1.1", "127.0.0.1"])
    assert post(f"https://both.example:{trap.port}/", b"{}", {}).error == "private_address"


def test_a_name_is_looked_up_once_and_that_address_is_the_one_that_is_opened(monkeypatch, trap):
    """It says something public when it is examined, and would say this machine a moment later."""
    resolver(monkeypatch, ["203.0.114.7"], ["127.0.0.1"])
    opened = []

    def connect(self, place):
        opened.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    assert post(f"https://rebinding.example:{trap.port}/", b"{}", {}).error == "no_answer"
    assert opened == ["203.0.114.7"]
    assert not trap.reached.is_set()


def test_plain_http_is_not_spoken(trap):
    assert post(f"http://1.1.1.1:{trap.port}/", b"{}", {}).error == "private_address"


def test_a_receiver_that_dribbles_is_cut_off_in_time(receiver, monkeypatch):
    monkeypatch.setattr(sending, "SECONDS", 0.4)
    over = threading.Event()

    def dribble(handler):
        for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n" + b"x" * 100:
            handler.wfile.write(bytes([byte]))
            if over.wait(0.05):
                return

    receiver.answer = dribble
    began = time.monotonic()
    assert post(receiver.url, b"{}", {}).error == "timed_out"
    assert time.monotonic() - began < 3
    over.set()


def test_a_look_up_that_never_ends_is_waited_for_no_longer(monkeypatch):
    monkeypatch.setattr(sending, "SECONDS", 0.2)
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(10) and [])
    assert post("https://slow.example/", b"{}", {}).error == "timed_out"
    over.set()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hook.example/", "webhook_not_https"),
        ("ftp://hook.example/", "bad_webhook_url"),
        ("https:///path", "bad_webhook_url"),
        ("https://hook.example:0/", "bad_webhook_url"),
        ("https://hook.example:99999/", "bad_webhook_url"),
        ("https://hook.example/#part", "bad_webhook_url"),
        ("https://hook.example/a b", "bad_webhook_url"),
        ("https://hook.example/\r\nX: y", "bad_webhook_url"),
        ("https://móc.example/", "bad_webhook_url"),
        ("https://user:secret@hook.example/", "webhook_url_secret"),
        ("https://127.0.0.1/", "private_address"),
        ("https://[::1]/", "private_address"),
        ("https://localhost/", "private_address"),
    ],
)
def test_an_address_that_cannot_do_is_refused_when_it_is_given(url, code):
    assert not settings().webhook_allow_private
    with pytest.raises(Invalid) as refused:
        parse(WebhookIn, {"name": "x", "url": url, "events": ["standing.changed"]})
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("url", code)]
