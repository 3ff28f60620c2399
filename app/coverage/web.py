"""The page of the coverage."""

from fastapi import APIRouter
from starlette.responses import Response

from app.coverage.queries import coverage
from app.dependencies import Page, ReadSession, Viewer

router = APIRouter()


@router.get("/coverage", name="coverage:show")
def show(view: Page, session: ReadSession, actor: Viewer) -> Response:
    return view.page("coverage/show.html", cover=coverage(session))
