"""axe on every page, in both languages, both schemes and both widths; and no page wider than its window."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Site

PAGES = (
    "/",
    "/partners",
    "/partners?q=khong-co-gi",
    "/partners/fukuoka",
    "/partners/fukuoka?as_of=2015-06-01",
    "/partners/havana",
    "/partners/new",
    "/partners/kanagawa/edit",
    "/partners/kanagawa/fields/tier",
    "/partners/kanagawa/notes",
    "/partners/khong-co",
    "/visits/new?partner=kanagawa",
    "/interactions/new?partner=kanagawa",
    "/interactions/1",
    "/review",
    "/review?partner=fukuoka",
    "/review/trends",
    "/follow-ups?who=all",
    "/follow-ups/1",
    "/follow-ups/new",
    "/follow-ups/reassignments/new?id=1&id=2",
    "/delegations",
    "/delegations/calendar",
    "/delegations/new",
    "/delegations/1",
    "/delegations/1/edit",
    "/delegations/1/minutes",
    "/delegations/1/programme",
    "/delegations/1/files",
    "/interactions",
    "/agreements",
    "/agreements?view=lanes",
    "/agreements/new",
    "/agreements/1",
    "/agreements/1/edit",
    "/programmes",
    "/programmes/new",
    "/programmes/1",
    "/programmes/1/edit",
    "/sectors",
    "/questions",
    "/disputes",
    "/candidates",
    "/coverage",
    "/sectors/environment",
    "/pushes",
    "/pushes/new?partner=kanagawa&partner=jakarta",
    "/pushes/1",
    "/partners/kanagawa/suggestions",
    "/plan",
    "/plan/2026/items/new",
    "/people",
    "/people/new",
    "/people/1",
    "/organisations",
    "/organisations/new",
    "/organisations/JICA",
    "/forums",
    "/forums/anmc21",
    "/map",
    "/map?window=europe",
    "/workload",
    "/workload/handovers/new?giver=officer@demo.invalid",
    "/changes",
    "/notices",
    "/digest",
    "/trash",
    "/search?q=ha",
    "/settings/me",
    "/settings/users",
    "/settings/users/1",
    "/reports",
    "/figures",
    "/figures/new",
    "/partners/fukuoka/briefing",
    "/results",
    "/settings/reporting",
    "/settings/policy?patience_regular=18",
    "/partners?as_of=2024-06-01",
    "/settings/playbook",
    "/settings/deadlines",
    "/settings/health",
    "/api/docs",
    "/api/docs/reference?q=visit",
    "/api/docs/reference/visits",
    "/api/docs/reference/visits/visits_log",
    "/api/docs/changelog",
)
PARTS = 4  # so that the workers share them
NOT_THERE = ("/partners/khong-co",)
AXE = Axe().axe_script
RUN = """async (options) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
  return violations.map((it) => [it.id, it.nodes.slice(0, 3).map((node) => node.target)]);
}"""
# Of all that axe checks, what depends on the colours of a scheme.
OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


# How each language is looked at. What is written differs by language, where it stands by width, and colours
# by scheme: every rule is held to once in each language, each width and each scheme, the colours of the dark
# scheme at both widths. Whether all fits into the window is asked of every language at every width.
EVERY_RULE: dict[str, Any] = {}
FITS = None
LOOKS = {
    "vi": ((1280, "light", EVERY_RULE), (1280, "dark", OF_COLOURS), (390, "dark", FITS)),
    "en": ((1280, "dark", FITS), (390, "dark", EVERY_RULE)),
}


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("locale", list(LOOKS))
def test_no_page_violates_what_axe_checks(
    site: Site, visitor: Callable[..., Page], locale: str, part: int
) -> None:
    page = visitor()
    found = _look(page, f"{site.url}/sign-in", locale) if part == 0 else []
    site.sign_in(page, "admin")
    page.goto(f"{site.url}/language/{locale}")
    for path in PAGES[part::PARTS]:
        found += _look(page, site.url + path, locale)
    assert not found, "\n".join(found)


def _look(page: Page, url: str, locale: str) -> list[str]:
    """What is wrong with a page as its language is looked at."""
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == (404 if url.endswith(NOT_THERE) else 200), url
    page.evaluate(AXE)
    found = []
    for width, scheme, options in LOOKS[locale]:
        page.set_viewport_size({"width": width, "height": 860})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        violations = [] if options is FITS else page.evaluate(RUN, options)
        found += [f"{url} at {width}, {scheme}: {rule} at {targets}" for rule, targets in violations]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{url}: {wide} px wider than a window of {width}"] if wide > 0 else []
    return found
