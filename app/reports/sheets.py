"""The period report as the sheets of a workbook: a chapter a sheet."""

from collections.abc import Iterator, Sequence

from app.i18n import Words
from app.reporting.periods import Period
from app.reporting.words import days_of
from app.reports.model import Report, Section
from app.tables import Cell, Table


def sheets(spoken: Words, report: Report) -> list[Table]:
    """One sheet for each chapter, the days it counts below the rows."""
    text = spoken.gettext
    counted = days_of(spoken, Period(report.first, report.counted_to))
    before = days_of(spoken, Period(report.before_first, report.before_last))
    notes = (text("Counted: %(days)s", days=counted), text("Period before: %(days)s", days=before))
    return [_table(report.name, section, notes) for section in report.sections if section.blocks]


def _table(name: str, section: Section, notes: Sequence[str]) -> Table:
    width = 1 + _width(section)
    return Table(
        title=section.title,
        headings=(name, *("" for _ in range(width - 1))),
        rows=(_padded(row, width) for row in _rows(section)),
        notes=(*(block.note for block in section.blocks if block.note), *notes),
    )


def _width(section: Section) -> int:
    names = max((len(row.names) for block in section.blocks for row in block.rows), default=0)
    return max(len(block.columns) for block in section.blocks) + min(names, 1)


def _padded(row: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    return row + (None,) * (width - len(row))


def _rows(section: Section) -> Iterator[tuple[Cell, ...]]:
    for block in section.blocks:
        yield ()
        yield (block.title, *block.columns)
        for row in block.rows:
            numbers: list[Cell] = [number.value for number in row.numbers]
            numbers += [None] * (len(block.columns) - len(numbers))
            names = (", ".join(link.name for link in row.names),) if row.names else ()
            yield (row.label, *numbers, *names)
