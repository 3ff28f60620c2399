"""Urgency orders the review queue. A page prints the sum term by term, so the terms are kept apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.standing.policy import Policy
from app.vocabulary import ReasonCode, Tier

TIER_WEIGHTS: dict[str, int] = {Tier.priority: 3, Tier.regular: 2, Tier.wide: 1}
REASON_WEIGHT = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class UrgencyTerms:
    """weight x months / patience + reason_weight x other_reasons."""

    weight: int
    months: int
    patience: int
    reason_weight: float
    other_reasons: int

    @property
    def waited(self) -> float:
        """The first term, not rounded."""
        return self.weight * self.months / self.patience

    @property
    def total(self) -> float:
        """The sum, to two decimals."""
        return round(self.waited + self.reason_weight * self.other_reasons, 2)


def urgency_terms(
    tier: Tier, months_waiting: int | None, codes: Iterable[ReasonCode], policy: Policy
) -> UrgencyTerms | None:
    """The terms of the sum; None (urgency 0) for a partner that does not wait.

    `no_programme` is the waiting itself and is already counted in the first term.
    """
    if months_waiting is None:
        return None
    return UrgencyTerms(
        weight=TIER_WEIGHTS[tier],
        months=months_waiting,
        patience=policy.patience[tier],
        reason_weight=REASON_WEIGHT,
        other_reasons=sum(code != ReasonCode.no_programme for code in codes),
    )
