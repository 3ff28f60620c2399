"""Reads that are known to be unchanged before anything is read: 304 for the price of one small statement.

What the API answers follows from the data, the day, who asks for what in which language, and the program. The
state of all of these stands in the ETag behind the hash of the body: who sends it back while it is still the
state has what they would get. Where only something else has changed, the body is made and its hash compared.
"""

from datetime import date
from functools import cache
from hashlib import sha256

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.config import ROOT, settings
from app.db import data_version
from app.i18n import preferred
from app.shapes import wanted_table

# When a key was used and how a delivery went is written without an event: the state does not tell of it. What
# these tell is compared alone.
UNTOLD = ("app.keys.", "app.units.", "app.webhooks.")
VARY = "Accept, Accept-Language"


@cache
def program() -> str:
    """What names this very program and how it is set: another one may answer otherwise from the same data."""
    found = sha256(settings().model_dump_json().encode())
    for file in sorted((ROOT / "app").rglob("*")):
        if file.suffix in {".py", ".po"}:
            found.update(file.read_bytes())
    return found.hexdigest()


def state_of(request: Request, session: Session, today: date) -> str:
    """A name of everything that the answer to a read follows from. To be asked before anything else is read:
    what is written afterwards makes another state."""
    actor, headers = request.state.actor, request.headers
    parts = (
        program(), data_version(session), today, actor.caller, sorted(actor.scopes), actor.unit_id,
        preferred(headers.get("accept-language")), wanted_table(request), request.url.path,
        request.url.query, headers.get("host"),
    )  # fmt: skip
    return sha256(repr(parts).encode()).hexdigest()[:12]


def tags_of(header: str | None) -> list[str]:
    """The ETags of a header. Weak tags count: proxies that compress weaken ours."""
    return [tag.strip().removeprefix("W/") for tag in (header or "").split(",")]


def known_unchanged(request: Request, state: str) -> Response | None:
    """The 304 for a caller whose ETag was given in this very state."""
    for tag in tags_of(request.headers.get("if-none-match")):
        if tag.endswith(f'.{state}"'):
            return Response(status_code=304, headers={"etag": tag, "vary": VARY})
    return None


def is_known(request: Request, tag: str) -> bool:
    """Whether the caller has the body that a tag stands for, be it from another state."""
    own = tag.strip('"').partition(".")[0]
    return any(
        known == "*" or (known[:1] == '"' and known.strip('"').partition(".")[0] == own)
        for known in tags_of(request.headers.get("if-none-match"))
    )
