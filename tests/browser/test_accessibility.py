"""axe on every page, in both languages, both schemes and both widths; and no page wider than its window."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Site

PAGES = (
    "/",
    "/partners",
    "/partners?status=stuck&q=a",
    "/partners?q=khong-co-gi",
    "/partners/fukuoka",
    "/partners/fukuoka?as_of=2015-06-01",
    "/partners/havana",
    "/partners/new",
    "/partners/kanagawa/edit",
    "/visits/new?partner=kanagawa",
    "/review",
    "/review?partner=fukuoka",
    "/follow-ups?who=all",
    "/follow-ups/1",
    "/follow-ups/new",
    "/delegations/1",
    "/agreements/1",
    "/programmes/1",
    "/interactions/1",
    "/settings/users",
    "/settings/users/1",
    "/partners/khong-co",
    "/api/docs",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("locale", ["vi", "en"])
def test_no_page_violates_what_axe_checks(
    site: Site, visitor: Callable[..., Page], locale: str, width: int, scheme: str
) -> None:
    page = visitor(width=width, color_scheme=scheme)
    found = _look(page, f"{site.url}/sign-in")
    site.sign_in(page, "admin")
    page.goto(f"{site.url}/language/{locale}")
    for path in PAGES:
        found += _look(page, site.url + path)
    assert found == []


def _look(page: Page, url: str) -> list[str]:
    page.goto(url)
    violations = Axe().run(page).response["violations"]
    found = [
        f"{url}: {violation['id']} at {[node['target'] for node in violation['nodes'][:3]]}"
        for violation in violations
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"{url}: {wide} px wider than the window"] if wide > 0 else [])
