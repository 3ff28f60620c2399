"""What the agencies that were asked say, taken together. Pure: the last word of each agency counts."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from app.deadlines.queries import StepRow
from app.vocabulary import Opinion, ProcedureCode


class Block(StrEnum):
    """Why a paper may not be approved yet."""

    disagreement = "disagreement"
    awaited = "awaited"


def last_words(steps: Iterable[StepRow]) -> list[StepRow]:
    """The latest opinion asked of each agency: asked again, it may change its mind."""
    found: dict[str | None, StepRow] = {}
    for step in sorted(steps, key=lambda step: step.id):
        if step.code == ProcedureCode.opinions:
            found[step.agency_code] = step
    return list(found.values())


def disagreeing(steps: Iterable[StepRow]) -> list[StepRow]:
    """Agencies that disagree and over which no manager has decided."""
    return [s for s in last_words(steps) if s.opinion == Opinion.disagrees and s.resolved_on is None]


def blocks(steps: Iterable[StepRow], day: date) -> list[tuple[Block, StepRow]]:
    """What stands in the way of an approval on a day: an open disagreement, or an answer that may still come
    in time. An agency that has let its deadline pass holds nobody up; the page names it."""
    steps = list(steps)
    found = [(Block.disagreement, step) for step in disagreeing(steps)]
    return found + [(Block.awaited, s) for s in last_words(steps) if s.open and day <= s.due_on]
