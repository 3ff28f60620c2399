"""The sieve before the routes lets every address through to the area that has it."""

from importlib import import_module

import pytest
from starlette.routing import Match

from app.main import API, PAGES
from app.routing import head
from tests.route_table import routes


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/", ""),
        ("/partners", "partners"),
        ("/partners/fukuoka/edit", "partners"),
        ("/api/docs/reference", "api"),
        ("/api/v1/partners.csv", "/api/v1/partners"),
        ("/api/v1/partners/fukuoka/briefing.docx", "/api/v1/partners"),
        ("/api/v1/", "/api/v1/"),
        ("//partners", ""),
    ],
)
def test_what_an_address_begins_with(path, first):
    assert head(path) == first


def test_no_area_is_passed_over_and_none_is_asked_for_all_addresses(application):
    """Each route's own address reaches it; an address of nowhere reaches the routes of no area."""
    areas = [import_module(f"app.{name}.web").router for name in PAGES]
    areas += [import_module(f"app.{name}.api").router for name in API]
    assert all("matches" in vars(area) for area in areas)
    nowhere = {"type": "http", "method": "GET", "path": "/api/v1/nowhere/at/all", "root_path": ""}
    assert {area.matches(nowhere)[0] for area in areas} == {Match.NONE}
    for route in routes(application):
        scope = {"type": "http", "method": route.method, "path": route.path, "root_path": ""}
        found = [included.matches(scope)[0] for included in application.router.routes]
        assert Match.FULL in found, route.key
