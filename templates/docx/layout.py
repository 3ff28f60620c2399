"""How every paper looks: Decree 30/2020/NĐ-CP, annex I. A4, Times New Roman, the authority on the left and
the motto on the right, page numbers in the upper margin from the second page on."""

from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

CENTRE, RIGHT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
FONT, SIZE = "Times New Roman", 13
# Between the margins, in mm; the motto must stand on one line.
WIDTH, LEFT = 165, 74


def page() -> Any:
    """An empty A4 page with the margins and the type of an official document."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(SIZE)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(3)
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    number._p.append(_element("w:fldSimple", instr="PAGE"))
    return document


def write(
    where: Any,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    align: Any = None,
    size: float | None = None,
    before: float | None = None,
    after: float | None = None,
) -> Any:
    """A paragraph, the first of a cell that has none yet. Sizes and spaces in points."""
    empty = hasattr(where, "paragraphs") and len(where.paragraphs) == 1 and not where.paragraphs[0].text
    paragraph = where.paragraphs[0] if empty and hasattr(where, "_tc") else where.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    if size is not None:
        run.font.size = Pt(size)
    paragraph.alignment = align
    if before is not None:
        paragraph.paragraph_format.space_before = Pt(before)
    if after is not None:
        paragraph.paragraph_format.space_after = Pt(after)
    return paragraph


def chapter(document: Any, text: str, *, italic: bool = False) -> Any:
    """A heading, on one page with what it is the head of."""
    paragraph = write(document, text, bold=not italic, italic=italic, before=8 if italic else 12)
    paragraph.paragraph_format.keep_with_next = True
    return paragraph


def only_if(document: Any, name: str, text: str) -> None:
    """A paragraph that is there only where a name holds something."""
    write(document, "{%p if " + name + " %}")
    write(document, text, align=BOTH)
    write(document, "{%p endif %}")


def columns(document: Any, *widths: float) -> Any:
    """The cells of one unruled row that is never torn apart; widths in mm."""
    table = document.add_table(rows=1, cols=len(widths))
    table.autofit = False
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="0", type="dxa"))
    table._tbl.tblPr.append(margins)
    _whole(table.rows[0])
    _wide(table, widths)
    return table.rows[0].cells


def head(document: Any, number: str, *, english: bool = False, about: str = "") -> None:
    """The authority and the number on the left, the motto with place and day on the right. English papers go
    abroad or to readers of it: they bear the department and the day. `about`: a letter's subject."""
    if english:
        left, right = columns(document, 95, WIDTH - 95)
        write(left, "{{ department_en }}", bold=True)
        if number:
            write(left, number)
        write(right, "{{ place_en }}, {{ made_on }}", italic=True, align=RIGHT)
        document.add_paragraph()
        return
    left, right = columns(document, LEFT, WIDTH - LEFT)
    write(left, "{{ authority }}", align=CENTRE, size=12, after=0)
    write(left, "{{ department }}", bold=True, align=CENTRE, size=12, after=0)
    rule(left, LEFT, 24)
    write(left, number, align=CENTRE)
    if about:
        write(left, about, align=CENTRE, size=12)
    write(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, align=CENTRE, size=12, after=0)
    write(right, "Độc lập - Tự do - Hạnh phúc", bold=True, align=CENTRE, after=0)
    rule(right, WIDTH - LEFT, 57)
    day = "{{ place }}, ngày {{ day }} tháng {{ month }} năm {{ year }}"
    write(right, day, italic=True, align=CENTRE)
    document.add_paragraph()


def rule(cell: Any, width: float, length: float) -> None:
    """A line of a length in the middle of a cell, both in mm."""
    paragraph = write(cell, "", size=2, after=4)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(
        (width - length) / 2
    )
    paragraph.paragraph_format.line_spacing = Pt(4)
    borders = _element("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="6", space="1", color="auto"))
    paragraph._p.get_or_add_pPr().append(borders)


def grid(
    document: Any, heads: Sequence[str], loop: str, cells: Sequence[str], widths: Sequence[float]
) -> None:
    """A ruled table with one row for each item of a loop; widths in mm."""
    table = ruled(document, 4, widths)
    for place, text in enumerate(heads):
        write(table.rows[0].cells[place], text, bold=True, align=CENTRE)
    write(table.rows[1].cells[0], "{%tr for " + loop + " %}")
    for place, text in enumerate(cells):
        write(table.rows[2].cells[place], text)
    write(table.rows[3].cells[0], "{%tr endfor %}")


def ruled(document: Any, rows: int, widths: Sequence[float]) -> Any:
    """A ruled table whose head is repeated on every page and whose rows are not torn apart."""
    table = document.add_table(rows=rows, cols=len(widths))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for row in table.rows:
        _whole(row)
    _wide(table, widths)
    return table


def title(document: Any, text: str, about: str) -> None:
    """What kind of document it is, and what about."""
    write(document, text, bold=True, align=CENTRE, size=14)
    write(document, about, bold=True, align=CENTRE, after=12)


def sign(document: Any, receivers: Sequence[str]) -> None:
    """Who receives it on the left, who signs on the right."""
    document.add_paragraph()
    left, right = columns(document, WIDTH / 2, WIDTH / 2)
    receive(left, receivers)
    write(right, "THỦ TRƯỞNG ĐƠN VỊ", bold=True, align=CENTRE)
    write(right, "(Ký, ghi rõ họ tên)", italic=True, align=CENTRE)


def receive(cell: Any, receivers: Sequence[str]) -> None:
    """Who receives it."""
    write(cell, "Nơi nhận:", bold=True, italic=True, size=12, after=0)
    for text in (*(f"- {receiver};" for receiver in receivers), "- Lưu: VT."):
        write(cell, text, size=11, after=0)


def _wide(table: Any, widths: Sequence[float]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(_element("w:cantSplit"))


def _element(name: str, **attributes: str) -> Any:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element
