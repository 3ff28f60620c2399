"""Tables that leave the house: CSV and Excel, written row by row, in which no text can act as a formula.

    return download("stuck-2026-06-15", TableFormat.xlsx, [Table(title=title, headings=headings, rows=rows)])

A cell is a text, a number, a day or nothing; a partly known date and an instant come as text. Numbers stay
numbers. A text that a spreadsheet would take for a formula stays text: behind an apostrophe in CSV, as a cell
of type text in Excel.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import chain, islice
from tempfile import SpooledTemporaryFile
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from starlette.responses import StreamingResponse

from app.files.names import disposition

Cell = str | int | float | Decimal | date | None


class TableFormat(StrEnum):
    """The kinds of file a table leaves as."""

    csv = "csv"
    xlsx = "xlsx"


MEDIA_TYPES = {
    TableFormat.csv: "text/csv; charset=utf-8",
    TableFormat.xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What begins a formula in some spreadsheet, with the full-width forms that some of them read as the same.
_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_FLUSH = 64 * 1024
_IN_MEMORY = 2 * 1024 * 1024
_LONGEST_CELL = 32_767  # Excel's own limit
_PEEK, _WIDEST = 50, 60


@dataclass(frozen=True, kw_only=True)
class Table:
    """One sheet: its title, the headings and the rows, which may be made while they are written.

    `notes` stand below the rows in Excel; a CSV file holds the rows alone, so that programs can read it.
    """

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    notes: Sequence[str] = ()


def is_risky(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula, now or once its spaces are trimmed."""
    return text[:1] in _STARTS or text.lstrip()[:1] in _STARTS


def download(name: str, kind: TableFormat, tables: Sequence[Table]) -> StreamingResponse:
    """The tables as a file to be saved, `name` without its ending. CSV holds the first table alone."""
    body = as_csv(tables[0]) if kind == TableFormat.csv else as_xlsx(tables)
    headers = {"content-disposition": disposition(f"{name}.{kind}", inline=False)}
    return StreamingResponse(body, media_type=MEDIA_TYPES[kind], headers=headers)


def as_csv(table: Table) -> Iterator[bytes]:
    """The table in pieces: UTF-8 with the mark by which Excel knows it, commas, CRLF (RFC 4180)."""
    lines = io.StringIO()
    # Every text in quotes: where the list separator is a semicolon, none within a text begins another cell.
    writer = csv.writer(lines, quoting=csv.QUOTE_NONNUMERIC)
    lines.write("\ufeff")
    for row in chain([table.headings], table.rows):
        writer.writerow([_plain(cell) for cell in row])
        if lines.tell() >= _FLUSH:
            yield _taken(lines)
    yield _taken(lines)


def _plain(cell: Cell) -> Any:
    if isinstance(cell, str):
        return f"'{cell}" if is_risky(cell) else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date) else cell


def _taken(lines: io.StringIO) -> bytes:
    data = lines.getvalue().encode()
    lines.seek(0)
    lines.truncate()
    return data


def as_xlsx(tables: Sequence[Table]) -> Iterator[bytes]:
    """The tables as sheets of one workbook, in pieces. Its rows never lie in memory all at once."""
    book = Workbook(write_only=True)
    book.properties.creator = "CityTies"
    titles: set[str] = set()
    for table in tables:
        _write(book.create_sheet(_sheet_title(table.title, titles)), table)
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(_FLUSH):
            yield piece


def _sheet_title(title: str, taken: set[str]) -> str:
    """A title that Excel takes: 31 characters, none of []:*?/\\, no apostrophe at an end, each once."""
    plain = re.sub(r"[][:*?/\\]", " ", ILLEGAL_CHARACTERS_RE.sub("", title))
    short = plain[:31].strip(" '") or "1"
    found, number = short, 1
    while found.casefold() in taken:
        number += 1
        found = f"{short[: 28 - len(str(number))]} ({number})"
    taken.add(found.casefold())
    return found


def _write(sheet: Any, table: Table) -> None:
    rows = iter(table.rows)
    first = list(islice(rows, _PEEK))
    for place, heading in enumerate(table.headings):
        longest = max((len(str(row[place])) for row in first if row[place] is not None), default=0)
        letter = get_column_letter(place + 1)
        sheet.column_dimensions[letter].width = min(max(len(heading), longest), _WIDEST) + 2
    sheet.freeze_panes = "A2"
    sheet.append([_heading(sheet, heading) for heading in table.headings])
    for row in chain(first, rows):
        sheet.append([_cell(sheet, cell) for cell in row])
    for note in ("", *table.notes) if table.notes else ():
        sheet.append([_cell(sheet, note)])


def _heading(sheet: Any, text: str) -> Any:
    cell = _cell(sheet, text)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _cell(sheet: Any, value: Cell) -> Any:
    """A cell; texts are typed as text, whatever they begin with and whether they look like an error."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL]
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    if is_risky(text):
        cell.quotePrefix = True  # it stays text when somebody edits the cell
    return cell
