"""Many partners changed in one transaction, all or none, each by its own act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.actor import Actor
from app.assignments import reversal
from app.assignments.schemas import AssignmentIn
from app.assignments.steps import take_steps
from app.causes import service as causes
from app.causes.schemas import CauseIn
from app.errors import Conflict, Refused
from app.models import Partner, Pause, ReviewConfirmation
from app.partners import service as partners
from app.review import service as review
from app.review import telling
from app.vocabulary import Locale, PauseState

_NAMED = 3


@dataclass(frozen=True)
class Assignment:
    """What was done: `act` takes it back, `changed` are the slugs of those that were not so already."""

    act: str
    changed: tuple[str, ...]


class PartnersChanged(Conflict):
    """Some of the partners do not allow the act; `ids` are theirs."""

    def __init__(self, code: str, rows: Iterable[Partner]) -> None:
        found = list(rows)
        more = "; …" if len(found) > _NAMED else ""
        names = {
            Locale.vi: "; ".join(row.name_vi for row in found[:_NAMED]) + more,
            Locale.en: "; ".join(row.name_en for row in found[:_NAMED]) + more,
        }
        super().__init__(code, n=len(found), names=names)
        self.ids = frozenset(row.id for row in found)


def assign(session: Session, actor: Actor, data: AssignmentIn, *, today: date) -> Assignment:
    """Do to each of the partners what is said; one that is so already is left alone.

    Raises PartnersChanged, naming those that somebody changed meanwhile or that are parked already, Refused
    and Forbidden (officer, tier and cause are for managers); then none is changed.
    """
    if data.patch is None and data.named is None and data.pause is None and not (data.confirm or data.steps):
        raise Refused("nothing_for_partners", field="officer")
    if data.pause_until is not None and data.pause_until <= today:
        raise Refused("until_past", field="pause_until")
    seen = {chosen.partner: chosen.version for chosen in data.partners}
    rows = _rows(session, seen)
    stale = [row for row in rows if row.version != seen[row.slug]]
    if stale:
        raise PartnersChanged("partners_changed", stale)
    if data.pause is not None:
        _must_be_free(session, rows, today)
    done = {row.slug for row in rows if _act(session, actor, row, data, today)}
    if (pause := data.pause) is not None:
        asked = [review.ask_pause(session, actor, row, pause, today=today, told=False) for row in rows]
        telling.asked(session, actor, asked)
        done |= {row.slug for row in rows}
    if data.steps:
        done |= take_steps(session, actor, rows, today=today)
    changed = [row.slug for row in rows if row.slug in done]
    return Assignment(actor.request_id or "", tuple(changed))


def take_back(session: Session, actor: Actor, act: str, *, today: date) -> tuple[str, ...]:
    """Undo what one request of the caller did to partners; see app.assignments.reversal."""
    return reversal.undo(session, actor, act, today=today)


def _act(session: Session, actor: Actor, row: Partner, data: AssignmentIn, today: date) -> bool:
    """Whether anything about the partner changed."""
    done = False
    if (patch := data.patch) is not None:
        before = row.version
        with session.no_autoflush:
            partners.change_partner(session, actor, row, patch, version=before)
        done = row.version != before
    if (cause := data.named) is not None and not _named_already(session, row, cause):
        causes.name_cause(session, actor, row, cause, today=today)
        done = True
    if data.confirm and not _confirmed(session, row, today):
        partners.confirm_file(session, actor, row, today=today)
        done = True
    return done


def _rows(session: Session, slugs: Iterable[str]) -> list[Partner]:
    """The partners in the order of their ids, so that two writers wait for each other and never both."""
    wanted = set(slugs)
    statement = select(Partner).where(col(Partner.slug).in_(wanted), col(Partner.archived_at).is_(None))
    rows = list(session.exec(statement.order_by(col(Partner.id)).with_for_update()))
    if len(rows) < len(wanted):
        raise Refused("unknown_partner", field="partners")
    return rows


def _named_already(session: Session, row: Partner, cause: CauseIn) -> bool:
    now = causes.in_force(session, row.id or 0)
    return now is not None and (now.cause, now.why) == (cause.cause, cause.why)


def _confirmed(session: Session, row: Partner, today: date) -> bool:
    twice = sa.select(ReviewConfirmation.id).where(
        ReviewConfirmation.partner_id == row.id,
        ReviewConfirmation.on == today,
        col(ReviewConfirmation.archived_at).is_(None),
    )
    return session.scalar(twice) is not None


def _must_be_free(session: Session, rows: list[Partner], today: date) -> None:
    """Nobody is parked twice, nor asked to be."""
    taken = sa.select(Pause.partner_id).where(
        col(Pause.partner_id).in_([row.id for row in rows]),
        col(Pause.archived_at).is_(None),
        sa.or_(
            col(Pause.state) == PauseState.asked,
            sa.and_(
                col(Pause.state) == PauseState.approved,
                sa.or_(col(Pause.until).is_(None), col(Pause.until) > today),
            ),
        ),
    )
    found = set(session.scalars(taken))
    if found:
        raise PartnersChanged("partners_parked", [row for row in rows if row.id in found])
