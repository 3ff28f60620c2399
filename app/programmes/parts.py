"""What belongs to a programme: milestones, notes of progress, results.

Each is a record of its own with its own version: two officers who note progress do not wait for each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.models import Milestone, ProgrammeResult, ProgressNote
from app.programmes.schemas import (
    MilestoneIn,
    MilestonePatch,
    ProgressIn,
    ProgressPatch,
    ResultIn,
    ResultPatch,
)
from app.schemas import Input


class PartKind(StrEnum):
    """What belongs to a programme, as addresses name it."""

    milestones = "milestones"
    notes = "notes"
    results = "results"


@dataclass(frozen=True)
class Part:
    """One kind: its table, what may be said about it, the field that holds a day which must have come, the
    fields that may not be emptied, and what its first and later changes are called."""

    table: type[Any]
    create: type[Input]
    patch: type[Input]
    day: str
    never_empty: tuple[str, ...]
    added: str
    changed: str


PARTS: Mapping[PartKind, Part] = {
    PartKind.milestones: Part(
        Milestone,
        MilestoneIn,
        MilestonePatch,
        "done_on",
        ("title",),
        "programme.milestone_set",
        "programme.milestone_changed",
    ),
    PartKind.notes: Part(
        ProgressNote,
        ProgressIn,
        ProgressPatch,
        "on",
        ("on", "text"),
        "programme.progressed",
        "programme.progress_changed",
    ),
    PartKind.results: Part(
        ProgrammeResult,
        ResultIn,
        ResultPatch,
        "on",
        ("level", "indicator", "on"),
        "programme.result_recorded",
        "programme.result_changed",
    ),
}
