"""The dossier read once: facts sorted, each with the days from and until which it counts.

A fact counts from its own date on. That alone makes an assessment blind to what is dated later: a programme
not yet started has no progress, a paper not yet signed cannot lapse, an end to come has not happened.
"""

from dataclasses import dataclass
from datetime import date

from app.standing.clock import ALWAYS, FOREVER, add_months
from app.standing.dossier import Dossier, Instrument, ProgrammeRun, Promise
from app.standing.policy import Policy
from app.standing.spans import Span, Spans, union


def earliest(*days: date | None) -> date:
    """The first of the days, None meaning never."""
    return min([day for day in days if day is not None], default=FOREVER)


@dataclass(frozen=True, slots=True)
class Paper:
    """An Instrument with the span in which it is in force, and the day from which it counts as lapsed."""

    fact: Instrument
    start: date
    end: date
    lapsed_from: date

    def force(self) -> Span:
        """[start, end), empty when the paper ended before it took effect."""
        return self.start, self.end


def read_paper(fact: Instrument) -> Paper:
    """A paper takes effect at the earliest on its signing, even where it says otherwise."""
    end = earliest(fact.expires_on, fact.terminated_on)
    lapsed = FOREVER if end == FOREVER else max(end, fact.signed_on)
    return Paper(fact, max(fact.signed_on, fact.effective_on), end, lapsed)


def in_force(fact: Instrument, day: date) -> bool:
    """Whether the agreement is in force on the day: effective, not expired, not terminated."""
    paper = read_paper(fact)
    return paper.start <= day < paper.end


@dataclass(frozen=True, slots=True)
class Run:
    """A programme with the day it stops and its activity: its start, progress and outcomes, sorted.

    Entries older than the start are left out of `activity`: the start itself is newer. `alive` and `fresh`
    are the days on which it runs and its latest activity lies within `quiet`, and within `quiet - warning`.
    """

    fact: ProgrammeRun
    start: date
    stop: date
    activity: list[date]
    alive: Spans
    fresh: Spans

    def running(self, day: date) -> bool:
        """Whether it has started and not stopped."""
        return self.start <= day < self.stop

    def latest(self, day: date) -> date:
        """Its latest activity up to a day on or after its start."""
        return max(when for when in self.activity if when <= day)


def read_run(fact: ProgrammeRun, policy: Policy) -> Run:
    """Sort a programme's activity; a recorded outcome is progress too."""
    start, stop = fact.started_on, earliest(fact.ended_on, fact.cancelled_on)
    later = {day for day in (*fact.progress, *fact.outcomes) if day > start}
    activity = [start, *sorted(later)]
    return Run(
        fact=fact,
        start=start,
        stop=stop,
        activity=activity,
        alive=_active(activity, stop, policy.quiet),
        fresh=_active(activity, stop, policy.quiet - policy.warning),
    )


def _active(activity: list[date], stop: date, months: int) -> Spans:
    return union([(day, min(add_months(day, months), stop)) for day in activity])


def closed_on(promise: Promise) -> date:
    """The day from which the promise is no longer open; `date.max` while it is."""
    return earliest(promise.done_on, promise.dropped_on)


def is_open(promise: Promise, day: date) -> bool:
    """Whether the promise has been raised and is neither done nor dropped on the day."""
    return promise.raised_on <= day < closed_on(promise)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One partner's facts and the policy they are read by: what every question here is asked of."""

    dossier: Dossier
    policy: Policy
    tied_from: date  # the first day with a Tie: since always where one is undated
    first_tie: date  # the first dated Tie
    documented_from: date  # the first other fact: Contact, Programme, Promise or Review
    papers: list[Paper]
    runs: list[Run]
    contacts: list[date]
    warming: list[date]  # two-way contacts and programme activity, sorted, each day once
    pledges: list[tuple[Promise, date]]  # promises with the day each closes


def read(dossier: Dossier, policy: Policy) -> Evidence:
    """Sort one partner's facts."""
    first_tie = earliest(*[tie.on for tie in dossier.ties])
    runs = [read_run(programme, policy) for programme in dossier.programmes]
    contacts = sorted([contact.on for contact in dossier.contacts])
    warming = {contact.on for contact in dossier.contacts if contact.two_way}
    others = [
        *contacts[:1],
        *[run.start for run in runs],
        *[promise.raised_on for promise in dossier.promises],
        *[review.on for review in dossier.reviews],
    ]
    return Evidence(
        dossier=dossier,
        policy=policy,
        tied_from=ALWAYS if any(tie.on is None for tie in dossier.ties) else first_tie,
        first_tie=first_tie,
        documented_from=min(others, default=FOREVER),
        papers=[read_paper(instrument) for instrument in dossier.instruments],
        runs=runs,
        contacts=contacts,
        warming=sorted(warming.union(*[run.activity for run in runs])),
        pledges=[(promise, closed_on(promise)) for promise in dossier.promises],
    )
