"""The numbers and the evidence of each reason on one day.

code                numbers
tie_undated         -
file_thin           -
no_programme        months (waited), patience (months allowed)
paper_only          months (in force, the oldest such agreement)
agreement_lapsed    months (since the last end)
agreement_expiring  ends_on (ISO date: the last end), warning (months)
return_visit_owed   months (since the unreturned visit), owed_by (home or partner)
silent              months (since the last warming fact), limit (months)
ceremonial_only     contacts (how many), within (months)
promises_overdue    home, partner (how many each side owes)
programme_quiet     months (without progress, the longest), limit (months)

Numbers are months and counts, never days, so that a stored standing does not change every night.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from app.standing import warmth
from app.standing.clock import add_days, add_months, months_between
from app.standing.evidence import Evidence, Paper
from app.standing.policy import Policy
from app.standing.reason import Reason
from app.standing.reasons import CEREMONY_MONTHS, OVERDUE_DAYS, PAPER_MONTHS
from app.standing.spans import span_at
from app.vocabulary import Direction, OwedBy, ReasonCode

Dated = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one reason rests on: dated refs, numbers, and the day its `months` count from, if any."""

    facts: Iterable[Dated]
    numbers: dict[str, int | str]
    counted_from: date | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A day, and all that can be known on it."""

    evidence: Evidence
    day: date
    waiting_since: date | None

    @property
    def policy(self) -> Policy:
        """The thresholds in force."""
        return self.evidence.policy

    @property
    def limit(self) -> int:
        """Months a programme may be quiet before we speak of it."""
        return self.policy.quiet - self.policy.warning


def find(code: ReasonCode, scene: Scene) -> Finding:
    """The facts and numbers of a reason that holds on the scene's day; wrong to ask for one that does not."""
    return _FINDERS[code](scene)


def explain(code: ReasonCode, since: date | None, scene: Scene) -> Reason:
    """The reason in full. `since`: the first day of the unbroken span in which it holds."""
    finding = find(code, scene)
    numbers = finding.numbers
    if finding.counted_from is not None:
        numbers = {"months": months_between(finding.counted_from, scene.day), **numbers}
    refs = dict.fromkeys(ref for _, ref in sorted(finding.facts) if ref)
    return Reason(code=code, since=since, numbers=numbers, evidence=tuple(refs))


def _tie_undated(scene: Scene) -> Finding:
    return Finding([(date.min, tie.ref) for tie in scene.evidence.dossier.ties if tie.on is None], {})


def _file_thin(scene: Scene) -> Finding:
    ties = scene.evidence.dossier.ties
    return Finding([(tie.on, tie.ref) for tie in ties if tie.on is not None and tie.on <= scene.day], {})


def _no_programme(scene: Scene) -> Finding:
    """Proof is what started the clock: the first Tie, the first concrete paper or the programme lost."""
    evidence, since = scene.evidence, scene.waiting_since
    assert since is not None
    eve = add_days(since, -1)
    facts: list[Dated] = [
        (since, tie.ref) for tie in evidence.dossier.ties if tie.on == since == evidence.first_tie
    ]
    facts += [(paper.start, paper.fact.ref) for paper in evidence.papers if _began(paper, since)]
    facts += [(run.start, run.fact.ref) for run in evidence.runs if span_at(run.alive, eve)]
    return Finding(facts, {"patience": scene.policy.patience[evidence.dossier.tier]}, since)


def _began(paper: Paper, day: date) -> bool:
    return paper.fact.concrete and paper.start == day < paper.end


def _paper_only(scene: Scene) -> Finding:
    day, runs = scene.day, scene.evidence.runs
    started = max((run.start for run in runs if run.start <= day), default=date.min)
    papers = [
        paper
        for paper in scene.evidence.papers
        if paper.fact.concrete
        and add_months(paper.start, PAPER_MONTHS) <= day < paper.end
        and started < paper.fact.signed_on
    ]
    return Finding(
        [(paper.start, paper.fact.ref) for paper in papers], {}, min(paper.start for paper in papers)
    )


