"""The page of disagreements between sources."""

from fastapi import APIRouter
from starlette.responses import Response

from app.dependencies import Page, ReadSession, Viewer
from app.disputes.filters import DisputeFilters, DisputeList
from app.disputes.queries import PAGE, check_known, count_disputes, list_disputes
from app.errors import Refused
from app.lists import Address, read

router = APIRouter()


@router.get("/disputes", name="disputes:index")
def index(view: Page, session: ReadSession, actor: Viewer) -> Response:
    params = view.request.query_params
    asked = read(DisputeList, params)
    check_known(session, asked)
    total = count_disputes(session, asked)
    pages = max(1, -(-total // PAGE))
    if asked.page > pages:
        raise Refused("bad_page", field="page")
    return view.page(
        "disputes/index.html",
        groups=list_disputes(session, asked, view.locale, page=asked.page),
        total=total,
        page=asked.page,
        pages=pages,
        narrowed=any(getattr(asked, name) for name in DisputeFilters.model_fields),
        here=Address("/disputes", params.multi_items()),
    )
