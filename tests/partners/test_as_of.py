"""Lists as of another day: the same filters, orders, counts and pages, over the standings of that day."""

import re
from collections import Counter
from datetime import date
from html import unescape

import pytest

from app import clock
from app.vocabulary import DelegationState, FollowUpKind, Region, Status, Tier

DAYS = ["1999-12-31", "2012-06-01", "2025-02-28", "2026-06-15", "2029-01-01"]


@pytest.fixture
def register(make):
    """Seven partners whose standings differ from day to day."""
    with make.together():
        sector, unit = make.sector(code="water"), make.unit()
        kyoto = make.partner(slug="kyoto", friendship_since=date(2000, 1, 10), tier=Tier.priority)
        make.review(kyoto, on=date(2010, 1, 1))
        kobe = make.partner(slug="kobe", friendship_since=date(2010, 1, 10), strengths=[sector])
        make.visit(kobe, on=date(2024, 11, 5))
        nara = make.partner(slug="nara", tier=Tier.wide, region=Region.europe, country="FR")
        make.agreement(nara, signed_on=date(2020, 1, 10), sectors=[sector], lead_unit=unit)
        make.visit(nara, on=date(2024, 12, 1), state=DelegationState.reported)
        deep = make.partner(slug="deep", friendship_since=date(2008, 2, 20))
        programme = make.programme(deep, sector=sector, started_on=date(2025, 1, 1))
        make.progress(programme, on=date(2026, 2, 1))
        held = make.partner(slug="held", friendship_since=date(2012, 1, 10))
        make.review(held)
        make.follow_up(held, kind=FollowUpKind.proposal, unit=unit)
        parked = make.partner(slug="parked", friendship_since=date(2001, 1, 10))
        make.review(parked, on=date(2002, 1, 1))
        make.pause(parked, starts_on=date(2025, 1, 1), until=date(2026, 1, 1))
        make.partner(slug="untied")
        make.partner(slug="away", friendship_since=date(2001, 1, 1), archived_at=clock.now())
    return ["deep", "held", "kobe", "kyoto", "nara", "parked", "untied"]


def strip_of(page):
    """The counts of the statuses above a list, in their order."""
    strip = page.partition('class="facet-strip"')[2].partition("</ul>")[0]
    return [int(n) for n in re.findall(r'<span class="facet-n">(\d+)', strip)]


@pytest.mark.parametrize("day", DAYS)
def test_a_list_of_a_day_is_what_each_partner_was_on_it(register, client, api, listed, day):
    program = api("read_key")
    alone = {s: program.get(f"/api/v1/partners/{s}/standing?as_of={day}").json() for s in register}
    together = program.get(f"/api/v1/standings?as_of={day}&limit=200").json()["items"]
    assert {row["partner"]: row for row in together} == alone
    items = program.get(f"/api/v1/partners?as_of={day}").json()["items"]
    for item in items:
        whole = alone[item["id"]]
        for name in ("status", "rung", "warmth", "quadrant", "step", "waiting_since", "months_waiting"):
            assert item[name] == whole[name], (item["id"], name)
    counts = Counter(row["status"] for row in alone.values())
    page = client.get(f"/partners?as_of={day}").text
    assert [n for n in strip_of(page) if n] == [n for s in Status if (n := counts[s])]
    for status in counts:
        wanted = {s for s, row in alone.items() if row["status"] == status}
        assert set(listed(f"as_of={day}&status={status}")) == wanted
    for rung in {row["rung"] for row in alone.values()}:
        wanted = {s for s, row in alone.items() if row["rung"] == rung}
        assert set(listed(f"as_of={day}&rung={rung}")) == wanted
    silent = {s for s, row in alone.items() if "silent" in {r["code"] for r in row["reasons"]}}
    assert set(listed(f"as_of={day}&reason=silent")) == silent
    by_need = sorted(alone.values(), key=lambda row: -row["urgency"])
    urgencies = [alone[s]["urgency"] for s in listed(f"as_of={day}&sort=-urgency")]
    assert urgencies == [row["urgency"] for row in by_need]


