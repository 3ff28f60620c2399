"""Where a partner stands on a day, what comes next, and how it went over the last ten years."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlmodel import Session

from app.models import Partner, StandingRow
from app.remembered import Remembered
from app.standing import Dossier, Policy, add_months, history
from app.standings.columns import columns
from app.standings.dossiers import load_dossiers
from app.standings.plays import Playbook, load_playbook
from app.standings.policy import load_policy
from app.standings.queries import standing_of
from app.standings.schemas import StandingOut, standing_out
from app.vocabulary import Rung, Status

YEARS = 10


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of days [start, end) in which status and rung stayed the same."""

    start: date
    end: date
    status: Status
    rung: Rung


@dataclass(frozen=True, slots=True)
class Course:
    """`then` is what the standing will be on `standing.valid_until`, with today's files; None: no change."""

    standing: StandingOut
    then: StandingOut | None
    spells: tuple[Spell, ...]


def course(session: Session, partner: Partner, *, day: date, today: date) -> Course:
    """Assess one partner for its page: the dossier is loaded once for the day and for the years before it.

    Today's standing is the stored one, like in every list; any other day is assessed. Remembered until the
    next write: people turn pages far more often than they change what these show.
    """
    return _courses.get(session, (partner.id, day, today), lambda: _made(session, partner, day, today))


_courses = Remembered()


def _made(session: Session, partner: Partner, day: date, today: date) -> Course:
    assert partner.id is not None
    dossier = load_dossiers(session, [partner.id])[partner.id]
    policy, playbook = load_policy(session), load_playbook(session)
    on = partial(_on, partner, dossier, policy, playbook)
    standing = standing_of(session, partner, today) if day == today else on(day)
    until = standing.valid_until
    then = on(until) if until is not None and day >= today else None
    return Course(standing, then, spells(dossier, policy, day))


def _on(partner: Partner, dossier: Dossier, policy: Policy, playbook: Playbook, day: date) -> StandingOut:
    row = StandingRow(partner_id=partner.id or 0, **columns(dossier, policy, day, playbook))
    return standing_out(partner.slug, partner.declared_rung, row)


def spells(dossier: Dossier, policy: Policy, day: date) -> tuple[Spell, ...]:
    """The last ten years up to a day, from the first contact or tie that lies in them."""
    changes = history(dossier, add_months(day, -12 * YEARS), day, policy)
    ends = [*(change.as_of for change in changes[1:]), day]
    found: list[Spell] = []
    for change, end in zip(changes, ends, strict=True):
        last = found[-1] if found else None
        if last and (last.status, last.rung) == (change.status, change.rung):
            found[-1] = Spell(last.start, end, last.status, last.rung)
        elif last or change.rung != Rung.none:
            found.append(Spell(change.as_of, end, change.status, change.rung))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Band:
    """A spell as it is drawn: from the left and wide in per cent, high in rungs."""

    x: float
    width: float
    height: int
    spell: Spell


@dataclass(frozen=True, slots=True)
class Chart:
    """Bands by status and rung, and the first days of years on the same scale."""

    bands: tuple[Band, ...]
    years: tuple[tuple[float, int], ...]


def chart(found: tuple[Spell, ...]) -> Chart | None:
    """The course as a picture; None where there is no course yet."""
    if not found or found[0].start == found[-1].end:
        return None
    start, end = found[0].start, found[-1].end
    days = (end - start).days

    def at(day: date) -> float:
        return round(100 * (day - start).days / days, 2)

    bands = tuple(
        Band(at(spell.start), round(at(spell.end) - at(spell.start), 2), spell.rung.height, spell)
        for spell in found
        if spell.end > spell.start
    )
    years = [date(year, 1, 1) for year in range(start.year + 1, end.year + 1)]
    step = max(1, -(-len(years) // 6))
    marks = tuple((at(day), day.year) for day in years[(len(years) - 1) % step :: step])
    return Chart(bands, marks)
