"""Pure ASGI middleware: request ids, cross-site refusal, body limits, headers of every answer."""

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config import settings
from app.errors import Forbidden, TooLarge

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_BODY = 1_000_000
# Files of one request; its form takes one more megabyte at most.
MOST_FILES = 10

_CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_HEADERS = {
    "content-security-policy": _CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def cross_site(headers: Headers, method: str) -> bool:
    """Whether another site's page sent this unsafe request.

    Sec-Fetch-Site decides where the browser sends it; else the Origin must be ours. A request with neither
    comes from no browser and carries no cookie that its owner did not give it.
    """
    if method in SAFE:
        return False
    if site := headers.get("sec-fetch-site"):
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return False
    return urlsplit(origin).netloc != headers.get("host")


class Security:
    """Wraps the application; nothing of it touches a body it need not touch."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._headers = dict(_HEADERS)
        if settings().https:
            self._headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # HEAD is GET without the body: routes know only GET.
        headless = scope["method"] == "HEAD"
        if headless:
            scope = {**scope, "method": "GET"}
        headers = Headers(scope=scope)
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id

        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                answer = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    answer.setdefault(name, value)
                answer.setdefault("x-request-id", request_id)
                if (allowance := scope["state"].get("allowance")) is not None:
                    answer.update(allowance.headers)
                if (deprecation := scope["state"].get("deprecation")) is not None:
                    deprecation.mark(answer)
                if not scope["path"].startswith("/static/"):
                    answer.setdefault("cache-control", "no-store")
            elif headless:
                message = {**message, "body": b""}
            await send(message)

        if refusal := self._refusal(scope, headers):
            await refusal(scope, receive, send_with_headers)
            return
        try:
            await self.app(scope, _limited(receive, most(scope)), send_with_headers)
        except Exception as error:
            # Starlette would answer for us, outside of this middleware and without its headers.
            if not started:
                await _failed(scope, error)(scope, receive, send_with_headers)
            raise

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        from app.failures import answer, is_api  # noqa: PLC0415 - failures renders pages; it is loaded after us

        # The API knows callers by their key alone, which no browser sends on its own.
        keyed = "authorization" in headers and is_api(Request(scope))
        if cross_site(headers, scope["method"]) and not keyed:
            return answer(Request(scope), Forbidden("cross_site"))
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > most(scope):
            return answer(Request(scope), TooLarge("too_large"))
        return None


def most(scope: Scope) -> int:
    """How many bytes a request may send. Addresses that end in /files take uploads: those who receive them
    know the caller first and count each file as it streams."""
    uploads = scope["method"] == "POST" and scope["path"].endswith("/files")
    return MAX_BODY + (MOST_FILES * settings().file_bytes if uploads else 0)


def _failed(scope: Scope, error: Exception) -> Response:
    from app.failures import answer, understood  # noqa: PLC0415 - as above

    return answer(Request(scope), understood(error))


def _limited(receive: Receive, limit: int) -> Receive:
    """Count the body as it streams: a chunked request names no length."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413)  # the one exception that readers of bodies let through
        return message

    return counted
