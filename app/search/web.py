"""The field at the top, what the palette suggests (partners, people, organisations, forums), and what a
field for a partner may mean."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.dependencies import Page, ReadSession, Today, Viewer
from app.lists import Address, Part
from app.partners.filters import PartnerFilters
from app.partners.listing import list_partners
from app.partners.named import choices_of
from app.schemas import parse
from app.search.queries import SUGGESTED, find

router = APIRouter()

OPTIONS = 10
# Beside the partners, for which the palette is opened most.
OTHERS = 4
Words = Annotated[str, Query(max_length=200)]


@router.get("/search", name="search:index")
def search(view: Page, session: ReadSession, actor: Viewer, today: Today, q: Words = "") -> Response:
    found = find(session, actor, q, today, view.locale, SUGGESTED)
    if found.only_partners:
        return view.redirect(Address("/partners", [("q", q)] if q.strip() else [])())
    return view.page("search/index.html", found=found, q=q.strip(), more=Address("", [("q", q)]).query)


@router.get("/search/suggest", name="search:suggest")
def suggest(view: Page, session: ReadSession, actor: Viewer, today: Today, q: Words = "") -> Response:
    found = find(session, actor, q, today, view.locale, OTHERS)
    return view.fragment("search/_suggestions.html", found=found)


@router.get("/search/partners", name="search:partners")
def partners(view: Page, session: ReadSession, actor: Viewer, today: Today, q: Words = "") -> Response:
    asked = parse(PartnerFilters, {"q": q})
    rows = []
    if asked.q:
        rows = list_partners(session, actor, asked, today=today, locale=view.locale, part=Part(limit=OPTIONS))
    choices = choices_of(session, rows, view.locale)
    return view.fragment("search/_partner_options.html", choices=choices)
