"""The map: the partners of a list where they lie, the same filters, the list beside it."""

from fastapi import APIRouter
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.dependencies import Page, ReadSession, Today, Viewer
from app.lists import Address, read
from app.map.filters import MapQuery
from app.map.places import BOXES, Window, mark_size, names_in
from app.map.queries import Cluster, map_of
from app.partners.facets import facets
from app.partners.region import around
from app.regions import Regions
from app.templating import View

router = APIRouter()
_regions = Regions("map/index.html", most=64)


@router.get("/map", name="map:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    asked = read(MapQuery, view.request.query_params).settled(today)
    return _regions.answer(
        view, session, lambda: _region(view, session, actor, asked), asked=asked, path="/map"
    )


def _region(view: View, session: Session, actor: Actor, asked: MapQuery) -> Markup:
    """The map with its filters and its list: what a filter or a window swaps in."""
    counted = facets(session, actor, asked, view.today)
    shared = around(view, session, actor, asked, counted, shown="map")
    here, box = shared["here"], BOXES[asked.window]
    return view.part(
        "map/_region.html",
        **shared,
        found=map_of(session, actor, asked.alone(), view.locale, asked.window),
        box=box,
        size=mark_size(asked.window),
        windows=[(window, here(window=window.value), window == asked.window) for window in Window],
        archipelagos=names_in(box),
        closer=lambda cluster: _closer(here.pairs, cluster),
    )


def _closer(pairs: list[tuple[str, str]], cluster: Cluster) -> str:
    """The same map of the countries of a cluster alone."""
    kept = [(name, value) for name, value in pairs if name not in {"country", "page"}]
    countries = sorted({place.country for place in cluster.places})
    return Address("", [*kept, *(("country", code) for code in countries)])()