def _agreement_lapsed(scene: Scene) -> Finding:
    ended = [paper for paper in scene.evidence.papers if paper.lapsed_from <= scene.day]
    last = max(paper.lapsed_from for paper in ended)
    return Finding([(last, paper.fact.ref) for paper in ended if paper.lapsed_from == last], {}, last)


def _agreement_expiring(scene: Scene) -> Finding:
    papers = [paper.fact for paper in scene.evidence.papers if paper.start <= scene.day < paper.end]
    ends = [paper.expires_on for paper in papers if paper.expires_on is not None]
    numbers: dict[str, int | str] = {"ends_on": max(ends).isoformat(), "warning": scene.policy.warning}
    return Finding([(paper.signed_on, paper.ref) for paper in papers], numbers)


def _return_visit_owed(scene: Scene) -> Finding:
    """Whoever received the latest visit owes the next: the home city after an inbound one."""
    visits = [contact for contact in scene.evidence.dossier.contacts if contact.on <= scene.day]
    inbound = max((visit.on for visit in visits if visit.direction == Direction.inbound), default=date.min)
    outbound = max((visit.on for visit in visits if visit.direction == Direction.outbound), default=date.min)
    home_owes = inbound > outbound
    last, direction = (inbound, Direction.inbound) if home_owes else (outbound, Direction.outbound)
    facts = [(last, visit.ref) for visit in visits if visit.on == last and visit.direction == direction]
    return Finding(facts, {"owed_by": OwedBy.home if home_owes else OwedBy.partner}, last)


def _silent(scene: Scene) -> Finding:
    evidence, day = scene.evidence, scene.day
    last = warmth.counted_from(evidence, day)
    assert last is not None
    facts = [
        (last, contact.ref) for contact in evidence.dossier.contacts if contact.two_way and contact.on == last
    ]
    facts += [(last, run.fact.ref) for run in evidence.runs if last in run.activity]
    if last not in evidence.warming:
        facts = [(last, tie.ref) for tie in evidence.dossier.ties if tie.on == last]
    return Finding(facts, {"limit": scene.policy.silence[evidence.dossier.tier]}, last)


def _ceremonial_only(scene: Scene) -> Finding:
    contacts = [
        (contact.on, contact.ref)
        for contact in scene.evidence.dossier.contacts
        if contact.on <= scene.day < add_months(contact.on, CEREMONY_MONTHS)
    ]
    return Finding(contacts, {"contacts": len(contacts), "within": CEREMONY_MONTHS})


def _promises_overdue(scene: Scene) -> Finding:
    overdue = [
        promise
        for promise, closed in scene.evidence.pledges
        if promise.raised_on <= scene.day < closed and add_days(promise.due_on, OVERDUE_DAYS) <= scene.day
    ]
    home = sum(promise.owed_by == OwedBy.home for promise in overdue)
    facts = [(promise.due_on, promise.ref) for promise in overdue]
    return Finding(facts, {"home": home, "partner": len(overdue) - home})


def _programme_quiet(scene: Scene) -> Finding:
    running = [(run.latest(scene.day), run.fact.ref) for run in scene.evidence.runs if run.running(scene.day)]
    quiet = [(last, ref) for last, ref in running if add_months(last, scene.limit) <= scene.day]
    return Finding(quiet, {"limit": scene.limit}, min(last for last, _ in quiet))


_FINDERS: dict[ReasonCode, Callable[[Scene], Finding]] = {
    ReasonCode.tie_undated: _tie_undated,
    ReasonCode.file_thin: _file_thin,
    ReasonCode.no_programme: _no_programme,
    ReasonCode.paper_only: _paper_only,
    ReasonCode.agreement_lapsed: _agreement_lapsed,
    ReasonCode.agreement_expiring: _agreement_expiring,
    ReasonCode.return_visit_owed: _return_visit_owed,
    ReasonCode.silent: _silent,
    ReasonCode.ceremonial_only: _ceremonial_only,
    ReasonCode.promises_overdue: _promises_overdue,
    ReasonCode.programme_quiet: _programme_quiet,
}
