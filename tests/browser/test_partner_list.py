"""The list of partners under a hand: filters swap the list alone, and all of it works without JavaScript."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site


def test_a_filter_swaps_the_list_and_the_hand_stays_where_it_was(
    site: Site, visitor: Callable[..., Page]
) -> None:
    page = visitor()
    site.sign_in(page, "manager")
    page.goto(f"{site.url}/partners")
    page.evaluate("window.unloaded = false")
    page.click(".facet-strip a >> nth=0")
    page.wait_for_url(re.compile(r"status=stuck"))
    page.click("details.facet >> nth=1")
    page.click("details.facet[open] a >> nth=0")
    page.wait_for_url(re.compile(r"tier=priority"))
    expect(page.locator("details.facet[open]")).to_have_count(1)
    expect(page.locator("details.facet[open] a").first).to_be_focused()
    page.keyboard.press("Escape")
    page.fill("#partner-search input", "ha noi khong co")
    expect(page.locator("#partners-list .empty")).to_be_visible()
    expect(page.locator("#partner-search input")).to_be_focused()
    assert page.evaluate("window.unloaded === false"), "the page was loaded anew"
    page.go_back()
    page.wait_for_url(re.compile(r"tier=priority$"))
    expect(page.locator("#partners-list tbody tr").first).to_be_visible()


def test_j_and_k_go_through_the_rows(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor()
    site.sign_in(page, "manager")
    page.goto(f"{site.url}/partners?sort=-urgency")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tbody th > a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/partners/[a-z-]+\?list=sort=-urgency"))


def test_filters_search_and_forms_need_no_javascript(own_site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor(java_script_enabled=False)
    own_site.sign_in(page, "officer")
    page.goto(f"{own_site.url}/partners?status=untied")
    page.fill("#partner-search input", "tokyo")
    page.click("#partner-search button")
    expect(page).to_have_url(re.compile(r"q=tokyo"))
    assert "status=untied" in page.url, "a search keeps the filters"
    page.goto(f"{own_site.url}/partners/new")
    page.fill("[name=name_vi]", "Ô-xa-ca Mới")
    page.fill("[name=name_en]", "New Osaka")
    page.select_option("[name=country]", "JP")
    page.select_option("[name=kind]", "city")
    page.select_option("[name=region]", "northeast_asia")
    page.click(".form-actions .button-primary")
    page.wait_for_url(re.compile(r"/partners/new-osaka$"))
