"""The numbers behind every chart as tables, for the page and for download."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.i18n import Words
from app.tables import Cell, Table
from app.trends.queries import Trends
from app.trends.reckon import TIED, Cohort, bin_of, bin_size
from app.vocabulary import Locale, Rung, Status


class Sheet(StrEnum):
    """The charts, and the list of who moved; in the order of the page."""

    status = "status"
    rung = "rung"
    stuck = "stuck"
    depth = "depth"
    cohorts = "cohorts"
    programmes = "programmes"
    moves = "moves"


# The deepest first: what stands at the foot of the chart has an even ground.
RUNGS = tuple(reversed(Rung))


def titles(spoken: Words) -> dict[Sheet, str]:
    """What each is called."""
    text = spoken.gettext
    return {
        Sheet.status: text("Partners by status"),
        Sheet.rung: text("Partners by depth"),
        Sheet.stuck: text("Into and out of stuck"),
        Sheet.depth: text("Wider or deeper"),
        Sheet.cohorts: text("By year of the first tie"),
        Sheet.programmes: text("Months from tie to first programme"),
        Sheet.moves: text("Who became stuck, and who ceased to be"),
    }


def table(spoken: Words, found: Trends, sheet: Sheet) -> Table:
    """One of them in full."""
    headings, rows = _MADE[sheet](spoken, found)
    notes = (
        spoken.gettext("By what is on file today and the policy in force today."),
        spoken.gettext("Filters go by today's tier, region, forum, sector and officer."),
    )
    return Table(title=titles(spoken)[sheet], headings=headings, rows=rows, notes=notes)


_Made = tuple[list[str], list[list[Cell]]]


def _by_status(spoken: Words, found: Trends) -> _Made:
    course = found.course
    columns = [course.status[status] for status in Status]
    return _by_month(spoken, found, [spoken.label(status) for status in Status], columns)


def _by_rung(spoken: Words, found: Trends) -> _Made:
    course = found.course
    return _by_month(spoken, found, [spoken.label(rung) for rung in RUNGS], [course.rung[r] for r in RUNGS])


def _by_month(spoken: Words, found: Trends, labels: list[str], columns: list[list[int]]) -> _Made:
    months = found.course.months
    rows: list[list[Cell]] = [[m.end, *(c[place] for c in columns)] for place, m in enumerate(months)]
    return [spoken.gettext("On"), *labels], rows


def _stuck(spoken: Words, found: Trends) -> _Made:
    text = spoken.gettext
    headings = [text("From"), text("Until"), text("Became stuck"), text("Ceased to be"), text("Stuck then")]
    return headings, _flows(found, 1)


def _flows(found: Trends, size: int) -> list[list[Cell]]:
    """Who came and who left in months, or in quarters or years of the calendar."""
    course, spans = found.course, dict[int, tuple[date, date, int, int, int]]()
    for place, month in enumerate(course.months):
        key, moves = bin_of(month.start, size), course.moved[place]
        start, _, came, left, _ = spans.get(key, (month.start, month.end, 0, 0, 0))
        into = sum(move.into for move in moves)
        stuck = course.status[Status.stuck][place]
        spans[key] = (start, month.end, came + into, left + len(moves) - into, stuck)
    return [list(span) for span in spans.values()]


def _depth(spoken: Words, found: Trends) -> _Made:
    text, course = spoken.gettext, found.course
    last = {month.end.year: place for place, month in enumerate(course.months)}
    rows: list[list[Cell]] = [
        [year, found.new_ties[year], course.tied(place), course.deep(place), share(found, place)]
        for year, place in last.items()
    ]
    headings = [
        text("Year"),
        text("New ties"),
        text("With a tie"),
        text("Substantive or deeper"),
        text("Share, %"),
    ]
    return headings, rows


def share(found: Trends, place: int) -> float | None:
    """The per cent of tied partners that were at substantive or deeper at the end of a month."""
    tied = found.course.tied(place)
    return round(100 * found.course.deep(place) / tied, 1) if tied else None


def _cohorts(spoken: Words, found: Trends) -> _Made:
    text = spoken.gettext
    headings = [
        text("First tie"), text("Partners"), *(spoken.label(rung) for rung in TIED),
        spoken.label(Status.stuck), text("Came to a programme"), text("Median months"),
    ]  # fmt: skip
    return headings, [_cohort(spoken, cohort) for cohort in found.cohorts]


def _cohort(spoken: Words, cohort: Cohort) -> list[Cell]:
    return [
        cohort.year or spoken.gettext("no dated tie"),
        cohort.size,
        *(cohort.rungs[rung] for rung in TIED),
        cohort.stuck,
        len(cohort.months),
        cohort.median,
    ]


def _programmes(spoken: Words, found: Trends) -> _Made:
    text = spoken.gettext
    rows: list[list[Cell]] = [[one.year, len(one.months), one.median] for one in found.started]
    return [text("Year"), text("First programmes"), text("Median months")], rows


def _moves(spoken: Words, found: Trends) -> _Made:
    text, vi = spoken.gettext, spoken.locale == Locale.vi
    headings = [
        text("Day"),
        text("Partner"),
        text("Address"),
        text("Move"),
        text("Status before"),
        text("Status after"),
    ]
    into, out = text("became stuck"), text("ceased to be stuck")
    rows: Iterable[list[Cell]] = (
        [
            move.day,
            move.life.name_vi if vi else move.life.name_en,
            move.life.slug,
            into if move.into else out,
            spoken.label(move.was),
            spoken.label(move.now),
        ]
        for move in found.course.moves
    )
    return headings, list(rows)


_MADE: dict[Sheet, Callable[[Words, Trends], _Made]] = {
    Sheet.status: _by_status,
    Sheet.rung: _by_rung,
    Sheet.stuck: _stuck,
    Sheet.depth: _depth,
    Sheet.cohorts: _cohorts,
    Sheet.programmes: _programmes,
    Sheet.moves: _moves,
}

# The page tells months of up to three years, quarters of up to five, then years, then every fifth of them;
# a download has all.
_LONG = 300
_EVERY = ((37, 1), (61, 3), (_LONG, 12), (10_000, 60))


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as the page prints it, in the reader's language; `left_out` says what is not in it."""

    headings: Sequence[str]
    rows: list[list[str]]
    left_out: str = ""


