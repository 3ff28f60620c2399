"""What moved standings: named with the day and the records behind it, on the page and over REST."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from app.vocabulary import Region, Status, Tier
from tests.actors import bearer
from tests.staging import staged

PERIOD = "from=2019-01-01&to=2023-12-31"


@staged
def world(make):
    """Kyoto: lifted by a programme on 2020-03-01, which fell quiet; stuck again on 2023-03-01. Lyon: stuck
    since 2018-05-05, met and silent. A talk with Lima is confidential."""
    with make.together():
        sector = make.sector(code="energy")
        kyoto = make.partner(
            slug="kyoto", name_en="Kyoto", friendship_since=date(2010, 1, 10), strengths=[sector]
        )
        make.review(kyoto, on=date(2010, 2, 1))
        programme = make.programme(
            kyoto, sector=sector, started_on=date(2020, 3, 1), title="Nước sạch", title_en="Clean water"
        )
        lyon = make.partner(
            slug="lyon", name_en="Lyon", country="FR", region=Region.europe, tier=Tier.wide,
            friendship_since=date(2015, 5, 5),
        )  # fmt: skip
        make.review(lyon, on=date(2015, 6, 1))
        lima = make.partner(slug="lima", name_en="Lima", country="PE", region=Region.americas)
        make.interaction(lima, on=date(2021, 7, 7), summary="A secret word", confidential=True)
    return programme.id


def rows(page):
    """The lines of the table: day, slug, and the plain text of why."""
    found = []
    for line in page.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]:
        slug, day = re.search(r'href="/partners/([\w-]+)\?as_of=([\d-]+)"', line).groups()
        why = re.sub(r"<[^>]+>", "", line.partition('<td class="wide-cell">')[2])
        found.append((day, slug, unescape(why).strip()))
    return found


def test_each_move_is_named_with_its_day_and_cause(client, world):
    page = client.get(f"/review/moves?{PERIOD}").text
    assert rows(page) == [
        (
            "2023-03-01",
            "kyoto",
            "patience of 24 months ran out, counted from 1 Mar 2021: Clean water",
        ),
        ("2022-09-01", "kyoto", "18 months without a programme, counted from 1 Mar 2021: Clean water"),
        ("2021-07-07", "lima", "new contact: contact"),
        (
            "2021-03-01",
            "kyoto",
            "no progress of a programme for 12 months, counted from 1 Mar 2020: Clean water",
        ),
        (
            "2020-09-01",
            "kyoto",
            "no progress of a programme for 6 months, counted from 1 Mar 2020: Clean water",
        ),
        ("2020-03-01", "kyoto", "programme started: Clean water"),
    ]
    assert f'href="/programmes/{world}"' in page
    assert "secret" not in page


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("into=stuck", ["2023-03-01"]),
        ("out_of=stuck", ["2020-03-01"]),
        ("rung=contact", ["2021-07-07"]),
        ("partner=lyon", []),
        ("partner=kyoto&into=slowing&into=stuck", ["2023-03-01", "2020-09-01"]),
        ("region=americas", ["2021-07-07"]),
        ("sector=energy&rung=substantive", ["2020-03-01"]),
        ("country=PE", ["2021-07-07"]),
        ("q=lima", ["2021-07-07"]),
        ("kind=capital", []),
        ("cause=none&gap=no_officer&basis=sourced&country=PE", ["2021-07-07"]),
        ("in_period=signed&since=2020-01-01&until=2020-12-31", []),
    ],
)
def test_moves_are_narrowed(client, world, query, days):
    page = client.get(f"/review/moves?{PERIOD}&{query}").text
    assert [day for day, _, _ in rows(page)] == days
    assert days or "Nobody moved" in page


@pytest.mark.parametrize(
    "query",
    [
        "partner=nowhere",
        "from=2024-01-01&to=2023-01-01",
        "into=x",
        "page=2",
        "forum=none",
        "what=x",
        "since=2020-01-01",
        "as_of=2020-01-01",
    ],
)
def test_what_moves_do_not_know_is_refused(client, world, query):
    assert client.get(f"/review/moves?{query}").status_code == 422


def test_programs_read_the_same_page_by_page(client, world):
    key = {"headers": bearer("read_key") | {"accept-language": "en"}}
    whole = client.get(f"/api/v1/moves?{PERIOD}", **key).json()
    assert whole["next"] is None
    assert whole["items"][0] == {
        "partner": "kyoto",
        "day": "2023-03-01",
        "was": {"status": "at_risk", "rung": "friendship"},
        "now": {"status": "stuck", "rung": "friendship"},
        "causes": [
            {
                "code": "patience_over",
                "text": "patience of 24 months ran out, counted from 1 Mar 2021",
                "months": 24,
                "since": "2021-03-01",
                "evidence": [{"type": "programme", "id": world, "url": f"/programmes/{world}"}],
            }
        ],
    }
    found, url = [], f"/api/v1/moves?{PERIOD}&limit=4"
    while url:
        page = client.get(url, **key).json()
        found += page["items"]
        url = page["next"]
    assert found == whole["items"]
    assert client.get("/api/v1/moves?what=x", **key).status_code == 422


def test_the_moves_are_the_difference_of_the_standings(client, world):
    key = {"headers": bearer("read_key")}
    day, end = date(2019, 1, 1), date(2023, 12, 31)

    def standings(on):
        items = client.get(f"/api/v1/standings?as_of={on}", **key).json()["items"]
        return {it["partner"]: {"status": it["status"], "rung": it["rung"]} for it in items}

    now = standings(day - timedelta(days=1))
    for move in reversed(client.get(f"/api/v1/moves?{PERIOD}", **key).json()["items"]):
        assert now[move["partner"]] == move["was"]
        now[move["partner"]] = move["now"]
    assert now == standings(end)
    assert now["lyon"]["status"] == Status.stuck


def test_review_trends_report_and_partner_lead_to_what_moved(client, world):
    trends = client.get("/review/trends?from=2019-01-01&to=2023-12-31&region=americas").text
    assert 'href="/review/moves?from=2019-01-01&amp;to=2023-12-31&amp;region=americas"' in trends
    partner = client.get("/partners/kyoto").text
    link = unescape(re.search(r'href="(/review/moves\?partner=kyoto[^"]+)"', partner)[1])
    assert len(rows(client.get(link).text)) >= 5
    report = client.get("/reports?from=2023-01-01&to=2023-12-31").text
    assert 'href="/review/moves?partner=kyoto&amp;from=2023-01-01&amp;to=2023-12-31"' in report
    assert re.search(r'href="/review/moves\?from=\d{4}-\d\d-\d\d&amp;to=', client.get("/review").text)


@pytest.mark.parametrize(
    "query",
    [
        "country=JP&country=PE&q=o&kind=city",
        "cause=none&gap=no_officer&tier=regular",
        "in_period=signed&since=2020-01-01&until=2020-12-31",
    ],
)
def test_who_moved_since_is_asked_of_the_partners_that_are_counted(client, world, query):
    page = client.get(f"/review?view=all&{query}&sort=name").text
    link = unescape(re.search(r'href="(/review/moves\?from=[^"]+)"', page)[1])
    assert link.endswith(f"&{query}")
    assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    "query", ["rung=friendship", "warmth=cold", "quadrant=dormant", "reason=no_programme"]
)
def test_where_those_counted_change_themselves_nobody_is_said_to_have_moved(client, world, query):
    assert "/review/moves?from=" in client.get("/review").text
    assert "/review/moves?from=" not in client.get(f"/review?{query}").text


def test_the_page_costs_as_much_for_many(client, world, queries):
    client.get("/review/moves")
    with queries() as seen:
        client.get(f"/review/moves?{PERIOD}")
    assert len(seen) <= 26
