"""The page of one contact short of a delegation."""

from fastapi import APIRouter
from starlette.responses import Response

from app.dependencies import Page, ReadSession, Today, Viewer
from app.history.listing import history_of
from app.interactions.queries import interaction_page
from app.rest import RecordId

router = APIRouter()


@router.get("/interactions/{interaction_id}", name="interactions:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, interaction_id: RecordId) -> Response:
    talk = interaction_page(session, interaction_id, actor, view.locale)
    lines = history_of(session, "interaction", interaction_id, actor, view.words)
    return view.page("interactions/show.html", talk=talk, lines=lines, day=today)
