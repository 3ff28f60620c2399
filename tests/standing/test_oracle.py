"""The rules and their naive retelling agree on every generated file."""

from datetime import timedelta

from hypothesis import given

from app.standing import assess
from tests.standing import oracle
from tests.standing.strategies import RULES, cases, core


@RULES
@given(cases)
def test_the_naive_retelling_says_the_same(case):
    dossier, day, policy = case
    standing = assess(dossier, day, policy)

    assert core(standing) == oracle.core(dossier, day, policy)
    assert standing.quadrant == oracle.quadrant(dossier, day, policy)
    assert standing.urgency == oracle.urgency(dossier, day, policy)
    if standing.waiting_since is not None:
        assert standing.months_waiting == oracle.months_from(standing.waiting_since, day)


@RULES
@given(cases)
def test_the_naive_retelling_changes_on_valid_until_and_not_the_day_before(case):
    dossier, day, policy = case
    standing = assess(dossier, day, policy)
    if standing.valid_until is None:
        return
    now = oracle.core(dossier, day, policy)

    assert oracle.core(dossier, standing.valid_until - timedelta(days=1), policy) == now
    assert oracle.core(dossier, standing.valid_until, policy) != now


@RULES
@given(cases)
def test_numbers_count_what_the_naive_retelling_counts(case):
    dossier, day, policy = case
    file = oracle.known(dossier, day)
    numbers = {reason.code: reason.numbers for reason in assess(dossier, day, policy).reasons}

    if "return_visit_owed" in numbers:
        assert numbers["return_visit_owed"]["owed_by"] == oracle.owed_by(file, day, policy)
        assert numbers["return_visit_owed"]["months"] >= policy.return_visit
    if "promises_overdue" in numbers:
        late = [promise.owed_by for promise in oracle.overdue(file, day)]
        assert numbers["promises_overdue"] == {"home": late.count("home"), "partner": late.count("partner")}
    if "ceremonial_only" in numbers:
        recent = [c for c in file.contacts if oracle.within(c.on, 36, day)]
        assert numbers["ceremonial_only"] == {"contacts": len(recent), "within": 36}
    for code, limit in (("silent", "limit"), ("programme_quiet", "limit")):
        assert code not in numbers or numbers[code]["months"] >= numbers[code][limit]
    assert "paper_only" not in numbers or numbers["paper_only"]["months"] >= 12
