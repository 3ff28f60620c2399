"""Tables as CSV and Excel: texts stay texts, numbers stay numbers, rows go out as they come."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice

import pytest
from openpyxl import load_workbook

from app.tables import Table, TableFormat, as_csv, as_xlsx, download

RISKY = (
    "=1+1",
    "+84 24 3825",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
)
PLAIN = ("Thành phố Hồ Chí Minh", "a;=1+1", "<script>", 'a,"b"', "a\nb", "A=1", "", "#N/A", "מִלָּה", "'quoted")


def test_no_text_is_a_formula_and_every_number_is_a_number():
    rows = [[text, -5, Decimal("-1.50"), 0.25, date(2026, 6, 15), None] for text in (*RISKY, *PLAIN)]
    table = Table(title="=Chart: [1]?", headings=["=Name", "n", "d", "f", "day", "none"], rows=rows)

    data = b"".join(as_csv(table))
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    assert b'"a;=1+1"' in data, "a semicolon parts no cell where it is the list separator"
    head, *read = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert head == ["'=Name", "n", "d", "f", "day", "none"]
    assert [row[0] for row in read] == [*(f"'{text}" for text in RISKY), *PLAIN]
    assert all(row[1:] == ["-5", "-1.50", "0.25", "2026-06-15", ""] for row in read)

    sheet = load_workbook(io.BytesIO(b"".join(as_xlsx([table])))).worksheets[0]
    assert sheet.title == "=Chart   1"
    cells = list(sheet.iter_rows())
    assert [cell.data_type for row in cells for cell in row[:1]].count("f") == 0
    assert {row[0].data_type for row in cells} <= {"s", "inlineStr", "n"}  # "n": the empty text
    for row, text in zip(cells[1:], (*RISKY, *PLAIN), strict=True):
        assert (row[0].value or "").replace("_x000D_", "\r") == text
        assert row[0].quotePrefix is (text in RISKY)
        assert [cell.value for cell in row[1:4]] == [-5, -1.5, 0.25]
        assert row[4].value.date() == date(2026, 6, 15)
        assert row[5].value is None


def test_sheets_have_titles_of_their_own_and_notes_below():
    same = [
        Table(title="Một tên rất dài, dài hơn ba mươi mốt chữ", headings=["a"], rows=[[1]]) for _ in "123"
    ]
    noted = Table(
        title="\x00'", headings=["a"], rows=[["x\x00y" + "z" * 40_000]], notes=["=by today's files"]
    )
    book = load_workbook(io.BytesIO(b"".join(as_xlsx([*same, noted]))))
    assert len(book.sheetnames) == len({name.casefold() for name in book.sheetnames}) == 4
    assert all(len(name) <= 31 for name in book.sheetnames)
    column = [cell.value for cell in book.worksheets[3]["A"]]
    assert column[0] == "a"
    assert column[1].startswith("xyz")
    assert len(column[1]) == 32_767
    assert column[2:] == [None, "=by today's files"]


def test_a_long_table_leaves_while_it_is_made():
    made = 0

    def rows() -> Iterator[list[int]]:
        nonlocal made
        while True:
            made += 1
            yield [made]

    next(as_csv(Table(title="t", headings=["n"], rows=rows())))
    assert 0 < made < 100_000
    finite = Table(title="t", headings=["n"], rows=islice(rows(), 5))
    assert len(list(load_workbook(io.BytesIO(b"".join(as_xlsx([finite])))).active.iter_rows())) == 6


@pytest.mark.parametrize("kind", TableFormat)
def test_a_download_names_itself(kind):
    answer = download("Hà Nội 2026", kind, [Table(title="t", headings=["n"], rows=[])])
    told = answer.headers["content-disposition"]
    assert told.startswith(f'attachment; filename="ha noi 2026.{kind}"')
    assert "filename*=UTF-8''H%C3%A0" in told
    assert answer.headers["content-type"].startswith(("text/csv", "application/vnd.openxmlformats"))
