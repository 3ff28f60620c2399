"""The page of one agreement."""

from fastapi import APIRouter
from starlette.responses import Response

from app.agreements.queries import agreement_page
from app.dependencies import Page, ReadSession, Today, Viewer
from app.files.forms import panel_of
from app.history.listing import history_of
from app.rest import RecordId

router = APIRouter()


@router.get("/agreements/{agreement_id}", name="agreements:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, agreement_id: RecordId) -> Response:
    paper = agreement_page(session, agreement_id, view.locale, today)
    lines = history_of(session, "agreement", agreement_id, actor, view.words)
    files = panel_of(view, session, "agreement", agreement_id)
    return view.page("agreements/show.html", paper=paper, row=paper.row, lines=lines, day=today, files=files)
