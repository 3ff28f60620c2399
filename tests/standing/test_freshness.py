"""How long a stored standing may be shown as it is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from app.standing import (
    DEFAULT_POLICY,
    Contact,
    Dossier,
    Instrument,
    ProgrammeRun,
    Promise,
    Tie,
    Tier,
    assess,
    fresh_until,
)
from app.standing.course import Course
from tests.standing.days import days_to_try
from tests.standing.strategies import RULES, cases


@RULES
@given(cases)
def test_nothing_differs_before_the_standing_goes_stale(case):
    dossier, day, policy = case
    course = Course(dossier, policy)
    now = course.standing(day)
    stale = fresh_until(dossier, day, policy, now)
    assert stale is None or stale > day
    for later in {day + timedelta(days=n) for n in range(1, 32)} | set(
        days_to_try(dossier, policy, day, stale)
    ):
        if stale is None or later < stale:
            assert replace(course.standing(later), as_of=day) == now, later


@RULES
@given(cases)
def test_a_standing_is_never_fresh_for_longer_than_it_is_valid(case):
    dossier, day, policy = case
    now = assess(dossier, day, policy)
    stale = fresh_until(dossier, day, policy, now)

    assert now.valid_until is None or stale <= now.valid_until


def test_months_waited_make_a_stuck_partner_stale_once_a_month_and_not_every_night():
    dossier = Dossier(tier=Tier.regular, ties=(Tie(on=date(1994, 3, 31)),))
    now = assess(dossier, date(2026, 6, 1))

    assert fresh_until(dossier, now.as_of, DEFAULT_POLICY, now) == date(2026, 6, 30)


def test_an_empty_file_stays_fresh_for_ever():
    dossier = Dossier(tier=Tier.wide)
    now = assess(dossier, date(2026, 6, 1))

    assert fresh_until(dossier, now.as_of, DEFAULT_POLICY, now) is None


def paper(signed: date) -> Instrument:
    return Instrument(signed_on=signed, effective_on=signed, concrete=True, ref=f"{signed}")


CEREMONY_DAYS = (date(2023, 12, 20), date(2024, 6, 20), date(2025, 6, 20), date(2026, 6, 20))
CEREMONIES = tuple(Contact(on=day, ref=f"{day}") for day in CEREMONY_DAYS)
LATE = tuple(Promise(raised_on=date(2026, 1, 1), due_on=date(2026, 4, day)) for day in (1, 20))
ALIVE = ProgrammeRun(sector="water", started_on=date(2026, 5, 1))
REMEMBERED = ProgrammeRun(sector="art", started_on=date(2020, 1, 1), ended_on=date(2024, 7, 10))
QUIET = (
    ProgrammeRun(sector="art", started_on=date(2025, 3, 1), ref="a"),
    ProgrammeRun(sector="art", started_on=date(2025, 12, 9), ref="b"),
)
PAPERS = (paper(date(2024, 1, 1)), paper(date(2025, 6, 10)))


@pytest.mark.parametrize(
    ("facts", "as_of", "stale"),
    [
        # A ceremony leaves the three years.
        ({"ties": (Tie(),), "contacts": CEREMONIES}, date(2026, 6, 20), date(2026, 12, 20)),
        ({"ties": (Tie(),), "contacts": CEREMONIES}, date(2026, 6, 19), date(2026, 6, 20)),
        # A second promise becomes overdue.
        ({"promises": LATE}, date(2026, 5, 3), date(2026, 5, 20)),
        # A second paper has been in force for a year.
        (
            {"instruments": PAPERS},
            date(2026, 6, 2),
            date(2026, 6, 10),
        ),
        # A second programme goes quiet.
        ({"programmes": (*QUIET, ALIVE)}, date(2026, 6, 2), date(2026, 6, 9)),
        # A second sector is forgotten, so that `missing` changes and the rung does not.
        ({"programmes": (ALIVE, REMEMBERED)}, date(2026, 6, 2), date(2026, 7, 10)),
    ],
)
def test_a_standing_goes_stale_when_a_fact_enters_or_leaves_what_is_counted(facts, as_of, stale):
    dossier = Dossier(tier=Tier.regular, **facts)
    now = assess(dossier, as_of)

    assert fresh_until(dossier, as_of, DEFAULT_POLICY, now) == stale
