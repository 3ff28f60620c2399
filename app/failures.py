"""Every error in the form its reader needs: a page, a fragment, or problem+json (RFC 9457).

What happened, what was kept, what to do; never a stack trace.
"""

import logging
import time
from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import compile_path

from app import clock
from app.actor import Actor
from app.auth import keys, sessions
from app.errors import (
    Conflict,
    DomainError,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from app.i18n import Words, preferred, words
from app.schemas import field_errors
from app.shapes import ENDINGS
from app.templating import View
from app.trash import queries as trash
from app.vocabulary import Locale

log = logging.getLogger("cityties")


class Failed(DomainError):
    """Something broke that we did not foresee; it is in the log under the request id."""

    status = 500
    kind = "failed"


class Gone(DomainError):
    """An answer of the framework itself: a wrong method, media type or the like."""

    def __init__(self, status: int) -> None:
        super().__init__(f"http_{status}")
        self.status = status
        self.kind = f"http-{status}"


def is_api(request: Request) -> bool:
    """Whether a program is asking: it gets problem+json, never a page. People read the documentation."""
    path = request.url.path
    return path.startswith("/api/") and not path.startswith("/api/docs/")


def answer(request: Request, error: DomainError) -> Response:
    """The error as its reader needs it."""
    if is_api(request):
        return problem(request, _unknown_first(request, error))
    if isinstance(error, Unauthenticated) and request.method in {"GET", "HEAD"}:
        return _to_sign_in(request)
    return _page(request, error)


def _unknown_first(request: Request, error: DomainError) -> DomainError:
    """Who calls is asked before what they say: a body or a parameter is read before the key is looked up,
    but to a caller without one nothing is told about it, unless the operation asks for no key."""
    told = getattr(request.scope.get("route"), "openapi_extra", None) or {}
    if error.status not in {415, 422} or hasattr(request.state, "actor") or told.get("security") == []:
        return error
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        return Unauthenticated("key_needed")
    address = request.client.host if request.client else None
    try:
        with request.app.state.database.read() as session:
            known = keys.find_key(session, key.strip(), request.state.request_id, address)
        if known is None:
            return unknown_key(request)
        count_call(request, known[0])
    except (Forbidden, TooMany) as refused:
        return refused
    return error


def count_call(request: Request, actor: Actor) -> None:
    """Count a call of a known key, and leave word of it for the answer's head. Raises TooMany."""
    allowance = request.app.state.limits.called(actor.caller, time.monotonic())
    request.state.allowance = allowance
    if allowance is not None and allowance.retry_after is not None:
        raise TooMany("too_many_calls", retry_after=allowance.retry_after)


def unknown_key(request: Request) -> DomainError:
    """The answer to a key that is unknown, revoked or expired; from an address that tries many, to wait."""
    address = request.client.host if request.client else None
    wait = request.app.state.limits.knocked(address, time.monotonic())
    return Unauthenticated("key_unknown") if wait is None else TooMany("too_many_keys", retry_after=wait)


def problem(request: Request, error: DomainError) -> Response:
    """RFC 9457 problem details, in the caller's language."""
    spoken = words(preferred(request.headers.get("accept-language")))
    status = 412 if isinstance(error, Stale) else error.status
    body: dict[str, Any] = {
        "type": f"urn:cityties:problem:{error.kind}",
        "title": spoken.word("problem", error.kind if spoken.has("problem", error.kind) else "refused"),
        "status": status,
        "detail": sentence(spoken, error.code, error.params),
        "instance": request.url.path,
    }
    if status == 422:
        body["errors"] = [
            {
                "pointer": _pointer(e),
                "code": e.code,
                "detail": sentence(spoken, e.code, dict(e.params)),
            }
            for e in error.errors
        ]
    headers = {"content-language": spoken.locale.value, **_headers(error)}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def _pointer(error: FieldError) -> str:
    """RFC 6901; empty for the body as a whole. A name may hold half a character, which UTF-8 cannot."""
    parts = (part.encode(errors="replace").decode() for part in error.parts)
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)


def sentence(spoken: Words, code: str, params: dict[str, Any]) -> str:
    """An error's code in words; a code without words is a fault that a test finds, not the user."""
    if not spoken.has("error", code):
        return spoken.word("error", "invalid")
    known = {name: _said(spoken, name, value) for name, value in params.items()}
    return spoken.word("error", code, **known)


def _said(spoken: Words, name: str, value: Any) -> Any:
    """What an error brings along, as its reader knows it: records by their name, days as they are written,
    what has a name in each language by that of theirs."""
    if name == "record":
        return spoken.word("record", value)
    if isinstance(value, Mapping):
        return value[spoken.locale]
    return spoken.date(value) if isinstance(value, date) else value


def told(spoken: Words, error: DomainError) -> dict[str, str]:
    """Errors by field for a form, in words; the first of each field."""
    found: dict[str, str] = {}
    for e in error.errors or [FieldError("", error.code, tuple(error.params.items()))]:
        found.setdefault(e.pointer, sentence(spoken, e.code, dict(e.params)))
    return found


