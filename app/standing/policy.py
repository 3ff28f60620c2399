"""The thresholds that managers set, in months, and their bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.vocabulary import Tier

LEAST_MONTHS = 1
MOST_MONTHS = 120


def _default_patience() -> dict[Tier, int]:
    return {Tier.priority: 12, Tier.regular: 24, Tier.wide: 36}


def _default_silence() -> dict[Tier, int]:
    return {Tier.priority: 6, Tier.regular: 12, Tier.wide: 24}


class PolicyError(ValueError):
    """A threshold out of bounds. `field` names it as a form does ("patience.regular"), `code` says why.

    Codes: `missing`, `not_whole`, `out_of_bounds` (1..120), `warning_too_long`.
    """

    def __init__(self, field_name: str, code: str) -> None:
        super().__init__(f"{field_name}: {code}")
        self.field = field_name
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How long the city waits before it worries. All figures are calendar months, 1 to 120.

    patience      by tier: how long a tie may wait for a programme before it is stuck
    silence       by tier: how long without two-way contact before a partner is cold
    warning       how long before the end of patience, of a programme's quiet time and of an agreement we warn
    quiet         how long a programme may go without progress and still count as alive
    return_visit  how long a visit may go unreturned
    memory        how long ended programmes and outcomes count towards `lasting`

    Raises PolicyError when a figure is out of bounds, or when `warning` is not shorter than every patience
    and than `quiet` (a warning that is on from the first day says nothing).
    """

    patience: Mapping[Tier, int] = field(default_factory=_default_patience)
    silence: Mapping[Tier, int] = field(default_factory=_default_silence)
    warning: int = 6
    quiet: int = 12
    return_visit: int = 18
    memory: int = 24

    def __post_init__(self) -> None:
        # Own copies, so that a caller's later edit of its dict cannot change a policy.
        object.__setattr__(self, "patience", dict(self.patience))
        object.__setattr__(self, "silence", dict(self.silence))
        self.validate()

    def validate(self) -> None:
        """Check every bound; raises PolicyError for the first figure that breaks one."""
        for name, months in self.figures:
            if months is None:
                raise PolicyError(name, "missing")
            if not isinstance(months, int) or isinstance(months, bool):
                raise PolicyError(name, "not_whole")
            if not LEAST_MONTHS <= months <= MOST_MONTHS:
                raise PolicyError(name, "out_of_bounds")
        if self.warning >= min(*(self.patience[tier] for tier in Tier), self.quiet):
            raise PolicyError("warning", "warning_too_long")

    @property
    def figures(self) -> tuple[tuple[str, int | None], ...]:
        """Every figure by the name that forms and errors use; a tier that is left out has None."""
        figures: list[tuple[str, int | None]] = []
        for name, by_tier in (("patience", self.patience), ("silence", self.silence)):
            figures += [(f"{name}.{tier}", by_tier.get(tier)) for tier in Tier]
        for name in ("warning", "quiet", "return_visit", "memory"):
            figures.append((name, getattr(self, name)))
        return tuple(figures)


DEFAULT_POLICY = Policy()
