"""What moved a standing: the moves give the standing, and each has what caused it."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.standing import (
    Contact,
    Course,
    Dossier,
    Instrument,
    Pause,
    ProgrammeRun,
    Review,
    Tie,
    Tier,
    assess,
)
from app.standing.moves import TIME, causes, turns_between
from app.standing.policy import DEFAULT_POLICY
from app.vocabulary import MoveCause, Rung, Status
from tests.standing.oracle import known
from tests.standing.strategies import RULES, cases

DAY = timedelta(days=1)


def place(dossier, day, policy):
    standing = assess(dossier, day, policy)
    return standing.status, standing.rung


@RULES
@given(cases, st.integers(1, 1500))
def test_the_moves_applied_to_the_standing_before_give_the_standing_at_the_end(case, days):
    dossier, start, policy = case
    end = start + timedelta(days=days)
    now, last = place(dossier, start - DAY, policy), start - DAY
    for turn in turns_between(Course(dossier, policy), start, end):
        assert last < turn.day <= end
        assert turn.was == now != turn.now
        assert now == place(dossier, turn.day - DAY, policy)
        now, last = turn.now, turn.day
        assert now == place(dossier, turn.day, policy)
    assert now == place(dossier, end, policy)


def uneventful(dossier, day):
    """The file of the eve, by the oracle's reading of what was known then, and with what papers and pauses
    said beforehand of the day put off."""
    eve = known(dossier, day - DAY)
    papers = (replace(it, effective_on=date.max) if it.effective_on == day else it for it in eve.instruments)
    return replace(
        eve,
        instruments=tuple(replace(it, expires_on=None) if it.expires_on == day else it for it in papers),
        pauses=tuple(replace(it, until=None) if it.until == day else it for it in eve.pauses),
    )


@RULES
@given(cases)
def test_every_move_has_its_cause_and_time_is_one_exactly_where_nothing_had_to_happen(case):
    dossier, start, policy = case
    course = Course(dossier, policy)
    for turn in turns_between(course, start - 400 * DAY, start + 800 * DAY):
        found = causes(course, turn)
        assert found, turn
        unmoved = place(uneventful(dossier, turn.day), turn.day, policy)
        timed = [cause for cause in found if cause.code in TIME]
        assert bool(timed) == (unmoved != turn.was), (turn, found)
        assert len(timed) < len(found) or unmoved == turn.now, (turn, found)


START = date(2024, 10, 15)
TIED = Tie(on=START, ref="agreement:1")
VISIT = Contact(on=START, two_way=True, ref="delegation:1")
RUN = ProgrammeRun(sector="water", started_on=date(2025, 3, 1), ref="programme:1")


def told(end, start=START + DAY, **facts):
    """The day, the status taken and the codes and records of what caused it, of every move of a file."""
    course = Course(Dossier(tier=Tier.regular, **facts), DEFAULT_POLICY)
    return [
        (turn.day, turn.now[0], [(it.code, *it.refs) for it in causes(course, turn)])
        for turn in turns_between(course, start, end)
    ]


def test_patience_runs_out_by_itself_and_names_what_it_is_counted_from():
    assert told(date(2027, 1, 1), ties=(TIED,), contacts=(VISIT,)) == [
        (date(2026, 4, 15), Status.at_risk, [(MoveCause.patience_short, "agreement:1")]),
        (date(2026, 10, 15), Status.stuck, [(MoveCause.patience_over, "agreement:1")]),
    ]
    course = Course(Dossier(tier=Tier.regular, ties=(TIED,), contacts=(VISIT,)), DEFAULT_POLICY)
    (last,) = causes(course, turns_between(course, date(2026, 10, 1), date(2026, 11, 1))[0])
    assert (last.months, last.since) == (24, START)


def test_a_programme_lifts_falls_quiet_and_is_let_go():
    found = told(date(2026, 6, 1), ties=(TIED,), contacts=(VISIT,), programmes=(RUN,))
    assert found == [
        (date(2025, 3, 1), Status.advancing, [(MoveCause.started, "programme:1")]),
        (date(2025, 9, 1), Status.slowing, [(MoveCause.fell_quiet, "programme:1")]),
        (date(2026, 3, 1), Status.on_track, [(MoveCause.fell_quiet, "programme:1")]),
    ]


def test_a_visit_on_the_day_patience_ends_is_no_cause_of_it():
    other = Contact(on=date(2026, 10, 15), two_way=True, ref="delegation:2")
    found = told(date(2026, 10, 15), date(2026, 10, 1), ties=(TIED,), contacts=(VISIT, other))
    assert found == [(date(2026, 10, 15), Status.stuck, [(MoveCause.patience_over, "agreement:1")])]


def test_a_paper_that_is_signed_is_one_record_though_it_is_two_facts():
    paper = Instrument(
        signed_on=START, effective_on=START, concrete=True, expires_on=date(2025, 1, 10), ref="agreement:1"
    )
    found = told(
        date(2025, 2, 1),
        START,
        ties=(TIED,),
        instruments=(paper,),
        contacts=(replace(VISIT, on=START - DAY),),
    )
    assert found == [
        (START, Status.on_track, [(MoveCause.signed, "agreement:1")]),
        (date(2025, 1, 10), Status.on_track, [(MoveCause.expired, "agreement:1")]),
    ]


def test_two_records_that_would_each_have_done_are_both_told():
    twice = (VISIT, Contact(on=START, two_way=True, ref="interaction:7"))
    (found,) = told(START, START, contacts=twice)
    assert found == (
        START,
        Status.untied,
        [(MoveCause.met, "delegation:1"), (MoveCause.met, "interaction:7")],
    )


def test_a_pause_begins_and_ends_and_a_confirmed_file_is_judged():
    pause = Pause(start=date(2025, 1, 1), until=date(2025, 2, 1), ref="pause:3")
    assert told(date(2025, 3, 1), ties=(TIED,), contacts=(VISIT,), pauses=(pause,)) == [
        (date(2025, 1, 1), Status.parked, [(MoveCause.paused, "pause:3")]),
        (date(2025, 2, 1), Status.on_track, [(MoveCause.resumed, "pause:3")]),
    ]
    old = Tie(on=date(1994, 3, 1), ref="partner:9")
    review = Review(on=date(2026, 5, 1), ref="review:1")
    assert told(date(2026, 6, 1), ties=(old,), reviews=(review,)) == [
        (date(2026, 5, 1), Status.stuck, [(MoveCause.confirmed, "review:1")])
    ]


def test_an_outcome_lifts_to_lasting_and_is_forgotten():
    other = ProgrammeRun(
        sector="design",
        started_on=date(2025, 3, 1),
        progress=tuple(date(2025 + n // 12, n % 12 + 1, 2) for n in range(3, 40)),
        outcomes=(date(2025, 9, 9),),
        ref="programme:2",
    )
    course = Course(Dossier(tier=Tier.regular, ties=(TIED,), programmes=(other, RUN)), DEFAULT_POLICY)
    found = {
        turn.day: (turn.now[1], causes(course, turn))
        for turn in turns_between(course, START, date(2028, 6, 1))
    }
    assert found[date(2025, 9, 9)][0] == Rung.lasting
    assert [it.code for it in found[date(2025, 9, 9)][1]] == [MoveCause.outcome]
    assert [it.code for it in found[date(2026, 3, 1)][1]] == [MoveCause.forgotten]
