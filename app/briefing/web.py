"""The briefing on a partner: one printable page, and the same as a Word file."""

from fastapi import APIRouter
from starlette.responses import Response

from app.briefing.papers import briefing_docx
from app.briefing.queries import briefing_on
from app.briefing.words import fresh
from app.dependencies import Page, ReadSession, Today, Viewer
from app.partners.queries import get

router = APIRouter()


@router.get("/partners/{slug}/briefing", name="briefing:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, slug: str) -> Response:
    found = briefing_on(session, actor, get(session, slug), today, view.words)
    return view.page("briefing/show.html", found=found, fresh=lambda line: fresh(view.words, line))


@router.get("/partners/{slug}/briefing.docx", name="briefing:docx")
def paper(view: Page, session: ReadSession, actor: Viewer, today: Today, slug: str) -> Response:
    return briefing_docx(view.words, briefing_on(session, actor, get(session, slug), today, view.words))
