"""The suggestions for a partner: a page, and the fragment that other pages take in."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from app.dependencies import Page, ReadSession, Today, Viewer
from app.partners.queries import get as get_partner
from app.suggestions.queries import suggestions
from app.suggestions.words import because
from app.vocabulary import Locale

router = APIRouter()


@router.get("/partners/{slug}/suggestions", name="suggestions:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, slug: str) -> Response:
    partner = get_partner(session, slug)
    context: dict[str, Any] = {
        "slug": partner.slug,
        "found": suggestions(session, partner, view.words, today),
        "because": lambda it: because(view.words, it),
    }
    if view.fragment_wanted:
        return view.fragment("suggestions/_list.html", **context)
    name = partner.name_vi if view.locale == Locale.vi else partner.name_en
    return view.page("suggestions/show.html", name=name, **context)
