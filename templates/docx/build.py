"""Makes the default Word templates of this folder: `python templates/docx/build.py`.

Layout after Decree 30/2020/NĐ-CP, annex I: A4, Times New Roman, the authority left and the motto right. A
department that wants another layout puts a file of the same name under CITYTIES_VAR/templates/docx; the names
in braces are those of app/delegations/papers.py, of app/reports/papers.py for the period report.
"""

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

HERE = Path(__file__).parent
CENTRE, RIGHT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
FONT, SIZE = "Times New Roman", 13


def page() -> Any:
    """An empty A4 page with the margins and the type of an official document."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(SIZE)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(3)
    return document


def write(where: Any, text: str, *, bold: bool = False, italic: bool = False, align: Any = None) -> Any:
    """A paragraph, the first of a cell that has none yet."""
    empty = hasattr(where, "paragraphs") and len(where.paragraphs) == 1 and not where.paragraphs[0].text
    paragraph = where.paragraphs[0] if empty and hasattr(where, "_tc") else where.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    paragraph.alignment = align
    return paragraph


def head(document: Any, number: str, *, english: bool = False) -> None:
    """The authority and the number on the left, the motto with place and day on the right. English papers go
    abroad or to readers of it: they bear the department and the day."""
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    if english:
        write(left, "{{ department_en }}", bold=True)
        write(right, "{{ place_en }}, {{ made_on }}", italic=True, align=RIGHT)
        document.add_paragraph()
        return
    write(left, "{{ authority }}", align=CENTRE)
    write(left, "{{ department }}", bold=True, align=CENTRE)
    write(left, number, align=CENTRE)
    write(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, align=CENTRE)
    write(right, "Độc lập - Tự do - Hạnh phúc", bold=True, align=CENTRE)
    write(right, "{{ place }}, ngày {{ day }} tháng {{ month }} năm {{ year }}", italic=True, align=CENTRE)
    document.add_paragraph()


def grid(document: Any, heads: tuple[str, ...], loop: str, cells: tuple[str, ...]) -> None:
    """A ruled table with one row for each item of a loop."""
    table = document.add_table(rows=4, cols=len(heads))
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    for place, text in enumerate(heads):
        write(table.rows[0].cells[place], text, bold=True, align=CENTRE)
    write(table.rows[1].cells[0], "{%tr for " + loop + " %}")
    for place, text in enumerate(cells):
        write(table.rows[2].cells[place], text)
    write(table.rows[3].cells[0], "{%tr endfor %}")
    document.add_paragraph()


def title(document: Any, text: str, about: str) -> None:
    """What kind of document it is, and what about."""
    write(document, text, bold=True, align=CENTRE)
    write(document, about, bold=True, align=CENTRE)
    document.add_paragraph()


def sign(document: Any, receivers: tuple[str, ...]) -> None:
    """Who receives it on the left, who signs on the right."""
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    write(left, "Nơi nhận:", bold=True, italic=True)
    for text in receivers:
        write(left, f"- {text};")
    write(left, "- Lưu: VT.")
    write(right, "THỦ TRƯỞNG ĐƠN VỊ", bold=True, align=CENTRE)
    write(right, "(Ký, ghi rõ họ tên)", italic=True, align=CENTRE)


def members(document: Any) -> None:
    """The list of members."""
    grid(
        document,
        ("TT", "Họ và tên", "Chức vụ", "Đơn vị"),
        "it in members",
        ("{{ it.number }}", "{{ it.name }}", "{{ it.title }}", "{{ it.unit }}"),
    )


def visit_programme() -> Any:
    """The programme of a visit and the list of its members."""
    document = page()
    head(document, "Số:        /CTr")
    title(document, "CHƯƠNG TRÌNH", "{{ title }}")
    write(document, "Thời gian: {{ days }}.", align=BOTH)
    write(document, "Đối tác: {{ partners }}.", align=BOTH)
    write(document, "{% if head %}Trưởng đoàn: {{ head }}.{% endif %}", align=BOTH)
    write(document, "{% if host_unit %}Đơn vị chủ trì đón: {{ host_unit }}.{% endif %}", align=BOTH)
    write(document, "{% if interpreter %}Phiên dịch: {{ interpreter }}.{% endif %}", align=BOTH)
    write(document, "I. CHƯƠNG TRÌNH LÀM VIỆC", bold=True)
    grid(
        document,
        ("Ngày", "Giờ", "Nội dung", "Đối tác làm việc", "Địa điểm"),
        "it in meetings",
        ("{{ it.on }}", "{{ it.hours }}", "{{ it.topic }}", "{{ it.counterpart }}", "{{ it.place }}"),
    )
    write(document, "II. THÀNH PHẦN ĐOÀN", bold=True)
    members(document)
    sign(document, ("Các thành viên đoàn", "Các đơn vị liên quan"))
    return document


def result_report() -> Any:
    """The report on the results of a visit."""
    document = page()
    head(document, "Số:        /BC")
    title(document, "BÁO CÁO", "Kết quả {{ title }}")
    write(document, "I. THÔNG TIN CHUNG", bold=True)
    write(document, "Thời gian: {{ days }}.", align=BOTH)
    write(document, "Đối tác: {{ partners }}.", align=BOTH)
    write(document, "{% if head %}Trưởng đoàn: {{ head }}.{% endif %}", align=BOTH)
    write(document, "{% if met %}Đã gặp: {{ met }}{% endif %}", align=BOTH)
    members(document)
    write(document, "II. NỘI DUNG VÀ KẾT QUẢ LÀM VIỆC", bold=True)
    write(document, "{{ minutes }}", align=BOTH)
    grid(
        document,
        ("Ngày", "Nội dung", "Kết quả"),
        "it in meetings",
        ("{{ it.on }}", "{{ it.topic }}", "{{ it.result }}"),
    )
    write(document, "III. VIỆC CẦN THEO DÕI", bold=True)
    grid(
        document,
        ("Việc", "Bên thực hiện", "Đầu mối", "Hạn"),
        "it in follow_ups",
        ("{{ it.title }}", "{{ it.side }}", "{{ it.who }}", "{{ it.due }}"),
    )
    write(document, "IV. ĐÁNH GIÁ, KIẾN NGHỊ", bold=True)
    write(document, "{{ report }}", align=BOTH)
    sign(document, ("Lãnh đạo Ủy ban nhân dân thành phố (để báo cáo)", "Các đơn vị liên quan"))
    return document


def review_decisions() -> Any:
    """The list of what a review meeting decided (names: app/meetings/papers.py)."""
    document = page()
    head(document, "Số:        /TB")
    title(document, "DANH MỤC QUYẾT ĐỊNH", "{{ title }}")
    write(document, "Ngày họp: {{ held_on }}.", align=BOTH)
    write(document, "{% if led_by %}Chủ trì: {{ led_by }}.{% endif %}", align=BOTH)
    write(document, "{% if people %}Thành phần: {{ people }}{% endif %}", align=BOTH)
    grid(
        document,
        ("TT", "Đối tác", "Quốc gia", "Quyết định", "Ghi chú"),
        "it in decisions",
        ("{{ it.number }}", "{{ it.partner }}", "{{ it.country }}", "{{ it.decision }}", "{{ it.note }}"),
    )
    sign(document, ("Các đơn vị liên quan",))
    return document


def period_report(*, english: bool = False) -> Any:
    """The report on a period: its chapters, each with its tables."""
    document = page()
    head(document, "Số:        /BC", english=english)
    if english:
        title(document, "REPORT ON EXTERNAL RELATIONS", "{{ name }} ({{ days }})")
    else:
        title(document, "BÁO CÁO CÔNG TÁC ĐỐI NGOẠI", "{{ name }} ({{ days }})")
    counted = "{% if counted_to %}Số liệu tính đến ngày {{ counted_to }}. {% endif %}Kỳ trước: {{ before }}."
    counted_en = "{% if counted_to %}Counted up to {{ counted_to }}. {% endif %}Period before: {{ before }}."
    write(document, counted_en if english else counted, align=BOTH)
    write(document, "{%p for s in sections %}")
    write(document, "{{ s.number }}. {{ s.title }}", bold=True).paragraph_format.keep_with_next = True
    write(document, "{%p for b in s.blocks %}")
    write(document, "{{ b.title }}", italic=True).paragraph_format.keep_with_next = True
    _numbers(document)
    write(document, "{%p if b.note %}")
    write(document, "{{ b.note }}", italic=True)
    write(document, "{%p endif %}")
    write(document, "{%p endfor %}")
    write(document, "{%p endfor %}")
    if not english:
        sign(document, ("Lãnh đạo Ủy ban nhân dân thành phố (để báo cáo)", "Các đơn vị liên quan"))
    return document


def _numbers(document: Any) -> None:
    """A ruled table whose columns and rows are those of a block; a row may name what it counts."""
    table = document.add_table(rows=4, cols=4)
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    header, opening, body, closing = table.rows
    for cell, text in zip(
        header.cells, ("", "{%tc for c in b.columns %}", "{{ c }}", "{%tc endfor %}"), strict=True
    ):
        write(cell, text, bold=True, align=CENTRE)
    write(opening.cells[0], "{%tr for r in b.rows %}")
    label = "{% if r.inner %}   {% endif %}{{ r.label }}{% if r.names %}: {{ r.names }}{% endif %}"
    row = (label, "{%tc for n in r.numbers %}", "{{ n }}", "{%tc endfor %}")
    for place, (cell, text) in enumerate(zip(body.cells, row, strict=True)):
        write(cell, text, align=None if place == 0 else CENTRE)
    write(closing.cells[0], "{%tr endfor %}")


def briefing() -> Any:
    """The briefing on a partner. Every word comes filled in, so one template serves both languages."""
    document = page()
    title(document, "{{ title }}", "{{ other_name }}")
    write(document, "{{ made }}", italic=True, align=CENTRE)
    write(document, "{%p for c in chapters %}")
    write(document, "{{ c.title }}", bold=True).paragraph_format.keep_with_next = True
    write(document, "{%p if c.empty %}")
    write(document, "{{ c.empty }}", italic=True)
    write(document, "{%p endif %}")
    write(document, "{%p for it in c.lines %}")
    write(document, "- {{ it.text }}{% if it.note %}. {{ it.note }}{% endif %}", align=BOTH)
    write(document, "{%p if it.rests %}")
    write(document, "({{ it.rests }})", italic=True).runs[0].font.size = Pt(10)
    write(document, "{%p endif %}")
    write(document, "{%p endfor %}")
    write(document, "{%p endfor %}")
    return document


TEMPLATES = {
    "briefing.docx": briefing,
    "visit_programme.docx": visit_programme,
    "result_report.docx": result_report,
    "period_report.docx": period_report,
    "period_report_en.docx": lambda: period_report(english=True),
    "review_decisions.docx": review_decisions,
}

if __name__ == "__main__":
    for name, make in TEMPLATES.items():
        make().save(HERE / name)
