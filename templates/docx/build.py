"""Makes the default Word templates of this folder: `python templates/docx/build.py`.

A department that wants another layout puts a file of the same name under CITYTIES_VAR/templates/docx; the
names in braces are those of app/delegations/papers.py, of app/letters/draft.py for the letters, of
app/reports/papers.py for the period report. Layout and letters stand beside this file.
"""

from pathlib import Path
from typing import Any

from docx.shared import Mm, Pt
from layout import (
    BOTH,
    CENTRE,
    WIDTH,
    chapter,
    grid,
    head,
    only_if,
    page,
    ruled,
    sign,
    title,
    write,
)
from letters import LETTERS

HERE = Path(__file__).parent


def begun(name: str) -> str:
    """A name at the beginning of a line."""
    return "{{ " + name + "[:1] | upper }}{{ " + name + "[1:] }}"


def members(document: Any) -> None:
    """The list of members."""
    write(document, "{%p if members %}")
    grid(
        document,
        ("TT", "Họ và tên", "Chức vụ", "Đơn vị"),
        "it in members",
        ("{{ it.number }}", "{{ it.name }}", "{{ it.title }}", "{{ it.unit }}"),
        (12, 55, 49, 49),
    )
    write(document, "{%p else %}")
    write(document, "Chưa có danh sách thành viên.", italic=True)
    write(document, "{%p endif %}")


def visit_programme() -> Any:
    """The programme of a visit and the list of its members."""
    document = page()
    head(document, "Số:        /CTr")
    title(document, "CHƯƠNG TRÌNH", "{{ title }}")
    write(document, "Thời gian: {{ days }}.", align=BOTH)
    write(document, "Đối tác: {{ partners }}.", align=BOTH)
    only_if(document, "head", "Trưởng đoàn: {{ head }}.")
    only_if(document, "host_unit", "Đơn vị chủ trì đón: {{ host_unit }}.")
    only_if(document, "interpreter", "Phiên dịch: {{ interpreter }}.")
    chapter(document, "I. CHƯƠNG TRÌNH LÀM VIỆC")
    write(document, "{%p if meetings %}")
    grid(
        document,
        ("Ngày", "Giờ", "Nội dung", "Đối tác làm việc", "Địa điểm"),
        "it in meetings",
        ("{{ it.on }}", "{{ it.hours }}", "{{ it.topic }}", "{{ it.counterpart }}", "{{ it.place }}"),
        (26, 28, 43, 36, 32),
    )
    write(document, "{%p else %}")
    write(document, "Chưa có buổi làm việc nào được xếp lịch.", italic=True)
    write(document, "{%p endif %}")
    chapter(document, "II. THÀNH PHẦN ĐOÀN")
    members(document)
    sign(document, ("Các thành viên đoàn", "Các đơn vị liên quan"))
    return document


def result_report() -> Any:
    """The report on the results of a visit."""
    document = page()
    head(document, "Số:        /BC")
    title(document, "BÁO CÁO", "Kết quả {{ title }}")
    chapter(document, "I. THÔNG TIN CHUNG")
    write(document, "Thời gian: {{ days }}.", align=BOTH)
    write(document, "Đối tác: {{ partners }}.", align=BOTH)
    only_if(document, "head", "Trưởng đoàn: {{ head }}.")
    only_if(document, "met", "Đã gặp: {{ met }}")
    members(document)
    chapter(document, "II. NỘI DUNG VÀ KẾT QUẢ LÀM VIỆC")
    only_if(document, "minutes", "{{ minutes }}")
    write(document, "{%p if meetings %}")
    grid(
        document,
        ("Ngày", "Nội dung", "Kết quả"),
        "it in meetings",
        ("{{ it.on }}", "{{ it.topic }}", "{{ it.result }}"),
        (26, 62, 77),
    )
    write(document, "{%p endif %}")
    write(document, "{%p if not minutes and not meetings %}")
    write(document, "Chưa ghi.", italic=True)
    write(document, "{%p endif %}")
    chapter(document, "III. VIỆC CẦN THEO DÕI")
    write(document, "{%p if follow_ups %}")
    grid(
        document,
        ("Việc", "Bên thực hiện", "Đầu mối", "Hạn"),
        "it in follow_ups",
        ("{{ it.title }}", "{{ it.side }}", "{{ it.who }}", "{{ it.due }}"),
        (62, 32, 45, 26),
    )
    write(document, "{%p else %}")
    write(document, "Không có.", italic=True)
    write(document, "{%p endif %}")
    chapter(document, "IV. ĐÁNH GIÁ, KIẾN NGHỊ")
    write(document, "{%p if report %}")
    write(document, "{{ report }}", align=BOTH)
    write(document, "{%p else %}")
    write(document, "Chưa ghi.", italic=True)
    write(document, "{%p endif %}")
    sign(document, ("Lãnh đạo Ủy ban nhân dân thành phố (để báo cáo)", "Các đơn vị liên quan"))
    return document


