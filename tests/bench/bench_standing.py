"""How long an assessment takes: `python -m tests.bench.bench_standing`. Prints figures, asserts nothing."""

import random
from datetime import date, timedelta
from time import perf_counter

from app.standing import (
    DEFAULT_POLICY,
    Contact,
    Direction,
    Dossier,
    Instrument,
    OwedBy,
    Pause,
    ProgrammeRun,
    Promise,
    Review,
    Tie,
    Tier,
    assess,
    fresh_until,
    history,
)

DOSSIERS = 10_000
TODAY = date(2026, 6, 1)


def dossier_of_fifty(rng: random.Random) -> Dossier:
    """2 ties, 4 papers, 4 programmes with 3 entries each, 24 contacts, 14 promises, a review and a pause."""

    def some_day(since: int = 2012, until: int = 2027) -> date:
        return date(since, 1, 1) + timedelta(days=rng.randrange((until - since) * 365))

    def later(day: date, days: int) -> date:
        return day + timedelta(days=rng.randrange(1, days))

    def paper(signed: date, ref: str) -> Instrument:
        expires = rng.choice([None, later(signed, 3000)])
        concrete = rng.random() < 0.5
        return Instrument(
            signed_on=signed, effective_on=signed, expires_on=expires, concrete=concrete, ref=ref
        )

    def programme(started: date, ref: str) -> ProgrammeRun:
        return ProgrammeRun(
            sector=rng.choice("abc"),
            started_on=started,
            ended_on=rng.choice([None, later(started, 1500)]),
            progress=(later(started, 900), later(started, 900)),
            outcomes=(later(started, 900),),
            ref=ref,
        )

    def contact(ref: str) -> Contact:
        direction = rng.choice([Direction.inbound, Direction.outbound, Direction.none])
        substantive = rng.random() < 0.2
        return Contact(on=some_day(), direction=direction, substantive=substantive, two_way=True, ref=ref)

    def promise(raised: date, ref: str) -> Promise:
        return Promise(
            raised_on=raised,
            due_on=later(raised, 200),
            owed_by=rng.choice([OwedBy.home, OwedBy.partner]),
            assigned=True,
            deepens=rng.random() < 0.5,
            done_on=rng.choice([None, later(raised, 300)]),
            ref=ref,
        )

    paused = some_day()
    return Dossier(
        tier=rng.choice(list(Tier)),
        ties=tuple(Tie(on=some_day(1994, 2020), ref=f"t{n}") for n in range(2)),
        instruments=tuple(paper(some_day(), f"i{n}") for n in range(4)),
        programmes=tuple(programme(some_day(), f"r{n}") for n in range(4)),
        contacts=tuple(contact(f"c{n}") for n in range(24)),
        promises=tuple(promise(some_day(), f"p{n}") for n in range(14)),
        reviews=(Review(on=some_day()),),
        pauses=(Pause(start=paused, until=later(paused, 400)),),
    )


def main() -> None:
    """Print the time of assess, of fresh_until and of ten years of history."""
    rng = random.Random(20260601)
    dossiers = [dossier_of_fifty(rng) for _ in range(DOSSIERS)]

    start = perf_counter()
    standings = [assess(dossier, TODAY, DEFAULT_POLICY) for dossier in dossiers]
    took = perf_counter() - start
    print(f"assess       {DOSSIERS} dossiers x 50 facts: {took:.2f} s, {took / DOSSIERS * 1e6:.0f} us each")

    start = perf_counter()
    for dossier, standing in zip(dossiers, standings, strict=True):
        fresh_until(dossier, TODAY, DEFAULT_POLICY, standing)
    took = perf_counter() - start
    print(f"fresh_until  the same: {took:.2f} s, {took / DOSSIERS * 1e6:.0f} us each")

    sample = dossiers[:500]
    start = perf_counter()
    changes = sum(len(history(dossier, date(2016, 6, 1), TODAY, DEFAULT_POLICY)) for dossier in sample)
    took = (perf_counter() - start) / len(sample)
    print(f"history      ten years: {took * 1e3:.2f} ms each, {changes / len(sample):.0f} changes on average")


if __name__ == "__main__":
    main()
