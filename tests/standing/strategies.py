"""Wicked files: dates crowd around month ends and 29 February; facts overlap, end early, lie ahead.

Hypothesis draws a seed and a size, and plain code makes the file from them. Drawing each of some hundred
choices by itself was twenty times slower and rarely reached the upper rungs; a smaller size still shrinks the
file.
"""

import random
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from app.standing import (
    DEFAULT_POLICY,
    Contact,
    Direction,
    Dossier,
    Instrument,
    OwedBy,
    Pause,
    Policy,
    ProgrammeRun,
    Promise,
    Review,
    Standing,
    Tie,
    Tier,
)

RULES = settings.get_profile("standing")

FIRST, DAYS = date(2023, 1, 1), 800
MONTH_ENDS = [
    date(year, month, 1) + timedelta(days=shift)
    for year in (2023, 2024, 2025)
    for month in (1, 3, 9)
    for shift in (-2, -1, 0)
]


class Maker:
    """Makes facts from a seed; `size` bounds how many of each kind."""

    def __init__(self, seed: int, size: int) -> None:
        self.rng = random.Random(seed)
        self.size = size

    def chance(self, odds: float) -> bool:
        return self.rng.random() < odds

    def day(self) -> date:
        if self.chance(0.4):
            return self.rng.choice(MONTH_ENDS)
        return FIRST + timedelta(days=self.rng.randrange(DAYS))

    def maybe(self, odds: float) -> date | None:
        return self.day() if self.chance(odds) else None

    def days(self) -> tuple[date, ...]:
        return tuple(self.day() for _ in range(self.rng.randint(0, self.size)))

    def ref(self) -> str:
        return self.rng.choice(["", "a", "b", "c"])

    def as_of(self) -> date:
        """Mostly among the facts, sometimes before them or years after."""
        if self.chance(0.3):
            return FIRST + timedelta(days=self.rng.randint(-40, 2000))
        return self.day()

    def some(self, make, most: int = 99) -> tuple:
        return tuple(make() for _ in range(self.rng.randint(0, min(self.size, most))))

    def tie(self) -> Tie:
        return Tie(on=self.maybe(0.85), ref=self.ref())

    def instrument(self) -> Instrument:
        signed = self.day()
        return Instrument(
            signed_on=signed,
            effective_on=signed if self.chance(0.5) else self.day(),
            expires_on=self.maybe(0.5),
            terminated_on=self.maybe(0.2),
            concrete=self.chance(0.6),
            ref=self.ref(),
        )

    def programme(self) -> ProgrammeRun:
        return ProgrammeRun(
            sector=self.rng.choice(["water", "transport"]),
            started_on=self.day(),
            ended_on=self.maybe(0.5),
            cancelled_on=self.maybe(0.2),
            progress=self.days(),
            outcomes=self.days(),
            ref=self.ref(),
        )

    def contact(self) -> Contact:
        return Contact(
            on=self.day(),
            direction=self.rng.choice(list(Direction)),
            substantive=self.chance(0.1),
            two_way=self.chance(0.5),
            ref=self.ref(),
        )

    def promise(self) -> Promise:
        return Promise(
            raised_on=self.day(),
            due_on=self.day(),
            owed_by=self.rng.choice(list(OwedBy)),
            assigned=self.chance(0.8),
            deepens=self.chance(0.8),
            postponed=self.rng.randint(0, 3),
            done_on=self.maybe(0.3),
            dropped_on=self.maybe(0.2),
            ref=self.ref(),
        )

    def dossier(self) -> Dossier:
        return Dossier(
            tier=self.rng.choice(list(Tier)),
            ties=self.some(self.tie, 2) or ((self.tie(),) if self.chance(0.6) else ()),
            instruments=self.some(self.instrument),
            programmes=self.some(self.programme, 3) if self.chance(0.7) else (),
            contacts=self.some(self.contact),
            promises=self.some(self.promise, 3),
            reviews=self.some(lambda: Review(on=self.day(), ref=self.ref()), 1),
            pauses=self.some(lambda: Pause(start=self.day(), until=self.maybe(0.8)), 2)
            if self.chance(0.3)
            else (),
        )

    def policy(self) -> Policy:
        """Any policy within bounds, most of them short, so that everything happens within a few years."""
        if self.chance(0.2):
            return DEFAULT_POLICY
        most = self.rng.choice([4, 9, 9, 24, 120])
        warning = self.rng.randint(1, most // 2)
        return Policy(
            patience={tier: self.rng.randint(warning + 1, most) for tier in Tier},
            silence={tier: self.rng.randint(1, most) for tier in Tier},
            warning=warning,
            quiet=self.rng.randint(warning + 1, most),
            return_visit=self.rng.randint(1, most),
            memory=self.rng.randint(1, most),
        )


makers = st.builds(Maker, seed=st.integers(0, 2**64 - 1), size=st.integers(2, 6))


def _case(maker: Maker) -> tuple[Dossier, date, Policy]:
    return maker.dossier(), maker.as_of(), maker.policy()


# A file, a day and a policy.
cases = makers.map(_case)


def core(standing: Standing) -> tuple:
    """The fields that `valid_until` speaks of."""
    return (
        standing.rung,
        standing.waiting_since,
        standing.warmth,
        standing.status,
        standing.underlying,
        standing.step,
        tuple(reason.code for reason in standing.reasons),
    )
