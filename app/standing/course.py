"""The whole course of one partner's standing: compiled once from the dossier, then looked up for any day."""

from bisect import bisect_right
from datetime import date

from app.standing import status as flag
from app.standing.clock import ALWAYS, FOREVER, months_between
from app.standing.dossier import Dossier
from app.standing.evidence import read
from app.standing.explain import Scene, explain
from app.standing.ladder import climb
from app.standing.playbook import Missing, missing, next_step
from app.standing.policy import Policy
from app.standing.reason import Reason
from app.standing.reasons import reason_spans
from app.standing.result import Standing
from app.standing.spans import Spans, span_at
from app.standing.urgency import urgency_terms
from app.standing.warmth import feel, quadrant
from app.vocabulary import ReasonCode, Rung, Status


class Course:
    """One dossier under one policy: `standing(day)` for any day, and `changes`, the days that differ.

    `changes` holds in order every day on which rung, waiting_since, warmth, status, underlying, step or the
    list of reason codes differs from the day before. Each part's own days of change are known exactly, so
    their union is too: no day has to be tried out.
    """

    def __init__(self, dossier: Dossier, policy: Policy) -> None:
        self.evidence = read(dossier, policy)
        self.depth = climb(self.evidence)
        self.heat = feel(self.evidence)
        self.underlying = flag.underlying(self.evidence, self.depth)
        self.paused = flag.paused(dossier)
        self.step = flag.step(self.evidence)
        self.reasons = reason_spans(self.evidence, self.depth, self.heat.cold, self.underlying)
        self.changes = self._changes()

    def _changes(self) -> list[date]:
        days: set[date] = set()
        for timeline in (self.depth.rung, self.heat.warmth, self.underlying, self.step):
            days.update(timeline.starts)
        for spans in (self.depth.waiting, self.paused, *self.reasons.values()):
            for span in spans:
                days.update(span)
        return sorted(days - {ALWAYS, FOREVER})

    def turns(self) -> list[tuple[date, Status, Rung]]:
        """Since when which status and rung hold, from the beginning of the calendar on; one entry for each
        day on which either differs from the day before."""
        paused = [day for span in self.paused for day in span]
        days = {*self.depth.rung.starts, *self.underlying.starts, *paused} - {FOREVER}
        found: list[tuple[date, Status, Rung]] = []
        for day in sorted(days):
            status, rung = self.status(day), self.depth.rung.at(day)
            if not found or found[-1][1:] != (status, rung):
                found.append((day, status, rung))
        return found

    def status(self, day: date) -> Status:
        """The status on the day, pauses included."""
        return Status.parked if span_at(self.paused, day) else self.underlying.at(day)

    def next_change(self, day: date) -> date | None:
        """The first change after the day; None: never."""
        position = bisect_right(self.changes, day)
        return self.changes[position] if position < len(self.changes) else None

    def scene(self, day: date) -> Scene:
        """What the reasons of that day are explained from."""
        waiting = span_at(self.depth.waiting, day)
        return Scene(self.evidence, day, waiting[0] if waiting else None)

    def standing(self, day: date) -> Standing:
        """The standing on the day."""
        scene = self.scene(day)
        rung, warmth, underlying = self.depth.rung.at(day), self.heat.warmth.at(day), self.underlying.at(day)
        reasons = self._reasons(scene)
        months = None if scene.waiting_since is None else months_between(scene.waiting_since, day)
        codes = [reason.code for reason in reasons]
        terms = urgency_terms(self.evidence.dossier.tier, months, codes, self.evidence.policy)
        return Standing(
            as_of=day,
            rung=rung,
            waiting_since=scene.waiting_since,
            months_waiting=months,
            warmth=warmth,
            quadrant=quadrant(rung, warmth, tied=self.evidence.tied_from <= day),
            status=self.status(day),
            underlying=underlying,
            step=self.step.at(day),
            reasons=reasons,
            urgency=0.0 if terms is None else terms.total,
            next_step=next_step(reasons),
            missing=self._missing(rung, codes, day),
            valid_until=self.next_change(day),
        )

    def _reasons(self, scene: Scene) -> tuple[Reason, ...]:
        found = []
        for code, spans in self.reasons.items():
            span = span_at(spans, scene.day)
            if span is not None:
                since = scene.waiting_since if code == ReasonCode.no_programme else span[0]
                found.append(explain(code, None if since == ALWAYS else since, scene))
        return tuple(found)

    def _missing(self, rung: Rung, codes: list[ReasonCode], day: date) -> tuple[Missing, ...]:
        return missing(
            rung,
            # Below `substantive` any programme that still runs has been quiet for longer than the warning.
            programme_runs=ReasonCode.programme_quiet in codes,
            two_sectors=_on(self.depth.two_sectors, day),
            outcome=_on(self.depth.outcomes, day),
        )


def _on(spans: Spans, day: date) -> bool:
    return span_at(spans, day) is not None
