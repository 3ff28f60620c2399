"""The list of programmes: which, in what order, how many, at what cost."""

from datetime import date

import pytest

from app.vocabulary import OrganisationKind, ProgrammeState
from tests.staging import staged


@staged
def some(make, place):
    """One of every kind."""
    from app.models import ProgrammeUnit
    from app.vocabulary import ProgrammeUnitRole

    with make.together() as session:
        other = make.partner(slug="kanagawa", name_vi="Kanagawa", name_en="Kanagawa")
        area = make.sector(code="P9", name_en="Area nine")
        culture = make.sector(code="culture", name_en="Culture", parent=area)
        health = make.sector(code="health", name_en="Health")
        lead = make.unit(code="lead", name_en="Lead unit")
        fresh = make.programme(
            place, title="Alive", sector=culture, lead_unit=lead, started_on=date(2026, 1, 1), budget=100,
            currency="EUR", counterpart_funds=50,
        )  # fmt: skip
        make.progress(fresh, on=date(2026, 6, 1))
        make.programme(other, title="Quiet", sector=health, started_on=date(2025, 3, 1))
        ended = {"ended_on": date(2025, 1, 1), "ends_on": date(2025, 1, 1)}
        make.programme(
            [place, other], title="Ended", sector=culture, started_on=date(2023, 1, 1),
            state=ProgrammeState.completed, **ended,
        )  # fmt: skip
        make.programme(
            place, title="Đề xuất", sector=health, started_on=None, state=ProgrammeState.proposed,
            ends_on=date(2028, 1, 1),
        )  # fmt: skip
        donor = make.organisation(code="wb", kind=OrganisationKind.multilateral, name_en="World Bank")
        session.add(
            ProgrammeUnit(programme_id=fresh.id, organisation_id=donor.id, role=ProgrammeUnitRole.donor)
        )


EVERY = ["Alive", "Quiet", "Đề xuất", "Ended"]


def shown(client, query=""):
    page = client.get(f"/programmes{query}")
    assert page.status_code == 200, page.text
    places = {title: page.text.find(f"<bdi>{title}</bdi></a>") for title in EVERY}
    return sorted((t for t, at in places.items() if at >= 0), key=lambda t: places[t])


FILTERS = [
    ("", EVERY),
    ("?state=active", ["Alive", "Quiet"]),
    ("?state=proposed&state=completed", ["Đề xuất", "Ended"]),
    ("?sector=culture", ["Alive", "Ended"]),
    ("?area=P9", ["Alive", "Ended"]),
    ("?unit=lead", ["Alive"]),
    ("?donor=wb", ["Alive"]),
    ("?partner=kanagawa", ["Quiet", "Ended"]),
    ("?unmatched=true", ["Quiet", "Đề xuất"]),
    ("?quiet=true", ["Quiet"]),
    ("?quiet=false&state=active", ["Alive"]),
    ("?q=de xuat", ["Đề xuất"]),
    ("?q=%25", []),
    ("?sector=health&state=completed", []),
    ("?sort=title", ["Alive", "Đề xuất", "Ended", "Quiet"]),
    ("?sort=-started_on", ["Alive", "Quiet", "Ended", "Đề xuất"]),
    ("?sort=ends_on", ["Ended", "Đề xuất", "Alive", "Quiet"]),
]


@pytest.mark.parametrize(("query", "titles"), FILTERS)
def test_the_page_shows_what_is_asked_for(client, some, query, titles):
    assert shown(client, query) == titles


@pytest.mark.parametrize(("query", "titles"), FILTERS)
def test_the_api_lists_the_same(api, some, query, titles):
    key, found, url = api("read_key"), [], f"/api/v1/programmes{query}"
    url += ("&" if query else "?") + "limit=1"
    while url:
        answer = key.get(url).json()
        found += [item["title"] for item in answer["items"]]
        url = answer["next"]
    assert found == titles


def test_counts_beside_the_filters_tell_what_each_would_show(client, some):
    page = client.get("/programmes?sector=culture").text
    for text in (
        "active<b>1</b>",
        "completed<b>1</b>",
        "Culture<b>2</b>",
        "Health<b>2</b>",
        "World Bank<b>1</b>",
    ):
        assert text in page, text
    assert "2 programmes" in page
    assert 'Without counterpart funds <span class="count">0</span>' in page


@pytest.mark.parametrize(
    "query",
    ["?state=magic", "?sector=none", "?donor=x", "?partner=x", "?colour=red", "?sort=shoe", "?page=9",
     "?quiet=perhaps", "?state=active&q=a&q=b"],
)  # fmt: skip
def test_a_list_that_means_nothing_is_refused(client, api, some, query):
    assert client.get(f"/programmes{query}").status_code == 422
    assert api("read_key").get(f"/api/v1/programmes{query}").status_code == 422


def test_an_empty_list_says_what_belongs_there(client, as_, place):
    assert 'href="/programmes/new"' in client.get("/programmes").text
    page = as_("viewer").get("/programmes").text
    assert "No programmes yet" in page
    assert "/programmes/new" not in page


def test_it_costs_the_same_for_one_and_for_many(client, api, make, place, queries):
    def cost():
        seen = []
        for get in (client.get, lambda path: api("read_key").get(f"/api/v1{path}")):
            with queries() as statements:
                get("/programmes")
            seen.append(len(statements))
        return seen

    first = make.programme(place)
    few = cost()
    with queries() as page_of_one:
        client.get(f"/programmes/{first.id}")
    with make.together():
        for n in range(30):
            run = make.programme(place, title=f"run {n}")
            make.progress(run)
            make.milestone(first, title=f"step {n}")
            make.result(first, indicator=f"result {n}")
    assert cost() == few
    assert few[0] <= 32
    assert few[1] <= 12
    with queries() as page_of_many:
        page = client.get(f"/programmes/{first.id}")
    assert len(page_of_many) == len(page_of_one) <= 22
    assert len(page.content) < 100_000
    assert len(client.get("/programmes").content) < 60_000


def test_the_rail_leads_to_programmes(client, place):
    assert 'href="/programmes"' in client.get("/").text
