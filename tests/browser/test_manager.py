"""A manager's afternoon without a mouse: from the number beside Review to three decisions, their list on
paper, other months of patience after seeing whom they change, and the mark of that change on the trends.

Every key is pressed as a person would: Tab until the control has the focus, a letter where the page offers
one. What cannot be reached so, what has no name, and a focus that cannot be seen fail here.
"""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path

from docx import Document
from playwright.sync_api import Locator, Page, expect

from app.i18n import words
from app.vocabulary import Locale, MeetingDecision
from tests.browser.conftest import Site, running

VI = words(Locale.vi)
say = VI.gettext
DECIDED = (MeetingDecision.push_opened, MeetingDecision.pause_asked, MeetingDecision.file_confirmed)
NOTE = "Đoàn công tác tháng 3 là dịp để chốt chương trình"
# More stops than any of these pages has before the control that is looked for.
STOPS = 90
SEEN = """(it) => {
  const { x, y, width, height } = it.getBoundingClientRect();
  return it === document.activeElement && getComputedStyle(it).outlineStyle !== "none"
    && it.contains(document.elementFromPoint(x + width / 2, y + height - 2));
}"""


def test_a_manager_decides_prints_and_changes_patience_by_keyboard_alone(
    own_data: Path, visitor: Callable[..., Page]
) -> None:
    with running(own_data) as site:
        _afternoon(site, own_data / "cityties.db", visitor)


def _afternoon(site: Site, data: Path, visitor: Callable[..., Page]) -> None:
    page = visitor()
    page.add_init_script("window.print = () => document.documentElement.setAttribute('data-printed', '')")
    site.sign_in(page, "manager")
    waiting = int(_rail(page, "/review").locator(".count").inner_text())
    _press(page, _rail(page, "/review"))
    expect(page.locator(".lede")).to_contain_text(str(waiting))
    _begin_a_meeting(page)
    names = [_open_a_push(page), _ask_to_park(page), _confirm_the_file(page)]
    _approve(site, visitor(), names[1])
    _print_the_decisions(page, names)
    _change_patience(page, data)
    _find_the_mark(page)


def _begin_a_meeting(page: Page) -> None:
    _press(page, page.get_by_role("link", name=say("In meeting mode")))
    _press(page, page.get_by_role("button", name=say("Begin")))
    expect(page.locator("#case-name")).to_be_focused()


def _open_a_push(page: Page) -> str:
    name = _case(page)
    page.keyboard.press("p")
    note = page.locator("[name=note]")
    _reach(page, note)
    page.keyboard.type(NOTE)
    _press(page, page.get_by_role("button", name=say("Open the push"), exact=True))
    expect(page.get_by_label(say("Decided"))).to_contain_text(VI.label(DECIDED[0]))
    assert _case(page) == name
    return name


def _ask_to_park(page: Page) -> str:
    name = _next_case(page)
    page.keyboard.press("s")
    reason = page.locator("[name=reason]")
    _reach(page, reason)
    page.keyboard.press("ArrowDown")
    _reach(page, page.locator("[name=until]"))
    page.keyboard.type("06012027")
    _press(page, page.get_by_role("button", name=say("Ask to park")))
    expect(page.get_by_label(say("Decided"))).to_contain_text(VI.label(DECIDED[1]))
    return name


def _confirm_the_file(page: Page) -> str:
    name = _next_case(page)
    page.keyboard.press("c")
    _press(page, page.get_by_role("button", name=say("Nothing is missing")))
    expect(page.get_by_label(say("Decided"))).to_contain_text(VI.label(DECIDED[2]))
    return name


def _approve(site: Site, page: Page, name: str) -> None:
    """Whoever asked does not approve: a second person does."""
    site.sign_in(page, "admin")
    _press(page, _rail(page, "/review"))
    request = page.locator("li.request", has_text=name)
    _press(page, request.get_by_role("button", name=say("Approve"), exact=True))
    expect(page.locator("#toasts")).to_contain_text(say("The pause is approved."))
    expect(request).to_have_count(0)


def _print_the_decisions(page: Page, names: list[str]) -> None:
    page.keyboard.press("d")
    lines = page.locator("main tbody tr")
    expect(lines).to_have_count(len(DECIDED))
    for name, decision in zip(names, DECIDED, strict=True):
        expect(lines.filter(has_text=name)).to_contain_text(VI.label(decision))
    _press(page, page.get_by_role("button", name=say("Print"), exact=True))
    expect(page.locator("html[data-printed]")).to_have_count(1)
    page.emulate_media(media="print")
    expect(page.locator("nav.rail")).to_be_hidden()
    expect(lines.filter(has_text=names[2])).to_be_visible()
    page.emulate_media(media="screen")
    with page.expect_download() as coming:
        _press(page, page.get_by_role("link", name=say("Decisions as Word")))
    paper = Document(BytesIO(Path(coming.value.path()).read_bytes()))
    written = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert set(names) <= set(written)


def _change_patience(page: Page, data: Path) -> None:
    before = _statuses(data)
    _press(page, _rail(page, "/settings"))
    _press(page, page.get_by_role("link", name=say("Patience"), exact=True))
    months = page.locator("[name=patience_regular]")
    expect(months).to_have_value("24")
    _reach(page, months)
    page.keyboard.type("18")
    moves = page.locator("#policy-preview .policy-moves li")
    expect(moves).not_to_have_count(0)
    foretold = {_slug(link) for link in moves.locator("a").all()}
    assert _statuses(data) == before
    _reach(page, page.locator("[name=why]"))
    page.keyboard.type("Rà soát sớm hơn nửa năm")
    _press(page, page.get_by_role("button", name=say("Save the policy")))
    expect(page.locator("#toasts .toast")).to_be_visible()
    after = _statuses(data)
    assert foretold == {slug for slug, status in after.items() if before[slug] != status}


def _find_the_mark(page: Page) -> None:
    _press(page, _rail(page, "/review"))
    _press(page, page.get_by_role("link", name=say("Trends"), exact=True))
    expect(page.locator("#status .policy-mark")).to_have_count(1)
    expect(page.locator(".policy-edits li")).to_contain_text("24 → 18")


def _reach(page: Page, wanted: Locator) -> None:
    """Tab until it has the focus, and the focus can be seen."""
    expect(wanted).to_be_visible()
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("(it) => it === document.activeElement"):
            break
    assert wanted.evaluate(SEEN), f"{wanted} is not reached, or its focus is not seen"


def _press(page: Page, wanted: Locator) -> None:
    _reach(page, wanted)
    page.keyboard.press("Enter")


def _rail(page: Page, url: str) -> Locator:
    return page.locator(f"nav.rail .nav-list > li > a[href^='{url}']").first


def _case(page: Page) -> str:
    return page.locator("#case-name bdi").inner_text()


def _next_case(page: Page) -> str:
    name = _case(page)
    page.keyboard.press("j")
    expect(page.locator("#case-name bdi")).not_to_have_text(name)
    page.wait_for_load_state()
    return _case(page)


def _slug(link: Locator) -> str:
    found = re.search(r"/partners/([a-z0-9-]+)", link.get_attribute("href") or "")
    assert found
    return found[1]


def _statuses(data: Path) -> dict[str, str]:
    """How every partner stands, as it is kept."""
    with closing(sqlite3.connect(data)) as rows:
        return dict(rows.execute("SELECT slug, status FROM partner JOIN standing ON partner_id = partner.id"))
