"""Promises that first fell due in a period, kept or not, by side and by unit.

Reckoned by the day on which each was first to be done: what was postponed is not in time for that.
"""

from collections import Counter

import sqlalchemy as sa
from sqlmodel import Session

from app.follow_ups.filters import ALL, NO_UNIT, Reckoned
from app.follow_ups.queries import tally_promises
from app.models import Organisation
from app.records.queries import named
from app.reporting.periods import Period
from app.reports.model import Asked, Block, Number, Row, Section, listed, row
from app.vocabulary import InPeriod, OwedBy, PromiseFate

_Tally = Counter[tuple[int | None, OwedBy, PromiseFate]]


def promises(session: Session, asked: Asked) -> Section:
    """The chapter on promises. Three statements."""
    now, before = (_tally(session, period) for period in asked.both)
    name = named(Organisation, asked.spoken.locale)
    units = {
        key: (code, words)
        for key, code, words in session.execute(
            sa.select(Organisation.id, Organisation.code, name).order_by(name)
        )
    }
    text, label = asked.spoken.gettext, asked.spoken.label
    columns = [text("Fell due"), *(label(fate).capitalize() for fate in PromiseFate), text("Period before")]
    titles = {OwedBy.home: text("What we promised"), OwedBy.partner: text("What partners promised")}
    whole = text("All promises")
    none = text("no unit").capitalize()
    blocks = []
    for side in OwedBy:
        known = {unit for unit, whose, _ in (*now, *before) if whose == side}
        lines: list[Row] = [_row(now, before, asked, side, whole)]
        lines += [
            _row(now, before, asked, side, words, (key, code), inner=True)
            for key, (code, words) in units.items()
            if key in known
        ]
        if None in known:
            lines.append(_row(now, before, asked, side, none, (None, NO_UNIT), inner=True))
        blocks.append(Block(side.value, titles[side], columns, lines, ""))
    return Section("promises", text("Promises kept"), blocks)


def _tally(session: Session, period: Period) -> _Tally:
    due = Reckoned(in_period=InPeriod.due, since=period.first, until=period.last)
    found: _Tally = Counter()
    for unit, side, fate, n in tally_promises(session, due):
        found[unit, side, fate] += n
    return found


def _row(
    now: _Tally,
    before: _Tally,
    asked: Asked,
    side: OwedBy,
    words: str,
    unit: tuple[int | None, str] | None = None,
    *,
    inner: bool = False,
) -> Row:
    """`unit`: its id and code; every unit without one."""

    def number(tally: _Tally, period: Period, fate: PromiseFate | None = None) -> Number:
        n = sum(
            n
            for (whose, owed_by, became), n in tally.items()
            if owed_by == side and fate in {None, became} and (unit is None or unit[0] == whose)
        )
        where = {"in_period": InPeriod.due, "since": period.first, "until": period.last}
        code = unit[1] if unit else None
        return Number(n, listed("/follow-ups", who=ALL, side=side, kept=fate, of_unit=code, **where))

    fates = [number(now, asked.now, fate) for fate in PromiseFate]
    return row(words, [number(now, asked.now), *fates, number(before, asked.before)], inner=inner)
