"""The laws of standing, each over generated files."""

import random
from bisect import bisect_right
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.standing import Contact, Direction, Dossier, Pause, ProgrammeRun, assess, history
from app.standing.course import Course
from tests.standing.days import days_to_try
from tests.standing.oracle import known
from tests.standing.strategies import RULES, Maker, cases, core, makers

GROUPS = [field.name for field in fields(Dossier) if field.name != "tier"]
ORDER = ["on_track", "at_risk", "stuck"]


# Law 1


@RULES
@given(cases, st.integers(0, 1000))
def test_the_order_of_evidence_does_not_matter(case, seed):
    dossier, day, policy = case
    rng = random.Random(seed)
    shuffled = {name: tuple(rng.sample(facts := getattr(dossier, name), len(facts))) for name in GROUPS}

    assert assess(replace(dossier, **shuffled), day, policy) == assess(dossier, day, policy)


@RULES
@given(cases)
def test_facts_to_come_change_nothing_but_valid_until(case):
    dossier, day, policy = case
    today = assess(dossier, day, policy)

    assert replace(assess(known(dossier, day), day, policy), valid_until=today.valid_until) == today


# Law 2


@RULES
@given(cases)
def test_a_standing_holds_until_valid_until_and_changes_on_it(case):
    dossier, day, policy = case
    course = Course(dossier, policy)
    now, until = course.standing(day), course.standing(day).valid_until
    days = days_to_try(dossier, policy, day, until)
    if until is not None:
        assert until > day
        assert core(assess(dossier, until, policy)) != core(now)
    for later in days:
        assert core(course.standing(later)) == core(now), later


@RULES
@given(cases)
def test_a_standing_holds_on_each_of_the_next_days(case):
    dossier, day, policy = case
    course = Course(dossier, policy)
    now = course.standing(day)
    for n in range(1, 40):
        later = course.standing(day + timedelta(days=n))
        if later.as_of == now.valid_until:
            assert core(later) != core(now)
            break
        assert core(later) == core(now)


# Law 3


@RULES
@given(cases)
def test_a_partner_whose_programme_starts_today_is_not_stuck(case):
    dossier, day, policy = case
    started = replace(dossier, programmes=(*dossier.programmes, ProgrammeRun(sector="x", started_on=day)))

    assert assess(started, day, policy).underlying == "advancing"


@RULES
@given(cases)
def test_a_partner_without_a_tie_is_never_stuck(case):
    dossier, day, policy = case

    assert assess(replace(dossier, ties=()), day, policy).underlying not in ORDER


@RULES
@given(cases)
def test_a_stuck_partner_is_told_why(case):
    dossier, day, policy = case
    standing = assess(dossier, day, policy)

    if standing.underlying == "stuck":
        assert standing.reasons
        assert standing.next_step is not None


# Law 4


@RULES
@given(cases)
def test_without_news_a_waiting_partner_never_moves_back(case):
    dossier, day, policy = case
    file = known(dossier, day)
    # A signed paper that takes effect later is news to come, too.
    papers = tuple(paper for paper in file.instruments if paper.effective_on <= day)
    course = Course(replace(file, instruments=papers, pauses=()), policy)
    status = course.standing(day).status
    if status not in ORDER:
        return
    while (change := course.next_change(day)) is not None:
        later = course.standing(day := change).status
        assert ORDER.index(later) >= ORDER.index(status)
        status = later


# Law 5


@RULES
@given(cases, st.integers(1, 24))
def test_a_longer_patience_never_turns_a_partner_stuck(case, more):
    dossier, day, policy = case
    patience = {tier: min(120, months + more) for tier, months in policy.patience.items()}
    if assess(dossier, day, policy).underlying != "stuck":
        assert assess(dossier, day, replace(policy, patience=patience)).underlying != "stuck"


@RULES
@given(cases, st.integers(-400, 0), st.sampled_from(list(Direction)), st.booleans())
def test_a_courtesy_contact_never_deepens_and_never_resets_the_clock(case, ago, direction, two_way):
    dossier, day, policy = case
    visit = Contact(on=day + timedelta(days=ago), direction=direction, two_way=two_way)
    before = assess(dossier, day, policy)
    after = assess(replace(dossier, contacts=(*dossier.contacts, visit)), day, policy)

    assert after.rung == ("contact" if before.rung == "none" else before.rung)
    assert after.waiting_since == before.waiting_since


# Law 6


@RULES
@given(cases, st.integers(0, 100))
def test_history_is_every_day_collapsed_to_its_changes(case, length):
    dossier, start, policy = case
    course = Course(dossier, policy)
    expected = [course.standing(start)]
    for n in range(1, length + 1):
        standing = course.standing(start + timedelta(days=n))
        if core(standing) != core(expected[-1]):
            expected.append(standing)

    assert history(dossier, start, start + timedelta(days=length), policy) == expected


@RULES
@given(cases, st.integers(0, 400))
def test_turns_tell_status_and_rung_of_every_day(case, length):
    dossier, start, policy = case
    course = Course(dossier, policy)
    turns = course.turns()
    days = [day for day, _, _ in turns]

    assert days[0] == date.min
    assert all(a < b for a, b in pairwise(days))
    assert all(a[1:] != b[1:] for a, b in pairwise(turns))
    for n in range(length + 1):
        day = start + timedelta(days=n)
        told = turns[bisect_right(days, day) - 1][1:]
        standing = course.standing(day)
        assert told == (standing.status, standing.rung)


@RULES
@given(makers)
def test_history_over_the_years_says_what_assess_says(maker: Maker):
    dossier, policy = maker.dossier(), maker.policy()
    told = history(dossier, date(2022, 1, 1), date(2032, 1, 1), policy)

    assert all(core(a) != core(b) and a.valid_until == b.as_of for a, b in pairwise(told))
    assert all(standing == assess(dossier, standing.as_of, policy) for standing in told[:5])


@RULES
@given(cases)
def test_a_pause_hides_the_status_and_nothing_else(case):
    dossier, day, policy = case
    open_file = replace(dossier, pauses=())
    parked = assess(replace(dossier, pauses=(Pause(start=day),)), day, policy)
    plain = assess(open_file, day, policy)

    assert parked.status == "parked"
    assert replace(parked, status=plain.status, valid_until=plain.valid_until) == plain
