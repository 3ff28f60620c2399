"""What every read takes, whatever it reads: some fields, what they refer to, the number of all, a table."""

import csv
import io
import itertools
from datetime import date

import openpyxl
import pytest
from fastapi.routing import iter_route_contexts
from sqlmodel import select

from app import clock, listings
from app.history import record
from app.models import Delegation, FollowUp
from app.references import references_of
from app.rest import ApiRoute
from app.shapes import Shape
from app.tables import MEDIA_TYPES, TableFormat
from tests.actors import PEOPLE, UNIT
from tests.api.contract import check_problem
from tests.factories import MAKER

CSV, XLSX = (MEDIA_TYPES[kind].partition(";")[0] for kind in TableFormat)
OFFICER = PEOPLE["officer"]


@pytest.fixture(scope="session")
def shapes(application) -> dict[str, Shape]:
    """The read model behind every GET of the API that answers JSON, by address."""
    return {
        str(context.path).removeprefix("/api/v1"): context.original_route.shape
        for context in iter_route_contexts(application.routes)
        if isinstance(context.original_route, ApiRoute) and context.original_route.shape
    }


@pytest.fixture(scope="session")
def lists(shapes) -> dict[str, Shape]:
    """Those that are lists of their own, under nothing else."""
    return {path: shape for path, shape in shapes.items() if shape.is_list and "{" not in path}


def rows_of(response) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith(CSV)
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


# ---- fields


def test_only_the_fields_asked_for_are_told(world, get):
    page = get("/partners", fields="id,status")
    assert page["fields"] == ["id", "status"]
    assert {"id": "fukuoka", "status": "stuck"} in page["items"]
    assert all(set(item) == {"id", "status"} for item in page["items"])
    assert get("/partners/fukuoka", fields="name_vi") == {
        "name_vi": "Tỉnh Fukuoka",
        "fields": ["name_vi"],
    }


def test_every_list_and_every_record_takes_each_of_its_fields(world, call, lists):
    assert len(lists) > 20
    for path, shape in lists.items():
        for item in call("GET", path, "admin_key", params={"fields": shape.names[0]}).json()["items"]:
            assert set(item) == {shape.names[0]}, path


