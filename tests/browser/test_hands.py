"""Without a mouse, and without JavaScript."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site


def test_a_visit_is_logged_with_javascript_off(own_site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor(java_script_enabled=False)
    own_site.sign_in(page, "officer")
    page.goto(f"{own_site.url}/visits/new?partner=fukuoka")
    page.check("[name=direction][value=outbound]")
    page.fill("[name=starts_on]", "2026-11-18")
    page.fill("[name=minutes]", "Trao đổi về xử lý rác thải.")
    page.fill("[name=follow_ups-0-title]", "Gửi hồ sơ kỹ thuật")
    page.click("button[name=add_line]")
    expect(page.locator("[name=minutes]")).to_have_value("Trao đổi về xử lý rác thải.")
    page.click("#visit-form .form-actions .button-primary")
    # The line lacks its day: nothing was saved, everything typed is still there.
    expect(page.locator("[name='follow_ups-0-title']")).to_have_value("Gửi hồ sơ kỹ thuật")
    page.fill("[name=follow_ups-0-due_on]", "2026-12-18")
    page.click("#visit-form .form-actions .button-primary")
    page.wait_for_url(re.compile(r"/partners/fukuoka"))
    expect(page.locator("ol.timeline")).to_contain_text("18/11/2026")


def test_the_keyboard_reaches_search_the_log_the_palette_and_the_queue(
    site: Site, visitor: Callable[..., Page]
) -> None:
    page = visitor()
    site.sign_in(page, "manager")
    page.keyboard.press("/")
    page.keyboard.type("bac kinh")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=bac"))  # the first page may speak of Bắc Kinh too
    expect(page.locator("main")).to_contain_text("Bắc Kinh")
    page.keyboard.press("Control+k")
    page.keyboard.type("fukuo")
    option = page.locator("dialog[open] a", has_text="Fukuoka").first
    expect(option).to_be_visible()
    # The first one is chosen already: down to the consulate there, and up again.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/partners/fukuoka"))
    page.goto(f"{site.url}/review")
    first = page.locator("[data-queue-item][aria-current]").get_attribute("href")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "(it) => document.querySelector('[data-queue-item][aria-current]')?.getAttribute('href') !== it",
        arg=first,
    )
    page.keyboard.press("Shift+?")
    expect(page.locator("dialog[open]")).to_be_visible()


def test_a_doubled_click_logs_one_visit(own_site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor()
    own_site.sign_in(page, "officer")
    page.goto(f"{own_site.url}/visits/new?partner=tokyo")
    page.check("[name=direction][value=inbound]")
    page.fill("[name=title]", "Đoàn thử nhấp đúp")
    page.fill("[name=starts_on]", "2026-11-19")
    page.dblclick("#visit-form .form-actions .button-primary")
    page.wait_for_url(re.compile(r"/partners/tokyo"))
    page.goto(f"{own_site.url}/partners/tokyo")
    expect(page.locator("ol.timeline li", has_text="Đoàn thử nhấp đúp")).to_have_count(1)
