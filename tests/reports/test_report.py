"""The period report: who may, which periods, what it counts, and its papers."""

import io
from datetime import date

import pytest
from docx import Document
from openpyxl import load_workbook

from app.templating import LOCALE_COOKIE
from app.vocabulary import DelegationDirection, FollowUpState, OwedBy, VisitLevel

API = "/api/v1/reports/period"
HOSTILE = "=1+1 <script>"


@pytest.fixture
def reader(as_):
    client = as_("viewer")
    client.cookies.set(LOCALE_COOKIE, "en")
    return client


@pytest.fixture
def world(make):
    """A unit with a hostile name, a partner, three trips around the close of 14 June, two promises."""
    unit = make.unit(name_en=HOSTILE, name_vi=HOSTILE)
    partner = make.partner(name_en="Fukuoka")
    make.visit(partner, on=date(2026, 6, 14), level=VisitLevel.leader)
    make.visit(partner, on=date(2026, 6, 15), level=VisitLevel.leader)
    make.visit(partner, on=date(2026, 6, 15), direction=DelegationDirection.outbound)
    for due in (date(2026, 6, 1), date(2026, 6, 10)):
        make.follow_up(
            partner, owed_by=OwedBy.home, unit_id=unit.id, due_on=due, original_due_on=due,
            state=FollowUpState.done, done_on=date(2026, 6, 5),
        )  # fmt: skip
    return partner


def block(report, section, code):
    """The numbers of one table, by line."""
    chapter = next(s for s in report["sections"] if s["code"] == section)
    rows = next(b for b in chapter["blocks"] if b["code"] == code)["rows"]
    return {row["label"]: [n["value"] for n in row["numbers"]] for row in rows}


def test_it_counts_up_to_today_beside_the_period_before(api, world):
    told = api("read_key").get(API, headers={"Accept-Language": "en"}).json()
    assert (told["name"], told["first"], told["counted_to"]) == ("Quarter 3/2026", "2026-06-15", "2026-06-15")
    assert (told["before"], told["before_last"]) == ("Quarter 2/2026", "2026-06-14")
    assert block(told, "delegations", "all") == {"All delegations": [1, 1, 2, 1]}
    half = api("read_key").get(f"{API}?from=2025-12-15&to=2026-06-14", headers={"Accept-Language": "en"})
    promises = block(half.json(), "promises", "home")
    assert promises == {"All promises": [2, 1, 1, 0, 0, 0], HOSTILE: [2, 1, 1, 0, 0, 0]}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-06-15", "to"),
        ("to=2026-06-15", "from"),
        ("from=2026-06-15&to=2026-06-14", "to"),
        ("from=2026-06-16&to=2026-07-14", "from"),
        ("from=2000-01-01&to=2026-06-14", "to"),
        ("from=15-06-2026&to=2026-06-14", "from"),
        ("since=2026-06-15", "since"),
    ],
)
def test_what_is_no_period_is_refused_alike_at_both_doors(reader, api, query, field):
    assert reader.get(f"/reports?{query}").status_code == 422
    told = api("read_key").get(f"{API}?{query}")
    assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, f"/{field}")


def test_the_papers_hold_the_words_and_numbers_of_the_screen(reader, world):
    span = "from=2025-12-15&to=2026-06-14"
    page = reader.get(f"/reports?{span}").text
    assert "First half of 2026" in page
    assert "=1+1 &lt;script&gt;" in page
    book = load_workbook(io.BytesIO(reader.get(f"/reports/period.xlsx?{span}").content))
    assert book.sheetnames[:3] == ["Delegations", "Agreements", "Promises kept"]
    rows = [row for row in book["Promises kept"].iter_rows(values_only=True) if row[0] == HOSTILE]
    assert [row[1:] for row in rows] == [(2, 1, 1, 0, 0, 0)]
    assert all(
        cell.data_type == "s" for row in book["Promises kept"] for cell in row if cell.value == HOSTILE
    )
    for locale, title in (("en", "REPORT ON EXTERNAL RELATIONS"), ("vi", "BÁO CÁO CÔNG TÁC ĐỐI NGOẠI")):
        reader.cookies.set(LOCALE_COOKIE, locale)
        document = Document(io.BytesIO(reader.get(f"/reports/period.docx?{span}").content))
        assert title in [p.text for p in document.paragraphs]
        cells = [[c.text.strip() for c in row.cells] for table in document.tables for row in table.rows]
        assert [HOSTILE, "2", "1", "1", "0", "0", "0"] in cells


def test_it_takes_as_many_statements_for_one_record_as_for_many(reader, world, make, queries):
    def count():
        with queries() as seen:
            assert reader.get("/reports").status_code == 200
        return len(seen)

    few = count()
    for n in range(5):
        partner = make.partner()
        make.visit(partner, on=date(2026, 6, 15))
        make.programme(partner, started_on=date(2026, 6, 15))
        make.agreement(partner, signed_on=date(2026, 6, 15))
        make.follow_up(partner, title=f"work {n}")
    assert count() == few
