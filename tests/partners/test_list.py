"""The list of partners: every filter, every order, searching, paging, and what it costs."""

from datetime import date, timedelta
from html import unescape
from urllib.parse import quote

import pytest

from app import clock
from app.history import record
from app.lists import Part
from app.models import Partner
from app.partners.filters import SORTS, PartnerFilters
from app.partners.listing import list_partners, neighbours
from app.vocabulary import (
    DelegationState,
    FollowUpKind,
    Locale,
    PartnerKind,
    Region,
    RelationBasis,
    Rung,
    Tier,
)
from tests.actors import PEOPLE
from tests.staging import staged

LONG_AGO = date(1994, 3, 1)


@staged
def three(make, officer):
    """One stuck for long, one at work, one without a tie; each differs from the others in everything."""
    water, design = make.sector(code="water"), make.sector(code="design")
    with make.together():
        stuck = make.partner(
            slug="stuck", name_vi="Đông Kinh", name_en="Tokyo", country="JP", kind=PartnerKind.capital,
            tier=Tier.priority, friendship_since=LONG_AGO, officer_id=officer.user_id, strengths=[water],
        )  # fmt: skip
        make.review(stuck)
        deep = make.partner(
            slug="deep", name_vi="Ile-de-France", name_en="Île-de-France", country="FR",
            kind=PartnerKind.region, region=Region.europe, friendship_since=LONG_AGO, strengths=[design],
            relation_basis=RelationBasis.illustrative, declared_rung=Rung.lasting,
        )  # fmt: skip
        make.programme(deep)
        make.partner(
            slug="untied", name_vi="Nữu Ước", name_en="New York City", country="US", kind=PartnerKind.city,
            region=Region.americas, tier=Tier.wide,
        )  # fmt: skip
        make.forum(code="ANMC21", members=[stuck])
        make.forum(code="AIMF", members=[deep])
    return stuck, deep


EVERY_FILTER = [
    ("status=stuck", {"stuck"}),
    ("status=stuck&status=untied", {"stuck", "untied"}),
    ("rung=substantive", {"deep"}),
    ("tier=priority", {"stuck"}),
    ("region=europe&region=americas", {"deep", "untied"}),
    ("kind=city", {"untied"}),
    ("country=fr", {"deep"}),
    ("forum=ANMC21", {"stuck"}),
    ("sector=design", {"deep"}),
    ("officer=me", {"stuck"}),
    ("officer=none", {"deep", "untied"}),
    (f"officer={PEOPLE['officer'].email}&officer=none", {"stuck", "deep", "untied"}),
    ("step=none", {"stuck", "deep", "untied"}),
    ("warmth=warm", {"deep"}),
    ("quadrant=dormant", {"stuck"}),
    ("reason=silent", {"stuck"}),
    ("basis=illustrative", {"deep"}),
    ("status=stuck&tier=wide", set()),
    ("status=stuck&tier=priority&country=JP&forum=ANMC21&officer=me&q=kinh", {"stuck"}),
]


@pytest.mark.parametrize(("query", "slugs"), EVERY_FILTER)
def test_each_filter_shows_those_that_fit(three, listed, query, slugs):
    assert set(listed(query)) == slugs


SEARCHES = [
    ("tokyo", {"stuck"}),
    ("dong kinh", {"stuck"}),
    ("kinh đông", {"stuck"}),
    ("ILE DE FRANCE", {"deep"}),
    ("ile-de", {"deep"}),
    ("nuu uoc", {"untied"}),
    ("Nữu Ước", {"untied"}),
    ("new   york", {"untied"}),
    ("%", set()),
    ("_", set()),
    ("\\", set()),
    ("tokyo paris", set()),
]


@pytest.mark.parametrize(("q", "slugs"), SEARCHES)
def test_a_search_folds_marks_and_wants_every_word(three, listed, q, slugs):
    assert set(listed(f"q={quote(q)}")) == slugs


def test_a_search_finds_an_alias_and_signs_that_like_would_take_for_any(make, listed):
    make.partner(slug="new-york", name_vi="New York", aliases=["Nữu Ước"])
    make.partner(slug="share", name_vi="100% Hữu nghị", name_en="Hundred_percent")
    assert listed("q=n%E1%BB%AFu") == ["new-york"]
    assert listed("q=100%25") == listed("q=d_p") == ["share"]


def test_a_hit_with_the_very_marks_comes_first(make, listed):
    make.partner(slug="ha", name_vi="Ha", name_en="Aa")
    make.partner(slug="huong-ha", name_vi="Hương Hạ", name_en="Scent")
    make.partner(slug="ha-bac", name_vi="Hà Bắc", name_en="Hebei")
    assert listed("q=H%C3%A0")[0] == "ha-bac"
    assert listed("q=h%E1%BA%A1")[0] == "huong-ha"
    assert listed("q=ha") == ["ha", "ha-bac", "huong-ha"], "names that begin so, then the others"
    assert listed("q=ha&sort=-name") == ["huong-ha", "ha-bac", "ha"]


