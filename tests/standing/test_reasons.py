"""Each reason: when it holds, since when, its numbers, its evidence and the step it calls for."""

from datetime import date, timedelta

import pytest

from app.standing import (
    Contact,
    Direction,
    Dossier,
    Instrument,
    OwedBy,
    ProgrammeRun,
    Promise,
    Review,
    Tie,
    Tier,
    assess,
    urgency_terms,
)
from app.standing.policy import DEFAULT_POLICY

DAY = date(2026, 6, 1)
TIE = Tie(on=date(2010, 5, 1), ref="tie")
FILED = Review(on=date(2026, 5, 1))


def file(**facts) -> Dossier:
    return Dossier(tier=Tier.regular, **{"ties": (TIE,), "reviews": (FILED,), **facts})


def reason(code: str, standing):
    return next((reason for reason in standing.reasons if reason.code == code), None)


def told(code: str, dossier: Dossier, day: date = DAY) -> tuple | None:
    found = reason(code, assess(dossier, day))
    return found and (found.since, dict(found.numbers), found.evidence)


def paper(signed: date, **more) -> Instrument:
    return Instrument(**{"signed_on": signed, "effective_on": signed, "concrete": True, "ref": "mou", **more})


def visit(on: date, direction: str, **more) -> Contact:
    return Contact(
        **{"on": on, "direction": Direction(direction), "two_way": True, "ref": f"{direction} {on}", **more}
    )


def test_a_tie_without_a_date_is_asked_for_its_date():
    assert told("tie_undated", file(ties=(Tie(ref="tie"),))) == (None, {}, ("tie",))


def test_a_file_with_nothing_but_a_tie_is_asked_for_facts():
    assert told("file_thin", file(reviews=())) == (TIE.on, {}, ("tie",))


def test_waiting_is_told_with_the_clock_and_what_started_it():
    numbers = {"months": 193, "patience": 24}
    assert told("no_programme", file()) == (TIE.on, numbers, ("tie",))


def test_a_fall_is_proved_by_the_programme_that_fell_silent():
    run = ProgrammeRun(sector="water", started_on=date(2022, 1, 1), ref="programme")
    since = date(2023, 1, 1)

    assert told("no_programme", file(programmes=(run,))) == (
        since,
        {"months": 41, "patience": 24},
        ("programme",),
    )


def test_a_year_of_paper_without_a_programme_is_paper_only():
    signed = date(2025, 6, 1)
    assert told("paper_only", file(instruments=(paper(signed),))) == (DAY, {"months": 12}, ("mou",))
    assert told("paper_only", file(instruments=(paper(signed + timedelta(days=1)),))) is None
    assert told("paper_only", file(instruments=(paper(signed, concrete=False),))) is None


@pytest.mark.parametrize(("started", "holds"), [(date(2025, 1, 1), False), (date(2024, 12, 31), True)])
def test_a_programme_on_or_after_the_signing_makes_paper_more_than_paper(started, holds):
    run = ProgrammeRun(sector="water", started_on=started, cancelled_on=date(2025, 2, 1))
    dossier = file(instruments=(paper(date(2025, 1, 1)),), programmes=(run,))

    assert (told("paper_only", dossier) is not None) is holds


def test_an_agreement_has_lapsed_when_none_is_in_force_any_more():
    ended = paper(date(2020, 1, 1), expires_on=date(2025, 1, 1), ref="old")
    other = paper(date(2021, 1, 1), terminated_on=date(2026, 1, 1), concrete=False, ref="late")

    assert told("agreement_lapsed", file(instruments=(ended, other))) == (
        date(2026, 1, 1),
        {"months": 5},
        ("late",),
    )
    assert told("agreement_lapsed", file(instruments=(ended, paper(date(2024, 1, 1))))) is None


def test_an_agreement_expires_soon_when_the_last_end_is_within_the_warning():
    first = paper(date(2020, 1, 1), expires_on=date(2026, 8, 1), ref="first")
    last = paper(date(2021, 1, 1), expires_on=date(2026, 12, 1), ref="last")
    numbers = {"ends_on": "2026-12-01", "warning": 6}

    assert told("agreement_expiring", file(instruments=(first, last))) == (DAY, numbers, ("first", "last"))
    assert told("agreement_expiring", file(instruments=(first, last)), DAY - timedelta(days=1)) is None
    assert told("agreement_expiring", file(instruments=(first, paper(date(2025, 1, 1))))) is None


def test_a_termination_to_come_is_not_known_yet():
    ending = paper(date(2020, 1, 1), expires_on=date(2030, 1, 1), terminated_on=date(2026, 7, 1))
    standing = assess(file(instruments=(ending,)), DAY)

    assert reason("agreement_expiring", standing) is None
    assert standing.valid_until == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("visits", "owed_by"),
    [
        ([("inbound", "2024-12-01")], "home"),
        ([("outbound", "2024-12-01")], "partner"),
        ([("inbound", "2024-12-02")], None),
        ([("none", "2020-01-01")], None),
        ([("inbound", "2023-01-01"), ("outbound", "2024-01-01")], "partner"),
        ([("outbound", "2023-01-01"), ("inbound", "2024-01-01")], "home"),
        ([("inbound", "2024-01-01"), ("outbound", "2024-01-01")], None),
        ([("inbound", "2023-01-01"), ("outbound", "2026-01-01")], None),
        ([("inbound", "2023-01-01"), ("inbound", "2026-01-01")], None),
    ],
)
def test_a_visit_not_returned_is_owed_by_its_host(visits, owed_by):
    contacts = tuple(visit(date.fromisoformat(on), direction) for direction, on in visits)
    found = reason("return_visit_owed", assess(file(contacts=contacts), DAY))

    assert (found and found.numbers["owed_by"]) == owed_by
    if found:
        assert found.evidence == (f"{visits[-1][0]} {visits[-1][1]}",)


