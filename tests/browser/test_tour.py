"""The tour of the README: an officer logs a visit, a manager reviews. Its pictures are the README's.

`CITYTIES_TEST_TOUR=docs/tour` keeps them there; otherwise they go to the test's own folder.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Site


class Album:
    """Numbered pictures of what a person sees."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, page: Page, name: str) -> None:
        """What is in the window now, without the toast that fades."""
        page.evaluate("document.querySelectorAll('#toasts > *').forEach((it) => it.remove())")
        # "hide" would put a style into the page, which its own policy forbids.
        page.screenshot(path=self._folder / f"{name}.png", caret="initial")


def _album(tmp_path: Path) -> Album:
    wanted = os.environ.get("CITYTIES_TEST_TOUR")
    return Album(ROOT / wanted if wanted else tmp_path / "tour")


def test_an_officer_logs_a_visit_and_a_manager_acts_on_what_is_stuck(
    own_site: Site, visitor: Callable[..., Page], tmp_path: Path
) -> None:
    album = _album(tmp_path)
    officer = visitor()
    own_site.sign_in(officer, "officer")
    album.take(officer, "1-my-work")
    _log_a_visit_to_kanagawa(own_site, officer, album)
    _see_what_it_did(own_site, officer, album)
    manager = visitor()
    own_site.sign_in(manager, "manager")
    _take_the_proposed_step(own_site, manager, album)
    _park_another(own_site, manager, visitor, album)


def _log_a_visit_to_kanagawa(site: Site, page: Page, album: Album) -> None:
    page.keyboard.press("v")
    page.wait_for_url(re.compile(r"/visits/new"))
    page.fill("[name=partner]", "Kanagawa")
    page.check("[name=direction][value=inbound]")
    page.fill("[name=starts_on]", "2026-11-20")
    page.select_option("[name=level]", "deputy")
    page.select_option("[name=purpose]", "working")
    page.fill("[name=head]", "Phó Thống đốc tỉnh Kanagawa")
    page.fill("[name=minutes]", "Hai bên nhất trí cùng soạn kế hoạch hợp tác về môi trường và đào tạo.")
    lines = (
        ("Gửi dự thảo kế hoạch công tác 2027-2028", "home", "work_programme", "2026-12-20"),
        ("Cử đầu mối chuyên môn của Kanagawa", "partner", "introduction", "2027-01-10"),
    )
    for n, (title, side, kind, due) in enumerate(lines):
        page.fill(f"[name=follow_ups-{n}-title]", title)
        page.fill(f"[name=follow_ups-{n}-due_on]", due)
        page.select_option(f"[name=follow_ups-{n}-owed_by]", side)
        page.select_option(f"[name=follow_ups-{n}-kind]", kind)
        page.select_option(f"[name=follow_ups-{n}-assignee]", "officer@demo.invalid")
    expect(page.locator("#visit-preview")).to_contain_text("thực chất")
    page.locator("[name=follow_ups-1-title]").scroll_into_view_if_needed()
    album.take(page, "2-log-a-visit")
    page.click("#visit-form .form-actions .button-primary")
    page.wait_for_url(re.compile(r"/partners/kanagawa\?visit=\d+"))


def _see_what_it_did(site: Site, page: Page, album: Album) -> None:
    effect = page.locator("#visit-effect")
    expect(effect).to_contain_text("→")
    album.take(page, "3-what-it-did")
    timeline = page.locator("ol.timeline")
    expect(timeline).to_contain_text("20/11/2026")
    expect(page.locator("main")).to_contain_text("Gửi dự thảo kế hoạch công tác 2027-2028")
    expect(page.locator("main")).to_contain_text("Cử đầu mối chuyên môn của Kanagawa")
    page.goto(f"{site.url}/follow-ups")
    expect(page.locator("main")).to_contain_text("Gửi dự thảo kế hoạch công tác 2027-2028")
    album.take(page, "4-follow-ups")


def _take_the_proposed_step(site: Site, page: Page, album: Album) -> None:
    page.click("nav.rail a[href='/review']")
    album.take(page, "5-review")
    first = page.locator("[data-queue-item][aria-current]")
    slug = _slug(first.get_attribute("href"))
    waiting = _waiting(page)
    page.keyboard.press("t")
    step = page.locator(f"form[action='/partners/{slug}/steps']")
    # Only a step that someone sees to counts as in hand.
    step.locator("[name=assignee]").select_option("officer@demo.invalid")
    album.take(page, "6-take-the-step")
    step.locator(".form-actions button").click()
    expect(page.locator("#toasts .toast")).to_be_visible()
    page.goto(f"{site.url}/review")
    assert _waiting(page) == waiting - 1
    assert slug not in [_slug(item.get_attribute("href")) for item in page.locator("[data-queue-item]").all()]


def _park_another(site: Site, page: Page, visitor: Callable[..., Page], album: Album) -> None:
    slug = _slug(page.locator("[data-queue-item][aria-current]").get_attribute("href"))
    park = page.locator(f"form[action='/partners/{slug}/pauses']")
    page.keyboard.press("s")
    park.locator("[name=reason]").select_option("elections_there")
    park.locator("[name=until]").fill("2027-06-01")
    park.locator("[name=why]").fill("Phía bạn vừa bầu cử, chờ bộ máy mới.")
    album.take(page, "7-park")
    park.locator(".form-actions button").click()
    expect(page.locator("#toasts .toast")).to_be_visible()
    # Whoever asked does not approve: a second person does.
    second = visitor()
    site.sign_in(second, "admin")
    second.goto(f"{site.url}/review?partner={slug}")
    second.locator("#case button[name=approve][value=true]").first.click()
    expect(second.locator("#toasts .toast")).to_be_visible()
    second.goto(f"{site.url}/partners/{slug}")
    expect(second.locator("main")).to_contain_text("tạm gác")
    album.take(second, "8-parked")


def _waiting(page: Page) -> int:
    """The number beside Review in the rail."""
    return int(page.locator("nav.rail a[href='/review'] .count").inner_text())


def _slug(address: str | None) -> str:
    found = re.search(r"partner=([a-z0-9-]+)", address or "")
    assert found, address
    return found[1]
