"""Depth: how far up the ladder the evidence reaches, and since when a partner waits below a programme.

The rung is the highest one that holds; a higher rung needs no lower one.

lasting      substantive, and at least two sectors and an outcome within memory
substantive  a programme is alive: it runs, and its start or latest progress is recent
framework    a concrete agreement (sectors and a lead unit named) is in force
friendship   a Tie exists; friendship does not expire
contact      a Contact exists
"""

from dataclasses import dataclass
from datetime import date

from app.standing.clock import ALWAYS, FOREVER, add_months
from app.standing.evidence import Evidence, earliest
from app.standing.spans import Span, Spans, Timeline, at_least, intersect, onwards, overlay, union
from app.vocabulary import Rung

SECTORS_FOR_LASTING = 2


@dataclass(frozen=True, slots=True)
class Depth:
    """The rung on every day, and the spans in which the partner waits for a programme.

    The start of a span in `waiting` is the `waiting_since` of its days. These spans may touch: a first
    concrete agreement ends one and begins the next.
    """

    rung: Timeline[Rung]
    substantive: Spans
    waiting: Spans
    two_sectors: Spans
    outcomes: Spans


def climb(evidence: Evidence) -> Depth:
    """Work out the ladder for all days."""
    substantive = union([span for run in evidence.runs for span in run.alive])
    framework = union([paper.force() for paper in evidence.papers if paper.fact.concrete])
    two_sectors = at_least(SECTORS_FOR_LASTING, _sectors(evidence))
    outcomes = _outcomes(evidence)
    layers = [
        (Rung.contact, onwards(evidence.contacts[0]) if evidence.contacts else []),
        (Rung.friendship, onwards(evidence.tied_from)),
        (Rung.framework, framework),
        (Rung.substantive, substantive),
        (Rung.lasting, intersect(intersect(substantive, two_sectors), outcomes)),
    ]
    return Depth(
        rung=overlay(Rung.none, layers),
        substantive=substantive,
        waiting=_waiting(evidence.first_tie, substantive, framework),
        two_sectors=two_sectors,
        outcomes=outcomes,
    )


def _sectors(evidence: Evidence) -> list[Spans]:
    """Per sector, the days on which a programme in it is remembered: alive, or ended within memory.

    A cancelled programme is not remembered, even if it had ended before.
    """
    by_sector: dict[str, list[Span]] = {}
    for run in evidence.runs:
        spans = by_sector.setdefault(run.fact.sector, [])
        spans += run.alive
        if run.fact.ended_on is not None:
            forgotten = earliest(add_months(run.fact.ended_on, evidence.policy.memory), run.fact.cancelled_on)
            spans.append((max(run.fact.ended_on, run.start), forgotten))
    return [union(spans) for spans in by_sector.values()]


def _outcomes(evidence: Evidence) -> Spans:
    """The days on which an outcome of any programme, whatever became of it, is within memory."""
    return union(
        (max(day, run.start), add_months(day, evidence.policy.memory))
        for run in evidence.runs
        for day in run.fact.outcomes
    )


def _waiting(first_tie: date, substantive: Spans, framework: Spans) -> Spans:
    """The spans spent below `substantive` with a dated Tie, each starting where its clock starts.

    The clock starts at the latest of the first Tie, the last fall from `substantive`, and the day on which
    `framework` first held after that fall (or ever, if there was none). So the first concrete agreement earns
    a new period of patience, and renewing paper earns nothing: one in force at the fall, or a second one
    after a gap, leaves the clock alone.
    """
    falls = [ALWAYS, *(until for _, until in substantive)]
    rises = [*(start for start, _ in substantive), FOREVER]
    waiting: list[Span] = []
    for fall, rise in zip(falls, rises, strict=True):
        start = max(first_tie, fall)
        # In force at the fall, it began before: then the clock starts at the fall.
        reached = next((begun for begun, ended in framework if ended > fall), FOREVER)
        if start < reached < rise:
            waiting += [(start, reached), (reached, rise)]
        elif start < rise:
            waiting.append((start, rise))
    return waiting
