"""Whether a paper is in force: derived from its dates, never stored."""

from datetime import date

from app.vocabulary import AgreementForce, AgreementState


def force_on(
    day: date,
    state: AgreementState,
    *,
    signed_on: date | None,
    effective_on: date | None = None,
    expires_on: date | None = None,
    terminated_on: date | None = None,
) -> AgreementForce:
    """What a paper is on a day. Dates are the days they count as (`app.standing.counted_on`).

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
    return AgreementForce.in_force
