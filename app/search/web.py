"""The field at the top, what the palette suggests (partners, people, organisations, forums), and what a
field for a partner may mean."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.dependencies import Page, ReadSession, Today, Viewer
from app.forums.filters import ForumFilters
from app.forums.queries import ForumRow, list_forums
from app.lists import Address
from app.organisations.filters import OrganisationFilters
from app.organisations.listing import OrganisationRow, list_organisations
from app.partners.filters import PartnerFilters
from app.partners.listing import PartnerRow, list_partners
from app.partners.named import choices_of
from app.people.queries import PersonRow, suggested
from app.schemas import parse
from app.vocabulary import Locale

router = APIRouter()

SUGGESTED, OPTIONS = 8, 10
# Beside the partners, for which the palette is opened most.
OTHERS = 4
Words = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class Found:
    """What bears the words in its name; people only for those who may see their names."""

    partners: list[PartnerRow]
    people: list[PersonRow]
    organisations: list[OrganisationRow]
    forums: list[ForumRow]

    @property
    def only_partners(self) -> bool:
        """Whether nothing but partners fits: their list then shows it best."""
        return not (self.people or self.organisations or self.forums)


def _find(session: Session, actor: Actor, q: str, today: date, locale: Locale, others: int) -> Found:
    asked = parse(PartnerFilters, {"q": q})
    if not asked.q:
        return Found([], [], [], [])
    return Found(
        list_partners(session, actor, asked, today=today, locale=locale, limit=SUGGESTED),
        suggested(session, actor, asked.q, today, locale, others),
        list_organisations(session, OrganisationFilters(q=asked.q), today=today, locale=locale, limit=others),
        list_forums(session, ForumFilters(q=asked.q), today=today, locale=locale, limit=others),
    )


@router.get("/search", name="search:index")
def search(view: Page, session: ReadSession, actor: Viewer, today: Today, q: Words = "") -> Response:
    found = _find(session, actor, q, today, view.locale, SUGGESTED)
    if found.only_partners:
        return view.redirect(Address("/partners", [("q", q)] if q.strip() else [])())
    return view.page("search/index.html", found=found, q=q.strip(), more=Address("", [("q", q)]).query)


@router.get("/search/suggest", name="search:suggest")
def suggest(view: Page, session: ReadSession, actor: Viewer, today: Today, q: Words = "") -> Response:
    found = _find(session, actor, q, today, view.locale, OTHERS)
    return view.fragment("search/_suggestions.html", found=found)


@router.get("/search/partners", name="search:partners")
def partners(view: Page, session: ReadSession, actor: Viewer, today: Today, q: Words = "") -> Response:
    asked = parse(PartnerFilters, {"q": q})
    rows = []
    if asked.q:
        rows = list_partners(session, actor, asked, today=today, locale=view.locale, limit=OPTIONS)
    choices = choices_of(session, rows, view.locale)
    return view.fragment("search/_partner_options.html", choices=choices)
