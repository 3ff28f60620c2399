"""Word files from templates that a department may replace.

A file of the same name under CITYTIES_VAR/templates/docx comes before the one in templates/docx. What is not
known is filled in by `gap()`: it comes out in brackets under a yellow marker, never blank.
"""

import io
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zipfile import BadZipFile

from docx.document import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.opc.exceptions import OpcError
from docx.shared import Emu, Mm
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from starlette.responses import Response

from app.config import ROOT, settings
from app.described import WORD
from app.errors import Conflict
from app.text import slugify


def word_file(title: str, template: str, context: Mapping[str, Any]) -> Response:
    """The file under a name that people can read; programs that know no RFC 6266 get a plain one. Raises
    Conflict for a template that cannot be filled in."""
    spelt = re.sub(r"[^\w .()-]+", " ", title)[:120].strip()
    plain = f"{slugify(title)[:80] or 'document'}.docx"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(spelt)}.docx"
    return Response(filled(template, context), media_type=WORD, headers={"content-disposition": disposition})


def filled(template: str, context: Mapping[str, Any]) -> bytes:
    """A template with its names filled in, as a file. Raises Conflict for one that cannot be filled in."""
    stream = io.BytesIO()
    drawn(template, context).save(stream)
    return stream.getvalue()


def drawn(template: str, context: Mapping[str, Any]) -> Document:
    """A template with its names filled in. What is filled in is text: markup in it is escaped and braces
    mean nothing. Raises Conflict for a template that cannot be filled in."""
    try:
        template_file = DocxTemplate(_path(template))
        environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        template_file.render(dict(context), jinja_env=environment, autoescape=True)
    except (TemplateError, BadZipFile, OpcError, KeyError, SyntaxError, ValueError) as error:
        raise Conflict("bad_docx_template", name=template) from error
    document: Document = template_file.docx
    for run in [Run(element, document) for element in document.element.body.iter(f"{_W}r")]:
        if _OPEN in run.text:
            _mark(run)
    for table in document.tables:
        _fit(table)
    return document


# Noncharacters, which Unicode keeps for a program's own use: what stands between them is a gap.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def gap(text: str) -> str:
    """What stands in a paper for something that is not known: in brackets, and marked yellow."""
    return f"{_OPEN}[{plain(text)}]{_CLOSE}"


def plain(text: str) -> str:
    """A text that cannot be taken for a gap."""
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def _mark(run: Run) -> None:
    """Cut a run into what is known and what is not, and mark the latter."""
    for text in filter(None, re.split(f"({_OPEN}[^{_CLOSE}]*{_CLOSE})", run.text)):
        part = Run(deepcopy(run._r), run._parent)
        part.text = plain(text)
        if text.startswith(_OPEN):
            part.font.highlight_color = WD_COLOR_INDEX.YELLOW
        run._r.addprevious(part._r)
    run._r.getparent().remove(run._r)


def _fit(table: Table) -> None:
    """Columns that a template repeats keep their widths, and the table would outgrow the page: the first
    column gives way, to two fifths at most, then the others share what is left."""
    cells = [cell.width for cell in table.rows[0].cells] if table.rows else []
    total = sum(column.width or 0 for column in table.columns)
    if len(cells) < 2 or not all(cells) or abs(sum(map(int, cells)) - total) < Mm(2):
        return
    rest = min(sum(map(int, cells[1:])), total * 3 // 5) // (len(cells) - 1)
    widths = [Emu(total - rest * (len(cells) - 1)), *[Emu(rest)] * (len(cells) - 1)]
    for column, width in zip(table.columns, widths, strict=False):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=False):
            cell.width = width


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a paragraph; `gap`: it is marked as not known."""

    text: str
    gap: bool


Block = list[list[list[Span]]]


def blocks(document: Document) -> Iterator[Block]:
    """What a paper says, to be shown on a page: paragraphs and rows of tables in their order, each as columns
    of paragraphs of spans."""
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            for row in part.rows:
                yield [[_spans(paragraph) for paragraph in cell.paragraphs] for cell in row.cells]
        else:
            yield [[_spans(part)]]


def _spans(paragraph: Paragraph) -> list[Span]:
    found: list[Span] = []
    for run in paragraph.runs:
        marked = run.font.highlight_color == WD_COLOR_INDEX.YELLOW
        if found and found[-1].gap == marked:
            found[-1] = Span(found[-1].text + run.text, marked)
        elif run.text:
            found.append(Span(run.text, marked))
    return found


def _path(template: str) -> Path:
    """The department's own template, else ours."""
    own = settings().var / "templates" / "docx" / template
    return own if own.exists() else ROOT / "templates" / "docx" / template


def letterhead(today: date) -> dict[str, str]:
    """What stands at the head of every paper: who writes, where and when (Decree 30/2020/NĐ-CP, annex I:
    a day under 10 and the months 1 and 2 with a nought before them)."""
    config = settings()
    city = config.home_city.upper()
    return {
        "authority": _together(f"ỦY BAN NHÂN DÂN THÀNH PHỐ {city}", city),
        "department": _together(config.department_vi.upper(), city),
        "place": config.home_city,
        "department_en": config.department_en,
        "place_en": config.home_city_en,
        "day": f"{today.day:02}",
        "month": f"{today.month:02}" if today.month < 3 else str(today.month),
        "year": str(today.year),
    }


def _together(name: str, city: str) -> str:
    """A name whose line does not end within "THÀNH PHỐ HÀ NỘI"."""
    place = f"THÀNH PHỐ {city}"
    return name.replace(place, place.replace(" ", "\N{NO-BREAK SPACE}"))
