"""One POST to an address that somebody else chose, so that it reaches nothing it should not.

The name is looked up once, each address it stands for is examined, and the socket is opened to the very
address that passed: a name that means something else a moment later changes nothing. Redirects are not
followed, proxies of the environment are not asked, and all of it together ends after fifteen seconds.
"""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from queue import Empty, Queue
from urllib.parse import urlsplit

from app.config import settings

SECONDS = 15.0
MOST_READ = 64 * 1024
# What a receiver says is kept for its owner to look at, not as a store of theirs.
MOST_KEPT = 4 * 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IPv6 addresses that carry an IPv4 one, which is where packets end up: mapped, 6to4, NAT64 (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status and the beginning of the text, or why there is none. `error` is a code."""

    status: int | None
    text: str
    error: str | None
    milliseconds: int

    @property
    def arrived(self) -> bool:
        """Only a 2xx says that it was taken."""
        return self.error is None and self.status is not None and 200 <= self.status < 300


class Blocked(Exception):
    """The address is none that webhooks may go to."""


def is_global(address: str) -> bool:
    """Whether an address is one of the public internet: not this machine, not a private network, not a link,
    nothing reserved; nor one that hides such an address in itself."""
    found: Address = ipaddress.ip_address(address.partition("%")[0])
    inner = _inner(found)
    if inner is not None:
        return is_global(str(inner))
    if isinstance(found, ipaddress.IPv6Address) and (found.is_site_local or found in _LOCAL_NAT64):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _inner(found: Address) -> Address | None:
    if isinstance(found, ipaddress.IPv4Address):
        return None
    if found in _NAT64 or int(found) >> 32 == 0:  # the last: IPv4-compatible, long obsolete
        return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send, and read what comes back; never raises for what the other side does."""
    began = time.monotonic()
    status, text, error = None, "", None
    try:
        status, text = _post(url, body, headers, began + SECONDS)
    except Blocked:
        error = "private_address"
    except TimeoutError:
        error = "timed_out"
    except ssl.SSLCertVerificationError:
        error = "bad_certificate"
    except socket.gaierror:
        error = "unknown_host"
    except (OSError, HTTPException, ValueError):  # also what the watch has closed
        error = "timed_out" if time.monotonic() >= began + SECONDS else "no_answer"
    return Answer(status, text, error, round((time.monotonic() - began) * 1000))


def _post(url: str, body: bytes, headers: Mapping[str, str], until: float) -> tuple[int, str]:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    if not secure and not settings().webhook_allow_private:
        raise Blocked
    host = parts.hostname or ""
    held: list[socket.socket] = [_opened(host, parts.port or (443 if secure else 80), until)]
    watch = threading.Timer(max(0.0, until - time.monotonic()), _cut, [held])
    watch.daemon = True
    watch.start()
    try:
        if secure:  # the certificate is asked for the name, whatever address it stands for
            context = ssl.create_default_context()
            stream = context.wrap_socket(held[0], server_hostname=host, do_handshake_on_connect=False)
            held[0] = stream
            stream.do_handshake()
        connection = HTTPConnection(host, parts.port)
        connection.sock = held[0]
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {"Host": parts.netloc, **headers})
        response = connection.getresponse()
        text = response.read(MOST_READ).decode("utf-8", "replace")[:MOST_KEPT]
        return response.status, text.replace("\x00", "\ufffd")
    finally:
        watch.cancel()
        held[0].close()


def _cut(held: list[socket.socket]) -> None:
    """End what dribbles: a time-out of the socket begins anew with every byte."""
    with suppress(OSError):
        socket.socket.shutdown(held[0], socket.SHUT_RDWR)


def _opened(host: str, port: int, until: float) -> socket.socket:
    """A connection to the first address of a name that answers; raises Blocked when one of them is private:
    a name that stands for both is not to be trusted with either."""
    found = _looked_up(host, port, until)
    if not settings().webhook_allow_private and not all(is_global(place[4][0]) for place in found):
        raise Blocked
    failure: OSError = socket.gaierror("no address")
    for family, kind, protocol, _, place in found:
        opened = socket.socket(family, kind, protocol)
        try:
            opened.settimeout(max(0.01, until - time.monotonic()))
            opened.connect(place)
            return opened
        except OSError as error:
            opened.close()
            failure = error
    raise failure


def _looked_up(host: str, port: int, until: float) -> list[tuple[int, int, int, str, tuple[str, int]]]:
    """What a name stands for, within the time: the system's own look-up cannot be told when to end."""
    told: Queue[object] = Queue()

    def look() -> None:
        try:
            told.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            told.put(error)

    threading.Thread(target=look, daemon=True).start()
    try:
        found = told.get(timeout=max(0.01, until - time.monotonic()))
    except Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise socket.gaierror(str(found)) if isinstance(found, UnicodeError) else found
    return found  # type: ignore[return-value]
