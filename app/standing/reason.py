"""One reason, as the pages and the API show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.vocabulary import ReasonCode


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why: a code, the day since which it holds unbroken, its numbers, and references to what proves it.

    `since` is None where the reason has no beginning (a Tie that has no date); for `no_programme` it is the
    day the clock of patience started. `numbers` per code: see `app.standing.explain`. `evidence` holds the
    refs of facts in order of date, each once, blank ones left out.
    """

    code: ReasonCode
    since: date | None
    numbers: Mapping[str, int | str]
    evidence: tuple[str, ...]
