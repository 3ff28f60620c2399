"""The period report over REST: the words and numbers of the page."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_one, answers_paper, answers_word, parameters
from app.reports.filters import ReportAsked
from app.reports.model import Report
from app.reports.papers import file_name, report_docx
from app.reports.queries import report_on
from app.reports.sheets import sheets
from app.rest import ApiRoute, Spoken, asked, one
from app.tables import MEDIA_TYPES, TableFormat, download

router = APIRouter(prefix="/reports", tags=["reports"], route_class=ApiRoute)


@router.get(
    "/period",
    name="period",
    summary="The report on a period",
    openapi_extra=parameters(ReportAsked),
    responses=answers_one(Report),
)
def period(
    request: Request,
    query: Annotated[Any, asked(ReportAsked)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
    spoken: Spoken,
) -> Response:
    """Delegations, agreements, promises, programmes and the plan of a period beside those of the one before.
    Each number names the list of what it counts, as the pages and (under /api/v1) the API's lists take it."""
    return one(request, report_on(session, query.first, query.last, today, spoken))


@router.get(
    "/period.xlsx",
    name="period_xlsx",
    summary="The report on a period as an Excel file",
    openapi_extra=parameters(ReportAsked),
    response_class=Response,
    responses=answers_paper(MEDIA_TYPES[TableFormat.xlsx]),
)
def spreadsheet(
    query: Annotated[Any, asked(ReportAsked)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
    spoken: Spoken,
) -> Response:
    """A sheet for each section, in the language of Accept-Language."""
    report = report_on(session, query.first, query.last, today, spoken)
    return download(file_name(spoken, report), TableFormat.xlsx, sheets(spoken, report))


@router.get(
    "/period.docx",
    name="period_docx",
    summary="The report on a period as a Word file",
    openapi_extra=parameters(ReportAsked),
    response_class=Response,
    responses=answers_word(409),
)
def paper(
    query: Annotated[Any, asked(ReportAsked)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
    spoken: Spoken,
) -> Response:
    """The report from the department's own template, in the language of Accept-Language."""
    report = report_on(session, query.first, query.last, today, spoken)
    return report_docx(spoken, report, file_name(spoken, report))
