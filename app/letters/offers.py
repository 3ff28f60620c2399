"""Which letter answers which reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.standings.schemas import ReasonOut
from app.vocabulary import LetterKind, OwedBy, ReasonCode


@dataclass(frozen=True, slots=True)
class Offer:
    """A letter, and the reason that asks for it."""

    kind: LetterKind
    reason: ReasonOut


def offers(reasons: Iterable[ReasonOut]) -> list[Offer]:
    """The letters that a standing asks for, in the order of its reasons, each once.

    They are invited where the visit is theirs to return; ours is a delegation to be planned, not a letter.
    What is overdue is chased with the side that owes it.
    """
    found: dict[LetterKind, Offer] = {}
    for reason in reasons:
        for kind in _answers(reason):
            found.setdefault(kind, Offer(kind, reason))
    return list(found.values())


def _answers(reason: ReasonOut) -> list[LetterKind]:
    numbers = reason.numbers
    match reason.code:
        case ReasonCode.return_visit_owed if numbers["owed_by"] == OwedBy.partner:
            return [LetterKind.invitation]
        case ReasonCode.silent:
            return [LetterKind.reactivation]
        case ReasonCode.promises_overdue:
            sides = {OwedBy.partner: LetterKind.chase, OwedBy.home: LetterKind.reminder}
            return [kind for side, kind in sides.items() if numbers.get(side)]
        case _:
            return []
