"""The page of candidates for a tie."""

from fastapi import APIRouter
from starlette.responses import Response

from app.candidates.queries import candidates
from app.candidates.score import MOST
from app.dependencies import Page, ReadSession, Today, Viewer

router = APIRouter()
# More would make no list that anybody decides from.
SHOWN = 60


@router.get("/candidates", name="candidates:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    found = candidates(session, today)
    return view.page("candidates/index.html", rows=found[:SHOWN], total=len(found), most=MOST)
