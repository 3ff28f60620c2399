"""Colours, patterns and words of the charts: what a shape stands for, and how much of it there is."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.i18n import Words
from app.trends.drawing import Plot
from app.vocabulary import Rung, Status

# Solid for what is sharp, hatched for what warns, dotted for what stands aside: colour is never alone.
PATTERNS = {
    Status.at_risk: "hatch", Status.slowing: "back", Status.on_track: "lines",
    Status.parked: "dots", Status.no_data: "hatch",
    Rung.substantive: "lines", Rung.framework: "hatch", Rung.friendship: "dots",
    Rung.contact: "back",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """A line of the legend: colour, pattern, words, the number on the last day and how far it moved."""

    fill: str
    pattern: str
    text: str
    now: str = ""
    change: str = ""


# A chart: the picture in a sentence, the plots one below the other, the legend.
Picture = tuple[str, tuple[Plot, ...], tuple[Key, ...]]


def fill(code: Status | Rung) -> str:
    """The class of a code's colour."""
    # What has no tie is a background here: the badge's grey would outweigh everything else.
    plain = code is Status.untied
    return "tone-untied" if plain else f"fill-{code}" if isinstance(code, Status) else f"rung-{code}"


def legend_of(spoken: Words, counts: Sequence[tuple[Status | Rung, list[int]]]) -> tuple[Key, ...]:
    """One line a code that occurs, with the last number and how far it is from the first."""
    return tuple(
        Key(
            fill(code),
            PATTERNS.get(code, ""),
            spoken.label(code),
            spoken.number(values[-1]),
            change(spoken, values[-1] - values[0]),
        )
        for code, values in counts
        if any(values)
    )


def change(spoken: Words, n: int) -> str:
    """A difference with its sign."""
    return f"{'+' if n > 0 else '−'}{spoken.number(abs(n))}" if n else "0"
