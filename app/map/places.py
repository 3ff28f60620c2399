"""Where marks stand on the map: degrees to units, windows of the world, marks moved apart. Pure.

The projection is equirectangular, 1000 x 500 units for the whole earth, as static/img/land.svg is drawn.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import cos, hypot, sin

UNIT = 0.36
"""Degrees in one unit of the map."""


class Window(StrEnum):
    """The part of the world that is looked at."""

    world = "world"
    asia = "asia"
    europe = "europe"
    africa = "africa"
    americas = "americas"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in units of the map."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


def project(lat: float, lon: float) -> tuple[float, float]:
    """Degrees north and east to units right and down."""
    return (lon + 180) / UNIT, (90 - lat) / UNIT


def _box(west: float, north: float, east: float, south: float) -> Box:
    x, y = project(north, west)
    right, bottom = project(south, east)
    return Box(round(x, 1), round(y, 1), round(right - x, 1), round(bottom - y, 1))


BOXES: dict[Window, Box] = {
    Window.world: _box(-170, 78, 180, -56),
    Window.asia: _box(58, 58, 180, -48),
    Window.europe: _box(-26, 72, 62, 33),
    Window.africa: _box(-22, 43, 64, -37),
    Window.americas: _box(-130, 62, -30, -56),
}
# A Vietnamese authority's map of the world names both archipelagos. Degrees rounded; general knowledge.
ARCHIPELAGOS = (("Hoàng Sa", 16.5, 112.0), ("Trường Sa", 10.0, 114.0))
# How many marks long their names are written beside them.
_NAME_MARKS = 3

# A mark takes this share of a window's width, so that it is as large on the screen in each.
_MARK = 1 / 62


def mark_size(window: Window) -> float:
    """The side of a mark, in units."""
    return round(BOXES[window].width * _MARK, 2)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a mark stands, and the place it belongs to when it had to move."""

    x: float
    y: float
    home_x: float
    home_y: float

    @property
    def moved(self) -> bool:
        """Whether a line must lead from the mark to its place."""
        return hypot(self.x - self.home_x, self.y - self.home_y) > 0.01


def names_in(box: Box) -> list[tuple[str, float, float]]:
    """The archipelagos of a window, with the place to the right of which each name begins."""
    every = [(name, *project(lat, lon)) for name, lat, lon in ARCHIPELAGOS]
    return [it for it in every if box.holds(*it[1:])]


def kept_clear(size: float, box: Box) -> list[tuple[float, float]]:
    """The points that no mark may cover: the archipelagos and their names."""
    return [(x + size * n, y) for _, x, y in names_in(box) for n in range(_NAME_MARKS + 1)]


def spread(
    points: Sequence[tuple[float, float]], size: float, box: Box, clear: Sequence[tuple[float, float]] = ()
) -> list[Spot]:
    """These marks moved apart until none covers another or a point to be kept clear, as near to their places
    as that allows.

    The same points give the same answer. Neighbours push each other away by half of what they overlap, round
    after round; those on one spot start out on a sunflower's spiral, in the order given.
    """
    places = [[x, y] for x, y in points]
    met: dict[tuple[float, float], int] = defaultdict(int)
    for place in places:
        k = met[(round(place[0], 1), round(place[1], 1))]
        met[(round(place[0], 1), round(place[1], 1))] += 1
        place[0] += 0.2 * size * k**0.5 * cos(2.39996 * k)
        place[1] += 0.2 * size * k**0.5 * sin(2.39996 * k)
    free = len(places)
    places += [[x, y] for x, y in clear]
    for _ in range(60):
        if not _pushed(places, size, free):
            break
    half = size / 2
    return [
        Spot(
            round(min(max(x, box.x + half), box.x + box.width - half), 2),
            round(min(max(y, box.y + half), box.y + box.height - half), 2),
            round(home[0], 2),
            round(home[1], 2),
        )
        for (x, y), home in zip(places[:free], points, strict=True)
    ]


def _pushed(places: list[list[float]], size: float, free: int) -> bool:
    """One round of pushing; whether anything overlapped. Only marks in neighbouring cells can; those behind
    the first `free` stand where they are."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, (x, y) in enumerate(places):
        cells[(int(x // size), int(y // size))].append(i)
    overlapped = False
    for (column, row), own in cells.items():
        near = [j for dc in (-1, 0, 1) for dr in (-1, 0, 1) for j in cells.get((column + dc, row + dr), ())]
        for i in own:
            for j in near:
                if i < free and j > i and _parted(places[i], places[j], size, held=j >= free):
                    overlapped = True
    return overlapped


def _parted(a: list[float], b: list[float], size: float, *, held: bool) -> bool:
    """Push two marks apart, or the first alone where the second is held; whether they overlapped."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    far = hypot(dx, dy)
    if far >= size * 0.99:
        return False
    push = (size - far) / 2 + 0.001
    across, down = (dx / far, dy / far) if far else (1.0, 0.0)
    first = 2 * push if held else push
    a[0] -= across * first
    a[1] -= down * first
    if not held:
        b[0] += across * push
        b[1] += down * push
    return True


def gathered(points: Iterable[tuple[float, float]], cell: float) -> dict[tuple[int, int], list[int]]:
    """The points by the square of the map they lie in: for more marks than can be told apart."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, (x, y) in enumerate(points):
        found[(int(x // cell), int(y // cell))].append(i)
    return dict(found)
