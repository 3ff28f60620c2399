"""The pictures on an axis of years: new ties and how deep they went, cohorts, the way to a programme."""

from statistics import median

from app.i18n import Words
from app.trends import drawing
from app.trends.drawing import FINE, Layer, Plot, Tick
from app.trends.legend import PATTERNS, Key, Picture, fill
from app.trends.queries import Trends
from app.trends.reckon import TIED
from app.trends.sheets import share

# Rows in the grid of a picture of half the height.
HALF = 2


def wider_or_deeper(spoken: Words, found: Trends) -> Picture:
    """Two pictures on one axis: new ties as bars, and below them the share that went deep as a line."""
    first, last = found.period.start.year, found.period.end.year
    wide, ties = (last - first + 1) * FINE, list(found.new_ties.values())
    top, step = drawing.round_up(max(ties), HALF)
    at_end = {month.end.year: place for place, month in enumerate(found.course.months)}
    shares = [share(found, place) for place in at_end.values()]
    high, rise = drawing.round_up(int(max((s or 0 for s in shares), default=0)) + 1, HALF)
    years, marks = drawing.years_between(first, last), _marks_of_years(found)
    bars = Layer(drawing.bars((place, 1, top, n) for place, n in enumerate(ties)), "fill-plain")
    plots = (
        Plot(wide, top, (bars,), drawing.grid(0, top, step), (), marks),
        Plot(wide, high, (), drawing.grid(0, high, rise, " %"), years, marks, (drawing.line(shares, high),)),
    )
    known = [s for s in shares if s is not None]
    before, now = (known[0], known[-1]) if known else (0.0, 0.0)
    says = spoken.gettext(
        "%(ties)s new ties; the share at substantive or deeper went from %(before)s %% to %(now)s %%: "
        "%(verdict)s.",
        ties=spoken.number(sum(ties)),
        before=spoken.number(before),
        now=spoken.number(now),
        verdict=verdict(spoken, wider=sum(ties) > 0, deeper=now > before),
    )
    legend = (
        Key("fill-plain", "", spoken.gettext("New ties by year"), spoken.number(sum(ties))),
        Key(
            "line",
            "",
            spoken.gettext("Share of partners with a tie at substantive or deeper"),
            f"{spoken.number(now)} %",
        ),
    )
    return says, plots, legend


def verdict(spoken: Words, *, wider: bool, deeper: bool) -> str:
    """Question 10 of the department in a word: are we going deeper, or only wider?"""
    if wider:
        return spoken.gettext("wider and deeper") if deeper else spoken.gettext("only wider")
    return spoken.gettext("deeper, not wider") if deeper else spoken.gettext("neither wider nor deeper")


def by_cohort(spoken: Words, found: Trends) -> Picture:
    """The partners of each year of first ties, by the rung they stand on now."""
    dated = {cohort.year: cohort for cohort in found.cohorts if cohort.year is not None}
    ties = sum(cohort.size for cohort in dated.values())
    came = sum(len(cohort.months) for cohort in dated.values())
    says = spoken.gettext(
        "Partners with a dated tie: %(ties)s; %(came)s of them came to a programme.",
        ties=spoken.number(ties), came=spoken.number(came),
    )  # fmt: skip
    order = tuple(reversed(TIED))
    if not dated:
        return says, (), ()
    first, last = min(dated), max(dated)
    years = [dated.get(year) for year in range(first, last + 1)]
    top, step = drawing.round_up(max(cohort.size for cohort in dated.values()))
    layers, feet = [], [0] * len(years)
    for rung in order:
        counts = [cohort.rungs[rung] if cohort else 0 for cohort in years]
        slots = [(place, 1, top - feet[place], n) for place, n in enumerate(counts)]
        layers.append(Layer(drawing.bars(slots), fill(rung), PATTERNS.get(rung, "")))
        feet = [a + b for a, b in zip(feet, counts, strict=True)]
    plot = Plot(
        len(years) * FINE, top, tuple(layers), drawing.grid(0, top, step), drawing.years_between(first, last)
    )
    legend = tuple(
        Key(
            fill(r),
            PATTERNS.get(r, ""),
            spoken.label(r),
            spoken.number(sum(c.rungs[r] for c in dated.values())),
        )
        for r in order
    )
    return says, (plot,), legend


def to_programmes(spoken: Words, found: Trends) -> Picture:
    """How many months partners take from the tie to the first programme, by the year it began."""
    first, last = found.period.start.year, found.period.end.year
    all_months = sorted(months for cohort in found.cohorts for months in cohort.months)
    waiting = sum(cohort.size - len(cohort.months) for cohort in found.cohorts if cohort.year is not None)
    if all_months:
        says = spoken.ngettext(
            "Half of those that came to a programme did so within %(n)s month of the tie; "
            "without one so far: %(waiting)s.",
            "Half of those that came to a programme did so within %(n)s months of the tie; "
            "without one so far: %(waiting)s.",
            round(median(all_months)),
            waiting=spoken.number(waiting),
        )
    else:
        says = spoken.gettext("No partner with a dated tie has come to a programme yet.")
    medians = [one.median or 0 for one in found.started]
    top, step = drawing.round_up(round(max(medians)))
    slots = [(place, 1, float(top), n) for place, n in enumerate(medians)]
    plot = Plot(
        (last - first + 1) * FINE,
        top,
        (Layer(drawing.bars(slots), "fill-plain"),),
        drawing.grid(0, top, step),
        drawing.years_between(first, last),
        _marks_of_years(found),
    )
    legend = (
        Key(
            "fill-plain", "", spoken.gettext("Median months, by the year in which the first programme began")
        ),
    )
    return says, (plot,), legend


def _marks_of_years(found: Trends) -> tuple[Tick, ...]:
    first, last = found.period.start.year, found.period.end.year
    return drawing.marked([drawing.along_years(edit.day, first, last) for edit in found.policy])
