"""The map: the partners of a list where they lie, the same filters, the list beside it."""

from fastapi import APIRouter
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from app.actor import Actor, Permission
from app.dependencies import Page, ReadSession, Today, Viewer
from app.lists import Address, read
from app.map.filters import MapQuery
from app.map.places import BOXES, Window, mark_size, project
from app.map.queries import Cluster, map_of
from app.partners.facets import facets
from app.partners.filters import PartnerFilters
from app.partners.options import Options
from app.remembered import Remembered
from app.templating import View

router = APIRouter()
_regions = Remembered(most=64)

# A Vietnamese authority's map of the world names both archipelagos. Degrees rounded; general knowledge.
ARCHIPELAGOS = (("Hoàng Sa", 16.5, 112.0), ("Trường Sa", 10.0, 114.0))


@router.get("/map", name="map:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    params = view.request.query_params
    asked = read(MapQuery, params).settled(today)
    here = Address("/map", params.multi_items())
    # The same until something is written; the filter by officer counts one's own apart.
    whose = (actor.email, actor.can(Permission.write))
    region = _regions.get(
        session, (view.locale, today, here(), whose), lambda: _region(view, session, actor, asked)
    )
    if not view.fragment_wanted:
        return view.page("map/index.html", region=region, asked=asked)
    return HTMLResponse(region, headers={"hx-push-url": here()})


def _region(view: View, session: Session, actor: Actor, asked: MapQuery) -> Markup:
    """The map with its filters and its list: what a filter or a window swaps in."""
    pairs = view.request.query_params.multi_items()
    here = Address("", pairs)
    found = map_of(session, actor, asked.alone(), view.locale, asked.window)
    box = BOXES[asked.window]
    names = [(name, *project(lat, lon)) for name, lat, lon in ARCHIPELAGOS]
    return view.part(
        "map/_region.html",
        asked=asked,
        found=found,
        here=here,
        narrowed=asked.alone() != PartnerFilters(as_of=asked.as_of),
        options=Options(view.words, actor, asked, facets(session, actor, asked.alone(), view.today), here),
        box=box,
        size=mark_size(asked.window),
        windows=[(window, here(window=window.value), window == asked.window) for window in Window],
        archipelagos=[it for it in names if box.holds(*it[1:])],
        as_list=Address("/partners", pairs)(window=None),
        closer=lambda cluster: _closer(pairs, cluster),
    )


def _closer(pairs: list[tuple[str, str]], cluster: Cluster) -> str:
    """The same map of the countries of a cluster alone."""
    kept = [(name, value) for name, value in pairs if name not in {"country", "page"}]
    countries = sorted({place.country for place in cluster.places})
    return Address("", [*kept, *(("country", code) for code in countries)])()
