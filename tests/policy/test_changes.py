"""The edits of the policy, read from the history: charts mark their days."""

from datetime import date

from app.policy.queries import FIGURES, Figure, policy_changes
from tests import factories


def test_every_edit_is_told_with_its_day_and_what_it_changed(make, database, at):
    with database.read() as session:
        assert policy_changes(session) == [], "nobody has edited the default"
    at("2026-03-01")
    row = make.policy(patience_regular=18)
    at("2026-05-01")
    with database.write() as session:
        found = session.get(type(row), row.id)
        found.patience_regular, found.quiet = 24, 10
        factories.record(session, factories.MAKER, "policy.changed", found, more={"why": (None, "too early")})
    with database.read() as session:
        first, second = policy_changes(session)
    assert (first.day, first.what, first.why) == (
        date(2026, 3, 1), (Figure("patience_regular", 24, 18),), None,
    )  # fmt: skip
    assert (second.day, second.who, second.why) == (date(2026, 5, 1), "the tests", "too early")
    assert set(second.what) == {Figure("patience_regular", 18, 24), Figure("quiet", 12, 10)}
    assert first.months["patience_regular"] == 18
    assert second.months == {n: getattr(found, n) for n in FIGURES}
