"""In force, expired, terminated: from dates alone."""

from datetime import date

import pytest

from app.agreements.force import force_on
from app.vocabulary import AgreementForce, AgreementState

DAY = date(2026, 3, 1)


def on(text):
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("signed", "effective", "expires", "terminated", "force"),
    [
        ("2024-01-10", "", "", "", "in_force"),
        ("2026-03-01", "", "", "", "in_force"),
        ("2026-03-02", "", "", "", "pending"),
        ("2024-01-10", "2026-03-02", "", "", "pending"),
        # it takes effect at the earliest on its signing, whatever it says
        ("2026-03-02", "2024-01-01", "", "", "pending"),
        ("2024-01-10", "", "2026-03-02", "", "in_force"),
        ("2024-01-10", "", "2026-03-01", "", "expired"),
        ("2024-01-10", "", "", "2026-03-01", "terminated"),
        ("2024-01-10", "", "", "2026-03-02", "in_force"),
        # the earlier end tells how it ended
        ("2024-01-10", "", "2026-02-01", "2026-02-15", "expired"),
        ("2024-01-10", "", "2026-02-15", "2026-02-01", "terminated"),
        ("", "", "", "", "in_force"),
        ("", "", "2025-01-01", "", "expired"),
    ],
)
def test_force_follows_from_the_dates(signed, effective, expires, terminated, force):
    found = force_on(
        DAY,
        AgreementState.signed,
        signed_on=on(signed),
        effective_on=on(effective),
        expires_on=on(expires),
        terminated_on=on(terminated),
    )
    assert found == AgreementForce(force)


@pytest.mark.parametrize("state", [s for s in AgreementState if s != AgreementState.signed])
def test_what_is_not_signed_is_in_force_on_no_day(state):
    assert force_on(DAY, state, signed_on=date(2020, 1, 1)) == AgreementForce.unsigned


def test_the_page_and_the_standing_agree_on_what_is_in_force():
    """One definition here, one in the rule of standing: they may not drift apart."""
    from app.standing.dossier import Instrument
    from app.standing.evidence import in_force

    days = [date(2026, 2, 28), DAY, date(2026, 3, 2), None]
    for signed in days[:3]:
        for effective in days:
            for expires in days:
                for terminated in days:
                    fact = Instrument(
                        signed_on=signed,
                        effective_on=effective or signed,
                        expires_on=expires,
                        terminated_on=terminated,
                    )
                    mine = force_on(
                        DAY,
                        AgreementState.signed,
                        signed_on=signed,
                        effective_on=effective,
                        expires_on=expires,
                        terminated_on=terminated,
                    )
                    assert in_force(fact, DAY) == (mine == AgreementForce.in_force)
