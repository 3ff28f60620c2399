"""Corners of the ladder, the clock and the step, one sentence each (default policy, regular partner)."""

from datetime import date, timedelta

import pytest

from app.standing import (
    Contact,
    Dossier,
    Instrument,
    Pause,
    ProgrammeRun,
    Promise,
    Tie,
    Tier,
    assess,
    history,
    in_force,
)

TIE = Tie(on=date(2015, 1, 1))
MET = Contact(on=date(2015, 1, 1), two_way=True)
DAY = date(2026, 6, 1)


def file(**facts) -> Dossier:
    return Dossier(tier=Tier.regular, **{"ties": (TIE,), "contacts": (MET,), **facts})


def concrete(signed: date, **more) -> Instrument:
    return Instrument(**{"signed_on": signed, "effective_on": signed, "concrete": True, **more})


def codes(standing) -> list[str]:
    return [reason.code for reason in standing.reasons]


def test_a_first_concrete_agreement_earns_a_new_period_of_patience():
    assert assess(file(instruments=(concrete(date(2026, 1, 1)),)), DAY).waiting_since == date(2026, 1, 1)


def test_an_agreement_signed_but_not_yet_effective_earns_nothing():
    paper = concrete(date(2026, 1, 1), effective_on=date(2026, 9, 1))
    standing = assess(file(instruments=(paper,)), DAY)

    assert (standing.rung, standing.waiting_since) == ("friendship", TIE.on)
    assert standing.valid_until == date(2026, 9, 1)


def test_an_agreement_is_not_in_force_before_it_is_signed():
    paper = concrete(date(2026, 5, 1), effective_on=date(2020, 1, 1))

    assert not in_force(paper, date(2026, 4, 30))
    assert in_force(paper, date(2026, 5, 1))


def test_an_agreement_is_not_in_force_on_the_day_it_expires():
    assert not in_force(concrete(date(2025, 1, 1), expires_on=DAY), DAY)


def test_an_agreement_terminated_before_it_took_effect_never_reaches_framework_but_has_lapsed():
    paper = concrete(date(2025, 1, 1), effective_on=date(2025, 6, 1), terminated_on=date(2025, 3, 1))
    standing = assess(file(instruments=(paper,)), DAY)

    assert (standing.rung, standing.waiting_since) == ("friendship", TIE.on)
    assert "agreement_lapsed" in codes(standing)


def test_renewing_paper_after_a_gap_earns_nothing():
    papers = (concrete(date(2018, 1, 1), expires_on=date(2020, 1, 1)), concrete(date(2026, 1, 1)))

    assert assess(file(instruments=papers), DAY).waiting_since == date(2018, 1, 1)


FADED = ProgrammeRun(sector="water", started_on=date(2020, 1, 1))  # alive until 2021-01-01


def test_after_a_fall_the_clock_starts_on_the_day_of_the_fall():
    assert assess(file(programmes=(FADED,)), DAY).waiting_since == date(2021, 1, 1)


def test_paper_in_force_at_the_fall_earns_nothing_more_nor_does_renewing_it():
    papers = (concrete(date(2019, 1, 1), expires_on=date(2024, 1, 1)), concrete(date(2026, 1, 1)))

    assert assess(file(programmes=(FADED,), instruments=papers), DAY).waiting_since == date(2021, 1, 1)


def test_the_first_concrete_agreement_after_a_fall_earns_a_new_period():
    papers = (concrete(date(2018, 1, 1), expires_on=date(2020, 6, 1)), concrete(date(2026, 1, 1)))

    assert assess(file(programmes=(FADED,), instruments=papers), DAY).waiting_since == date(2026, 1, 1)


def test_a_programme_that_ended_before_it_started_was_never_alive():
    odd = ProgrammeRun(sector="water", started_on=date(2026, 5, 1), ended_on=date(2026, 4, 1))

    assert assess(file(programmes=(odd,)), DAY).rung == "friendship"


