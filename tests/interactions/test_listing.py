"""The list of contacts on the page: filters, counts, order, pages, and what is confidential."""

import re
from datetime import date

import pytest

from app.vocabulary import Channel
from tests.factories import MAKER


@pytest.fixture
def five(make):
    with make.together():
        oslo = make.partner(slug="oslo", name_vi="Oslo", name_en="Oslo")
        seoul = make.partner(slug="seoul", name_vi="Seoul", name_en="Seoul")
        letter = make.interaction(oslo, title="thư hỏi", on=date(2026, 1, 5), channel=Channel.letter_out,
                                  two_way=False)  # fmt: skip
        for partners, title, on, channel, two_way, more in (
            (oslo, "trả lời", date(2026, 2, 5), Channel.letter_in, False, {"answers_id": letter.id}),
            ([oslo, seoul], "gặp bên lề", date(2026, 3, 5), Channel.meeting, True, {"people": "Ông Kim"}),
            (seoul, "gọi", date(2025, 3, 5), Channel.call, True, {}),
            (seoul, "nói riêng", date(2026, 4, 5), Channel.call, True,
             {"people": "Bà Kín", "summary": "điều kín", "confidential": True}),
        ):  # fmt: skip
            make.interaction(partners, title=title, on=on, channel=channel, two_way=two_way, **more)


def titles(page):
    return re.findall(r'class="main-cell"><a href="/interactions/\d+"><bdi>(.*?)</bdi>', page)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["nói riêng", "gặp bên lề", "trả lời", "thư hỏi", "gọi"]),
        ("sort=on", ["gọi", "thư hỏi", "trả lời", "gặp bên lề", "nói riêng"]),
        ("q=gap+ben", ["gặp bên lề"]),
        ("channel=call", ["nói riêng", "gọi"]),
        ("channel=letter_in&channel=letter_out", ["trả lời", "thư hỏi"]),
        ("partner=oslo", ["gặp bên lề", "trả lời", "thư hỏi"]),
        ("two_way=false", ["trả lời"]),
        ("two_way=true&partner=oslo", ["gặp bên lề", "thư hỏi"]),
        ("since=2026-02-05&until=2026-03-05", ["gặp bên lề", "trả lời"]),
        ("q=%25", []),
    ],
)
def test_a_filter_shows_what_it_says_and_counts_it(client, five, query, shown):
    page = client.get(f"/interactions?{query}").text
    assert titles(page) == shown
    assert re.search(rf'role="status">{len(shown)} contact', page)


def test_the_counts_beside_the_filters_are_under_the_others(client, five):
    page = client.get("/interactions?partner=oslo").text
    counts = dict(re.findall(r'<li><a href="[^"]*channel=(\w+)">[^<]*<b>(\d+)</b>', page))
    assert {name: int(n) for name, n in counts.items() if n != "0"} == {
        "meeting": 1, "letter_out": 1, "letter_in": 1,
    }  # fmt: skip
    assert re.findall(r'two_way=(true|false)">[^<]*<span class="count">(\d)', page) == [
        ("true", "2"),
        ("false", "1"),
    ]
    assert 'href="/interactions?partner=oslo"' in client.get("/partners/oslo").text
    assert 'href="/interactions"' in client.get("/delegations").text


def test_who_took_part_in_a_confidential_one_is_hidden(as_, five):
    for who, reads in (("manager", True), ("officer", False), ("viewer", False)):
        page = as_(who).get("/interactions").text
        assert ("Bà Kín" in page, "Ông Kim" in page, "điều kín" in page) == (reads, True, False), who
        assert "nói riêng" in page, "that it took place is no secret"
    assert MAKER.user_id is None, "an officer would read notes of their own"


@pytest.mark.parametrize(
    "query", ["page=2", "page=0", "sort=title", "channel=fax", "partner=none", "x=1", "since=2026-13-01"]
)
def test_what_means_nothing_is_refused(client, five, query):
    assert client.get(f"/interactions?{query}").status_code == 422


def test_a_hostile_title_is_text_and_one_in_the_trash_is_gone(client, make):
    row = make.interaction(make.partner(), title="<script>alert(1)</script> =1+1")
    assert "&lt;script&gt;" in client.get("/interactions").text
    client.post(f"/interactions/{row.id}/delete", data={"version": "1", "form_token": "x"})
    client.get("/")
    assert titles(client.get("/interactions").text) == []


def test_one_row_and_a_page_of_them_ask_the_same(client, make, queries):
    place = make.partner()
    make.interaction(place)
    with queries() as one:
        client.get("/interactions")
    with make.together():
        for n in range(40):
            make.interaction([place, make.partner()], title=f"tiếp xúc {n}" * 10)
    with queries() as many:
        page = client.get("/interactions")
    assert len(many) == len(one), many
    assert len(page.content) < 60_000
    assert len(titles(page.text)) == 25
    assert len(titles(client.get("/interactions?page=2").text)) == 16
