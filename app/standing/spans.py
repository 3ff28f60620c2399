"""Days on which something holds, as sorted spans [start, until) that neither overlap nor touch.

What holds on a day depends only on facts dated up to that day. So each question ("is a programme alive?") is
answered once for all time, as spans, and a day's answer and the day of its next change are look-ups.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar

from app.standing.clock import ALWAYS, FOREVER

Span = tuple[date, date]
Spans = list[Span]
T = TypeVar("T")


def union(spans: Iterable[Span]) -> Spans:
    """The days in any of the spans. Empty spans (until <= start) drop out, touching ones become one."""
    merged: Spans = []
    last = None
    for start, until in sorted(spans):
        if until <= start:
            continue
        if last is None or start > last:
            merged.append((start, until))
            last = until
        elif until > last:
            merged[-1] = (merged[-1][0], until)
            last = until
    return merged


def onwards(start: date) -> Spans:
    """Every day from `start` on; none when that is never."""
    return [] if start == FOREVER else [(start, FOREVER)]


def without(spans: Spans, removed: Spans) -> Spans:
    """The days in `spans` and not in `removed`."""
    left: Spans = []
    for start, until in spans:
        at = start
        for gap_start, gap_until in removed:
            if gap_until <= at:
                continue
            if gap_start >= until:
                break
            if gap_start > at:
                left.append((at, gap_start))
            at = gap_until
        if at < until:
            left.append((at, until))
    return left


def intersect(first: Spans, second: Spans) -> Spans:
    """The days in both."""
    return union((max(a, c), min(b, d)) for a, b in first for c, d in second)


def at_least(count: int, layers: Iterable[Spans]) -> Spans:
    """The days that lie in at least `count` of the layers."""
    turns = sorted(turn for spans in layers for start, until in spans for turn in ((start, 1), (until, -1)))
    found: Spans = []
    depth, since = 0, ALWAYS
    for day, turn in turns:
        if turn == 1 and depth == count - 1:
            since = day
        if turn == -1 and depth == count:
            found.append((since, day))
        depth += turn
    return union(found)


def span_at(spans: Spans, day: date) -> Span | None:
    """The span that contains the day."""
    for span in spans:
        if span[0] <= day < span[1]:
            return span
    return None


class Timeline(Generic[T]):
    """A value for every day: `values[i]` holds from `starts[i]` until the next start, and differs from it."""

    __slots__ = ("starts", "values")

    def __init__(self, starts: list[date], values: list[T]) -> None:
        self.starts = starts
        self.values = values

    def turn(self, day: date, value: T) -> None:
        """Let the value hold from a day on that is not before the latest start."""
        if day == FOREVER:
            return
        if day == self.starts[-1]:
            del self.starts[-1], self.values[-1]
        if not self.values or value != self.values[-1]:
            self.starts.append(day)
            self.values.append(value)

    def at(self, day: date) -> T:
        """The value that holds on the day."""
        return self.values[bisect_right(self.starts, day) - 1]

    def spans_of(self, *wanted: T) -> Spans:
        """The days on which one of the values holds."""
        held = zip(pairwise([*self.starts, FOREVER]), self.values, strict=True)
        return union(span for span, value in held if value in wanted)


def overlay(ground: T, layers: Sequence[tuple[T, Spans]]) -> Timeline[T]:
    """On each day the value of the last layer that contains it, or `ground` where none does."""
    values = [ground, *(value for value, _ in layers)]
    toggles: dict[date, int] = {}  # per day a bit for each layer that begins or ends there
    for number, (_, spans) in enumerate(layers):
        for span in spans:
            for day in span:
                toggles[day] = toggles.get(day, 0) ^ 1 << number
    timeline = Timeline([ALWAYS], [ground])
    present = 0
    for day in sorted(toggles):
        present ^= toggles[day]
        timeline.turn(day, values[present.bit_length()])  # the highest bit is the last layer present
    return timeline
