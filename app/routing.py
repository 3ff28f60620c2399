"""Which areas an address concerns at all, asked before the routes of any are.

FastAPI holds an address against every route of one included router after another, and those of the last one
twice: for a call of the API that was more than half of its time.
"""

from typing import Any

from fastapi import APIRouter
from starlette.routing import Match

API = "/api/v1/"


def sieved(router: APIRouter, prefix: str = "") -> APIRouter:
    """The same router, which looks at its routes only when the address begins as one of them does."""
    heads = {head(prefix + getattr(route, "path", "/{}")) for route in router.routes}
    if "matches" in vars(router) or any("{" in known for known in heads):
        return router
    among_routes = router.matches

    def matches(scope: Any) -> tuple[Match, Any]:
        if scope.get("root_path") or head(scope["path"]) in heads:
            return among_routes(scope)
        return Match.NONE, {}

    router.matches = matches  # type: ignore[method-assign]
    return router


def head(path: str) -> str:
    """What an address begins with: the first word of it, or of what follows /api/v1/, without the ending by
    which a table is asked for."""
    start = len(API) if path.startswith(API) else 1
    word = path[start:].partition("/")[0].partition(".")[0]
    return API + word if start > 1 else word
