"""The numbers of the period report are the lengths of the lists that they link to."""

from datetime import date

import pytest
from starlette.testclient import TestClient

from app.i18n import words
from app.reports.queries import report_on
from app.vocabulary import Locale
from tests.bench.generate import generate
from tests.conftest import TODAY
from tests.reports.links import length, numbers, shown

YEAR = (date(2025, 12, 15), date(2026, 12, 14))
ODD = (date(2023, 2, 17), date(2026, 5, 9))


def report(database, span):
    with database.read() as session:
        return report_on(session, *span, TODAY, words(Locale.vi))


def wrong(client, found):
    """The addresses whose lists are longer or shorter than they say; of the empty ones every tenth, since the
    page shows no link for them."""
    some = {url for url, n in found.items() if n} | set(list(found)[::10])
    return {url: (found[url], there) for url in some if (there := length(client, url)) != found[url]}


@pytest.fixture
def reader(application, as_, monkeypatch):
    def over(database) -> TestClient:
        client = as_("viewer")
        monkeypatch.setattr(application.state, "database", database)
        return client

    return over


def test_over_the_seed_and_the_demonstration(demo, reader):
    client, span = reader(demo), YEAR
    found = numbers(report(demo, span))
    assert len([n for n in found.values() if n]) > 60
    assert wrong(client, found) == {}
    page = client.get(f"/reports?from={span[0]}&to={span[1]}")
    assert {(url, int(n)) for url, n in shown(page.text)} == {(url, n) for url, n in found.items() if n}
    assert len(page.content) < 60_000


def test_over_a_random_world(real_database, reader):
    generate(real_database, partners=8, facts=40, seed=7, today=TODAY)
    found = numbers(report(real_database, ODD))
    assert sum(found.values()) > 200
    assert wrong(reader(real_database), found) == {}


def test_programs_count_the_same(demo, api, application, monkeypatch):
    program = api("read_key")
    monkeypatch.setattr(application.state, "database", demo)
    told = program.get("/api/v1/reports/period?from=2025-12-15&to=2026-12-14").json()
    assert told["name"] == "Năm 2026"
    lines = [
        line for section in told["sections"] for block in section["blocks"] for line in block["rows"]
    ]  # fmt: skip
    found = {number["url"]: number["value"] for line in lines for number in line["numbers"]}
    some = {url for url, n in found.items() if n} | set(list(found)[::10])
    assert len(some) > 60
    wrong = {}
    for url in some:
        answer = program.get(url + ("&" if "?" in url else "?") + "limit=200")
        if answer.status_code != 200 or len(answer.json()["items"]) != found[url]:
            wrong[url] = (found[url], answer.text[:100])
    assert wrong == {}
    names = [name["url"] for line in lines for name in line["names"]]
    assert {program.get(url).status_code for url in names} == {200}


@pytest.mark.parametrize("door", ["/reports", "/reports/period.docx", "/api/v1/reports/period"])
def test_a_period_that_is_compared_with_days_before_1900_is_refused(as_, api, door):
    client = api("read_key") if door.startswith("/api") else as_("viewer")
    assert client.get(f"{door}?from=1900-01-01&to=1900-01-03").status_code == 422
    assert client.get(f"{door}?from=1901-01-01&to=1901-01-03").status_code == 200
