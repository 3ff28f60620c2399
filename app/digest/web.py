"""The week's digest as a page."""

from fastapi import APIRouter
from starlette.responses import Response

from app.dependencies import Page, ReadSession, Today, Viewer
from app.digest.queries import digest_of
from app.digest.words import parts

router = APIRouter()


@router.get("/digest", name="digest:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    digest = digest_of(session, actor, today, view.locale)
    return view.page("digest/show.html", parts=parts(digest, view.words, today))
