"""The review page: who is in which queue, in what order, and what is shown of whom."""

from datetime import date

import pytest

from app.vocabulary import Quadrant, Tier
from tests.review.conftest import case_of, in_hand, queue_of, stuck


def test_it_opens_with_those_who_need_a_decision_the_most_urgent_first(client, world):
    page = client.get("/review")
    assert page.status_code == 200
    assert queue_of(page.text) == ["kyoto", "kobe", "nara"]
    assert case_of(page.text) == "kyoto"


def test_the_opening_queue_is_what_the_api_lists_and_the_rail_counts(client, api, world):
    listed = (
        api("read_key")
        .get("/api/v1/partners?status=stuck&step=stale&step=none&sort=-urgency")
        .json()["items"]
    )
    page = client.get("/review").text
    assert [item["id"] for item in listed] == queue_of(page)
    assert '<span class="count count-stuck">3</span>' in page
    urgencies = [item["urgency"] for item in listed]
    assert urgencies == sorted(urgencies, reverse=True)


@pytest.mark.parametrize(
    ("view", "slugs"),
    [
        ("decide", ["kyoto", "kobe", "nara"]),
        ("in_hand", ["otaru"]),
        ("facts", ["thin"]),
        ("parked", []),
        ("waiting", ["kyoto", "kobe", "otaru", "nara", "fresh"]),
    ],
)
def test_each_view_has_its_own_queue(client, world, view, slugs):
    page = client.get(f"/review?view={view}")
    assert page.status_code == 200
    assert queue_of(page.text) == slugs


def test_a_file_without_facts_is_asked_for_them_and_never_called_stuck(client, world, standing):
    assert standing("thin").status == "no_data"
    page = client.get("/review?view=facts").text
    assert case_of(page) == "thin"
    assert "/visits/new?partner=thin" in page
    assert 'action="/partners/thin/reviews"' in page
    assert "status-stuck is-large" not in page


def test_everybody_is_somewhere_and_the_counts_say_where(client, world):
    page = client.get("/review?view=all").text
    assert sorted(queue_of(page)) == ["fresh", "kobe", "kyoto", "nara", "otaru", "thin"]
    for quadrant in Quadrant:
        assert f"quadrant={quadrant.value}" in page
    assert "status=stuck" in page


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("tier=priority", ["kyoto"]),
        ("tier=priority&tier=wide", ["kyoto", "nara"]),
        ("region=europe", []),
        ("region=northeast_asia", ["kyoto", "kobe", "nara"]),
        ("country=KR", ["kobe"]),
        ("status=stuck", ["kyoto", "kobe", "otaru", "nara"]),
        ("status=no_data", ["thin"]),
        ("quadrant=dormant", ["kyoto", "kobe", "nara"]),
        ("quadrant=thriving", []),
        ("reason=silent", ["kyoto", "kobe", "nara"]),
        ("officer=none", ["kyoto", "kobe", "nara"]),
        ("officer=me", []),
        ("q=kob", ["kobe"]),
        ("view=all&quadrant=courtesy_loop", ["fresh"]),
    ],
)
def test_filters_narrow_the_queue(client, world, query, slugs):
    page = client.get(f"/review?{query}")
    assert page.status_code == 200
    assert queue_of(page.text) == slugs


def test_forum_sector_and_officer_filter_too(client, make, user_id):
    sector = make.sector(code="environment")
    mine = stuck(make, "sapporo", officer_id=user_id("officer"), strengths=[sector])
    stuck(make, "chiba", country="KR")
    make.forum(code="anmc21", members=[mine])
    for query in ("officer=officer@city.example", "officer=me", "forum=anmc21", "sector=environment"):
        assert queue_of(client.get(f"/review?{query}").text) == ["sapporo"], query


@pytest.mark.parametrize(
    "query",
    [
        "colour=red", "view=late", "status=asleep", "tier=1", "quadrant=x", "forum=nobody", "sector=nobody",
        "officer=nobody@city.example", "page=0", "page=99", "page=2", "sort=luck", "view=decide&status=stuck",
        "view=decide&view=all", "partner=a&partner=b",
    ],
)  # fmt: skip
def test_what_the_page_does_not_know_is_refused_and_not_ignored(client, world, query):
    assert client.get(f"/review?{query}").status_code == 422


def test_an_unknown_partner_is_not_found(client, world):
    assert client.get("/review?partner=atlantis").status_code == 404