def test_names_sort_as_each_language_does(make, listed, client):
    for vi, en in (("Em", "A"), ("Đà Nẵng", "B"), ("Dza", "Ê"), ("Ăn", "F"), ("Az", "C"), ("Âm", "D")):
        make.partner(slug=f"x{en.lower()}", name_vi=vi, name_en=en)
    client.cookies.set("locale", "vi")
    assert listed("sort=name") == ["xc", "xf", "xd", "xê", "xb", "xa"]
    client.cookies.set("locale", "en")
    assert listed("sort=name") == ["xa", "xb", "xc", "xd", "xê", "xf"]
    assert listed("sort=-name") == ["xf", "xê", "xd", "xc", "xb", "xa"]


ORDERS = [
    ("status", ["stuck", "deep", "untied"]),
    ("-rung", ["deep", "stuck", "untied"]),
    ("rung", ["untied", "stuck", "deep"]),
    ("tier", ["stuck", "deep", "untied"]),
    ("-tier", ["untied", "deep", "stuck"]),
    ("country", ["deep", "stuck", "untied"]),
    ("-urgency", ["stuck", "deep", "untied"]),
    ("-waiting", ["stuck", "deep", "untied"]),
]


@pytest.mark.parametrize(("sort", "slugs"), ORDERS)
def test_each_order(three, listed, sort, slugs):
    assert listed(f"sort={sort}") == slugs


def test_the_order_by_last_contact_puts_those_never_met_at_the_old_end(make, listed):
    late, early, _ = (make.partner(slug=s) for s in ("late", "early", "never"))
    make.visit(late, on=date(2026, 5, 1))
    make.visit(early, on=date(2020, 5, 1))
    assert listed("sort=-last_contact") == ["late", "early", "never"]
    assert listed("sort=last_contact") == ["never", "early", "late"]


@pytest.mark.parametrize("sort", [s for key in SORTS for s in (key, f"-{key}")])
def test_an_order_is_total_so_pages_and_neighbours_agree(three, make, database, officer, today, sort):
    for _ in range(4):
        make.partner(country="KR")
    filters = PartnerFilters()
    with database.read() as session:
        rows = list_partners(session, officer, filters, today=today, sort=sort)
        found, last = [], None
        while page := list_partners(
            session, officer, filters, today=today, sort=sort, part=Part(last, limit=2)
        ):
            found += page
            last = [v.isoformat() if isinstance(v, date) else v for v in page[-1].key]
        assert [r.id for r in found] == [r.id for r in rows]
        around = neighbours(session, officer, filters, rows[2].id, sort=sort)
        assert around == (rows[1].slug, rows[3].slug)
        assert neighbours(session, officer, filters, rows[0].id, sort=sort)[0] is None
        assert neighbours(session, officer, PartnerFilters(tier=(Tier.wide,)), rows[0].id)[0] is None


REFUSED = [
    "colour=red",
    "status=happy",
    "status=",
    "tier=wide&tier=gold",
    "country=XX9",
    "forum=NOBODY",
    "sector=nothing",
    "officer=ghost@city.example",
    "sort=beauty",
    "sort=-relevance",
    "sort=relevance",
    "sort=name&sort=tier",
    "q=a&q=b",
    "page=0",
    "page=2",
    "page=-1",
    "page=x",
    "page=9223372036854775808",
    "q=" + "a" * 10_000,
    "q=%00",
    "q=%E2%80%AE",
]


@pytest.mark.parametrize("query", REFUSED)
def test_what_makes_no_sense_is_said_and_not_ignored(three, client, query):
    answer = client.get(f"/partners?{query}")
    assert answer.status_code == 422
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


def test_what_was_refused_is_named(client):
    assert "colour" in client.get("/partners?colour=red").text
    assert "tier" in client.get("/partners?tier=gold").text


def test_pages_hold_forty_and_keep_the_rest_of_the_address(make, listed, client):
    with make.together():
        for n in range(60):
            make.partner(name_vi=f"Địa phương {n:02}", name_en=f"Place {n:02}", tier=Tier.wide)
    first, second = listed("tier=wide"), listed("tier=wide&page=2")
    assert (len(first), len(second)) == (40, 20)
    assert not set(first) & set(second)
    page = client.get("/partners?tier=wide").text
    assert 'href="?tier=wide&amp;page=2"' in page
    assert "60 partners" in page
    assert client.get("/partners?tier=wide&page=3").status_code == 422


def test_the_facets_count_what_each_choice_would_show(three, client):
    page = unescape(client.get("/partners?tier=priority").text)
    strip = page.partition('class="facet-strip"')[2].partition("</ul>")[0]
    assert 'href="?tier=priority&status=stuck"' in strip
    assert strip.count('<span class="facet-n">1</span>') == 1, "only what is of this tier"
    tiers = page.partition("Tier: ")[2].partition("</details>")[0]
    assert '<a href="?" aria-current="true">' in tiers, "a chosen value takes itself away"
    assert 'href="?tier=priority&tier=wide"' in tiers, "and the others are still counted"


