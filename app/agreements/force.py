"""Where a paper stands: in force or not, how near its end. Derived from its dates, never stored."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from app.vocabulary import AgreementForce, AgreementState, ExpiryLane

# From here on a paper is called expiring: half a year is what a renewal takes with consultation and signing.
EXPIRING_DAYS = 180
_LANES = ((30, ExpiryLane.days_30), (90, ExpiryLane.days_90), (EXPIRING_DAYS, ExpiryLane.days_180))


def end_of(expires_on: date | None, *, auto_renews: bool) -> date | None:
    """The day on which a paper ends unless somebody ends it: none when it renews by itself."""
    return None if auto_renews else expires_on


def notice_by(expires_on: date | None, notice_months: int | None) -> date | None:
    """The last day on which notice may be given before a term ends; None where no notice is agreed."""
    if expires_on is None or notice_months is None:
        return None
    return expires_on - relativedelta(months=notice_months)


def watch_on(
    day: date,
    *,
    expires_on: date | None,
    auto_renews: bool = False,
    notice_months: int | None = None,
    terminated_on: date | None = None,
) -> date | None:
    """The day by which somebody has to have decided about a paper: its end, or, where it renews by itself,
    the last day for notice as long as that is ahead. None when nothing is to be decided."""
    if auto_renews and expires_on is not None:
        last = notice_by(expires_on, notice_months or 0)
        ends = last if last is not None and last >= day else None
    else:
        ends = expires_on
    days = [found for found in (ends, terminated_on) if found is not None]
    return min(days, default=None)


def force_on(
    day: date,
    state: AgreementState,
    *,
    signed_on: date | None,
    effective_on: date | None = None,
    expires_on: date | None = None,
    terminated_on: date | None = None,
) -> AgreementForce:
    """What a paper is on a day. Dates are the days they count as (`app.standing.counted_on`); `expires_on`
    is its `end_of`.

    It ends on the earlier of its expiry and its termination and is no longer in force on that very day. It
    takes effect at the earliest on its signing. A signed paper whose day nobody knows counts as in force:
    the source that tells of it tells of no end.
    """
    if state != AgreementState.signed:
        return AgreementForce.unsigned
    if terminated_on is not None and terminated_on <= day and terminated_on <= (expires_on or date.max):
        return AgreementForce.terminated
    if expires_on is not None and expires_on <= day:
        return AgreementForce.expired
    if signed_on is not None and day < max(signed_on, effective_on or signed_on):
        return AgreementForce.pending
    ends = min(expires_on or date.max, terminated_on or date.max)
    near = ends != date.max and ends <= day + timedelta(days=EXPIRING_DAYS)
    return AgreementForce.expiring if near else AgreementForce.in_force


def lane_of(day: date, force: AgreementForce, watched: date | None) -> ExpiryLane | None:
    """Where a paper stands among the lanes; None for one that is not signed. `watched` is its `watch_on`."""
    if force == AgreementForce.unsigned:
        return None
    if force in (AgreementForce.expired, AgreementForce.terminated):
        return ExpiryLane.ended
    if watched is None:
        return ExpiryLane.open_ended
    left = (watched - day).days
    return next((lane for most, lane in _LANES if left <= most), ExpiryLane.later)