def test_silence_is_counted_from_the_last_two_way_contact():
    met = visit(date(2025, 1, 15), "none")
    letter = visit(date(2026, 1, 1), "none", two_way=False)
    numbers = {"months": 16, "limit": 12}

    assert told("silent", file(contacts=(met, letter))) == (date(2026, 1, 15), numbers, (met.ref,))


def test_silence_is_counted_from_the_tie_where_nobody_ever_met():
    assert told("silent", file()) == (date(2011, 5, 1), {"months": 193, "limit": 12}, ("tie",))


def test_three_ceremonies_in_three_years_are_too_many():
    days = [date(2023, 6, 2), date(2024, 1, 1), date(2025, 1, 1)]
    contacts = tuple(visit(day, "none") for day in days)

    since, numbers, evidence = told("ceremonial_only", file(contacts=contacts))
    assert (since, numbers, len(evidence)) == (days[2], {"contacts": 3, "within": 36}, 3)
    assert told("ceremonial_only", file(contacts=contacts), DAY + timedelta(days=1)) is None
    one_worked = (*contacts, visit(date(2023, 7, 1), "none", substantive=True))
    assert told("ceremonial_only", file(contacts=one_worked)) is None


def test_overdue_promises_are_counted_on_each_side():
    def promise(late: int, owed_by: str, **more) -> Promise:
        due = DAY - timedelta(days=late)
        return Promise(
            **{
                "raised_on": date(2025, 1, 1),
                "due_on": due,
                "owed_by": OwedBy(owed_by),
                "ref": f"{late}",
                **more,
            }
        )

    promises = (promise(30, "home"), promise(40, "home"), promise(50, "partner"), promise(29, "partner"))
    closed = (promise(60, "home", done_on=DAY), promise(60, "home", dropped_on=DAY))

    since, numbers, evidence = told("promises_overdue", file(promises=promises + closed))
    assert (numbers, evidence) == ({"home": 2, "partner": 1}, ("50", "40", "30"))
    assert since == DAY - timedelta(days=30)


def test_a_programme_that_runs_without_news_is_quiet():
    run = ProgrammeRun(
        sector="water", started_on=date(2025, 1, 1), outcomes=(date(2025, 11, 30),), ref="programme"
    )
    numbers = {"months": 6, "limit": 6}

    assert told("programme_quiet", file(programmes=(run,))) == (date(2026, 5, 30), numbers, ("programme",))


@pytest.mark.parametrize(
    ("dossier", "code", "kind", "deepens"),
    [
        (file(ties=(Tie(),)), "confirm_file", "information", False),
        (file(), "propose_programme", "work_programme", True),
        (file(ties=(), instruments=(paper(date(2020, 1, 1)),)), "propose_programme", "work_programme", True),
        (
            file(ties=(), instruments=(paper(date(2020, 1, 1), expires_on=DAY),)),
            "open_renewal",
            "renewal",
            True,
        ),
        (
            file(ties=(), contacts=(visit(date(2024, 1, 1), "inbound"),)),
            "propose_outbound",
            "protocol",
            False,
        ),
        (
            file(ties=(), contacts=(visit(date(2024, 1, 1), "outbound"),)),
            "invite_delegation",
            "protocol",
            False,
        ),
    ],
)
def test_the_next_step_answers_the_first_reason(dossier, code, kind, deepens):
    step = assess(dossier, DAY).next_step

    assert (step.code, step.kind, step.deepens) == (code, kind, deepens)


def test_a_partner_without_a_reason_has_no_next_step():
    assert assess(file(ties=()), DAY).next_step is None


PROGRAMME = ProgrammeRun(sector="water", started_on=date(2026, 1, 1))
OLD_PROGRAMME = ProgrammeRun(sector="water", started_on=date(2021, 1, 1))


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({"ties": ()}, ("contact",)),
        ({"ties": (), "contacts": (visit(DAY, "none"),)}, ("tie",)),
        ({}, ("concrete_agreement",)),
        ({"instruments": (paper(DAY),)}, ("programme",)),
        ({"instruments": (paper(DAY),), "programmes": (OLD_PROGRAMME,)}, ("progress",)),
        ({"programmes": (PROGRAMME,)}, ("second_sector", "outcome")),
        ({"programmes": (PROGRAMME, ProgrammeRun(sector="art", started_on=DAY))}, ("outcome",)),
        ({"programmes": (PROGRAMME, ProgrammeRun(sector="art", started_on=DAY, outcomes=(DAY,)))}, ()),
    ],
)
def test_what_is_missing_is_what_the_next_rung_needs(facts, missing):
    assert assess(file(**facts), DAY).missing == missing


def test_urgency_is_the_sum_of_its_terms():
    standing = assess(file(), DAY)
    terms = urgency_terms(Tier.regular, standing.months_waiting, ["no_programme", "silent"], DEFAULT_POLICY)

    assert (terms.weight, terms.months, terms.patience, terms.other_reasons) == (2, 193, 24, 1)
    assert standing.urgency == terms.total == 16.33


def test_who_does_not_wait_is_not_urgent():
    assert assess(file(programmes=(PROGRAMME,)), DAY).urgency == 0