def test_counts_follow_every_write(make, client):
    for n in range(3):
        make.partner()
        assert f"{n + 1} partner" in client.get("/partners").text


def test_a_row_says_what_must_be_known(three, make, client, today):
    stuck, _ = three
    make.visit(stuck, on=date(2025, 2, 3))
    make.visit(stuck, on=today + timedelta(days=9), state=DelegationState.planned)
    page = client.get("/partners?status=stuck").text
    row = page.partition("<tbody>")[2]
    for text in ("Tokyo", "Đông Kinh", 'title="Japan"', "3 Feb 2025", "24 Jun 2026", "officer"):
        assert text in row, text
    assert "no programme" in row.lower()
    assert "387 of 12 months" in row


def test_marks_of_what_is_not_official_are_seen(make, three, client):
    make.partner(slug="sample", is_demo=True)
    page = client.get("/partners").text
    assert page.count("chip-demo") == 2
    assert "illustrative" in page


def test_rows_lead_to_the_partner_with_the_list_behind(three, client):
    page = unescape(client.get("/partners?status=stuck&q=kinh").text)
    assert 'href="/partners/stuck?list=status=stuck%26q=kinh"' in page


def test_an_empty_list_says_how_to_fill_it(client, as_):
    assert 'href="/partners/new"' in client.get("/partners").text.partition('class="empty"')[2]
    assert 'href="/partners/new"' not in as_("viewer").get("/partners").text
    assert "Show all partners" in client.get("/partners?q=nowhere").text


def test_archived_partners_are_not_listed(database, three, listed, client, officer):
    with database.write() as session:
        partner = session.get(Partner, three[0].id)
        partner.archived_at = clock.now()
        record(session, officer, "partner.archived", partner, partners=[partner])
    assert set(listed()) == {"deep", "untied"}
    assert "2 partners" in client.get("/partners").text


def test_htmx_gets_the_list_alone_and_the_address(three, client):
    answer = client.get("/partners?tier=wide", headers={"HX-Request": "true"})
    assert answer.text.startswith('<div class="stack" id="partners-list"')
    assert answer.headers["hx-push-url"] == "/partners?tier=wide"
    assert "<html" not in answer.text


NAMES = ["<script>alert(1)</script>", "שלום", "Cafe\u0301 Town", 'O\'Neil & "Sons"', "a%(slug)sb%%c%s"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_text(make, client, name):
    make.partner(slug="x", name_vi=name, name_en=name)
    page = client.get("/partners").text
    assert "<script>alert" not in page
    assert name in unescape(page)
    assert "<bdi>" in page


def test_the_list_costs_the_same_for_ten_and_for_three_hundred(make, client, queries):
    def cost():
        with queries() as seen:
            assert client.get("/partners").status_code == 200
        assert not seen.writes()
        return len(seen)

    with make.together():
        for _ in range(10):
            make.partner()
    few = cost()
    with make.together():
        for _ in range(290):
            make.partner()
    assert cost() == few <= 13


def test_the_page_of_forty_is_under_sixty_kilobytes(make, client):
    with make.together():
        for n in range(60):
            make.partner(name_vi=f"Thành phố Xanh Pê-téc-bua số {n}", friendship_since=LONG_AGO)
    client.cookies.set("locale", "vi")
    assert len(client.get("/partners?sort=-urgency").content) < 60_000


def test_everybody_who_is_signed_in_reads_the_list(three, as_, listed):
    for name in PEOPLE:
        assert len(listed("", as_(name))) == 3
    answer = as_("stranger").get("/partners?tier=wide")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/partners%3Ftier%3Dwide"


def test_search_leads_to_the_list_and_suggests(three, client):
    answer = client.get("/search?q=nuu+uoc")
    assert (answer.status_code, answer.headers["location"]) == (303, "/partners?q=nuu+uoc")
    assert client.get("/search?q=+").headers["location"] == "/partners"
    found = client.get("/search/suggest?q=kinh").text
    assert 'href="/partners/stuck"' in found
    assert found.count("<li>") == 1
    assert "<li>" not in client.get("/search/suggest?q=").text


def test_a_step_that_deepens_is_credible_in_the_filter(three, make, listed, officer):
    make.follow_up(three[0], kind=FollowUpKind.proposal, assignee_id=officer.user_id)
    assert listed("step=credible") == ["stuck"]


def test_a_list_row_has_both_names(three, database, officer, today):
    with database.read() as session:
        row = next(
            r for r in list_partners(session, officer, PartnerFilters(), today=today) if r.slug == "stuck"
        )
    assert (row.name(Locale.vi), row.other_name(Locale.vi)) == ("Đông Kinh", "Tokyo")
    assert (row.name(Locale.en), row.other_name(Locale.en)) == ("Tokyo", "Đông Kinh")
