"""The queue: its rows with the first reasons in words, and how many partners each of its doors would show."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.i18n import Words
from app.lists import Part
from app.models import Partner, StandingRow
from app.partners.filters import ME, PartnerFilters
from app.partners.listing import PartnerRow, conditions, joined, list_partners
from app.remembered import Remembered
from app.review.schemas import VIEWS, QueueView, ReviewList
from app.standings.days import on_day
from app.standings.schemas import reasons_out
from app.standings.words import reason_text
from app.vocabulary import Quadrant, ReasonCode, Status, Step

# Rows a page. A case stands beside the queue: with more the page would outgrow 60 KB.
QUEUE = 16
# Where a row also tells its status.
MIXED_QUEUE = 12
# The most urgent first; a list that was asked for in another order keeps it.
SORT = "-urgency"
TOLD = 2
_CROSSED = frozenset({"status", "step", "quadrant"})
_remembered = Remembered()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A partner in the queue; `why` is its first reasons in words, `more` how many further ones there are."""

    partner: PartnerRow
    why: str
    more: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Partners counted by status, step and quadrant, under every other filter of the list."""

    cells: Counter[tuple[Status, Step, Quadrant | None]]

    def of_view(self, view: QueueView, wanted: PartnerFilters) -> int:
        """How many the view shows, in the quadrant that is chosen."""
        statuses, steps = VIEWS[view]
        return self._count(statuses, steps, wanted.quadrant)

    def of_status(self, status: Status, wanted: PartnerFilters) -> int:
        """How many have a status, in the quadrant that is chosen."""
        return self._count((status,), (), wanted.quadrant)

    def of_quadrant(self, quadrant: Quadrant, wanted: PartnerFilters) -> int:
        """How many lie in a quadrant, of the statuses that were asked for by name."""
        return self._count(wanted.status, wanted.step, (quadrant,))

    def total(self, narrowed: PartnerFilters) -> int:
        """How many the list holds."""
        return self._count(narrowed.status, narrowed.step, narrowed.quadrant)

    def _count(self, statuses: Sequence[Status], steps: Sequence[Step], places: Sequence[Quadrant]) -> int:
        return sum(
            n
            for (status, step, place), n in self.cells.items()
            if (not statuses or status in statuses)
            and (not steps or step in steps)
            and (not places or place in places)
        )


def tally(
    session: Session, actor: Actor, wanted: ReviewList, today: date, *, day: date | None = None
) -> Tally:
    """The counts above the queue, of today or as they were on a day by today's files: one grouped query,
    remembered while nothing in the database changes."""
    whose = actor.user_id if ME in wanted.officer else None
    plain = wanted.model_dump_json(include=set(PartnerFilters.model_fields) - _CROSSED)
    return _remembered.get(session, (plain, whose, today, day), lambda: _tally(session, actor, wanted, day))


def _tally(session: Session, actor: Actor, wanted: ReviewList, day: date | None) -> Tally:
    columns = (StandingRow.status, StandingRow.step, StandingRow.quadrant)
    statement = joined(sa.select(*columns, sa.func.count())).where(
        *conditions(wanted, actor, leaving_out=_CROSSED)
    )
    rows = session.execute(on_day(session, statement.group_by(*columns), day or wanted.as_of))
    return Tally(Counter({(status, step, place): n for status, step, place, n in rows}))


def rows_a_page(narrowed: PartnerFilters) -> int:
    """How many rows a page of this list holds: fewer where they are of several statuses."""
    return QUEUE if len(narrowed.status) == 1 else MIXED_QUEUE


def queue(session: Session, actor: Actor, wanted: ReviewList, spoken: Words, today: date) -> list[QueueRow]:
    """One page of the queue, the most urgent first. Three statements for any number of partners."""
    limit = rows_a_page(wanted.narrowed)
    rows = list_partners(
        session,
        actor,
        wanted.narrowed,
        today=today,
        locale=spoken.locale,
        sort=wanted.sort or SORT,
        part=Part(limit=limit, offset=(wanted.page - 1) * limit),
    )
    reasons = _reasons(session, [row.id for row in rows], wanted.as_of)
    return [QueueRow(row, *_told(spoken, reasons[row.id], wanted.as_of or today)) for row in rows]


def _reasons(session: Session, ids: Sequence[int], as_of: date | None) -> dict[int, list[dict[str, object]]]:
    if not ids:
        return {}
    statement = sa.select(StandingRow.partner_id, StandingRow.reasons).where(
        col(StandingRow.partner_id).in_(ids)
    )
    return {row[0]: row[1] for row in session.execute(on_day(session, statement, as_of))}


def _told(spoken: Words, stored: list[dict[str, object]], today: date) -> tuple[str, int]:
    """The first reasons in words. That there is no programme is what the clock beside them says already."""
    reasons = reasons_out(stored)
    further = [r for r in reasons if r.code != ReasonCode.no_programme] or list(reasons)
    told = [reason_text(spoken, reason, today) for reason in further[:TOLD]]
    return "; ".join(told), len(further) - len(told)


# The following two look at what a transaction has just written, so nothing of them is remembered.


def present(session: Session, actor: Actor, narrowed: PartnerFilters, slugs: Sequence[str]) -> set[str]:
    """Those of some partners that are in the list."""
    statement = joined(sa.select(Partner.slug)).where(
        *conditions(narrowed, actor), col(Partner.slug).in_(slugs)
    )
    return set(session.scalars(on_day(session, statement, narrowed.as_of)))


def size_of(session: Session, actor: Actor, narrowed: PartnerFilters) -> int:
    """How many partners the list holds."""
    statement = joined(sa.select(sa.func.count())).where(*conditions(narrowed, actor))
    return int(session.execute(on_day(session, statement, narrowed.as_of)).scalar_one())
