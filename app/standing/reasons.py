"""Why a partner stands where it does: for each reason the days on which it holds.

Texts are translated from the code elsewhere; `explain` adds numbers and evidence for one day.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from app.standing.clock import FOREVER, add_days, add_months, first_day_within
from app.standing.evidence import Evidence, earliest
from app.standing.ladder import Depth
from app.standing.spans import Span, Spans, Timeline, intersect, onwards, union, without
from app.standing.status import file_thin, tie_undated
from app.vocabulary import Direction, ReasonCode, Status

PAPER_MONTHS = 12  # a year in force without a programme: the paper was the end, not the beginning
CEREMONY_MONTHS = 36
CEREMONY_CONTACTS = 3
OVERDUE_DAYS = 30


def reason_spans(
    evidence: Evidence, depth: Depth, cold: Spans, underlying: Timeline[Status]
) -> dict[ReasonCode, Spans]:
    """The days of every reason, in the order in which reasons are told."""
    tied = onwards(evidence.tied_from)
    return {
        ReasonCode.tie_undated: tie_undated(evidence, depth),
        ReasonCode.file_thin: file_thin(evidence),
        ReasonCode.no_programme: underlying.spans_of(Status.stuck, Status.at_risk),
        ReasonCode.paper_only: paper_only(evidence),
        ReasonCode.agreement_lapsed: agreement_lapsed(evidence),
        ReasonCode.agreement_expiring: agreement_expiring(evidence),
        ReasonCode.return_visit_owed: return_visit_owed(evidence),
        ReasonCode.silent: intersect(tied, cold),
        ReasonCode.ceremonial_only: without(intersect(tied, ceremonial(evidence)), depth.substantive),
        ReasonCode.promises_overdue: promises_overdue(evidence),
        ReasonCode.programme_quiet: programme_quiet(evidence),
    }


def paper_only(evidence: Evidence) -> Spans:
    """A concrete agreement in force for a year, and no programme started on or after its signing."""
    return union(
        (
            add_months(paper.start, PAPER_MONTHS),
            earliest(paper.end, *(run.start for run in evidence.runs if run.start >= paper.fact.signed_on)),
        )
        for paper in evidence.papers
        if paper.fact.concrete
    )


def agreement_lapsed(evidence: Evidence) -> Spans:
    """An agreement of any kind has ended, and none is in force."""
    lapsed = earliest(*(paper.lapsed_from for paper in evidence.papers))
    return without(onwards(lapsed), union([paper.force() for paper in evidence.papers]))


def agreement_expiring(evidence: Evidence) -> Spans:
    """Every agreement in force has an end, and the last of these ends is at most `warning` months away.

    Only the end written in the paper counts: a termination to come is not known yet.
    """
    safe = [
        (paper.start, min(paper.end, _soon_from(earliest(paper.fact.expires_on), evidence.policy.warning)))
        for paper in evidence.papers
    ]
    return without(union([paper.force() for paper in evidence.papers]), union(safe))


def _soon_from(end: date, warning: int) -> date:
    return FOREVER if end == FOREVER else first_day_within(warning, end)


def return_visit_owed(evidence: Evidence) -> Spans:
    """The latest contact in one direction is that old, and none went the other way on or after it.

    At most one direction can owe on any day: the later of the two latest contacts answers the earlier.
    """
    contacts, months = evidence.dossier.contacts, evidence.policy.return_visit
    inbound = sorted({contact.on for contact in contacts if contact.direction == Direction.inbound})
    outbound = sorted({contact.on for contact in contacts if contact.direction == Direction.outbound})
    return union([*_unreturned(inbound, outbound, months), *_unreturned(outbound, inbound, months)])


def _unreturned(visits: list[date], returns: list[date], months: int) -> Iterator[Span]:
    for visit, following in pairwise([*visits, FOREVER]):
        position = bisect_left(returns, visit)
        answered = returns[position] if position < len(returns) else FOREVER
        yield add_months(visit, months), min(following, answered)


def ceremonial(evidence: Evidence) -> Spans:
    """At least three contacts within three years, none of those substantive."""
    days = evidence.contacts
    frequent = union(
        (third, add_months(first, CEREMONY_MONTHS))
        for first, third in zip(days, days[CEREMONY_CONTACTS - 1 :], strict=False)
    )
    substantive = (contact.on for contact in evidence.dossier.contacts if contact.substantive)
    return without(frequent, union((day, add_months(day, CEREMONY_MONTHS)) for day in substantive))


def promises_overdue(evidence: Evidence) -> Spans:
    """An open promise is thirty days overdue or more, on whichever side."""
    return union(
        [
            (max(promise.raised_on, add_days(promise.due_on, OVERDUE_DAYS)), closed)
            for promise, closed in evidence.pledges
        ]
    )


def programme_quiet(evidence: Evidence) -> Spans:
    """A programme that runs, neither ended nor cancelled, shows nothing new for `quiet - warning` months."""
    return union([span for run in evidence.runs for span in without([(run.start, run.stop)], run.fresh)])
