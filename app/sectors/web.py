"""The sectors: what is done in each, and what came out of it, with whom and since when."""

from fastapi import APIRouter
from starlette.responses import Response

from app.agreements.queries import agreements_in
from app.dependencies import Page, ReadSession, Today, Viewer
from app.lists import read
from app.programmes.listing import programmes_within, quiet_ids
from app.sectors.filters import OutcomeFilters
from app.sectors.outcomes import (
    Scope,
    field_of,
    known_partner,
    outcomes,
    partners_at_work,
    programmes_in,
    reached,
    strong_in,
    tally,
)
from app.sectors.outcomes import index as figures

router = APIRouter()
MOST_PROGRAMMES, MOST_RESULTS, MOST_PAPERS = 25, 40, 25


@router.get("/sectors", name="sectors:index")
def index(view: Page, session: ReadSession, actor: Viewer) -> Response:
    return view.page("sectors/index.html", lines=figures(session))


@router.get("/sectors/{code}", name="sectors:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, code: str) -> Response:
    asked = read(OutcomeFilters, view.request.query_params)
    field = field_of(session, code, view.locale)
    partner_id, partner = (
        known_partner(session, asked.partner, view.locale) if asked.partner else (None, None)
    )
    scope = Scope(field.ids, partner_id, asked.since)
    listed, total = programmes_within(session, programmes_in(scope), view.locale, limit=MOST_PROGRAMMES)
    menu = partners_at_work(session, field.ids, view.locale)
    if partner is not None and partner.slug not in {slug for slug, _ in menu}:
        menu.append((partner.slug, partner.name))
    papers = agreements_in(session, field.ids, view.locale, day=today, partner_id=partner_id)
    return view.page(
        "sectors/show.html",
        field=field,
        asked=asked,
        partner=partner,
        menu=menu,
        programmes=listed,
        programmes_total=total,
        quiet=quiet_ids(session, today),
        tally=tally(session, scope),
        outcomes=outcomes(session, scope, view.locale, limit=MOST_RESULTS),
        reached=reached(session, scope, view.locale),
        papers=papers[:MOST_PAPERS],
        papers_total=len(papers),
        strong=strong_in(session, field.ids, view.locale),
        day=today,
    )