def review_decisions() -> Any:
    """The list of what a review meeting decided (names: app/meetings/papers.py)."""
    document = page()
    head(document, "Số:        /TB")
    title(document, "DANH MỤC QUYẾT ĐỊNH", "{{ title }}")
    write(document, "Ngày họp: {{ held_on }}.", align=BOTH)
    only_if(document, "led_by", "Chủ trì: {{ led_by }}.")
    only_if(document, "people", "Thành phần: {{ people }}")
    write(document, "{%p if decisions %}")
    grid(
        document,
        ("TT", "Đối tác", "Quốc gia", "Quyết định", "Ghi chú"),
        "it in decisions",
        ("{{ it.number }}", "{{ it.partner }}", "{{ it.country }}", "{{ it.decision }}", "{{ it.note }}"),
        (12, 38, 30, 38, 47),
    )
    write(document, "{%p else %}")
    write(document, "Chưa có quyết định nào.", italic=True)
    write(document, "{%p endif %}")
    sign(document, ("Các đơn vị liên quan",))
    return document


def period_report(*, english: bool = False) -> Any:
    """The report on a period: its chapters, each with its tables."""
    document = page()
    head(document, "" if english else "Số:        /BC", english=english)
    what = "REPORT ON EXTERNAL RELATIONS" if english else "BÁO CÁO CÔNG TÁC ĐỐI NGOẠI"
    title(document, what, "{{ name }}{% if days != name %} ({{ days }}){% endif %}")
    counted = "{% if counted_to %}Số liệu tính đến ngày {{ counted_to }}. {% endif %}Kỳ trước: {{ before }}."
    counted_en = "{% if counted_to %}Counted up to {{ counted_to }}. {% endif %}Period before: {{ before }}."
    write(document, counted_en if english else counted, align=BOTH)
    write(document, "{%p for s in sections %}")
    chapter(document, "{{ s.number }}. {{ s.title }}")
    write(document, "{%p for b in s.blocks %}")
    chapter(document, "{{ b.title }}", italic=True)
    write(document, "{%p if b.rows %}")
    _numbers(document)
    write(document, "{%p else %}")
    write(document, "None." if english else "Không có.")
    write(document, "{%p endif %}")
    write(document, "{%p if b.note %}")
    write(document, "{{ b.note }}", italic=True, size=11, before=3)
    write(document, "{%p endif %}")
    write(document, "{%p endfor %}")
    write(document, "{%p endfor %}")
    if not english:
        sign(document, ("Lãnh đạo Ủy ban nhân dân thành phố (để báo cáo)", "Các đơn vị liên quan"))
    return document


def _numbers(document: Any) -> None:
    """A ruled table whose columns and rows are those of a block; a row may name what it counts. The words get
    what the numbers leave."""
    table = ruled(document, 4, (WIDTH - 66, 22, 22, 22))
    header, opening, body, closing = table.rows
    for cell, text in zip(
        header.cells, ("", "{%tc for c in b.columns %}", "{{ c }}", "{%tc endfor %}"), strict=True
    ):
        write(cell, text, bold=True, align=CENTRE, size=11)
    write(opening.cells[0], "{%tr for r in b.rows %}")
    label = "{% if r.inner %}   {% endif %}" + begun("r.label") + "{% if r.names %}: {{ r.names }}{% endif %}"
    row = (label, "{%tc for n in r.numbers %}", "{{ n }}", "{%tc endfor %}")
    for place, (cell, text) in enumerate(zip(body.cells, row, strict=True)):
        write(cell, text, align=None if place == 0 else CENTRE, size=12)
    write(closing.cells[0], "{%tr endfor %}")


def briefing() -> Any:
    """The briefing on a partner. Every word comes filled in, so one template serves both languages."""
    document = page()
    write(document, "{{ title }}", bold=True, align=CENTRE, size=15)
    write(document, "{{ other_name }}", align=CENTRE)
    write(document, "{{ made }}", italic=True, align=CENTRE, size=11)
    write(document, "{%p for c in chapters %}")
    chapter(document, "{{ c.title }}")
    write(document, "{%p if c.empty %}")
    write(document, "{{ c.empty }}", italic=True)
    write(document, "{%p endif %}")
    write(document, "{%p for it in c.lines %}")
    text = "-\t" + begun("it.text") + "{% if it.note %}. {{ it.note }}{% endif %}"
    line = write(document, text, after=0, before=3)
    rests = "{%p if it.rests %}", "({{ it.rests }})", "{%p endif %}"
    write(document, rests[0])
    source = write(document, rests[1], italic=True, size=9, after=0)
    write(document, rests[2])
    for paragraph in (line, source):
        paragraph.paragraph_format.left_indent = Mm(5)
    line.paragraph_format.first_line_indent = Mm(-5)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(5))
    line.paragraph_format.keep_with_next = True
    source.paragraph_format.line_spacing = Pt(11)
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
    **LETTERS,
}

if __name__ == "__main__":
    for name, make in TEMPLATES.items():
        make().save(HERE / name)
