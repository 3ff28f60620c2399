"""What the page counts is what the rule says: of every partner, on every day."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from app.partner_page.course import spells
from app.standing import DEFAULT_POLICY, Course, add_months, assess, history
from app.standings.columns import course_columns
from app.trends import reckon
from app.trends.queries import life_of
from app.vocabulary import Rung, Status
from tests.bench.bench_standing import dossier_of_fifty

START, END = date(2016, 6, 10), date(2026, 6, 15)
DAY = timedelta(days=1)


def life(number, dossier, policy=DEFAULT_POLICY):
    return life_of(number, f"p{number}", "Vi", "En", is_demo=False, **course_columns(Course(dossier, policy)))


@pytest.fixture(scope="module")
def files():
    """Fifty partners with fifty facts each."""
    rng = random.Random(20260615)
    return [dossier_of_fifty(rng) for _ in range(50)]


@pytest.fixture(scope="module")
def lives(files):
    return [life(number, dossier) for number, dossier in enumerate(files)]


def test_every_day_of_ten_years_is_what_is_assessed(files, lives):
    for dossier, one in zip(files, lives, strict=True):
        whole = Course(dossier, DEFAULT_POLICY)
        day, told = START, iter([*history(dossier, START, END), None])
        now, following = next(told), next(told)
        while day <= END:
            if following is not None and following.as_of == day:
                now, following = following, next(told)
            assert one.place(day) == (now.status, now.rung) == (whole.status(day), whole.depth.rung.at(day))
            day += DAY
        for day in (START, START + 1000 * DAY, END):
            standing = assess(dossier, day)
            assert one.place(day) == (standing.status, standing.rung)


def test_the_chart_on_the_partners_page_is_what_is_assessed_on_every_day(files):
    """Ten years of each file: where no spell is drawn yet, nobody had been met."""
    start = add_months(END, -120)
    for dossier in files:
        whole, drawn, day = Course(dossier, DEFAULT_POLICY), spells(dossier, DEFAULT_POLICY, END), start
        for spell in drawn:
            while day < spell.start:
                assert whole.depth.rung.at(day) == Rung.none
                day += DAY
            while day < spell.end:
                assert (spell.status, spell.rung) == (whole.status(day), whole.depth.rung.at(day))
                day += DAY
            standing = assess(dossier, spell.start)
            assert (spell.status, spell.rung) == (standing.status, standing.rung)
        assert day == END
    assert sum(len(spells(dossier, DEFAULT_POLICY, END)) for dossier in files) > 200


def test_months_count_everybody_and_flows_are_the_difference(lives):
    course = reckon.course_of(lives, START, END)
    assert len(course.months) == 121
    assert course.months[0] == reckon.Month(START, date(2016, 6, 30))
    assert course.months[-1] == reckon.Month(date(2026, 6, 1), END)
    stuck = course.before[Status.stuck]
    assert course.before == {
        **dict.fromkeys(Status, 0),
        **Counter(one.place(START - DAY)[0] for one in lives),
    }
    seen = Counter()
    for place, month in enumerate(course.months):
        places = [one.place(month.end) for one in lives]
        for status in Status:
            assert course.status[status][place] == sum(s == status for s, _ in places)
        for rung in Rung:
            assert course.rung[rung][place] == sum(r == rung for _, r in places)
        moves = course.moved[place]
        came = [move for move in moves if move.into]
        stuck += len(came) - (len(moves) - len(came))
        assert stuck == course.status[Status.stuck][place]
        for move in moves:
            assert month.start <= move.day <= month.end
            assert move.life.place(move.day - DAY)[0] == move.was != move.now == move.life.place(move.day)[0]
        seen.update(move.into for move in moves)
    assert min(seen[True], seen[False]) > 20, "the files hardly move: the test is about nothing"


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-06-15", "2026-06-15", [("2026-06-15", "2026-06-15")]),
        ("2024-02-29", "2024-03-01", [("2024-02-29", "2024-02-29"), ("2024-03-01", "2024-03-01")]),
        ("2025-12-31", "2026-01-31", [("2025-12-31", "2025-12-31"), ("2026-01-01", "2026-01-31")]),
    ],
)
def test_months_are_cut_to_the_period(start, end, months):
    found = reckon.months_of(date.fromisoformat(start), date.fromisoformat(end))
    assert [(str(month.start), str(month.end)) for month in found] == months


def one_life(*turns, tied_on=None, started_on=None):
    return life_of(
        1, "x", "X", "X", is_demo=False, turns=[["0001-01-01", "untied", "none"], *turns],
        first_tie_on=tied_on, first_programme_on=started_on,
    )  # fmt: skip


def test_cohorts_and_medians_follow_the_dates():
    waits = one_life(["2020-03-01", "on_track", "friendship"], tied_on=date(2020, 3, 1))
    came = one_life(
        ["2020-05-01", "on_track", "friendship"], ["2021-05-01", "advancing", "substantive"],
        tied_on=date(2020, 5, 1), started_on=date(2021, 5, 1),
    )  # fmt: skip
    before = one_life(
        ["2018-01-01", "advancing", "substantive"], tied_on=date(2019, 1, 1), started_on=date(2018, 1, 1)
    )
    undated = one_life(["0001-01-02", "no_data", "friendship"])
    later = one_life(["2030-01-01", "on_track", "friendship"], tied_on=date(2030, 1, 1))
    everybody = [waits, came, before, undated, later, one_life()]
    end = date(2026, 6, 15)

    cohorts = {cohort.year: cohort for cohort in reckon.cohorts_of(everybody, end)}
    assert {year: (c.size, c.months, c.median) for year, c in cohorts.items()} == {
        None: (1, (), None), 2019: (1, (0,), 0), 2020: (2, (12,), 12),
    }  # fmt: skip
    assert cohorts[2020].rungs[Rung.friendship] == cohorts[2020].rungs[Rung.substantive] == 1
    started = {one.year: one.median for one in reckon.first_programmes(everybody, date(2018, 6, 1), end)}
    assert started == {**dict.fromkeys(range(2018, 2027)), 2021: 12}
    assert reckon.new_ties(everybody, date(2019, 6, 1), end) == {
        **dict.fromkeys(range(2019, 2027), 0),
        2020: 2,
    }
    # As it was read in 2020, the programme of 2021 had not begun.
    assert [c.months for c in reckon.cohorts_of([came], date(2020, 12, 31))] == [()]
