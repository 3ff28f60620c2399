"""The page of one programme."""

from fastapi import APIRouter
from starlette.responses import Response

from app.dependencies import Page, ReadSession, Today, Viewer
from app.files.forms import panel_of
from app.history.listing import history_of
from app.programmes.queries import programme_page
from app.rest import RecordId

router = APIRouter()


@router.get("/programmes/{programme_id}", name="programmes:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, programme_id: RecordId) -> Response:
    run = programme_page(session, programme_id, view.locale)
    parts = (
        ("milestone", [row.id for row in run.row.milestones]),
        ("progress_note", [row.id for row in run.row.notes]),
        ("programme_result", [row.id for row in run.row.results]),
    )
    lines = history_of(session, "programme", programme_id, actor, view.words, parts=parts)
    files = panel_of(view, session, "programme", programme_id)
    return view.page("programmes/show.html", run=run, row=run.row, lines=lines, day=today, files=files)
