"""In force, expired, terminated: from dates alone."""

from datetime import date, timedelta

import pytest

from app.agreements.force import force_on, lane_of, watch_on
from app.vocabulary import AgreementForce, AgreementState, ExpiryLane

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
        ("2024-01-10", "", "2026-03-02", "", "expiring"),
        ("2024-01-10", "", "2026-08-28", "", "expiring"),
        ("2024-01-10", "", "2026-08-29", "", "in_force"),
        ("2024-01-10", "", "2026-03-01", "", "expired"),
        ("2024-01-10", "", "", "2026-03-01", "terminated"),
        ("2024-01-10", "", "", "2026-03-02", "expiring"),
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
                    assert in_force(fact, DAY) == mine.holds


@pytest.mark.parametrize(
    ("expires", "months", "renews", "terminated", "watched"),
    [
        ("2026-09-01", None, False, "", "2026-09-01"),
        ("2026-09-01", 6, False, "", "2026-09-01"),
        ("2026-10-01", 6, True, "", "2026-04-01"),
        # 31 August less six months is the last day of February
        ("2026-08-31", 6, True, "", ""),
        ("2027-08-31", 6, True, "", "2027-02-28"),
        ("2026-09-01", None, True, "", "2026-09-01"),
        ("2026-09-01", None, False, "2026-05-01", "2026-05-01"),
        ("", 6, True, "", ""),
        ("", None, False, "", ""),
    ],
)
def test_what_has_to_be_decided_by_when(expires, months, renews, terminated, watched):
    found = watch_on(
        DAY,
        expires_on=on(expires),
        auto_renews=renews,
        notice_months=months,
        terminated_on=on(terminated),
    )
    assert found == on(watched)


@pytest.mark.parametrize(
    ("left", "lane"),
    [(1, "days_30"), (30, "days_30"), (31, "days_90"), (90, "days_90"), (180, "days_180"), (181, "later")],
)
def test_lanes_are_counted_in_days(left, lane):
    assert lane_of(DAY, AgreementForce.in_force, DAY + timedelta(days=left)) == ExpiryLane(lane)


def test_what_has_ended_and_what_has_no_end_have_lanes_and_what_is_not_signed_has_none():
    assert lane_of(DAY, AgreementForce.expired, None) == ExpiryLane.ended
    assert lane_of(DAY, AgreementForce.terminated, DAY) == ExpiryLane.ended
    assert lane_of(DAY, AgreementForce.in_force, None) == ExpiryLane.open_ended
    assert lane_of(DAY, AgreementForce.unsigned, None) is None