def test_pages_of_a_day_follow_each_other(register, api):
    program, found = api("read_key"), []
    address = "/api/v1/partners?as_of=2025-02-28&sort=-urgency&limit=3"
    while address:
        answer = program.get(address).json()
        found += [item["id"] for item in answer["items"]]
        address = answer["next"]
    assert sorted(found) == register, "each once"


def test_another_day_is_told_keeps_the_filters_and_offers_nothing_to_do(register, client):
    page = client.get("/partners?as_of=2025-02-28&tier=priority").text
    assert "28 Feb 2025" in page
    assert "Back to today" in page
    assert 'href="/partners/new"' not in page
    assert unescape(re.search(r'href="([^"]*)">Back to today', page)[1]) == "?tier=priority"
    form = page.partition('id="as-of"')[0].rpartition("<form")[2]
    assert '<input type="hidden" name="tier" value="priority">' in form
    link = unescape(re.search(r'href="(/partners/kyoto\?[^"]+)"', page)[1])
    partner = client.get(link).text
    assert "28 Feb 2025" in partner, "the partner's page stays on that day"
    assert 'href="/partners?as_of=2025-02-28&amp;tier=priority">Back to the list' in partner
    assert "1 of 1" in partner
    assert "Log a visit</a>" not in partner.partition('id="main"')[2]
    ahead = client.get("/partners?as_of=2029-01-01").text
    assert "if nothing new happens" in ahead


def test_today_asked_for_by_its_date_is_today(register, client):
    page = client.get("/partners?as_of=2026-06-15").text
    assert 'href="/partners/new"' in page
    assert "Back to today" not in page


@pytest.mark.parametrize("query", ["as_of=2025-02-30", "as_of=soon", "as_of=2025-01-01&as_of=2025-01-02"])
def test_what_is_no_day_is_refused(client, api, query):
    for answer in (client.get(f"/partners?{query}"), api("read_key").get(f"/api/v1/partners?{query}")):
        assert answer.status_code == 422


def test_the_next_contact_of_a_past_day_is_the_visit_that_came(register, api):
    items = api("read_key").get("/api/v1/partners?as_of=2024-06-01").json()["items"]
    ahead = {item["id"]: item["next_contact_on"] for item in items}
    assert (ahead["kobe"], ahead["nara"], ahead["deep"]) == ("2024-11-05", "2024-12-01", None)


def test_the_review_of_a_day_has_the_queue_counts_and_case_of_that_day(register, client, api):
    day = "2025-02-28"
    listed = api("read_key").get(f"/api/v1/standings?as_of={day}").json()["items"]
    stuck = {row["partner"] for row in listed if row["status"] == "stuck" and row["step"] != "credible"}
    assert stuck
    assert stuck != {
        row["partner"]
        for row in api("read_key").get("/api/v1/standings?status=stuck").json()["items"]
        if row["step"] != "credible"
    }, "the day makes a difference"
    page = client.get(f"/review?as_of={day}").text
    assert set(re.findall(r"data-queue-item href=\"[^\"]*partner=([\w-]+)", page)) == stuck
    counts = Counter(row["status"] for row in listed)
    assert [n for n in strip_of(page) if n] == [n for s in Status if (n := counts[s])]
    cells = Counter(row["quadrant"] for row in listed if row["quadrant"])
    for quadrant, n in cells.items():
        cell = re.search(rf"<a[^>]*quadrant={quadrant}[^>]*>.*?</a>", page, re.S)[0]
        assert f">{n}<" in cell
    case = page.partition('id="case"')[2]
    assert "28 Feb 2025" in page
    assert "/pauses" not in case
    assert "/steps" not in case
    assert "Nothing is missing" not in case, "nothing is decided on another day"


def test_a_list_of_a_day_costs_as_many_statements_for_many_as_for_one(make, client, queries):
    counted = []
    for n in (1, 12):
        with make.together():
            for _ in range(n):
                make.visit(make.partner(friendship_since=date(2012, 1, 10)), on=date(2024, 1, 1))
        for path in ("/partners?as_of=2025-01-01", "/review?as_of=2025-01-01&view=all"):
            with queries() as seen:
                assert client.get(path).status_code == 200
            counted.append(len(seen))
    assert counted[:2] == counted[2:], counted
