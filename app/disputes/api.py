"""Disagreements between sources over REST."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.dependencies import ApiReader, ReadSession
from app.described import answers_list, parameters
from app.disputes.filters import DisputeQuery
from app.disputes.queries import DisputeJson, check_known, json_rows
from app.listings import listed
from app.rest import ApiRoute, asked

router = APIRouter(tags=["disputes"], route_class=ApiRoute)


@dataclass(slots=True)
class DisputePage:
    """A page of disagreements; `next` is the address of the one after, or null."""

    items: list[DisputeJson]
    next: str | None


@router.get(
    "/disputes",
    name="list",
    summary="List where sources disagree",
    responses=answers_list(DisputePage),
    openapi_extra=parameters(DisputeQuery),
)
def list_(
    request: Request,
    query: Annotated[DisputeQuery, asked(DisputeQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """What two sources tell differently about partners and their records: both values are kept."""
    check_known(session, query)
    return listed(
        request,
        query,
        lambda part: json_rows(session, query, part),
        key=lambda row: [row.id],
        items=list,
    )