def test_a_case_may_be_opened_by_address_and_htmx_gets_it_alone(client, world):
    page = client.get("/review?partner=nara")
    assert case_of(page.text) == "nara"
    part = client.get("/review?partner=nara", headers={"HX-Request": "true"})
    assert case_of(part.text) == "nara"
    assert part.text.lstrip().startswith('<section class="case-sheet" id="case"')
    assert "<html" not in part.text
    boosted = client.get("/review?partner=nara", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert "<html" in boosted.text


def test_the_case_leads_to_the_next_one_of_its_queue(client, world):
    assert "/review?partner=kobe" in client.get("/review?partner=kyoto").text
    assert 'rel="next"' not in client.get("/review?partner=nara").text
    assert 'href="/review?tier=wide&amp;partner=nara"' in client.get("/review?tier=wide").text


def test_the_case_prints_its_urgency_term_by_term(client, make, world):
    page = client.get("/review?partner=kyoto").text
    # priority 3 x 317 months / 12, and two further reasons would be 0.5; here one: silent
    assert "3 × 317 months / 12" in page
    assert "79.25" in page
    assert "1 further reason × 0.25" in page
    assert "79.5" in page


def test_clauses_and_reasons_lead_to_what_proves_them(client, make):
    partner = stuck(make, "osaka")
    visit = make.visit(partner, on=date(2020, 3, 1), title="Đoàn cũ")
    page = client.get("/review?partner=osaka").text
    assert f'href="/delegations/{visit.id}"' in page
    assert "their visit has not been returned by us for 75 months" in page
    assert "but no programme under it" not in page


def test_the_rows_tell_the_clock_the_first_reasons_and_who_holds_it(client, make, user_id):
    partner = stuck(make, "gifu", officer_id=user_id("other_officer"))
    make.visit(partner, on=date(2020, 3, 1))
    page = client.get("/review").text
    row = page.split("data-queue-item", 1)[1].split("</li>", 1)[0]
    assert "219 months" in row
    assert "their visit has not been returned by us" in row
    assert "other_officer" in row
    assert "1 Mar 2020" in row


def test_a_stale_step_is_marked_in_the_row(client, make):
    partner = stuck(make, "mie")
    in_hand(make, partner, due_on=date(2026, 1, 1), raised_on=date(2025, 1, 1))
    page = client.get("/review").text
    assert "step-stale" in page.split("data-queue-item", 1)[1].split("</li>", 1)[0]


def test_sixteen_to_a_page_that_stays_light(client, make, look):
    with make.together():
        for n in range(20):
            stuck(make, f"town-{n:02}", since=date(2000, 1, 1 + n % 28))
    page = client.get("/review").text
    assert len(queue_of(page)) == 16
    assert "page=2" in page
    second = client.get("/review?page=2").text
    assert len(queue_of(second)) == 4
    assert not set(queue_of(page)) & set(queue_of(second))
    assert len(page.encode()) < 60_000
    mixed = client.get("/review?view=all").text
    assert len(queue_of(mixed)) == 12, "rows that tell their status are heavier"
    assert len(mixed.encode()) < 60_000


def test_names_and_notes_are_shown_as_text(client, manager, make, as_):
    bad = "<script>alert(1)</script>"
    partner = stuck(make, "bad", name=bad, name_en=f"{bad} town")
    make.visit(partner, on=date(2025, 3, 1), title=f"{bad} visit")
    make.follow_up(partner, title=f'"><img src=x onerror=alert(1)> {bad}', due_on=date(2026, 6, 1))
    make.pause(partner, state="asked", why=f"{bad} why")
    for who in ("manager", "officer"):
        page = as_(who).get("/review?partner=bad").text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page


def test_both_languages(as_, world):
    client = as_("manager")
    client.cookies.set("locale", "vi")
    page = client.get("/review").text
    assert "Cần quyết định" in page
    assert "Rà soát" in page
    assert "Cần bổ sung dữ liệu" in page
    assert "Needs a decision" not in page
    client.cookies.set("locale", "en")
    page = client.get("/review").text
    assert "Needs a decision" in page
    assert "Cần quyết định" not in page


def test_an_empty_queue_says_what_belongs_there(client, make):
    for view in ("decide", "in_hand", "waiting", "parked", "facts", "all"):
        page = client.get(f"/review?view={view}")
        assert page.status_code == 200
        assert 'class="empty"' in page.text


def test_a_fixed_number_of_statements(as_, make, queries, today):
    """For ten partners and for three hundred alike."""
    client, seen = as_("manager"), []
    start = 0
    for many in (10, 300):
        with make.together():
            for n in range(start, many):
                partner = stuck(make, f"town-{n}", tier=list(Tier)[n % 3])
                if n % 3 == 0:
                    make.visit(partner, on=date(2024, 5, 5))
                    make.follow_up(partner)
                if n % 50 == 1:
                    make.pause(partner, state="asked")
        start = many
        for url in ("/review", "/review?partner=town-3&tier=priority"):
            with queries() as counted:
                assert client.get(url).status_code == 200
            seen.append((url, len(counted)))
    assert seen[0] == seen[2], counted
    assert seen[1] == seen[3], counted
    assert all(n <= 52 for _, n in seen), seen


def test_opening_a_case_asks_less_than_the_page(client, world, queries):
    with queries() as page:
        client.get("/review?partner=nara")
    with queries() as case:
        client.get("/review?partner=nara", headers={"HX-Request": "true"})
    assert len(case) < len(page)
