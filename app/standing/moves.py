"""What moved a standing: for each change of status or rung the records that caused it, or time that ran out.

A record caused a move when, without what the file dates on that day of it, the partner would stand elsewhere.
Time caused it when the partner would have moved had nothing been dated on that day at all. Both may have.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import partial
from typing import Any

from app.standing.clock import FOREVER, add_days, add_months
from app.standing.course import Course
from app.standing.dossier import Dossier
from app.standing.evidence import Run
from app.standing.spans import span_at
from app.vocabulary import MoveCause, ReasonCode, Rung, Status

Place = tuple[Status, Rung]
TIME = frozenset(
    {MoveCause.patience_short, MoveCause.patience_over, MoveCause.fell_quiet, MoveCause.forgotten}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Why a partner moved on a day: what a record says of that day, or a time that ran out on it.

    `refs`: the record, or those the time is counted from. Of a time also `months`, how long it was, and
    `since`, the day it is counted from (None where several are).
    """

    code: MoveCause
    refs: tuple[str, ...] = ()
    months: int | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A day on which status or rung differ from the day before."""

    day: date
    was: Place
    now: Place


def turns_between(course: Course, start: date, end: date) -> list[Turn]:
    """The turns from `start` to `end`, both days among them, in order. Applied to the place on the day before
    `start` they give the place on `end`."""
    place, found = _place(course, add_days(start, -1)), []
    for day, status, rung in course.turns():
        if start <= day <= end:
            found.append(Turn(day, place, (status, rung)))
        if day <= end:
            place = (status, rung)
    return found


def causes(course: Course, turn: Turn) -> list[Cause]:
    """What caused a turn: never nothing. Records first, in the order of MoveCause, then time."""
    dossier, day = course.evidence.dossier, turn.day
    events = _events(dossier, day)
    keys = dict.fromkeys(event.key for event in events)

    def without(removed: Iterable[str]) -> Course:
        gone = frozenset(removed)
        return Course(
            _undone(dossier, [event for event in events if event.key in gone]), course.evidence.policy
        )

    quiet = without(keys)
    untouched = _place(quiet, day)
    told = [key for key in keys if _place(without([key]), day) != turn.now]
    if not told and untouched != turn.now:  # several would have done alone: all of those are told
        told = [key for key in keys if _place(without(k for k in keys if k != key), day) != untouched]
        told = told or list(keys)
    found = sorted((_told(events, key) for key in told), key=lambda it: (_ORDER[it.code], it.refs))
    return found if untouched == turn.was else [*found, *_time(quiet, day, turn.was, untouched)]


def _place(course: Course, day: date) -> Place:
    return course.status(day), course.depth.rung.at(day)


@dataclass(frozen=True, slots=True)
class _Event:
    """What one fact says of the day; `undo` gives the fact as it would be had that not happened."""

    code: MoveCause
    key: str
    ref: str
    group: str
    number: int
    undo: Callable[[Any], Any]


def _events(dossier: Dossier, day: date) -> list[_Event]:
    """Everything that the file dates on a day. Facts with one reference are one record."""
    return [
        _Event(code, fact.ref or f"{group}/{number}", fact.ref, group, number, partial(undo, day=day))
        for group, kinds in _KINDS.items()
        for number, fact in enumerate(getattr(dossier, group))
        for code, happened, undo in kinds
        if happened(fact, day)
    ]


def _undone(dossier: Dossier, events: Iterable[_Event]) -> Dossier:
    facts = {it.name: list(getattr(dossier, it.name)) for it in fields(dossier) if it.name != "tier"}
    for event in events:
        fact = facts[event.group][event.number]
        facts[event.group][event.number] = None if fact is None else event.undo(fact)
    kept = {name: tuple(fact for fact in group if fact is not None) for name, group in facts.items()}
    return Dossier(tier=dossier.tier, **kept)


def _told(events: Iterable[_Event], key: str) -> Cause:
    """The most telling of what a record says of the day: signed rather than in force."""
    own = min((it for it in events if it.key == key), key=lambda it: _ORDER[it.code])
    return Cause(code=own.code, refs=(own.ref,) if own.ref else ())


def _time(course: Course, day: date, was: Place, now: Place) -> list[Cause]:
    """The times that ran out on a day on which nothing else happened."""
    evidence, found = course.evidence, []
    policy, (status, rung) = evidence.policy, now
    deep = Rung.substantive.height
    if was[1] == Rung.lasting and rung == Rung.substantive:
        found.append(Cause(code=MoveCause.forgotten, refs=_refs(evidence.runs), months=policy.memory))
    fell = was[1].height >= deep > rung.height
    if fell or (status == Status.slowing and was[0] == Status.advancing):
        months = policy.quiet if fell else policy.quiet - policy.warning
        spent = [
            run for run in evidence.runs if run.running(day) and add_months(run.latest(day), months) == day
        ]
        since = {run.latest(day) for run in spent}
        found.append(
            Cause(
                code=MoveCause.fell_quiet,
                refs=_refs(spent),
                months=months,
                since=since.pop() if len(since) == 1 else None,
            )
        )
    if status in (Status.stuck, Status.at_risk) and not fell and status != was[0]:
        found.append(_waited(course, day, status))
    return found


def _waited(course: Course, day: date, status: Status) -> Cause:
    """Patience that ran out, or is about to; its records are those that started the clock."""
    policy, tier = course.evidence.policy, course.evidence.dossier.tier
    span = span_at(course.depth.waiting, day)
    reasons = course.standing(day).reasons
    refs = next((it.evidence for it in reasons if it.code == ReasonCode.no_programme), ())
    over = status == Status.stuck
    return Cause(
        code=MoveCause.patience_over if over else MoveCause.patience_short,
        refs=refs,
        months=policy.patience[tier] - (0 if over else policy.warning),
        since=span[0] if span else None,
    )


def _refs(runs: Iterable[Run]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(run.fact.ref for run in runs if run.fact.ref))


def _on(name: str) -> Callable[[Any, date], bool]:
    return lambda fact, day: getattr(fact, name) == day


def _unsaid(name: str, value: date | None = None) -> Callable[[Any, date], Any]:
    return lambda fact, day: replace(fact, **{name: value})


def _within(name: str) -> Callable[[Any, date], bool]:
    return lambda fact, day: day in getattr(fact, name)


def _struck(name: str) -> Callable[[Any, date], Any]:
    return lambda fact, day: replace(fact, **{name: tuple(it for it in getattr(fact, name) if it != day)})


def _gone(fact: Any, day: date) -> None:
    return None


_ORDER = {code: place for place, code in enumerate(MoveCause)}
# Per group of facts: what may be dated in one, when, and the fact without it.
_KINDS: dict[str, tuple[tuple[MoveCause, Callable[[Any, date], bool], Callable[..., Any]], ...]] = {
    "programmes": (
        (MoveCause.started, _on("started_on"), _gone),
        (MoveCause.outcome, _within("outcomes"), _struck("outcomes")),
        (MoveCause.progressed, _within("progress"), _struck("progress")),
        (MoveCause.ended, _on("ended_on"), _unsaid("ended_on")),
        (MoveCause.cancelled, _on("cancelled_on"), _unsaid("cancelled_on")),
    ),
    "instruments": (
        (MoveCause.signed, _on("signed_on"), _gone),
        (MoveCause.took_effect, _on("effective_on"), _unsaid("effective_on", FOREVER)),
        (MoveCause.expired, _on("expires_on"), _unsaid("expires_on")),
        (MoveCause.terminated, _on("terminated_on"), _unsaid("terminated_on")),
    ),
    "ties": ((MoveCause.tied, _on("on"), _gone),),
    "contacts": ((MoveCause.met, _on("on"), _gone),),
    "promises": ((MoveCause.promised, _on("raised_on"), _gone),),
    "reviews": ((MoveCause.confirmed, _on("on"), _gone),),
    "pauses": (
        (MoveCause.paused, _on("start"), _gone),
        (MoveCause.resumed, _on("until"), _unsaid("until")),
    ),
}  # fmt: skip
