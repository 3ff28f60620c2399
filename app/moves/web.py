"""The page of what moved standings between two days, and why."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from app.dependencies import Page, ReadSession, Today, Viewer
from app.errors import Refused
from app.lists import Address, read
from app.moves.filters import MONTHS, OF_PARTNERS, MovesPage
from app.moves.queries import moves, names_of
from app.moves.words import because
from app.partners.facets import facets
from app.partners.filters import PartnerList
from app.partners.options import Options
from app.trends.filters import TrendFilters, period_of
from app.vocabulary import Status

router = APIRouter()
HOME = "/review/moves"
PAGE = 50
# What narrows the list beyond which partners are meant, so that it can be taken away again.
_NARROWING = ("partner", "into", "out_of", "rung")


@router.get(HOME, name="moves:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    params = view.request.query_params
    asked: Any = read(MovesPage, params)
    period = period_of(asked, today, months=MONTHS)
    found = moves(session, actor, asked, period)
    pages = max(1, -(-len(found) // PAGE))
    if asked.page > pages:
        raise Refused("bad_page", field="page")
    shown = [(it, it.causes()) for it in found[(asked.page - 1) * PAGE :][:PAGE]]
    names = names_of(session, [cause for _, causes in shown for cause in causes], view.locale)
    here = Address("", params.multi_items())
    listed = PartnerList.model_construct(**dict(asked.partners), sort=None, page=1)
    options = Options(view.words, actor, listed, facets(session, actor, asked.partners, today), here)
    return view.page(
        "moves/index.html",
        asked=asked,
        period=period,
        rows=[(it, [because(view.words, it.slug, cause, names) for cause in causes]) for it, causes in shown],
        total=len(found),
        pages=pages,
        here=here,
        ways=[(status, here.toggled("into", status.value), status in asked.into) for status in Status],
        kept=[(name, value) for name, value in here.pairs if name not in ("from", "to", "page")],
        menus=options.of(*TrendFilters.model_fields),
        applied=[
            *options.applied(),
            *(
                {
                    "text": view.words.gettext("Left: %(status)s", status=view.words.label(it)),
                    "url": here.toggled("out_of", it),
                }
                for it in asked.out_of
            ),
            *({"text": view.words.label(it), "url": here.toggled("rung", it)} for it in asked.rung),
            *([{"text": asked.partner, "url": here(partner=None, page=None)}] if asked.partner else []),
        ],
        clear=here(**dict.fromkeys([*OF_PARTNERS, *_NARROWING, "page"])),
    )
