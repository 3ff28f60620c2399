"""The pictures on an axis of months: where everybody stood, and who moved."""

from collections.abc import Sequence

from app.i18n import Words
from app.trends import drawing
from app.trends.drawing import FINE, Layer, Plot, Tick
from app.trends.legend import PATTERNS, Key, Picture, change, fill, legend_of
from app.trends.queries import Trends
from app.trends.reckon import bin_of, bin_size
from app.trends.sheets import RUNGS
from app.vocabulary import Rung, Status


def by_status(spoken: Words, found: Trends) -> Picture:
    """How many were stuck, at risk, advancing ... at the end of every month."""
    course = found.course
    stuck = course.status[Status.stuck]
    says = spoken.gettext(
        "%(n)s of %(total)s partners are stuck on %(day)s; on %(before)s it was %(was)s.",
        n=spoken.number(stuck[-1]), total=spoken.number(course.total), was=spoken.number(stuck[0]),
        day=spoken.date(course.months[-1].end), before=spoken.date(course.months[0].end),
    )  # fmt: skip
    return (
        says,
        (_stacked(found, [(s, course.status[s]) for s in Status]),),
        legend_of(spoken, [(s, course.status[s]) for s in Status]),
    )


def by_rung(spoken: Words, found: Trends) -> Picture:
    """How many stood on which step of the ladder at the end of every month."""
    course = found.course
    says = spoken.gettext(
        "%(n)s of %(total)s partners are at substantive cooperation or deeper on %(day)s; "
        "on %(before)s it was %(was)s.",
        n=spoken.number(course.deep(-1)),
        total=spoken.number(course.total),
        was=spoken.number(course.deep(0)),
        day=spoken.date(course.months[-1].end),
        before=spoken.date(course.months[0].end),
    )
    counts = [(rung, course.rung[rung]) for rung in RUNGS]
    return says, (_stacked(found, counts),), legend_of(spoken, counts)


def _stacked(found: Trends, counts: Sequence[tuple[Status | Rung, list[int]]]) -> Plot:
    months = found.course.months
    top, step = drawing.round_up(found.course.total)
    return Plot(
        wide=len(months),
        high=drawing.scale(top),
        layers=drawing.stack(
            [(fill(code), PATTERNS.get(code, ""), _held(found, values)) for code, values in counts], top
        ),
        rows=drawing.grid(0, top, step),
        years=drawing.years_of(months),
        marks=_marks(found),
    )


def _held(found: Trends, values: list[int]) -> list[int]:
    """Of many months what was at the end of each quarter or year: fewer steps, and the page stays light."""
    months = found.course.months
    size = bin_size(len(months) // 2)
    keys = [bin_of(month.start, size) for month in months]
    ends = dict(zip(keys, values, strict=True))  # the last of each bin stays
    return [ends[key] for key in keys]


def _marks(found: Trends) -> tuple[Tick, ...]:
    months = found.course.months
    return drawing.marked([drawing.along_months(edit.day, months) for edit in found.policy])


def in_and_out(spoken: Words, found: Trends) -> Picture:
    """How many became stuck (upwards), and how many ceased to be (downwards)."""
    months = found.course.months
    size = bin_size(len(months))
    slots = _flows(found, size)
    came, left = [n for _, _, n, _ in slots], [n for _, _, _, n in slots]
    _, step = drawing.round_up(max(*came, *left))
    top, low = (max(step, -(-max(n) // step) * step) for n in (came, left))
    plot = Plot(
        wide=len(months) * FINE,
        high=top + low,
        layers=(
            Layer(drawing.bars((at, wide, top, n) for at, wide, n, _ in slots), "fill-stuck"),
            Layer(drawing.bars((at, wide, top, -n) for at, wide, _, n in slots), "fill-advancing", "lines"),
        ),
        rows=drawing.grid(-low, top, step),
        years=drawing.years_of(months),
        marks=_marks(found),
        base=round(100 * top / (top + low), 2),
    )
    into, out = sum(came), sum(left)
    says = spoken.gettext(
        "Became stuck: %(into)s. Ceased to be stuck: %(out)s. Difference: %(net)s.",
        into=spoken.number(into), out=spoken.number(out), net=change(spoken, into - out),
    )  # fmt: skip
    each = {1: spoken.gettext("by month"), 3: spoken.gettext("by quarter"), 12: spoken.gettext("by year")}
    legend = (
        Key("fill-stuck", "", f"{spoken.gettext('became stuck')}, {each[size]}", spoken.number(into)),
        Key(
            "fill-advancing",
            "lines",
            f"{spoken.gettext('ceased to be stuck')}, {each[size]}",
            spoken.number(out),
        ),
    )
    return says, (plot,), legend


def _flows(found: Trends, size: int) -> list[tuple[int, int, int, int]]:
    """Months put together by quarters or years of the calendar: (the first month's place, how many months,
    came, left)."""
    slots: dict[int, tuple[int, int, int, int]] = {}
    for place, month in enumerate(found.course.months):
        key = bin_of(month.start, size)
        begin, wide, came, left = slots.get(key, (place, 0, 0, 0))
        moves = found.course.moved[place]
        into = sum(move.into for move in moves)
        slots[key] = (begin, wide + 1, came + into, left + len(moves) - into)
    return list(slots.values())
