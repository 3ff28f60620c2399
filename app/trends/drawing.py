"""The geometry of the charts. Shapes are drawn in units of months (or years) and partners, and stretched by
the page; letters stand at per cent of the width, so that words keep their size on a phone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.standing import add_months
from app.trends.reckon import Month

HEIGHT = 220  # of the plot in CSS pixels, without its letters
LABELS = 6  # the most years that are lettered: more would touch on a phone
GRID = 4
FINE = 20  # units in a slot of bars


@dataclass(frozen=True, slots=True)
class Layer:
    """A filled shape: its path, the class of its colour, the pattern over it (empty: plain)."""

    path: str
    fill: str
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A letter on an axis: where along it in per cent, and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One chart of `wide` by `high` units. `lines` are drawn over the layers, `marks` are policy edits;
    `base` is where nothing lies, in per cent from above."""

    wide: int
    high: int
    layers: tuple[Layer, ...]
    rows: tuple[Tick, ...]
    years: tuple[Tick, ...]
    marks: tuple[Tick, ...] = ()
    lines: tuple[str, ...] = ()
    base: float = 100.0


def round_up(most: int, rows: int = GRID) -> tuple[int, int]:
    """The top of a scale for values up to `most`, and its grid's step: 1, 2 or 5 times a power of ten. It has
    `rows` rows at most."""
    step = 1
    for step in (m * 10**power for power in range(7) for m in (1, 2, 5)):
        if step * rows >= most:
            break
    return max(step, -(-most // step) * step), step


def grid(low: int, top: int, step: int, unit: str = "") -> tuple[Tick, ...]:
    """The rows of a scale from `low` (0 or less) up to `top`, from above in per cent."""
    values = [v for v in range(-(-low // step) * step, top + 1, step) if v != 0 or low < 0]
    return tuple(Tick(round(100 * (top - v) / (top - low), 2), f"{abs(v)}{unit}") for v in values)


def scale(top: int) -> int:
    """How many units high a picture of so many partners is."""
    return min(top, HEIGHT)


def area(upper: Sequence[int], top: int) -> str:
    """What lies under a line of steps, one step a unit; relative moves keep it short."""
    parts, run = [f"M0 {top - upper[0]}"], 0
    for place, value in enumerate(upper):
        run += 1
        last = place + 1 == len(upper)
        if last or upper[place + 1] != value:
            parts.append(f"h{run}" + ("" if last else f"v{value - upper[place + 1]}"))
            run = 0
    return "".join([*parts, f"V{top}H0Z"])


def stack(layers: Sequence[tuple[str, str, Sequence[int]]], top: int) -> tuple[Layer, ...]:
    """Areas upon each other, the first at the bottom: (fill, pattern, one value a unit). The uppermost is
    painted first and covered by the next, so that no line is drawn twice. The picture is `scale(top)` high:
    of many partners it is exact to the pixel."""
    found: list[Layer] = []
    high = scale(top)
    height = [0] * len(layers[0][2])
    for fill, pattern, values in layers:
        if any(values):
            height = [a + b for a, b in zip(height, values, strict=True)]
            found.append(Layer(area([round(n * high / top) for n in height], high), fill, pattern))
    return tuple(reversed(found))


def bars(slots: Iterable[tuple[int, int, float, float]]) -> str:
    """Bars, each in its slot: (where it begins, how wide it is, its foot from above, its height). A negative
    one hangs down. A slot's width is FINE units, so that paths are of short whole numbers."""
    parts = []
    for begin, wide, foot, height in slots:
        if height:
            left, inner = round((begin + 0.15 * wide) * FINE), round(0.7 * wide * FINE)
            parts.append(f"M{left} {foot:g}h{inner}v{-height:g}h-{inner}z")
    return "".join(parts)


def line(values: Sequence[float | None], top: float) -> str:
    """Points in the middle of their units, broken where there is no value."""
    parts, drawing = [], False
    for place, value in enumerate(values):
        if value is None:
            drawing = False
            continue
        parts.append(f"{'L' if drawing else 'M'}{round((place + 0.5) * FINE)} {top - value:g}")
        drawing = True
    return "".join(parts)


def years_of(months: Sequence[Month]) -> tuple[Tick, ...]:
    """The first days of years along the months; of many years every second, fifth ..."""
    found = [(place, month.start.year) for place, month in enumerate(months) if month.start.month == 1]
    if not found:
        found = [(0, months[0].start.year)]
    return _spread([(100 * place / len(months), str(year)) for place, year in found])


def years_between(first: int, last: int) -> tuple[Tick, ...]:
    """A letter under the middle of each year's bar."""
    count = last - first + 1
    return _spread([(100 * (y - first + 0.5) / count, str(y)) for y in range(first, last + 1)])


def _spread(found: list[tuple[float, str]]) -> tuple[Tick, ...]:
    step = next(s for s in (1, 2, 5, 10, 20) if len(found) <= LABELS * s or s == 20)
    chosen = found if step == 1 else [one for one in found if int(one[1]) % step == 0]
    return tuple(Tick(round(at, 2), text) for at, text in chosen)


def along_months(day: date, months: Sequence[Month]) -> float:
    """Where a day lies on an axis of months, in per cent."""
    first = months[0].start.replace(day=1)
    place = (day.year - first.year) * 12 + day.month - first.month
    length = (add_months(day.replace(day=1), 1) - day.replace(day=1)).days
    return round(100 * (place + (day.day - 1) / length) / len(months), 2)


def along_years(day: date, first: int, last: int) -> float:
    """Where a day lies on an axis of years, in per cent."""
    start = date(day.year, 1, 1)
    part = (day - start).days / 366
    return round(100 * (day.year - first + part) / (last - first + 1), 2)


def marked(places: Sequence[float]) -> tuple[Tick, ...]:
    """Marks numbered from 1 on; those that would touch share one letter."""
    found: list[Tick] = []
    for number, at in enumerate(places, 1):
        if found and at - found[-1].at < 3:
            first = found[-1].text.partition("–")[0]
            found[-1] = Tick(found[-1].at, f"{first}–{number}")
        else:
            found.append(Tick(at, str(number)))
    return tuple(found)
