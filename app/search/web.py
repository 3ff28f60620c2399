"""The search field at the top, what the palette suggests, and what a field for a partner may mean."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.dependencies import Page, ReadSession, Today, Viewer
from app.lists import Address
from app.partners.filters import PartnerFilters
from app.partners.listing import list_partners
from app.partners.named import choices_of
from app.schemas import parse

router = APIRouter()

SUGGESTED, OPTIONS = 8, 10
Words = Annotated[str, Query(max_length=200)]


@router.get("/search", name="search:index")
def search(view: Page, actor: Viewer, q: Words = "") -> Response:
    return view.redirect(Address("/partners", [("q", q)] if q.strip() else [])())


@router.get("/search/suggest", name="search:suggest")
def suggest(view: Page, session: ReadSession, actor: Viewer, today: Today, q: Words = "") -> Response:
    asked = parse(PartnerFilters, {"q": q})
    rows = []
    if asked.q:
        rows = list_partners(session, actor, asked, today=today, locale=view.locale, limit=SUGGESTED)
    return view.fragment("search/_suggestions.html", rows=rows)


@router.get("/search/partners", name="search:partners")
def partners(view: Page, session: ReadSession, actor: Viewer, today: Today, q: Words = "") -> Response:
    asked = parse(PartnerFilters, {"q": q})
    rows = []
    if asked.q:
        rows = list_partners(session, actor, asked, today=today, locale=view.locale, limit=OPTIONS)
    choices = choices_of(session, rows, view.locale)
    return view.fragment("search/_partner_options.html", choices=choices)
