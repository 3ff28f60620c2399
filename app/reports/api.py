"""The period report over REST: the words and numbers of the page."""

from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_one, answers_paper, answers_word, parameters
from app.reports.filters import ReportAsked
from app.reports.model import Report, rows_of
from app.reports.papers import file_name, report_docx
from app.reports.queries import report_on
from app.reports.sheets import sheets
from app.rest import ApiRoute, Spoken, asked
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
    The `url` of each number is the list of what it counts, that of each name where it is read on."""
    report = report_on(session, query.first, query.last, today, spoken)
    for row in rows_of(report):
        for number in row.numbers:
            number.url = at_api(number.url)
        for name in row.names:
            name.url = at_api(name.url)
    return one(request, report)


def at_api(url: str) -> str:
    """Where the API has what a page lists."""
    path, _, asked_for = url.partition("?")
    pairs = parse_qsl(asked_for)
    match path.split("/")[1:]:
        case ["follow-ups"]:
            names = {"side": "owed_by"}
            pairs = [(names.get(name, name), value) for name, value in pairs if name != "who"]
        case ["review", "moves"]:
            path = "/moves"
        case ["plan", year]:
            path = f"/plans/{year}/items"
    return f"/api/v1{path}" + (f"?{urlencode(pairs)}" if pairs else "")


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
