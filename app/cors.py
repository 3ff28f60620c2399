"""Other sites' pages may call the API, where the operator names them; nothing else of the program."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

# What such a page may send, and what it may read of an answer beside the few fields that are always open.
_SENT = (
    "Accept-Language", "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match",
    "Range",
)  # fmt: skip
_TOLD = (
    "Content-Disposition", "Content-Language", "Deprecation", "ETag", "Idempotent-Replayed", "Link",
    "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "Sunset", "X-Request-Id",
)  # fmt: skip
_METHODS = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE")
_AN_HOUR = 3600


class ApiCors:
    """CORS for /api/v1 alone, without cookies: a key is sent by a page that has it, never by the browser."""

    def __init__(self, app: ASGIApp, origins: list[str]) -> None:
        self.app = app
        self.open = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=_METHODS,
            allow_headers=_SENT,
            expose_headers=_TOLD,
            max_age=_AN_HOUR,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_api = scope["type"] == "http" and scope["path"].startswith("/api/v1/")
        await (self.open if is_api else self.app)(scope, receive, send)
