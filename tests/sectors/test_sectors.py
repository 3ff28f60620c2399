"""What came out with a partner in a sector since a day: on pages and over REST."""

from datetime import date

import pytest

from app.vocabulary import ResultLevel, SectorLevel
from tests.staging import staged


@staged
def world(make):
    """Two partners, two sectors of one area, results old and new, proved and not."""
    with make.together():
        area = make.sector(code="P1", name_en="Area one", level=SectorLevel.policy_area)
        water = make.sector(code="water", name_en="Water", parent=area)
        waste = make.sector(code="waste", name_en="Waste", parent=area)
        fukuoka = make.partner(slug="fukuoka", name_en="Fukuoka", strengths=[water, waste])
        lisbon = make.partner(slug="lisbon", name_en="Lisbon")
        one = make.programme(fukuoka, title="Clean water", sector=water)
        two = make.programme([fukuoka, lisbon], title="Sorting", sector=waste)
        make.result(
            one, indicator="Taps", on=date(2026, 3, 1), evidence="Report 1", level=ResultLevel.outcome
        )
        make.result(one, indicator="Pipes", on=date(2026, 4, 1), evidence=None)
        make.result(one, indicator="Old wells", on=date(2023, 4, 1), evidence="Report 0")
        make.result(two, indicator="Bins", on=date(2026, 5, 1), evidence="List")
        make.milestone(one, title="Survey", done_on=date(2026, 2, 1))
        make.agreement(fukuoka, title="Water paper", sectors=[water, waste])
    return {"one": one, "two": two}


EVERY = ("Taps", "Pipes", "Old wells", "Bins")
ASKED = [
    ("water", "", {"Taps", "Pipes", "Old wells"}),
    ("water", "?since=2026-01-01", {"Taps", "Pipes"}),
    ("water", "?partner=lisbon", set()),
    ("waste", "?partner=lisbon", {"Bins"}),
    ("P1", "?partner=fukuoka&since=2026-03-01", {"Taps", "Pipes", "Bins"}),
    ("P1", "?since=2027-01-01", set()),
]


@pytest.mark.parametrize(("code", "query", "found"), ASKED)
def test_the_page_and_the_api_answer_alike(client, api, world, code, query, found):
    page = client.get(f"/sectors/{code}{query}").text
    assert {name for name in EVERY if f"<bdi>{name}</bdi>" in page} == found
    listed = api("read_key").get(f"/api/v1/sectors/{code}/outcomes{query}").json()
    assert {item["indicator"] for item in listed["items"]} == found
    assert f"{len(found)} result{'' if len(found) == 1 else 's'}" in page


def test_results_with_evidence_stand_apart(client, api, world):
    page = client.get("/sectors/water").text
    assert "3 results, 2 of them with evidence; 1 programme." in page
    proved, _, unproved = page.partition('Unverified <span class="count">1</span>')
    assert "<bdi>Taps</bdi>" in proved
    assert "<bdi>Pipes</bdi>" in unproved
    for text in ("Clean water", "Survey", "Water paper", "Fukuoka", "Area one"):
        assert text in page
    key = api("read_key")
    only = key.get("/api/v1/sectors/water/outcomes?verified=false").json()["items"]
    assert [(i["indicator"], i["verified"], i["programme"]) for i in only] == [
        ("Pipes", False, world["one"].id)
    ]
    first = key.get("/api/v1/sectors/P1/outcomes?limit=3").json()
    rest = key.get(first["next"]).json()
    assert [i["indicator"] for i in first["items"] + rest["items"]] == ["Bins", "Pipes", "Taps", "Old wells"]
    assert rest["next"] is None


def test_the_partner_page_answers_the_same(client, world):
    def shown(query):
        page = client.get(f"/partners/fukuoka{query}").text
        section = page.partition('id="programmes-head"')[2].partition("</section>")[0]
        return {name for name in EVERY if f"<bdi>{name}</bdi>" in section}, section

    assert shown("?sector=water&since=2026-01-01")[0] == {"Taps", "Pipes"}
    found, section = shown("?since=2026-04-15")
    assert found == {"Bins"}
    assert "1 result, 1 of them with evidence; 2 programmes." in section
    assert shown("")[0] == set(EVERY)
    assert 'value="water"' in section
    assert client.get("/partners/fukuoka?sector=magic").status_code == 422
    assert client.get("/partners/fukuoka?since=soon").status_code == 422


def test_the_index_counts_what_the_pages_show(client, api, world):
    assert client.get("/sectors").status_code == 200
    lines = {line["id"]: line for line in api("read_key").get("/api/v1/sectors").json()["items"]}
    figures = ("programmes", "running", "results", "verified", "agreements", "partners")
    assert [lines["water"][name] for name in figures] == [1, 1, 3, 2, 1, 1]
    assert [lines["P1"][name] for name in figures] == [2, 2, 4, 3, 1, 1]
    one = api("read_key").get("/api/v1/sectors/water")
    assert one.json() == lines["water"]
    tag = {"If-None-Match": one.headers["etag"]}
    assert api("read_key").get("/api/v1/sectors/water", headers=tag).status_code == 304
    below = api("read_key").get("/api/v1/sectors?area=P1&limit=1").json()
    assert [i["id"] for i in below["items"]] == ["waste"]
    assert api("read_key").get(below["next"]).json()["items"][0]["id"] == "water"


def test_archived_work_counts_nowhere(client, api, world):
    client.post(f"/programmes/{world['one'].id}/delete", data={"version": "1", "form_token": "a"})
    assert "<bdi>Taps</bdi>" not in client.get("/sectors/water").text
    assert api("read_key").get("/api/v1/sectors/water").json()["results"] == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [("/none", 404), ("/water?partner=none", 422), ("/water?since=soon", 422), ("/water?colour=red", 422)],
)
def test_what_means_nothing_is_refused(client, api, world, path, status):
    assert client.get(f"/sectors{path}").status_code == status
    where, _, query = path.partition("?")
    more = f"/outcomes?{query}" if query else ""
    assert api("read_key").get(f"/api/v1/sectors{where}{more}").status_code == status


def test_hostile_names_are_shown_and_never_run(client, make, world):
    evil = "<script>alert(1)</script>"
    make.result(world["one"], indicator=evil, evidence=evil)
    make.milestone(world["one"], title=evil, done_on=date(2026, 1, 2))
    for url in ("/sectors/water", "/partners/fukuoka"):
        assert evil not in client.get(url).text


def test_it_costs_the_same_for_one_and_for_many(client, make, world, queries):
    def cost():
        found = []
        for url in ("/sectors", "/sectors/P1?partner=fukuoka&since=2020-01-01"):
            with queries() as seen:
                page = client.get(url)
            assert len(page.content) < 60_000
            found.append(len(seen))
        return found

    few = cost()
    with make.together():
        for n in range(30):
            sector = make.sector()
            partner = make.partner(strengths=[sector])
            make.result(make.programme(partner, sector=sector))
            make.result(world["one"], indicator=f"more {n}")
            make.agreement(partner, sectors=[sector])
    assert cost() == few
    assert few[1] <= 24


def test_sectors_are_for_those_who_are_signed_in(stranger, as_, world):
    assert stranger.get("/sectors/water").headers["location"].startswith("/sign-in")
    page = as_("viewer").get("/sectors/waste?partner=lisbon").text
    assert "/programmes/new" not in page
