"""The period report as a Word file, for the leaders' desk."""

from typing import Any

from starlette.responses import Response

from app.i18n import Words
from app.reporting.periods import Period
from app.reporting.words import days_of
from app.reports.model import Block, Report
from app.word import letterhead, word_file

TEMPLATES = {"vi": "period_report.docx", "en": "period_report_en.docx"}


def file_name(spoken: Words, report: Report) -> str:
    """What the report is called as a file, without its ending."""
    return spoken.gettext("Report %(first)s to %(last)s", first=report.first, last=report.last)


def report_docx(spoken: Words, report: Report, title: str) -> Response:
    """The report as it stands on screen, in the reader's language. Raises Conflict for a template that cannot
    be filled in."""
    context = {
        **letterhead(report.made_on),
        "name": report.name,
        "days": days_of(spoken, Period(report.first, report.last)),
        "counted_to": spoken.date(report.counted_to) if report.counted_to < report.last else "",
        "before": _before(spoken, report),
        "made_on": spoken.date(report.made_on),
        "sections": [
            {"number": number, "title": section.title, "blocks": [_block(spoken, b) for b in section.blocks]}
            for number, section in enumerate((s for s in report.sections if s.blocks), 1)
        ],
    }
    return word_file(title, TEMPLATES[spoken.locale.value], context)


def _before(spoken: Words, report: Report) -> str:
    """The period before; one without a name is its days."""
    days = days_of(spoken, Period(report.before_first, report.before_last))
    return days if report.before == days else f"{report.before} ({days})"


def _block(spoken: Words, block: Block) -> dict[str, Any]:
    """A table as its template takes it: `rows` with `label`, `numbers` and `names`, in words."""
    return {
        "title": block.title,
        "columns": block.columns,
        "rows": [
            {
                "label": row.label,
                "inner": row.inner,
                "numbers": [
                    *(spoken.number(number.value) for number in row.numbers),
                    *("" for _ in range(len(block.columns) - len(row.numbers))),
                ],
                "names": spoken.join([link.name for link in row.names]),
            }
            for row in block.rows
        ],
        "note": block.note,
    }
