"""One chart after another, put together in the reader's language: what it says, the picture, its table."""

from dataclasses import dataclass

from app.i18n import Words
from app.trends.by_month import by_rung, by_status, in_and_out
from app.trends.by_year import by_cohort, to_programmes, wider_or_deeper
from app.trends.drawing import Plot
from app.trends.legend import Key
from app.trends.queries import Trends
from app.trends.sheets import Sheet, Shown, shown, titles


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart with everything around it. `says` is the picture in a sentence."""

    name: Sheet
    title: str
    says: str
    plots: tuple[Plot, ...]
    legend: tuple[Key, ...]
    table: Shown


def panels(spoken: Words, found: Trends) -> list[Panel]:
    """The charts of the page in their order."""
    made = {
        Sheet.status: by_status, Sheet.rung: by_rung, Sheet.stuck: in_and_out,
        Sheet.depth: wider_or_deeper, Sheet.cohorts: by_cohort, Sheet.programmes: to_programmes,
    }  # fmt: skip
    names = titles(spoken)
    return [
        Panel(name, names[name], *make(spoken, found), shown(spoken, found, name))
        for name, make in made.items()
    ]