def test_an_end_to_come_does_not_end_a_programme_today():
    run = ProgrammeRun(sector="water", started_on=date(2026, 5, 1), ended_on=date(2026, 6, 2))
    standing = assess(file(programmes=(run,)), DAY)

    assert (standing.rung, standing.status, standing.valid_until) == (
        "substantive",
        "advancing",
        run.ended_on,
    )


def two_sectors(**second) -> Dossier:
    water = ProgrammeRun(sector="water", started_on=date(2026, 1, 1), outcomes=(date(2026, 2, 1),))
    return file(
        programmes=(water, ProgrammeRun(**{"started_on": date(2022, 1, 1), "sector": "energy", **second}))
    )


@pytest.mark.parametrize(
    ("second", "rung"),
    [
        ({"ended_on": date(2024, 6, 2)}, "lasting"),
        ({"ended_on": date(2024, 6, 1)}, "substantive"),
        ({"ended_on": date(2025, 6, 1), "cancelled_on": date(2025, 7, 1)}, "substantive"),
        ({"cancelled_on": date(2025, 6, 1)}, "substantive"),
        ({"progress": (date(2026, 5, 1),)}, "lasting"),
        ({"progress": (date(2026, 5, 1),), "sector": "water"}, "substantive"),
        ({}, "substantive"),
    ],
)
def test_lasting_needs_two_sectors_alive_or_ended_within_memory(second, rung):
    assert assess(two_sectors(**second), DAY).rung == rung


@pytest.mark.parametrize(
    ("status", "day"),
    [("advancing", date(2020, 6, 30)), ("slowing", date(2020, 7, 1)), ("slowing", date(2020, 12, 31))],
)
def test_a_programme_slows_before_it_counts_as_quiet(status, day):
    assert assess(file(programmes=(FADED,)), day).status == status


@pytest.mark.parametrize(
    ("due_in", "more", "step"),
    [
        (180, {}, "credible"),
        (181, {}, "stale"),
        (-30, {}, "credible"),
        (-31, {}, "stale"),
        (10, {"postponed": 2}, "credible"),
        (10, {"postponed": 3}, "stale"),
        (10, {"assigned": False}, "stale"),
        (10, {"deepens": False}, "stale"),
        (10, {"done_on": DAY}, "none"),
        (10, {"done_on": DAY + timedelta(days=1)}, "credible"),
        (10, {"dropped_on": DAY}, "none"),
        (10, {"raised_on": DAY}, "credible"),
        (10, {"raised_on": DAY + timedelta(days=1)}, "none"),
    ],
)
def test_a_step_is_credible_up_to_its_edges(due_in, more, step):
    facts = {
        "raised_on": date(2025, 1, 1),
        "due_on": DAY + timedelta(days=due_in),
        "assigned": True,
        "deepens": True,
    }

    assert assess(file(promises=(Promise(**{**facts, **more}),)), DAY).step == step


@pytest.mark.parametrize(("day", "parked"), [(-1, False), (0, True), (9, True), (10, False)])
def test_a_pause_contains_its_first_day_and_not_its_last(day, parked):
    pause = Pause(start=DAY, until=DAY + timedelta(days=10))

    assert (assess(file(pauses=(pause,)), DAY + timedelta(days=day)).status == "parked") is parked


@pytest.mark.parametrize(
    ("silence", "day", "warmth"), [(5, "2026-04-01", "cooling"), (1, "2026-01-01", "cooling")]
)
def test_the_last_quarter_of_silence_is_rounded_down(silence, day, warmth):
    from app.standing import Policy

    policy = Policy(silence=dict.fromkeys(Tier, silence))
    met = Contact(on=date(2026, 1, 1), two_way=True)

    assert assess(file(contacts=(met,)), date.fromisoformat(day), policy).warmth == warmth


def test_history_includes_its_last_day_and_starts_on_its_first():
    told = history(file(programmes=(FADED,)), date(2019, 12, 31), date(2020, 7, 1))

    assert [standing.as_of for standing in told] == [date(2019, 12, 31), date(2020, 1, 1), date(2020, 7, 1)]


def test_history_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="ends before it starts"):
        history(file(), DAY, DAY - timedelta(days=1))
