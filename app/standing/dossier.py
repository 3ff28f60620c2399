"""The evidence about one partner: dated facts, each with a reference back to the record it comes from.

Dates are civil dates. A span of two dates contains its first day and not its last: a paper that expires on
2026-03-01 is not in force on that day. Dates known only to the month or year are settled before they come
here (see `clock.counted_on`). `ref` is opaque to this package: it comes back in a reason's `evidence`.
"""

from dataclasses import dataclass
from datetime import date

from app.vocabulary import DatePrecision, Direction, OwedBy, PauseReason, Tier


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie:
    """A relation was established: an agreement of any kind was signed, or friendship is known without paper.

    `on` is None where only the fact is known.
    """

    on: date | None = None
    ref: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """A signed agreement. `concrete` = it names at least one sector and a lead unit, whatever its kind.

    It ends on the earlier of `expires_on` and `terminated_on`. An amendment that extends it moves
    `expires_on`.
    """

    signed_on: date
    effective_on: date
    expires_on: date | None = None
    terminated_on: date | None = None
    concrete: bool = False
    ref: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgrammeRun:
    """A programme that started. It stops on the earlier of `ended_on` and `cancelled_on`.

    `progress` = days on which a milestone was done or progress noted; `outcomes` = days of recorded outcomes,
    each of which is progress too.
    """

    sector: str
    started_on: date
    ended_on: date | None = None
    cancelled_on: date | None = None
    progress: tuple[date, ...] = ()
    outcomes: tuple[date, ...] = ()
    ref: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A completed delegation or a logged interaction.

    Two-way: a visit, a meeting, an answered letter. Substantive: its minutes hold at least one agreed action
    with someone responsible; until then it is ceremonial.
    """

    on: date
    direction: Direction = Direction.none
    substantive: bool = False
    two_way: bool = False
    ref: str = ""
    # What is known of the day: it decides nothing, but is shown as far as it is known.
    precision: DatePrecision = DatePrecision.day


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A follow-up. `deepens` = its kind moves towards a programme; `postponed` = how many times.

    Open from `raised_on` until it is done or dropped.
    """

    raised_on: date
    due_on: date
    owed_by: OwedBy = OwedBy.home
    assigned: bool = False
    deepens: bool = False
    postponed: int = 0
    done_on: date | None = None
    dropped_on: date | None = None
    ref: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """An officer confirmed that the file is complete: nothing is missing."""

    on: date
    ref: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """An approved decision to park the relationship, [start, until); without `until`, symbolic by choice."""

    start: date
    until: date | None = None
    reason: PauseReason = PauseReason.other
    ref: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """All the facts about one partner. Their order means nothing."""

    tier: Tier
    ties: tuple[Tie, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    programmes: tuple[ProgrammeRun, ...] = ()
    contacts: tuple[Contact, ...] = ()
    promises: tuple[Promise, ...] = ()
    reviews: tuple[Review, ...] = ()
    pauses: tuple[Pause, ...] = ()