def _headers(error: DomainError) -> dict[str, str]:
    if retry := getattr(error, "retry_after", None):
        return {"retry-after": str(retry)}
    if isinstance(error, Unauthenticated):
        return {"www-authenticate": 'Bearer realm="CityTies"'}
    return {}


def _to_sign_in(request: Request) -> Response:
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = "/sign-in" if here == "/" else f"/sign-in?next={_quoted(here)}"
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"hx-redirect": target})
    return RedirectResponse(target, 303)


def _quoted(text: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415

    return quote(text, safe="/")


def _page(request: Request, error: DomainError) -> Response:
    view = View(request, getattr(request.state, "actor", None) or _signed_in(request), clock.today())
    spoken = view.words
    if isinstance(error, NotFound) and (found := _trashed(request, view.actor, view.locale)):
        return _of_trash(view, found)
    kind = error.kind if spoken.has("problem", error.kind) else "refused"
    context = {
        "title": spoken.word("problem", kind),
        "detail": sentence(spoken, error.code, error.params),
        "kept": spoken.word("kept", kind) if spoken.has("kept", kind) else "",
        "todo": spoken.word("todo", kind) if spoken.has("todo", kind) else "",
        "actions": [{"url": "/", "text": spoken.gettext("My work")}],
        "request_id": getattr(request.state, "request_id", ""),
    }
    if view.fragment_wanted:
        response = view.fragment("_error.html", status=error.status, **context)
    else:
        response = view.page("error.html", status=error.status, **context)
    response.headers.update(_headers(error))
    return response


def _signed_in(request: Request) -> Actor | None:
    """Who is signed in, where the failure came before anybody asked: an address that does not exist. The page
    must come out whatever else is broken."""
    token = request.cookies.get(sessions.cookie_name())
    if not token:
        return None
    try:
        with request.app.state.database.read() as session:
            found = sessions.find(session, token, request.state.request_id)
    except Exception:
        return None
    return found[0] if found else None


def _trashed(request: Request, actor: Actor | None, locale: Locale) -> trash.Trashed | None:
    """The archived record behind an address, for whoever may restore it: to others it does not exist."""
    if actor is None:
        return None
    with request.app.state.database.read() as session:
        found = trash.at(session, request.url.path, locale)
    return found if found and actor.can(found.kind.permission) else None


def _of_trash(view: View, found: trash.Trashed) -> Response:
    if view.fragment_wanted:
        return view.fragment("trash/_found.html", status=404, trashed=found)
    return view.page("trash/found.html", status=404, trashed=found)


def understood(error: Exception) -> DomainError:
    """What the libraries raise, as one of ours."""
    match error:
        case DomainError():
            return error
        case RequestValidationError():
            return Invalid([_without_place(e) for e in field_errors(list(error.errors()))])
        case HTTPException():
            return _of_framework(error.status_code)
        case StaleDataError():
            return Stale()
        case DBAPIError() | OverflowError():
            return _of_database(error)
    return Failed("failed")


def _of_framework(status: int) -> DomainError:
    known: dict[int, DomainError] = {404: NotFound(), 413: TooLarge("too_large")}
    return known.get(status) or Gone(status)


def _of_database(error: DBAPIError | OverflowError) -> DomainError:
    if isinstance(error, DataError | OverflowError):
        return NotFound()  # an id beyond what its column holds
    if _no_table(error):
        return Unavailable("not_migrated")
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return Unavailable("busy")
    return Conflict("conflict")


def _no_table(error: DBAPIError) -> bool:
    text = str(error.orig)
    return "no such table" in text or "does not exist" in text or "no such column" in text


def _wrong_method(request: Request) -> Response:
    """405 with every method that the address has (the framework names only those of its first route); to
    OPTIONS the same list is the answer."""
    allowed = {"GET", "HEAD"} if request.url.path.startswith("/static/") else set()
    path = request.url.path
    stem = path.rpartition(".")[0] if is_api(request) and path.endswith(ENDINGS) else path
    for route in iter_route_contexts(request.app.routes):
        if route.path and route.methods and compile_path(route.path)[0].match(stem):
            allowed |= route.methods | ({"HEAD"} if "GET" in route.methods else set())
    if stem != path:
        allowed &= {"GET", "HEAD"}
    allow = {"allow": ", ".join(sorted({*allowed, "OPTIONS"}))}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=allow)
    response = answer(request, Gone(405))
    response.headers.update(allow)
    return response


def _without_place(error: FieldError) -> FieldError:
    """FastAPI tells where a value came from (query, body, path) before its name; readers know."""
    parts = error.parts
    if parts and parts[0] in {"query", "body", "path", "header", "cookie"}:
        parts = parts[1:]
    return FieldError("-".join(parts), error.code, error.params, parts)


def install(app: FastAPI) -> None:
    """Answer every exception here."""

    def handle(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:
            return _wrong_method(request)
        ours = understood(error)
        if ours.status >= 500:
            log.exception("request %s failed", getattr(request.state, "request_id", "?"), exc_info=error)
        return answer(request, ours)

    for kind in (DomainError, RequestValidationError, HTTPException, StaleDataError, DBAPIError, Exception):
        app.add_exception_handler(kind, handle)
