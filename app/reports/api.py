"""The period report over REST: the words and numbers of the page."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_one, parameters
from app.reports.filters import ReportAsked
from app.reports.model import Report
from app.reports.queries import report_on
from app.rest import ApiRoute, Spoken, asked, one

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
