"""Trends over REST."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_one, answers_paper, parameters
from app.rest import ApiRoute, Spoken, asked
from app.tables import MEDIA_TYPES, TableFormat, download
from app.trends.filters import TrendQuery, period_of
from app.trends.payload import TrendsJson, trends_json
from app.trends.queries import trends
from app.trends.sheets import Sheet, table

router = APIRouter(tags=["trends"], route_class=ApiRoute)


@router.get(
    "/trends",
    name="show",
    summary="How standings moved, month by month",
    openapi_extra=parameters(TrendQuery),
    responses=answers_one(TrendsJson),
)
def show(
    request: Request,
    query: Annotated[Any, asked(TrendQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """Partners by status and rung at the end of every month, who became stuck and who ceased to be, new ties
    and how many went deep, by today's files and today's policy. `status.stuck` of a month is that of the
    month before plus `came` minus `left`."""
    found = trends(session, actor, query.partners, period_of(query, today))
    return one(request, trends_json(found))


@router.get(
    "/trends/{sheet}.{kind}",
    name="table",
    summary="The numbers behind a trend as a table",
    openapi_extra=parameters(TrendQuery),
    response_class=Response,
    responses=answers_paper(*MEDIA_TYPES.values(), statuses=(404,)),
)
def save(
    query: Annotated[Any, asked(TrendQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
    spoken: Spoken,
    sheet: Sheet,
    kind: TableFormat,
) -> Response:
    """One table as CSV or Excel, with headings in the language of Accept-Language."""
    period = period_of(query, today)
    found = trends(session, actor, query.partners, period)
    name = f"trends-{sheet}-{period.start}-{period.end}"
    return download(name, kind, [table(spoken, found, sheet)])
