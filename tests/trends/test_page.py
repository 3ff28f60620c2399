"""The page of trends and its twins: the same numbers on screen, in files and over REST."""

import csv
import io
import re
from datetime import date

import pytest
from openpyxl import load_workbook

from app.history import record
from app.models import Partner
from app.standing import course as rule
from app.trends.sheets import Sheet
from tests import factories
from tests.factories import MAKER
from tests.trends.conftest import moves_of

HERE = "/review/trends"


@pytest.fixture
def told(api):
    """`told("tier=wide")`: what the API says."""

    def ask(query=""):
        answer = api("read_key").get(f"/api/v1/trends?{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


def flows(found):
    """Who came and who left, by day."""
    return sorted(
        (move["day"], way, move["partner"])
        for month in found["months"]
        for way in ("came", "left")
        for move in month[way]
    )


MOVES = [
    ("2018-05-05", "came", "lyon"),
    ("2020-03-01", "left", "kyoto"),
    ("2023-03-01", "came", "kyoto"),
]


def test_the_page_tells_who_moved_in_words_and_pictures(as_, world, told):
    page = as_("viewer").get(HERE).text
    assert moves_of(page) == [(day, slug) for day, _, slug in reversed(MOVES)]
    assert flows(told()) == MOVES
    assert "2 of 3 partners are stuck on 15 Jun 2026; on 31 Jul 2016 it was 1." in page
    assert "Became stuck: 2. Ceased to be stuck: 1. Difference: +1." in page
    assert "Partners with a dated tie: 2; 1 of them came to a programme." in page
    assert "within 121 months of the tie; without one so far: 1." in page
    assert page.count('role="img"') == 7
    assert len(re.findall(r'aria-labelledby="p\db?-t p\db?-d"', page)) == 7
    for sheet in Sheet:
        assert f'href="/review/trends/{sheet}.csv"' in page
    assert 'aria-current="page"' in page.split('href="/review/trends"', 1)[1][:40]
    assert len(page.encode()) < 60_000


def test_of_every_month_the_count_is_what_was_and_who_came_less_who_left(world, told):
    found = told("from=2009-05-05")
    assert (found["start"], found["end"], found["partners"]) == ("2009-05-05", "2026-06-15", 3)
    before = found["before"]["stuck"]
    for month in found["months"]:
        assert month["status"]["stuck"] == before + len(month["came"]) - len(month["left"])
        assert sum(month["status"].values()) == sum(month["rung"].values()) == 3
        before = month["status"]["stuck"]
    assert found["months"][0]["status"]["untied"] == 3, "nobody was a partner yet"
    years = {year["year"]: year for year in found["years"]}
    assert (years[2010]["new_ties"], years[2010]["tied"], years[2010]["share"]) == (1, 1, 0.0)
    assert (years[2020]["tied"], years[2020]["substantive"], years[2020]["share"]) == (2, 1, 50.0)
    assert years[2009]["share"] is None
    assert (years[2020]["first_programmes"], years[2020]["median_months"]) == (1, 121)
    assert [(c["year"], c["partners"], c["months"]) for c in found["cohorts"]] == [
        (2010, 1, [121]),
        (2015, 1, []),
    ]


def test_what_changed_since_the_last_report_is_one_click_and_one_call_away(client, make, told):
    """The days since the end of the last reporting period."""
    fell = make.partner(slug="oslo", friendship_since=date(2024, 6, 15))
    make.review(fell, on=date(2024, 7, 1))
    before = make.partner(slug="rome", friendship_since=date(2023, 11, 3))
    make.review(before, on=date(2024, 4, 1))
    link = re.search(r'href="(\?from=[\d-]+)">Since the last report', client.get(HERE).text)[1]
    page = client.get(HERE + link).text
    assert moves_of(page) == [("2026-06-15", "oslo")]
    assert flows(told(link[1:])) == [("2026-06-15", "came", "oslo")]


@pytest.mark.parametrize(
    ("query", "partners", "moved"),
    [
        ("tier=wide", 1, ["lyon"]),
        ("region=europe&region=americas", 2, ["lyon"]),
        ("forum=cities", 1, ["lyon"]),
        ("sector=energy", 1, ["kyoto", "kyoto"]),
        ("officer=none", 3, ["kyoto", "kyoto", "lyon"]),
        ("officer=me", 0, []),
        ("from=2019-01-01&to=2021-01-01", 3, ["kyoto"]),
    ],
)
def test_filters_and_period_narrow_page_files_and_api_alike(client, world, told, query, partners, moved):
    found = told(query)
    assert found["partners"] == partners
    assert sorted(slug for _, _, slug in flows(found)) == moved
    page = client.get(f"{HERE}?{query}")
    assert page.status_code == 200
    assert sorted(slug for _, slug in moves_of(page.text)) == moved
    file = client.get(f"{HERE}/moves.csv?{query}").text
    assert sorted(row[2] for row in list(csv.reader(io.StringIO(file)))[1:]) == moved


@pytest.mark.parametrize(
    "query",
    [
        "colour=red", "tier=1", "forum=nobody", "sector=nobody", "officer=nobody@city.example",
        "from=2027-01-01",
        "to=2026-06-16", "from=2026-02-30", "from=9223372036854775808", "from=2026-06-02&to=2026-06-01",
        "from=1950-01-01", "from=2020-01-01&from=2021-01-01", "status=stuck",
    ],
)  # fmt: skip
def test_what_the_page_does_not_know_is_refused_and_not_ignored(client, api, world, query):
    assert client.get(f"{HERE}?{query}").status_code == 422
    assert client.get(f"{HERE}/status.csv?{query}").status_code == 422
    assert api("read_key").get(f"/api/v1/trends?{query}").status_code == 422


def test_who_may(as_, api, world):
    assert as_("stranger").get(HERE).status_code == 303
    assert as_("stranger").get(f"{HERE}/status.csv").status_code == 303
    assert api(None).get("/api/v1/trends").status_code == 401
    for name in ("no.csv", "status.pdf", "all.csv", "status.csv.xlsx"):
        assert as_("viewer").get(f"{HERE}/{name}").status_code == 404


def test_files_hold_every_month_in_the_readers_language(client, world):
    for name in (*Sheet, "all"):
        book = load_workbook(io.BytesIO(client.get(f"{HERE}/{name}.xlsx?from=2000-01-01").content))
        assert len(book.sheetnames) == (len(Sheet) if name == "all" else 1)
    answer = client.get(f"{HERE}/stuck.csv?from=2009-06-01")
    assert 'filename="trends-stuck-2009-06-01-2026-06-15.csv"' in answer.headers["content-disposition"]
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head == ["From", "Until", "Became stuck", "Ceased to be", "Stuck then"]
    assert len(rows) == 205
    assert ["2020-03-01", "2020-03-31", "0", "1", "1"] in rows
    client.cookies.set("locale", "vi")
    assert "Mới dừng" in client.get(f"{HERE}/stuck.csv").text


def test_no_name_acts_as_a_formula_or_as_markup(client, make):
    bad = make.partner(
        slug="bad",
        name_vi="=HYPERLINK(1)",
        name_en="<script>alert(1)</script>",
        friendship_since=date(2020, 1, 1),
    )
    make.review(bad, on=date(2020, 1, 2))
    page = client.get(HERE).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    client.cookies.set("locale", "vi")
    assert "'=HYPERLINK(1)" in client.get(f"{HERE}/moves.csv").text
    sheet = load_workbook(io.BytesIO(client.get(f"{HERE}/moves.xlsx").content)).active
    assert (sheet["B2"].data_type, sheet["B2"].value) == ("s", "=HYPERLINK(1)")


def test_both_languages_and_an_empty_answer(client, world):
    client.cookies.set("locale", "vi")
    page = client.get(HERE).text
    assert "Đối tác theo tình trạng" in page
    assert "Partners by status" not in page
    assert 'class="empty"' in client.get(f"{HERE}?officer=me").text
    client.cookies.set("locale", "en")
    assert 'class="empty"' in client.get(f"{HERE}?officer=me").text


def test_edits_of_the_policy_are_marked_and_today_s_tells_every_month(client, database, make, world, told):
    with database.write() as session:
        policy = factories.policy(session)
        session.flush()
        policy.patience_wide = 60
        record(session, MAKER, "policy.changed", policy)
    page = client.get(HERE).text
    assert page.count('class="policy-mark"') == 6, "every chart with an axis of days"
    assert "patience of wide partners 36 → 60" in page
    assert told()["policy"] == [{"day": "2026-06-15", "changes": {"patience_wide": [36, 60]}}]
    assert ("2020-05-05", "came", "lyon") in flows(told()), "as if it had always been in force"
    assert 'class="policy-mark"' not in client.get(f"{HERE}?to=2026-06-14").text


# ---- nothing is worked out twice


@pytest.fixture
def built(monkeypatch):
    """How many courses the rule has compiled."""
    count, real = [], rule.Course.__init__

    def counting(self, dossier, policy):
        count.append(dossier)
        real(self, dossier, policy)

    monkeypatch.setattr(rule.Course, "__init__", counting)
    return count


def test_pages_assess_nobody_and_a_change_assesses_whom_it_touches(
    client, database, make, world, built, told
):
    client.get(HERE)
    told("from=1990-01-01")
    client.get(f"{HERE}/status.csv?tier=wide")
    assert not built
    make.programme(world.lyon, started_on=date(2024, 1, 10))
    assert len(built) == 1
    assert ("2024-01-10", "left", "lyon") in flows(told())
    assert ("2024-01-10", "lyon") in moves_of(client.get(HERE).text)
    assert len(built) == 1


def test_evidence_edited_archived_and_taken_back_shows_at_once(client, database, make, world, told):
    run = make.programme(world.lyon, started_on=date(2024, 1, 10))
    assert ("2024-01-10", "left", "lyon") in flows(told())

    def change(table, key, **fields):
        with database.write() as session:
            found = session.get(table, key)
            for name, value in fields.items():
                setattr(found, name, value)
            record(session, MAKER, "x.changed", found)

    change(type(run), run.id, started_on=date(2024, 2, 20))
    assert ("2024-02-20", "left", "lyon") in flows(told())
    change(type(run), run.id, archived_at=factories.clock.now())
    assert flows(told()) == MOVES
    change(Partner, world.lyon.id, archived_at=factories.clock.now())
    assert (told()["partners"], flows(told())) == (2, MOVES[1:])
    change(Partner, world.lyon.id, archived_at=None)
    assert flows(told()) == MOVES
    change(Partner, world.lyon.id, friendship_since=date(2015, 6, 6))
    assert ("2018-06-06", "came", "lyon") in flows(told())


def test_sixty_years_of_a_hundred_partners_stay_a_light_page(client, make):
    """How many statements it takes is in tests/test_costs.py."""
    with make.together():
        sector = make.sector()
        for n in range(100):
            partner = make.partner(friendship_since=date(1970 + n // 2, 1 + n % 12, 3))
            make.programme(partner, sector=sector, started_on=date(1974 + n // 2, 1 + n % 12, 3))
    for query in ("", "?from=1967-01-01", "?from=2021-01-01"):
        page = client.get(HERE + query)
        assert page.status_code == 200
        assert len(page.content) < 60_000, (query, len(page.content))
