"""An officer's weeks in one story: a trip from its plan to its report, a signed paper, a programme with an
outcome, and years later the work that the paper's end calls for.

Each part happens on its own day: the server is started anew, as it would have been.
"""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, running

TRIP = "Đoàn Hà Nội thăm Tokyo và Kanagawa"
PAPER = "Bản ghi nhớ về môi trường với tỉnh Kanagawa"
WORK = (
    ("Soạn chương trình môi trường hai năm với Kanagawa", "home", "work_programme", "kanagawa"),
    ("Giới thiệu trường nghề đối tác", "partner", "introduction", "kanagawa"),
    ("Gửi thư cảm ơn chính quyền Tokyo", "home", "protocol", "tokyo"),
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_a_trip_becomes_a_paper_a_programme_and_in_time_a_renewal(
    own_data: Path, visitor: Callable[..., Page]
) -> None:
    with running(own_data, "2026-10-05") as site:
        trip = _plan_the_trip(site, visitor())
        _approve_it(site, visitor(), trip)
    with running(own_data, "2026-11-09") as site:
        _begin_it(site, visitor(), trip)
    with running(own_data, "2026-11-13") as site:
        page = visitor()
        site.sign_in(page, "officer")
        _enter_the_minutes(site, page, trip)
        _enter_the_signed_paper(site, page)
        run = _start_a_programme(site, page)
    with running(own_data, "2027-05-20") as site:
        page = visitor()
        site.sign_in(page, "officer")
        _report_an_outcome(site, page, run)
    with running(own_data, "2031-11-20") as site:
        page = visitor()
        site.sign_in(page, "officer")
        _meet_the_end_of_the_paper(site, page)
    with running(own_data, "2031-11-21") as site:
        page = visitor()
        site.sign_in(page, "officer")
        _meet_the_end_of_the_paper(site, page)


def _plan_the_trip(site: Site, page: Page) -> str:
    site.sign_in(page, "officer")
    page.goto(f"{site.url}/delegations/new")
    page.check("[name=direction][value=outbound]")
    page.fill("[name=partners-0-name]", "Tokyo")
    page.click("[data-repeat=partners] [data-add-line]")
    page.fill("[name=partners-1-name]", "Kanagawa")
    page.fill("[name=title]", TRIP)
    page.fill("[name=starts_on]", "09/11/2026")
    page.fill("[name=ends_on]", "13/11/2026")
    page.select_option("[name=level]", "deputy")
    page.select_option("[name=purpose]", "signing")
    page.fill("[name=members-0-name]", "Nguyễn Minh Anh")
    page.check("[name=off_plan]")
    page.fill("[name=off_plan_reason]", "Phía bạn mời sau khi kế hoạch năm được duyệt")
    page.click("main form.form-trip .form-actions .button-primary")
    page.wait_for_url(re.compile(r"/delegations/\d+"))
    expect(page.locator("h1")).to_contain_text(TRIP)
    return re.search(r"/delegations/\d+", page.url)[0]  # type: ignore[index]


def _approve_it(site: Site, page: Page, trip: str) -> None:
    site.sign_in(page, "manager")
    page.goto(site.url + trip)
    page.click(f"form[action='{trip}/approval'] button")
    expect(page.locator(".stepper [aria-current]")).to_contain_text("Đã duyệt")
    page.goto(f"{site.url}/plan/2026")
    expect(page.locator("main")).to_contain_text(TRIP)
    share = page.locator("a[href$='#off-plan'] .stat-value")
    expect(share).to_have_text(re.compile(r"[1-9]\d*(,\d)? %"))


def _begin_it(site: Site, page: Page, trip: str) -> None:
    site.sign_in(page, "officer")
    page.goto(site.url + trip)
    page.click(f"form[action='{trip}/start'] button")
    expect(page.locator(f"form[action='{trip}/start']")).to_have_count(0)


def _enter_the_minutes(site: Site, page: Page, trip: str) -> None:
    page.goto(site.url + trip)
    page.click(f"a[href='{trip}/completion']")
    page.fill("[name=minutes]", "Hai bên nhất trí soạn chương trình chung về môi trường.")
    for n, (title, side, kind, partner) in enumerate(WORK):
        if not page.locator(f"[name=follow_ups-{n}-title]").count():
            page.click("[data-add-line]")
        page.fill(f"[name=follow_ups-{n}-title]", title)
        page.fill(f"[name=follow_ups-{n}-due_on]", "2026-12-20")
        page.select_option(f"[name=follow_ups-{n}-owed_by]", side)
        page.select_option(f"[name=follow_ups-{n}-kind]", kind)
        page.select_option(f"[name=follow_ups-{n}-assignee]", "officer@demo.invalid")
        page.select_option(f"[name=follow_ups-{n}-partners]", partner)
    page.click("main form.form-visit .form-actions .button-primary")
    page.wait_for_url(re.compile(trip))
    for title, *_ in WORK:
        expect(page.locator("main")).to_contain_text(title)


def _enter_the_signed_paper(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/agreements/new?partner=kanagawa")
    page.fill("[name=title]", PAPER)
    page.select_option("[name=kind]", "mou")
    page.check("[name=state][value=signed]")
    page.fill("[name=signed_on]", "12/11/2026")
    page.fill("[name=expires_on]", "12/11/2031")
    page.check("[name=sectors][value=environment]")
    _choose(page, "#f-lead_unit", "Kế hoạch và Đầu tư")
    page.click("main form.form .form-actions .button-primary")
    page.wait_for_url(re.compile(r"/agreements/\d+"))
    page.click("#files summary")
    page.set_input_files(
        "[name=file]", {"name": "Bản ghi nhớ.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.select_option("#files [name=category]", "agreement_text")
    page.click("#files .form-actions .button-primary")
    expect(page.locator("#files")).to_contain_text("Bản ghi nhớ.pdf")
    page.goto(f"{site.url}/partners/kanagawa")
    _stands(page, "khuôn khổ hợp tác")
    expect(page.locator("main .clock").first).to_contain_text("0 tháng")


def _start_a_programme(site: Site, page: Page) -> str:
    page.goto(f"{site.url}/follow-ups?who=all")
    page.fill("main [name=q]", "soan chuong trinh moi truong")
    page.press("main [name=q]", "Enter")
    page.click(f"main a:has-text('{WORK[0][0]}')")
    page.click("a[href^='/programmes/new?follow_up=']")
    page.fill("[name=title]", "Chương trình môi trường Hà Nội - Kanagawa")
    _choose(page, "#f-sector", "Môi trường")
    page.check("[name=state][value=active]")
    page.fill("[name=started_on]", "13/11/2026")
    page.check("[name=finish_follow_up]")
    page.click("main form.form .form-actions .button-primary")
    page.wait_for_url(re.compile(r"/programmes/\d+"))
    run = re.search(r"/programmes/\d+", page.url)[0]  # type: ignore[index]
    page.goto(f"{site.url}/partners/kanagawa")
    _stands(page, "hợp tác thực chất")
    return run


def _report_an_outcome(site: Site, page: Page, run: str) -> None:
    page.goto(site.url + run)
    page.click("#add-milestones summary")
    page.fill("#add-milestones [name=title]", "Khóa tập huấn phân loại rác đầu tiên")
    page.fill("#add-milestones [name=done_on]", "2027-05-10")
    page.click("#add-milestones .button-primary")
    expect(page.locator("#milestones")).to_contain_text("Khóa tập huấn phân loại rác đầu tiên")
    page.click("#add-results summary")
    page.select_option("#add-results [name=level]", "outcome")
    page.fill("#add-results [name=indicator]", "Phường áp dụng phân loại rác")
    page.fill("#add-results [name=actual]", "12")
    page.fill("#add-results [name=on]", "2027-05-18")
    page.fill("#add-results [name=evidence]", "Báo cáo của các phường")
    page.click("#add-results .button-primary")
    expect(page.locator("#results")).to_contain_text("Báo cáo của các phường")
    page.goto(f"{site.url}/partners/kanagawa")
    _stands(page, "hợp tác thực chất")
    expect(page.locator("main")).to_contain_text("Phường áp dụng phân loại rác")


def _meet_the_end_of_the_paper(site: Site, page: Page) -> None:
    """The server raises the work by itself soon after it has started; a second start adds none."""
    page.goto(f"{site.url}/partners/kanagawa")
    expect(page.locator("main")).to_contain_text("đã hết hạn")
    work = page.locator("[aria-labelledby=work-head] li", has_text=PAPER)
    for _ in range(40):
        if work.count():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(work).to_have_count(1)


def _stands(page: Page, rung: str) -> None:
    expect(page.locator("main .ladder-page")).to_have_attribute("aria-label", re.compile(rung))


def _choose(page: Page, field: str, text: str) -> None:
    """A few letters and Enter, where a long menu became a field."""
    page.fill(field, text)
    page.keyboard.press("Enter")
    expect(page.locator(field)).to_have_value(re.compile(text))
