"""Stylesheet and scripts under names that change with their content: browsers may keep them forever."""

import hashlib
from functools import cache
from pathlib import Path

import js_lib_htmx
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.config import ROOT

STATIC = ROOT / "static"
HTMX = Path(js_lib_htmx.__file__).parent / "static" / "htmx" / "htmx.min.js"


@cache
def stylesheet() -> bytes:
    """base, layout and every component as one sheet: one request, no build step."""
    parts = [
        STATIC / "css/base.css",
        STATIC / "css/layout.css",
        *sorted((STATIC / "css/components").glob("*.css")),
    ]
    return b"\n".join(part.read_bytes() for part in parts)


@cache
def release() -> str:
    """A short name of all assets together; modules import each other by relative paths under it."""
    digest = hashlib.sha256(stylesheet() + HTMX.read_bytes())
    for file in sorted([*(STATIC / "js").rglob("*.js"), *(STATIC / "img").rglob("*.*")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def asset(name: str) -> str:
    """The address of `css`, `htmx.min.js`, `js/main.js` or `img/...`."""
    return f"/static/{release()}/{'app.css' if name == 'css' else name}"


class Assets(StaticFiles):
    """Serves static/ under its release name, with the joined stylesheet, and htmx from its wheel."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Drop the release from the address: an old page finds the present file."""
        name = path.partition("/")[2]
        if name == "app.css":
            response: Response = Response(stylesheet(), media_type="text/css")
        elif name == HTMX.name:
            response = FileResponse(HTMX)
        else:
            response = await super().get_response(name or "-", scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
