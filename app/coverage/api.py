"""The coverage over REST."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.answers import one
from app.coverage.queries import Coverage, coverage
from app.dependencies import ApiReader, ReadSession
from app.described import answers_one
from app.rest import ApiRoute

router = APIRouter(tags=["coverage"], route_class=ApiRoute)


@router.get(
    "/coverage", name="show", summary="Regions and sectors, covered or not", responses=answers_one(Coverage)
)
def show(request: Request, actor: ApiReader, session: ReadSession) -> Response:
    """Partners, ties and running programmes by region and by sector, with the zeros: what is uncovered is
    named apart."""
    return one(request, coverage(session))
