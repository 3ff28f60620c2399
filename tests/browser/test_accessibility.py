"""axe on every page, in both languages, both schemes and both widths; and no page wider than its window."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app.main import create_app
from tests.browser.conftest import PASSWORD, Site, copied, running
from tests.route_table import routes

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
    "/calendars",
    "/history?partner=fukuoka",
    "/settings/keys",
    "/settings/keys/{key}",
    "/settings/webhooks",
    "/settings/webhooks/1",
    "/units",
    "/units/SNGV",
    "/views",
    "/review/moves?from=2026-01-01",
    "/review/meeting?meeting=1",
    "/review/meetings",
    "/review/meetings/1",
    "/partners?view=board",
    "/partners/assignments/new?id=1&id=2",
    "/partners/fukuoka/letters",
    "/partners/fukuoka/delete",
    "/partners/fukuoka/notes/1/edit",
    "/agreements/1/files",
    "/agreements/1/delete",
    "/programmes/1/files",
    "/delegations/1/completion",
    "/interactions/1/edit",
    "/follow-ups/1/files",
    "/figures/1/edit",
    "/files/1",
    "/forums/new",
    "/forums/anmc21/edit",
    "/forums/anmc21/members",
    "/forums/anmc21/meetings/new",
    "/forums/anmc21/meetings/2",
    "/organisations/JICA/edit",
    "/organisations/JICA/merger",
    "/organisations/JICA/names",
    "/people/1/edit",
    "/people/1/erasure",
    "/people/1/posts/new",
    "/people/1/posts/1",
    "/plan/2026",
    "/plan/2026/edit",
    "/plan/2027/copy",
    "/plan/items/1",
    "/api/docs",
    "/api/docs/reference?q=visit",
    "/api/docs/reference/visits",
    "/api/docs/reference/visits/visits_log",
    "/api/docs/changelog",
)
# Addresses that answer with no page of their own, each by the end or the beginning of its path.
NO_PAGE = {
    r"\.(docx|xlsx|\{kind\})$": "a document to keep",
    r"^/files/\{file_id\}/(content|thumbnail)$": "what a file holds",
    r"^/(search/partners|search/suggest|colleagues|alike/\{among\})$": "a part of a page",
    r"^/language/|^/(healthz|readyz|metrics)$": "leads on, or speaks to programs",
    r"^/(?!partners/).*/delete$": "the template of /partners/{slug}/delete",
}
PARTS = 4  # so that the workers share them
NOT_THERE = ("/partners/khong-co",)
AXE = Axe().axe_script
RUN = """async (options) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
  return violations.map((it) => [it.id, it.nodes.slice(0, 3).map((node) => node.target)]);
}"""


# How each language is looked at. What is written differs by language, where it stands by width, and colours
# by scheme: every rule is held to once in each language, each width and each scheme. Whether all fits into
# the window is asked of every language at every width.
EVERY_RULE: dict[str, Any] = {}
FITS = None
LOOKS = {
    "vi": ((1280, "light", EVERY_RULE), (390, "dark", FITS)),
    "en": ((1280, "dark", FITS), (390, "dark", EVERY_RULE)),
}


def test_every_page_is_looked_at() -> None:
    """The list above is whole: a new page needs an address in it."""
    seen = [page.partition("?")[0] for page in (*PAGES, "/sign-in")]
    unseen = [
        route.path
        for route in routes(create_app(database=object()))  # type: ignore[arg-type]
        if route.method == "GET" and not route.is_api
        if not any(re.search(end, route.path) for end in NO_PAGE)
        if not any(re.fullmatch(re.sub(r"\{\w+(:\w+)?\}", "[^/]+", route.path), path) for path in seen)
    ]
    assert not unseen


@pytest.fixture(scope="module")
def furnished(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """The demonstration with what nobody has made there yet, and the public half of its one key."""
    with (
        running(copied(demonstration, tmp_path_factory.mktemp("furnished"))) as site,
        httpx.Client(base_url=site.url, headers={"Origin": site.url}, timeout=60) as admin,
    ):
        admin.post("/sign-in", data={"email": "admin@demo.invalid", "password": PASSWORD})
        told = {"name": "Sở Du lịch", "scopes": ["read", "write:unit"], "unit": "SVHTTDL"}
        key = admin.post("/settings/keys", data=told)
        hook = {"name": "Cổng dữ liệu", "url": "https://example.org/hook", "events": "standing.changed"}
        answers = [
            key,
            admin.post("/settings/webhooks", data=hook),
            admin.post("/calendars", data={"name": "Lịch đoàn", "shows": ["delegations"]}),
            admin.post("/review/meetings", data={"title": "Giao ban đối ngoại"}),
            admin.post("/views", data={"name": "Nhật Bản", "url": "/partners?country=JP"}),
        ]
        assert [answer.status_code for answer in answers] == [200, 200, 303, 303, 303]
        yield site, re.findall(r"ct_([0-9a-f]+)_", key.text)[0]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("locale", list(LOOKS))
def test_no_page_violates_what_axe_checks(
    furnished: tuple[Site, str], visitor: Callable[..., Page], locale: str, part: int
) -> None:
    site, key = furnished
    page = visitor()
    found = _look(page, f"{site.url}/sign-in", locale) if part == 0 else []
    site.sign_in(page, "admin")
    page.goto(f"{site.url}/language/{locale}")
    for path in PAGES[part::PARTS]:
        found += _look(page, site.url + path.replace("{key}", key), locale)
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