@pytest.mark.parametrize(
    "query",
    ["fields=nonsense", "fields=", "fields=id,id", "fields=id,", "fields=id&fields=status", "fields=_row",
     "expand=status", "expand=", "expand=officer,officer", "count=1", "count=", "count=true&count=true"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/partners", "/partners/fukuoka"])
def test_what_is_no_field_is_422(world, call, path, query):
    check_problem(call("GET", f"{path}?{query}"), 422, pointer=f"/{query.partition('=')[0]}")


def test_a_page_with_fields_goes_on_with_the_same_fields(world, call):
    first = call("GET", "/partners?fields=id&limit=3").json()
    second = call("GET", first["next"]).json()
    assert second["fields"] == ["id"]
    assert not {i["id"] for i in first["items"]} & {i["id"] for i in second["items"]}


# ---- references


def test_what_a_field_refers_to_is_told_beside_it(world, get):
    (work,) = get("/follow-ups", q="de xuat", expand="partners,assignee,unit,delegation")["items"]
    assert work["partners"] == ["fukuoka"]
    told = work["expanded"]
    assert told["partners"] == [
        {"id": "fukuoka", "name_vi": "Tỉnh Fukuoka", "name_en": "Fukuoka Prefecture", "country": "JP",
         "tier": "priority"}
    ]  # fmt: skip
    assert told["assignee"] == {"email": OFFICER.email, "name": OFFICER.name}
    assert told["unit"]["id"] == UNIT
    assert (told["delegation"]["id"], told["delegation"]["starts_on"]) == (world.visit, "2023-05-01")


def test_what_refers_to_nothing_is_null(world, get):
    (work,) = get("/follow-ups", q="gui danh sach", expand="assignee,delegation")["items"]
    assert work["expanded"] == {"assignee": None, "delegation": None}


def test_a_record_tells_what_it_refers_to_as_a_list_does(world, get):
    found = get("/partners/fukuoka", expand="officer,strengths,forums", fields="id")
    assert found["expanded"]["officer"]["name"] == OFFICER.name
    assert [sector["id"] for sector in found["expanded"]["strengths"]] == ["energy"]
    assert [forum["id"] for forum in found["expanded"]["forums"]] == ["asia-cities"]


def test_what_is_in_the_trash_is_not_told(world, get, database):
    with database.write() as session:
        row = session.exec(select(Delegation).where(Delegation.id == world.visit)).one()
        row.archived_at = clock.now()
        record(session, MAKER, "delegation.archived", row)
    (work,) = get("/follow-ups", q="de xuat", expand="delegation")["items"]
    assert work["expanded"]["delegation"] is None


def test_every_reference_of_every_list_is_found(world, call, lists):
    """A field that is named like a reference holds the key of one."""
    seen, told = set(), set()
    for path, shape in lists.items():
        if not (names := list(references_of(shape.item))):
            continue
        for item in call("GET", path, "admin_key", params={"expand": ",".join(names)}).json()["items"]:
            for name in names:
                wanted, found = item[name], item["expanded"][name]
                count = len(wanted) if isinstance(wanted, list) else int(wanted is not None)
                assert (len(found) if isinstance(found, list) else int(found is not None)) == count, path
                seen.add(name)
                told |= {name} if count else set()
    assert len(seen) > 15
    assert told >= {"partner", "partners", "officer", "unit", "lead_unit", "sector", "sectors"}


def test_expansion_costs_a_statement_a_kind_for_one_row_and_for_many(world, call, queries):
    def sent(limit, **more):
        call("GET", "/follow-ups", params={"limit": limit, **more})
        with queries() as seen:
            call("GET", "/follow-ups", params={"limit": limit, **more})
        return len(seen)

    asked = {"expand": "partners,assignee,unit,delegation", "sort": "-due_on"}
    assert sent(1, **asked) == sent(200, **asked)
    assert sent(200, **asked) == sent(200) + 4


# ---- counts and pages


def test_all_that_fit_are_counted_on_request(world, get, lists, call):
    assert "total" not in get("/partners")
    assert get("/partners", count="true", limit=2)["total"] == 8
    assert get("/partners", count="true", country="JP", limit=1)["total"] == 2
    for path in lists:
        every, after = (
            [],
            f"{path}?count=true&limit=200" if "limit" in told(call, path) else f"{path}?count=true",
        )
        while after:
            page = call("GET", after, "admin_key").json()
            every += page["items"]
            after = page["next"]
        assert page["total"] == len(every), path


def told(call, path):
    """The parameters of a list, as an unknown one is refused."""
    return {"limit"} if call("GET", path, "admin_key", params={"limit": 1}).status_code == 200 else set()


def test_what_is_written_between_pages_neither_repeats_nor_skips(make, call, database):
    partner = make.partner(slug="one")
    for n in range(9):
        make.follow_up(partner, title=f"Việc {n}", due_on=date(2026, 7, 2 + 2 * n))
    seen, address, turn = [], "/follow-ups?limit=3", itertools.count()
    while address:
        page = call("GET", address).json()
        seen += [item["title"] for item in page["items"]]
        address = page["next"]
        with database.write() as session:  # one before what was read, one behind; one that was read goes
            n = next(turn)
            row = session.exec(select(FollowUp).where(FollowUp.title == f"Việc {n}")).one()
            row.archived_at = clock.now()
            record(session, MAKER, "follow_up.archived", row)
        make.follow_up(partner, title=f"Trước {n}", due_on=date(2026, 7, 1))
    assert seen == [f"Việc {n}" for n in range(9)]


# ---- tables


def test_a_list_leaves_as_csv_with_the_names_of_its_fields(world, call):
    rows = rows_of(call("GET", "/partners.csv"))
    assert len(rows) == 8
    row = next(row for row in rows if row["id"] == "fukuoka")
    assert (row["status"], row["name_vi"], row["is_demo"]) == ("stuck", "Tỉnh Fukuoka", "false")
    assert [*row] == [*call("GET", "/partners").json()["items"][0]]


def test_the_kind_of_answer_is_asked_for_by_accept_as_well(world, call):
    def kind(accept):
        answer = call("GET", "/partners", headers={"Accept": accept})
        assert "Accept" in answer.headers["vary"]
        return answer.headers["content-type"].partition(";")[0]

    assert kind("text/csv") == CSV
    assert kind(f"{XLSX};q=0.9, application/json;q=0.5") == XLSX
    assert kind("application/json, text/csv;q=0.5") == "application/json"
    assert kind("*/*") == kind("text/html") == kind("nonsense;q=x") == "application/json"
    assert kind("text/csv;q=0") == "application/json"


def test_a_table_holds_every_row_that_fits_and_no_page(world, call, monkeypatch):
    monkeypatch.setattr(listings, "BATCH", 3)
    rows = rows_of(call("GET", "/partners.csv?sort=-urgency&fields=id,urgency"))
    listed = call("GET", "/partners?sort=-urgency&limit=200").json()["items"]
    assert [(r["id"], float(r["urgency"])) for r in rows] == [(i["id"], i["urgency"]) for i in listed]
    assert [r["id"] for r in rows_of(call("GET", "/partners.csv?country=KR"))] == ["gyeonggi"]
    for name in ("limit=3", "cursor=x", "count=true"):
        check_problem(call("GET", f"/partners.csv?{name}"), 422, "not_in_table")


def test_every_list_leaves_as_csv_and_as_excel(world, call, lists, monkeypatch):
    monkeypatch.setattr(listings, "BATCH", 2)
    for path in lists:
        address = f"{path}?count=true"
        total = call("GET", address, "admin_key").json()["total"]
        assert len(rows_of(call("GET", f"{path}.csv", "admin_key"))) == total, path
        book = openpyxl.load_workbook(io.BytesIO(call("GET", f"{path}.xlsx", "admin_key").content))
        assert book.active.max_row == total + 1, path


def test_numbers_and_days_of_a_sheet_are_numbers_and_days(world, call):
    book = openpyxl.load_workbook(
        io.BytesIO(call("GET", "/partners.xlsx?fields=id,urgency,waiting_since").content)
    )
    cells = {row[0].value: row[1:] for row in book.active.iter_rows(min_row=2)}
    urgency, since = cells["fukuoka"]
    assert urgency.data_type == "n"
    assert since.is_date


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(make, call, start):
    make.follow_up(make.partner(slug="one"), title=f"Việc {start}".replace("Việc ", "") + "1+1")
    (row,) = rows_of(call("GET", "/follow-ups.csv"))
    assert row["title"].startswith("'") or not row["title"].startswith(start)
    sheet = openpyxl.load_workbook(io.BytesIO(call("GET", "/follow-ups.xlsx").content)).active
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


def test_what_a_field_refers_to_stands_in_columns_of_its_own(world, call):
    rows = rows_of(call("GET", "/follow-ups.csv?fields=title,partners&expand=partners,assignee"))
    row = next(row for row in rows if row["title"] == "Đề xuất chương trình")
    assert (row["partners"], row["partners.name_vi"]) == ("fukuoka", "Tỉnh Fukuoka")
    assert row["assignee.email"] == OFFICER.email


def test_a_table_hides_what_the_list_hides(make, call):
    partner = make.partner(slug="one")
    make.visit(partner, minutes="Điều mật", confidential=True)
    assert "Điều mật" in call("GET", "/delegations.csv", "admin_key").text
    assert "Điều mật" not in call("GET", "/delegations.csv", "read_key").text
    check_problem(call("GET", "/partners.csv", None), 401)


def test_a_table_that_is_too_long_says_so(world, call, monkeypatch):
    monkeypatch.setattr(listings, "MOST_ROWS", 7)
    body = check_problem(call("GET", "/partners.csv"), 422)
    assert "8" in body["detail"]


def test_rows_are_read_while_they_are_written(world, monkeypatch, application):
    """Of a long list no more than a batch is in memory at once."""
    monkeypatch.setattr(listings, "BATCH", 2)
    asked: list[int] = []

    def read(part):
        asked.append(part.limit)
        start = part.behind[0] + 1 if part.behind else 0
        part.total = 6
        return [(n, (n,)) for n in range(start, min(6, start + part.limit))]

    total, batches = listings._in_batches(read, lambda row: row[1], lambda rows: [n for n, _ in rows], 2)
    assert (total, asked) == (6, [3])
    assert next(batches) == [0, 1]
    assert asked == [3]
    assert next(batches) == [2, 3]
    assert asked == [3, 3]
    assert next(batches) == [4, 5]


def test_one_record_is_no_table(world, call):
    check_problem(call("GET", "/partners/fukuoka.csv"), 404)
    answer = call("GET", "/partners/fukuoka", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "application/json"


def test_a_table_is_only_read(api):
    answer = api("write_key").post("/api/v1/partners.csv", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
