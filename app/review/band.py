"""What stands above the queue: its views, the counts by status, the matrix; all of them links that filter."""

from dataclasses import dataclass

from app.i18n import Words
from app.lists import Address
from app.partners.options import Option
from app.review.listing import Tally
from app.review.schemas import QueueView, ReviewList
from app.vocabulary import Quadrant, Status


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


_VIEWS = {
    QueueView.decide: _("Needs a decision"),
    QueueView.in_hand: _("In hand"),
    QueueView.waiting: _("All waiting"),
    QueueView.parked: _("Parked"),
    QueueView.facts: _("Ask for facts"),
    QueueView.all: _("All"),
}


@dataclass(frozen=True)
class Cell:
    """A quadrant of depth and warmth, as a link that filters."""

    code: Quadrant
    count: int
    url: str
    current: bool


def views(spoken: Words, wanted: ReviewList, here: Address, counts: Tally) -> list[Option]:
    """The queues, each with how many it holds."""
    plain = {"page": None, "status": None, "step": None}
    return [
        Option(
            spoken.gettext(text),
            counts.of_view(name, wanted),
            here(**plain, view=None if name == QueueView.decide else name),
            wanted.shown == name,
        )
        for name, text in _VIEWS.items()
    ]


def statuses(spoken: Words, wanted: ReviewList, here: Address, counts: Tally, before: Tally) -> list[Option]:
    """Every status with its change since `before`, those without partners too: the strip keeps its places."""
    plain = {"page": None, "view": None, "step": None}
    found = []
    for status in Status:
        current = wanted.status == (status,)
        url = here(**plain, status=None if current else status)
        n = counts.of_status(status, wanted)
        change = n - before.of_status(status, wanted)
        found.append(Option(spoken.label(status), n, url, current, status, change))
    return found


def cells(wanted: ReviewList, here: Address, counts: Tally) -> dict[str, Cell]:
    """The four quadrants of depth and warmth."""
    everyone = QueueView.all if wanted.shown else None
    found = {}
    for code in Quadrant:
        current = code in wanted.quadrant
        url = here(page=None, quadrant=None if current else code, view=wanted.view if current else everyone)
        found[code.value] = Cell(code, counts.of_quadrant(code, wanted), url, current)
    return found
