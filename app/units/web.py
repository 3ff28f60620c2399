"""The units: what each owes and how it stands; one in full, to be printed."""

from fastapi import APIRouter
from starlette.responses import Response

from app import clock
from app.dependencies import Page, ReadSession, Today, Viewer
from app.units.queries import MONTHS, SHOWN, list_units, unit_page

router = APIRouter()


@router.get("/units", name="units:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    view.behind = "/organisations"
    return view.page("units/index.html", units=list_units(session, today, clock.now()), months=MONTHS)


@router.get("/units/{code}", name="units:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, code: str) -> Response:
    view.behind = "/organisations"
    page = unit_page(session, code, today, clock.now(), view.locale)
    return view.page("units/show.html", page=page, row=page.row, months=MONTHS, most=SHOWN)
