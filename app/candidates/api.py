"""Candidates for a tie over REST."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.candidates.filters import CandidateQuery
from app.candidates.queries import Candidate, candidates
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_list, parameters
from app.listings import listed
from app.rest import ApiRoute, asked

router = APIRouter(tags=["candidates"], route_class=ApiRoute)


@dataclass(slots=True)
class CandidatePage:
    """A page of candidates; `next` is the address of the one after, or null."""

    items: list[Candidate]
    next: str | None


@router.get(
    "/candidates",
    name="list",
    summary="List candidates for a tie",
    responses=answers_list(CandidatePage),
    openapi_extra=parameters(CandidateQuery),
)
def list_(
    request: Request,
    query: Annotated[CandidateQuery, asked(CandidateQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """Localities with contact and no tie. A score counts 3 for a paper on its way, 2 for a visit of theirs
    here, 2 for contact within 24 months or 1 for contact before, 1 for a forum shared with us (2 at most) and
    1 for a sector they are strong in (3 at most)."""
    rows = candidates(session, today)
    return listed(
        request,
        query,
        lambda part: part.cut(
            rows, lambda it, behind: (-it.score.total, it.partner) > (-behind[0], behind[1])
        ),
        key=lambda row: (row.score.total, row.partner),
        items=list,
        at_hand=True,
    )
