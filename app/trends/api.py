"""Trends over REST."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_one, parameters
from app.rest import ApiRoute, asked, one
from app.trends.filters import TrendQuery, period_of
from app.trends.payload import TrendsJson, trends_json
from app.trends.queries import trends

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
