"""/api/docs: guide, reference by part, changelog. Open to everybody; they load nothing from outside."""

import re
from dataclasses import dataclass
from functools import cache

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.config import ROOT
from app.dependencies import Today
from app.docs import reference
from app.docs.changelog import CHANGES
from app.docs.tags import TAGS
from app.errors import NotFound
from app.templating import View

router = APIRouter()


@dataclass(frozen=True)
class Part:
    """A part of the API in the list of them."""

    name: str
    description: str


def _parts(view: View) -> list[Part]:
    return [Part(tag.name, view.words.gettext(tag.description)) for tag in TAGS]


@router.get("/api/docs", name="docs:index")
def guide(request: Request, today: Today) -> Response:
    """How to call it at all."""
    view = View(request, None, today)
    return view.page(
        "docs/guide.html", parts=_parts(view), part=None, here=_here(request), verification=_verification()
    )


@router.get("/api/docs/reference", name="docs:reference")
def parts(request: Request, today: Today, q: str = "") -> Response:
    """Every operation by part; those in which the words of `q` occur."""
    view = View(request, None, today)
    found = reference.index(request.app.openapi(), q[:200], view.words)
    return view.page("docs/reference.html", parts=_parts(view), part=None, found=found, q=q[:200])


@router.get("/api/docs/reference/{part}", name="docs:part")
def part(request: Request, part: str, today: Today) -> Response:
    """One part: what it is for, and its operations."""
    view = View(request, None, today)
    lines = reference.index(request.app.openapi()).get(part)
    if not lines:
        raise NotFound()
    parts = _parts(view)
    return view.page("docs/part.html", parts=parts, part=part, lines=lines)


@router.get("/api/docs/reference/{part}/{operation}", name="docs:operation")
def operation(request: Request, part: str, operation: str, today: Today) -> Response:
    """One operation in full."""
    view = View(request, None, today)
    call = reference.one(request.app.openapi(), part, operation, _here(request))
    if call is None:
        raise NotFound()
    return view.page("docs/operation.html", parts=_parts(view), part=part, call=call)


@router.get("/api/docs/changelog", name="docs:changelog")
def changelog(request: Request, today: Today) -> Response:
    """What changed, and the rule by which it changes."""
    view = View(request, None, today)
    return view.page("docs/changelog.html", parts=_parts(view), part=None, changes=CHANGES)


@cache
def _verification() -> str:
    """How a delivery is verified: the very function of the example that the tests run."""
    receiver = (ROOT / "docs/examples/receive_webhooks.py").read_text(encoding="utf-8")
    found = re.search(r"^SECRET = .*?(?=^class )", receiver, re.M | re.S)
    return found[0].strip() if found else ""


def _here(request: Request) -> str:
    return str(request.base_url).rstrip("/")
