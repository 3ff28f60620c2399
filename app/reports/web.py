"""The period report on screen, as a spreadsheet and as a Word file."""

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.dependencies import Page, ReadSession, Today, Viewer
from app.lists import read
from app.reporting.queries import load_reporting
from app.reporting.words import named_period
from app.reports.filters import ReportAsked
from app.reports.model import Report, listed
from app.reports.papers import file_name, report_docx
from app.reports.queries import presets, report_on
from app.reports.sheets import sheets
from app.tables import TableFormat, download
from app.templating import View

router = APIRouter()


@router.get("/reports", name="reports:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    report = _asked(view, session)
    reporting = load_reporting(session)
    offers = [
        (view.words.label(kind), [(period, named_period(view.words, period)) for period in pair])
        for kind, *pair in presets(reporting, today)
    ]
    return view.page(
        "reports/show.html",
        report=report,
        offers=offers,
        span=listed("", **{"from": report.first, "to": report.last}),
    )


@router.get("/reports/period.xlsx", name="reports:xlsx")
def spreadsheet(view: Page, session: ReadSession, actor: Viewer) -> Response:
    report = _asked(view, session)
    return download(file_name(view.words, report), TableFormat.xlsx, sheets(view.words, report))


@router.get("/reports/period.docx", name="reports:docx")
def paper(view: Page, session: ReadSession, actor: Viewer) -> Response:
    report = _asked(view, session)
    return report_docx(view.words, report, file_name(view.words, report))


def _asked(view: View, session: Session) -> Report:
    asked = read(ReportAsked, view.request.query_params)
    return report_on(session, asked.first, asked.last, view.today, view.words)