def shown(spoken: Words, found: Trends, sheet: Sheet) -> Shown:
    """The table behind a chart, the latest first: of stuck the months in which somebody moved, of status and
    rung the last month of each quarter or year where the period is long."""
    whole = table(spoken, found, sheet)
    rows: list[Sequence[Cell]] = list(whole.rows)
    left_out = ""
    if sheet is Sheet.stuck:
        rows = [row for row in _flows(found, bin_size(2 * len(rows))) if row[2] or row[3]]
        left_out = spoken.gettext("Spans without a move are left out; the files have every month.")
    elif sheet in (Sheet.status, Sheet.rung):
        every = next(every for most, every in _EVERY if len(rows) <= most)
        rows = [row for row in rows[:-1] if _closes(row[0], every)] + rows[-1:]
        left_out = {
            1: "",
            3: spoken.gettext("Quarters are shown; the files have every month."),
            12: spoken.gettext("Years are shown; the files have every month."),
            60: spoken.gettext("Every fifth year is shown; the files have every month."),
        }[every]
    elif sheet is Sheet.depth and len(found.course.months) > _LONG:
        rows = [row for row in rows[:-1] if isinstance(row[0], int) and row[0] % 5 == 0] + rows[-1:]
        left_out = spoken.gettext("Every fifth year is shown; the files have every year.")
    elif sheet is Sheet.programmes:
        rows = [row for row in rows if row[1]]
        left_out = spoken.gettext("Years without a first programme are left out.")
    return Shown(whole.headings, [_said(spoken, row) for row in reversed(rows)], left_out)


def _closes(day: Cell, every: int) -> bool:
    return isinstance(day, date) and (day.year * 12 + day.month) % every == 0


def _said(spoken: Words, row: Sequence[Cell]) -> list[str]:
    first, *numbers = row
    head = spoken.date(first) if isinstance(first, date) else str(first)
    return [head, *(_cell(spoken, cell) for cell in numbers)]


def _cell(spoken: Words, cell: Cell) -> str:
    if isinstance(cell, date):
        return spoken.date(cell)
    if cell is None:
        return "–"
    return (
        cell if isinstance(cell, str) else spoken.number(float(cell) if not isinstance(cell, int) else cell)
    )
