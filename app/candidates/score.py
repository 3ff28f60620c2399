"""What speaks for a tie with a locality that has none: a few points each for what is on file.

The weights are the product's own, none is taken from a rule. They are few and whole, so that a list of parts
explains a place in the order.
"""

from dataclasses import dataclass
from datetime import date

from app.standing import add_months

PAPER = 3  # they and we are drafting something
CAME = 2  # they came here: the clearest way in which a locality asks
RECENT, EARLIER = 2, 1  # contact
RECENT_MONTHS = 24  # as long as a regular partner may wait
MOST_FORUMS, MOST_STRENGTHS = 2, 3  # a point each
MOST = PAPER + CAME + RECENT + MOST_FORUMS + MOST_STRENGTHS


@dataclass(slots=True)
class Score:
    """The points and their parts; `total` is at most 12."""

    paper: int
    came: int
    contact: int
    forums: int
    strengths: int
    total: int


def score(
    *, papers: int, came: int, last_contact: date | None, forums: int, strengths: int, today: date
) -> Score:
    """Points for a paper on its way, a visit here, contact within 24 months or before, forums shared with us
    (two at most) and sectors they are strong in (three at most)."""
    recent = last_contact is not None and add_months(last_contact, RECENT_MONTHS) > today
    parts = (
        PAPER if papers else 0,
        CAME if came else 0,
        RECENT if recent else EARLIER if last_contact else 0,
        min(forums, MOST_FORUMS),
        min(strengths, MOST_STRENGTHS),
    )
    return Score(*parts, total=sum(parts))
