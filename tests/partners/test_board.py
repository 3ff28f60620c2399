"""The list as a board: a column for every rung, with the filters, the day and the saved views of the list."""

import re
from datetime import date
from html import unescape

import pytest

from app.partners.board import CARDS
from app.vocabulary import Rung
from tests.staging import staged

LONG_AGO = date(1994, 3, 1)


@staged
def rungs(make, officer):
    """Two untied, one of them in France; more friends than a column shows, the longest waiting last by name;
    one with a programme."""
    with make.together():
        make.partner(slug="lima", name_en="Lima", country="PE")
        make.partner(slug="lyon", name_en="Lyon", country="FR")
        for n in range(CARDS + 2):
            friend = make.partner(
                slug=f"friend-{n}",
                name_en=f"Friend {n:02}",
                friendship_since=date(1994 + CARDS + 2 - n, 3, 1),
            )
            make.review(friend, on=date(2006, 7, 1))
        kyoto = make.partner(
            slug="kyoto", name_en="Kyoto", friendship_since=LONG_AGO, officer_id=officer.user_id
        )
        make.programme(kyoto, started_on=date(2026, 5, 1))


def board(client, query=""):
    """What stands in each column: the count in its head and the slugs of its cards, by rung."""
    answer = client.get(f"/partners?view=board&{query}")
    assert answer.status_code == 200, answer.text
    found = {}
    for column in answer.text.split('<section class="board-column"')[1:]:
        rung = re.search(r'id="rung-(\w+)"', column)[1]
        count = int(re.search(r'<span class="count">(\d+)</span>', column)[1])
        found[rung] = (count, re.findall(r'<li><a href="/partners/([\w-]+)', column))
    return found


def test_each_rung_is_a_column_that_counts_all_and_shows_the_most_urgent(client, rungs):
    found = board(client)
    assert list(found) == list(Rung)
    assert found["none"] == (2, ["lima", "lyon"])
    assert found["substantive"] == (1, ["kyoto"])
    assert found["lasting"] == (0, [])
    count, cards = found["friendship"]
    assert count == CARDS + 2
    assert cards == [f"friend-{n}" for n in reversed(range(2, CARDS + 2))]
    assert board(client, "sort=name")["friendship"][1][0] == "friend-0"


def test_what_a_column_leaves_out_is_told_and_listed(client, rungs):
    page = client.get("/partners?view=board&country=JP&country=FR").text
    column = page.partition('id="rung-friendship"')[2].partition("</section>")[0]
    assert "2 more in the list" in column
    link = unescape(re.search(r'<p class="small"><a href="([^"]+)"', column)[1])
    listed = client.get(f"/partners{link}").text
    assert f"{CARDS + 2} partners" in listed
    assert 'class="board"' not in listed
    assert re.findall(r'<a href="/partners/([\w-]+)\?', listed.partition("<tbody>")[2])[0] == "friend-11"


def test_cards_say_where_the_partner_stands_and_who_holds_it(client, rungs, officer):
    page = client.get("/partners?view=board").text
    card = page.partition('<li><a href="/partners/kyoto')[2].partition("<li>")[0]
    assert all(text in card for text in ("Kyoto", 'title="Japan"', "status-advancing", officer.name))
    waits = page.partition('<li><a href="/partners/friend-11')[2].partition("<li>")[0]
    assert "status-stuck" in waits
    assert re.search(r"<b>\d+ months</b> / 24", waits)


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ("country=FR", {"none": 1}),
        ("q=kyo", {"substantive": 1}),
        ("officer=me", {"substantive": 1}),
        ("status=untied", {"none": 2}),
        ("as_of=2026-04-01", {"none": 2, "friendship": CARDS + 3}),
    ],
)
def test_the_filters_and_the_day_are_those_of_the_list(client, rungs, query, counts):
    found = board(client, query)
    assert {rung: count for rung, (count, _) in found.items() if count} == counts
    assert all(len(cards) == min(count, CARDS) for count, cards in found.values())


def test_a_rung_asked_for_stands_alone(client, rungs):
    assert list(board(client, "rung=none&rung=substantive")) == ["none", "substantive"]


def test_a_partner_leads_back_to_the_board_and_on_to_the_next_card(client, rungs):
    page = client.get("/partners?view=board&as_of=2026-06-01").text
    link = unescape(re.search(r'href="(/partners/friend-10\?[^"]+)"', page)[1])
    shown = client.get(link).text
    assert 'href="/partners?as_of=2026-06-01&amp;view=board"' in shown
    following = re.search(r'<a rel="next" href="/partners/([\w-]+)', shown)[1]
    assert following == "friend-9"


def test_list_board_and_map_lead_to_each_other_with_their_filters(client, rungs):
    for address in (
        "/partners?country=FR",
        "/partners?country=FR&view=board",
        "/map?country=FR&window=europe",
    ):
        page = client.get(address).text
        ways = page.partition('aria-label="Shown as"')[2].partition("</ul>")[0]
        links = [unescape(url) for url in re.findall(r'href="([^"]+)"', ways)]
        path = "" if address.startswith("/partners") else "/partners"
        assert links == [f"{path}?country=FR", f"{path}?country=FR&view=board", "/map?country=FR"]
        assert ways.count("aria-current") == 1
        assert 'id="partner-search"' in page


def test_the_board_has_no_second_page_and_no_other_shape(client, rungs):
    assert client.get("/partners?view=board&page=2").status_code == 422
    assert client.get("/partners?view=tiles").status_code == 422
    assert client.get("/map?view=board").status_code == 422


def test_the_board_costs_as_much_for_many(client, rungs, queries):
    client.get("/partners?view=board")
    with queries() as seen:
        page = client.get("/partners?view=board&tier=regular")
    assert len(seen) <= 15
    assert len(page.content) < 60_000
    swapped = client.get("/partners?view=board&tier=regular", headers={"hx-request": "true"})
    assert swapped.text.startswith('<div class="stack" id="partners-list"')
    assert swapped.headers["hx-push-url"] == "/partners?view=board&tier=regular"
