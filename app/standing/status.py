"""The flag: what the partner's depth and waiting amount to, and what is being done about it."""

from app.standing.clock import ALWAYS, FOREVER, add_days, add_months
from app.standing.dossier import Dossier, Promise
from app.standing.evidence import Evidence
from app.standing.ladder import Depth
from app.standing.spans import Spans, Timeline, overlay, union, without
from app.vocabulary import Status, Step

# A step is credible while somebody could still be held to it: due in about half a year, a month late at most.
STEP_HORIZON_DAYS = 180
STEP_OVERDUE_DAYS = 30
STEP_POSTPONEMENTS = 2


def tie_undated(evidence: Evidence, depth: Depth) -> Spans:
    """The days on which friendship is known and its date is not, and no programme makes up for it."""
    return without(union([(evidence.tied_from, evidence.first_tie)]), depth.substantive)


def file_thin(evidence: Evidence) -> Spans:
    """The days on which a dated Tie is all there is: no Contact, Programme, Promise or Review."""
    return union([(evidence.first_tie, evidence.documented_from)])


def underlying(evidence: Evidence, depth: Depth) -> Timeline[Status]:
    """The status on every day, pauses left aside. Below, later layers win.

    A fresh import is asked for facts, not accused: `no_data` goes before `stuck`.
    """
    patience = evidence.policy.patience[evidence.dossier.tier]
    warned = patience - evidence.policy.warning
    layers = [
        (Status.at_risk, _waited(depth, warned)),
        (Status.stuck, _waited(depth, patience)),
        (Status.no_data, [*tie_undated(evidence, depth), *file_thin(evidence)]),
        (Status.untied, union([(ALWAYS, evidence.tied_from)])),
        (Status.slowing, depth.substantive),
        (Status.advancing, union([span for run in evidence.runs for span in run.fresh])),
    ]
    return overlay(Status.on_track, layers)


def _waited(depth: Depth, months: int) -> Spans:
    return union([(add_months(since, months), until) for since, until in depth.waiting])


def paused(dossier: Dossier) -> Spans:
    """The days on which the relationship is parked by an approved decision."""
    return union([(pause.start, FOREVER if pause.until is None else pause.until) for pause in dossier.pauses])


def step(evidence: Evidence) -> Timeline[Step]:
    """What is being done on every day: a credible step, only open promises that are none, or nothing.

    Credible = open, moves towards a programme, has someone assigned, is due within 180 days and at most 30
    days overdue, and was postponed at most twice.
    """
    open_promises = union([(promise.raised_on, closed) for promise, closed in evidence.pledges])
    credible = union(
        [
            (
                max(promise.raised_on, add_days(promise.due_on, -STEP_HORIZON_DAYS)),
                min(closed, add_days(promise.due_on, STEP_OVERDUE_DAYS + 1)),
            )
            for promise, closed in evidence.pledges
            if _may_be_credible(promise)
        ]
    )
    return overlay(Step.none, [(Step.stale, open_promises), (Step.credible, credible)])


def _may_be_credible(promise: Promise) -> bool:
    return promise.deepens and promise.assigned and promise.postponed <= STEP_POSTPONEMENTS
