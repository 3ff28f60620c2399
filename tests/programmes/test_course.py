"""Which moves are possible, and that state and dates tell one story."""

from datetime import date
from types import SimpleNamespace

import pytest

from app.errors import DomainError
from app.programmes.course import MOVES, action, check_dates, check_move, dates_after, moves_from
from app.vocabulary import ProgrammeState as S

TODAY = date(2026, 6, 15)
DAYS = {"started_on": None, "ends_on": None, "ended_on": None, "cancelled_on": None}


def row(state, **days):
    return SimpleNamespace(state=state, **{**DAYS, **days})


def refused(call, *args, **fields):
    with pytest.raises(DomainError) as error:
        call(*args, **fields)
    return error.value.field, error.value.code


def test_every_state_has_its_moves_and_none_leads_to_itself():
    assert set(MOVES) == set(S)
    assert all(state not in moves for state, moves in MOVES.items())


@pytest.mark.parametrize(
    ("old", "new", "started"),
    [
        (S.proposed, S.completed, False),
        (S.planned, S.proposed, False),
        (S.planned, S.suspended, False),
        (S.active, S.planned, True),
        (S.completed, S.cancelled, True),
        (S.cancelled, S.proposed, True),
        (S.cancelled, S.active, False),
        (S.active, S.active, True),
    ],
)
def test_what_cannot_be_is_refused(old, new, started):
    assert refused(check_move, old, new, started=started) == (None, "no_such_move")


def test_what_was_cancelled_goes_back_to_where_it_had_got_to():
    assert moves_from(S.cancelled, started=True) == (S.active,)
    assert moves_from(S.cancelled, started=False) == (S.proposed,)


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("started", [None, date(2025, 1, 1)])
def test_after_any_possible_move_state_and_dates_fit(state, started):
    before = row(state, started_on=started)
    if state == S.completed:
        before.ended_on = date(2026, 1, 1)
    if state == S.cancelled:
        before.cancelled_on = date(2026, 1, 1)
    try:
        check_dates(before, TODAY)
    except DomainError:
        return  # no such programme can exist
    for to in moves_from(state, started=started is not None):
        after = SimpleNamespace(**{**vars(before), **dates_after(to, started, TODAY), "state": to})
        check_dates(after, TODAY)
        assert action(state, to).startswith("programme.")


@pytest.mark.parametrize(
    ("programme", "wrong"),
    [
        (row(S.active), ("started_on", "programme_needs_start")),
        (row(S.proposed, started_on=TODAY), ("started_on", "not_started")),
        (row(S.active, started_on=date(2026, 6, 16)), ("started_on", "contact_in_future")),
        (row(S.completed, started_on=TODAY), ("ended_on", "day_of_end")),
        (row(S.cancelled), ("cancelled_on", "day_of_end")),
        (row(S.active, started_on=TODAY, ended_on=TODAY), ("ended_on", "programme_not_over")),
        (row(S.active, started_on=TODAY, ends_on=date(2026, 1, 1)), ("ends_on", "end_before_start")),
        (row(S.completed, started_on=TODAY, ended_on=date(2026, 1, 1)), ("ended_on", "end_before_start")),
        (
            row(S.completed, started_on=date(2026, 1, 1), ended_on=date(2026, 7, 1)),
            ("ended_on", "contact_in_future"),
        ),
    ],
)
def test_dates_that_do_not_fit_are_named(programme, wrong):
    assert refused(check_dates, programme, TODAY) == wrong
