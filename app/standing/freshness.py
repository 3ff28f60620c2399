"""How long a stored standing may be shown exactly as it is."""

from collections.abc import Iterator
from datetime import date

from app.standing.clock import FOREVER, add_days, add_months, next_anniversary
from app.standing.dossier import Dossier
from app.standing.evidence import Evidence, read
from app.standing.explain import Scene, find
from app.standing.policy import Policy
from app.standing.reasons import CEREMONY_MONTHS, OVERDUE_DAYS, PAPER_MONTHS
from app.standing.result import Standing
from app.vocabulary import ReasonCode, Rung


def fresh_until(dossier: Dossier, as_of: date, policy: Policy, standing: Standing) -> date | None:
    """The first day after `as_of` on which anything in the standing but `as_of` itself may differ.

    Where `valid_until` looks at rung, status and the like, this looks at everything: months waited, urgency,
    numbers, evidence, next step, missing. It may come early (on a date in the file that turns out to change
    nothing) but never late. None: never. `standing` is what `assess(dossier, as_of, policy)` gave.
    """
    evidence = read(dossier, policy)
    scene = Scene(evidence, as_of, standing.waiting_since)
    days = [*_facts(dossier), *_counters(standing, scene), *_windows(standing, scene)]
    if standing.valid_until is not None:
        days.append(standing.valid_until)
    return min((day for day in days if as_of < day < FOREVER), default=None)


def _facts(dossier: Dossier) -> Iterator[date]:
    """Every date in the file: on a later one, a fact joins the evidence or leaves it."""
    for paper in dossier.instruments:
        yield from _known(paper.signed_on, paper.effective_on, paper.expires_on, paper.terminated_on)
    for programme in dossier.programmes:
        yield from _known(programme.started_on, programme.ended_on, programme.cancelled_on)
        yield from (*programme.progress, *programme.outcomes)
    for promise in dossier.promises:
        yield from _known(promise.raised_on, promise.done_on, promise.dropped_on)
    for pause in dossier.pauses:
        yield from _known(pause.start, pause.until)
    yield from _known(*(tie.on for tie in dossier.ties))
    yield from (contact.on for contact in dossier.contacts)
    yield from (review.on for review in dossier.reviews)


def _known(*days: date | None) -> list[date]:
    return [day for day in days if day is not None]


def _counters(standing: Standing, scene: Scene) -> Iterator[date]:
    """The days on which a count of months grows."""
    if standing.waiting_since is not None:
        yield next_anniversary(standing.waiting_since, scene.day)
    for reason in standing.reasons:
        start = find(reason.code, scene).counted_from
        if start is not None:
            yield next_anniversary(start, scene.day)


def _windows(standing: Standing, scene: Scene) -> Iterator[date]:
    """The days on which a fact known today enters or leaves what a reason or `missing` counts."""
    evidence, codes = scene.evidence, {reason.code for reason in standing.reasons}
    if ReasonCode.paper_only in codes:
        yield from (add_months(paper.start, PAPER_MONTHS) for paper in evidence.papers)
    if ReasonCode.ceremonial_only in codes:
        yield from (add_months(day, CEREMONY_MONTHS) for day in evidence.contacts)
    if ReasonCode.promises_overdue in codes:
        yield from (add_days(promise.due_on, OVERDUE_DAYS) for promise in evidence.dossier.promises)
    if ReasonCode.programme_quiet in codes:
        yield from (add_months(day, scene.limit) for run in evidence.runs for day in run.activity)
    if standing.rung == Rung.substantive:
        yield from _memories(evidence)


def _memories(evidence: Evidence) -> Iterator[date]:
    """The days on which a sector or an outcome is forgotten."""
    for run in evidence.runs:
        yield from (add_months(day, evidence.policy.quiet) for day in run.activity)
        yield from (
            add_months(day, evidence.policy.memory) for day in _known(run.fact.ended_on, *run.fact.outcomes)
        )
