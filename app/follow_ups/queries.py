"""Reads of follow-ups: rows for lists, one in full, the counts beside the filters."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.actor import Actor, Permission
from app.errors import NotFound
from app.follow_ups.filters import NO_UNIT, Due, Reckoned
from app.models import (
    Agreement,
    Delegation,
    FollowUp,
    FollowUpPartner,
    FollowUpProgress,
    Interaction,
    Organisation,
    Partner,
    Postponement,
    User,
)
from app.organisations.queries import family_of, merged_into, named_on
from app.records.queries import named
from app.text import like_words
from app.vocabulary import FollowUpKind, FollowUpSource, FollowUpState, Locale, OwedBy, Priority, PromiseFate

# A row carries its acts: with more of them the page would outgrow 60 KB.
PAGE = 16
# "This week" is the coming seven days, today among them: on a Friday the next Monday matters too.
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PartnerRef:
    """A partner as a link; one in the trash is named without an address (`slug` is empty)."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """A follow-up as lists show it. `due` is None once it is closed."""

    id: int
    version: int
    title: str
    owed_by: OwedBy
    kind: FollowUpKind
    priority: Priority
    state: FollowUpState
    raised_on: date
    due_on: date
    original_due_on: date
    postponed: int
    due: Due | None
    days_late: int
    closed_on: date | None
    outcome: str | None
    assignee: str | None
    assignee_email: str | None
    unit: str | None
    source: FollowUpSource
    source_title: str | None
    source_url: str | None
    is_demo: bool
    partners: tuple[PartnerRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which follow-ups a list shows. `who` is a user's id; None stands for everybody's."""

    who: int | None = None
    side: OwedBy | None = None
    # None: in any state.
    state: FollowUpState | None = FollowUpState.open
    due: Due | None = None
    partner: str | None = None
    q: str = ""
    page: int = 1
    reckoned: Reckoned = field(default_factory=Reckoned)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list, and how many there are by side and due."""

    rows: tuple[FollowUpRow, ...]
    counts: dict[tuple[OwedBy, Due], int]
    total: int
    pages: int

    def count(self, side: OwedBy | None = None, due: Due | None = None) -> int:
        """How many of a side and a due; None counts all of them."""
        return sum(n for (s, d), n in self.counts.items() if side in {None, s} and due in {None, d})


@dataclass(frozen=True, slots=True)
class Moved:
    """One postponement."""

    on: date
    from_due: date
    to_due: date
    why: str
    by: str | None


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """A dated line on how it goes, and who said so."""

    id: int
    version: int
    on: date
    text: str
    by: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class FollowUpPage:
    """A follow-up in full."""

    row: FollowUpRow
    unit_code: str | None
    expected_reaction: str | None
    reaction_due_on: date | None
    created_at: datetime | None
    created_by: str | None
    updated_at: datetime | None
    updated_by: str | None
    moves: tuple[Moved, ...] = field(default_factory=tuple)
    progress: tuple[ProgressLine, ...] = field(default_factory=tuple)


def mine(user_id: int) -> Any:
    """Whose a follow-up is: its assignee's; with no assignee, the officer's who looks after the partner."""
    looked_after = (
        sa.select(FollowUpPartner.follow_up_id)
        .join(Partner, col(Partner.id) == FollowUpPartner.partner_id)
        .where(Partner.officer_id == user_id)
    )
    nobodys = sa.and_(col(FollowUp.assignee_id).is_(None), col(FollowUp.id).in_(looked_after))
    return sa.or_(col(FollowUp.assignee_id) == user_id, nobodys)


def list_follow_ups(
    session: Session, wanted: Wanted, today: date, locale: Locale, *, size: int = PAGE
) -> Found:
    """One page: our own promises first, each side by due date. Three statements for any number of rows."""
    conditions = _conditions(wanted)
    bucket = _bucket(today)
    tally = sa.select(FollowUp.owed_by, bucket, sa.func.count()).where(*conditions)
    rows = session.execute(tally.group_by(FollowUp.owed_by, bucket))
    counts = {(side, Due(due)): n for side, due, n in rows}
    if wanted.side:
        conditions.append(FollowUp.owed_by == wanted.side)
    if wanted.due:
        conditions.append(bucket == wanted.due.value)
    total = sum(
        n for (side, due), n in counts.items() if wanted.side in {None, side} and wanted.due in {None, due}
    )
    closed = sa.func.coalesce(FollowUp.done_on, FollowUp.dropped_on)
    closed_first = wanted.state not in {FollowUpState.open, None}
    by = [closed.desc()] if closed_first else [FollowUp.owed_by, FollowUp.due_on]
    statement = _statement(locale).where(*conditions).order_by(*by, FollowUp.id)
    statement = statement.limit(size).offset((wanted.page - 1) * size)
    found = _rows(session, statement, today, locale)
    return Found(found, counts, total, pages=max(1, -(-total // size)))


def open_rows(
    session: Session, today: date, locale: Locale, *, who: int | None, until: date, limit: int
) -> tuple[FollowUpRow, ...]:
    """What is open and falls due on or before a day, the latest first. Two statements."""
    statement = _statement(locale).where(*_conditions(Wanted(who=who)), FollowUp.due_on <= until)
    statement = statement.order_by(FollowUp.due_on, FollowUp.owed_by, FollowUp.id).limit(limit)
    return _rows(session, statement, today, locale)


def open_among(session: Session, ids: Iterable[int], today: date, locale: Locale) -> tuple[FollowUpRow, ...]:
    """Those of some follow-ups that are open, by due date. Two statements."""
    statement = _statement(locale).where(*_conditions(Wanted()), col(FollowUp.id).in_(list(ids)))
    return _rows(session, statement.order_by(FollowUp.due_on, FollowUp.id), today, locale)


def all_open(
    session: Session, wanted: Wanted, today: date, locale: Locale, *, limit: int
) -> tuple[FollowUpRow, ...]:
    """The open follow-ups that fit a list's filters, whatever its page, by due date. Two statements."""
    conditions = _conditions(replace(wanted, state=FollowUpState.open))
    if wanted.side:
        conditions.append(col(FollowUp.owed_by) == wanted.side)
    if wanted.due:
        conditions.append(_bucket(today) == wanted.due.value)
    statement = _statement(locale).where(*conditions).order_by(FollowUp.due_on, FollowUp.id)
    return _rows(session, statement.limit(limit), today, locale)


def of_delegation(
    session: Session, delegation_id: int, today: date, locale: Locale
) -> tuple[FollowUpRow, ...]:
    """What grew out of a delegation. Two statements."""
    statement = _statement(locale).where(
        FollowUp.delegation_id == delegation_id, col(FollowUp.archived_at).is_(None)
    )
    return _rows(session, statement.order_by(FollowUp.due_on, FollowUp.id), today, locale)


def of_push(session: Session, push_id: int, today: date, locale: Locale) -> tuple[FollowUpRow, ...]:
    """The steps of a push. Two statements."""
    statement = _statement(locale).where(FollowUp.push_id == push_id, col(FollowUp.archived_at).is_(None))
    return _rows(session, statement.order_by(FollowUp.due_on, FollowUp.id), today, locale)


def row_of(session: Session, follow_up_id: int, today: date, locale: Locale) -> FollowUpRow:
    """One row; raises NotFound."""
    statement = _statement(locale).where(FollowUp.id == follow_up_id, col(FollowUp.archived_at).is_(None))
    rows = _rows(session, statement, today, locale)
    if not rows:
        raise NotFound("follow_up")
    return rows[0]


def page_of(session: Session, follow_up_id: int, today: date, locale: Locale) -> FollowUpPage:
    """One follow-up in full; raises NotFound."""
    row = row_of(session, follow_up_id, today, locale)
    maker, changer = aliased(User), aliased(User)
    more = session.execute(
        sa.select(
            col(Organisation.code).label("unit_code"), FollowUp.expected_reaction, FollowUp.reaction_due_on,
            FollowUp.created_at, col(maker.name).label("created_by"),
            FollowUp.updated_at, col(changer.name).label("updated_by"),
        )
        .outerjoin(Organisation, col(Organisation.id) == FollowUp.unit_id)
        .outerjoin(maker, col(maker.id) == FollowUp.created_by_id)
        .outerjoin(changer, col(changer.id) == FollowUp.updated_by_id)
        .where(FollowUp.id == follow_up_id)
    ).one()  # fmt: skip
    moves = session.execute(
        sa.select(Postponement.on, Postponement.from_due, Postponement.to_due, Postponement.why, User.name)
        .outerjoin(User, col(User.id) == Postponement.by_id)
        .where(Postponement.follow_up_id == follow_up_id)
        .order_by(col(Postponement.id).desc())
    )
    return FollowUpPage(
        row=row,
        **more._mapping,
        moves=tuple(Moved(*move) for move in moves),
        progress=tuple(progress_of(session, follow_up_id)),
    )


def progress_of(session: Session, follow_up_id: int) -> list[ProgressLine]:
    """What was reported of a follow-up, the newest day first. One statement."""
    row = FollowUpProgress
    statement = (
        sa.select(row.id, row.version, row.on, row.text, row.by, row.is_demo)
        .where(row.follow_up_id == follow_up_id, col(row.archived_at).is_(None))
        .order_by(col(row.on).desc(), col(row.id).desc())
    )
    return [ProgressLine(*line) for line in session.execute(statement)]


def within(session: Session, actor: Actor) -> list[Any]:
    """The condition of what somebody may know of: who may not read everything sees the work of their unit,
    and of what was merged with it. At most one statement."""
    return [] if actor.can(Permission.read) else [of_own_unit(session, actor)]


def of_own_unit(session: Session, actor: Actor) -> Any:
    """The condition of the work of somebody's unit, and of what was merged with it. At most one statement."""
    return _whose_unit.in_(family_of(session, actor.unit_id)) if actor.unit_id else sa.false()


def _conditions(wanted: Wanted) -> list[Any]:
    found = [col(FollowUp.archived_at).is_(None), *reckoned(wanted.reckoned)]
    if wanted.state is not None:
        found.append(FollowUp.state == wanted.state)
    if wanted.who is not None:
        found.append(mine(wanted.who))
    if wanted.partner:
        links = sa.select(FollowUpPartner.follow_up_id).join(
            Partner, col(Partner.id) == FollowUpPartner.partner_id
        )
        found.append(col(FollowUp.id).in_(links.where(Partner.slug == wanted.partner)))
    found += [col(FollowUp.search_text).like(f"%{word}%", escape="\\") for word in like_words(wanted.q)]
    return found


# Whose work it is: the unit it was given to, else that of the person.
_whose_unit = sa.func.coalesce(
    FollowUp.unit_id,
    sa.select(User.unit_id).where(col(User.id) == FollowUp.assignee_id).correlate(FollowUp).scalar_subquery(),
)
_was_done = col(FollowUp.state) == FollowUpState.done
_FATES: dict[PromiseFate, Any] = {
    PromiseFate.in_time: sa.and_(_was_done, col(FollowUp.done_on) <= FollowUp.original_due_on),
    PromiseFate.late: sa.and_(_was_done, col(FollowUp.done_on) > FollowUp.original_due_on),
    PromiseFate.open: col(FollowUp.state) == FollowUpState.open,
    PromiseFate.dropped: col(FollowUp.state) == FollowUpState.dropped,
}


def reckoned(asked: Reckoned) -> list[Any]:
    """The conditions for promises as a report reckons them."""
    found: list[Any] = []
    if asked.in_period is not None:
        found.append(col(FollowUp.original_due_on).between(asked.since, asked.until))
    if asked.kept is not None:
        found.append(_FATES[asked.kept])
    if asked.of_unit == NO_UNIT:
        found.append(_whose_unit.is_(None))
    elif asked.of_unit is not None:
        coded = sa.select(Organisation.id).where(Organisation.code == asked.of_unit)
        found.append(_whose_unit.in_(coded))
    if asked.for_unit is not None:
        found.append(_whose_unit.in_(merged_into(asked.for_unit)))
    if asked.of_kind is not None:
        found.append(_whose_unit.in_(sa.select(Organisation.id).where(Organisation.kind == asked.of_kind)))
    return found


def units_at_work(
    session: Session, wanted: Wanted, today: date, locale: Locale
) -> list[tuple[str | None, str | None, int]]:
    """How many fit the filters but that of the unit, by unit: code and name, None for no unit. One
    statement."""
    every = replace(wanted, reckoned=wanted.reckoned.model_copy(update={"of_unit": None}))
    conditions = _conditions(every)
    if wanted.side:
        conditions.append(FollowUp.owed_by == wanted.side)
    if wanted.due:
        conditions.append(_bucket(today) == wanted.due.value)
    name = named(Organisation, locale)
    statement = (
        sa.select(Organisation.code, name, sa.func.count())
        .select_from(FollowUp)
        .outerjoin(Organisation, col(Organisation.id) == _whose_unit)
        .where(*conditions)
        .group_by(Organisation.code, name)
        .order_by(Organisation.code.is_(None), name)  # type: ignore[attr-defined]
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class UnitTally:
    """What a unit owes, and what it did of late: `in_time` by the day that was promised first."""

    open: int = 0
    late: int = 0
    done: int = 0
    in_time: int = 0


def tally_units(session: Session, today: date, since: date) -> dict[int, UnitTally]:
    """By unit (id): what is open today, and what was done from a day on. One statement."""
    is_open = col(FollowUp.state) == FollowUpState.open
    done = sa.and_(_was_done, col(FollowUp.done_on) >= since)

    def count(*conditions: Any) -> Any:
        return sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0))

    statement = (
        sa.select(
            _whose_unit, count(is_open), count(is_open, col(FollowUp.due_on) < today), count(done),
            count(done, col(FollowUp.done_on) <= FollowUp.original_due_on),
        )
        .where(col(FollowUp.archived_at).is_(None), _whose_unit.is_not(None))
        .group_by(_whose_unit)
    )  # fmt: skip
    return {unit: UnitTally(*numbers) for unit, *numbers in session.execute(statement)}


def open_of_units(
    session: Session, ids: Iterable[int], today: date, locale: Locale, *, limit: int
) -> tuple[FollowUpRow, ...]:
    """What some units owe or see to and is open, by due date. Two statements."""
    statement = _statement(locale).where(*_conditions(Wanted()), _whose_unit.in_(list(ids)))
    return _rows(session, statement.order_by(FollowUp.due_on, FollowUp.id).limit(limit), today, locale)


def tally_promises(session: Session, asked: Reckoned) -> list[tuple[int | None, OwedBy, PromiseFate, int]]:
    """How many promises there are by unit (id), side and fate. One statement."""
    fate = sa.case(*((condition, kept.value) for kept, condition in _FATES.items()))
    statement = (
        sa.select(_whose_unit, FollowUp.owed_by, fate, sa.func.count())
        .where(col(FollowUp.archived_at).is_(None), *reckoned(asked))
        .group_by(_whose_unit, FollowUp.owed_by, fate)
    )
    return [(unit, side, PromiseFate(kept), n) for unit, side, kept, n in session.execute(statement)]


def _bucket(today: date) -> Any:
    return sa.case(
        (col(FollowUp.due_on) < today, Due.overdue.value),
        (col(FollowUp.due_on) < today + WEEK, Due.week.value),
        else_=Due.later.value,
    )


def _statement(locale: Locale) -> Any:
    vi = locale == Locale.vi
    postponed = (
        sa.select(sa.func.count())
        .where(col(Postponement.follow_up_id) == FollowUp.id)
        .correlate(FollowUp)
        .scalar_subquery()
    )
    columns: list[Any] = [
        FollowUp.id, FollowUp.version, FollowUp.title, FollowUp.owed_by, FollowUp.kind, FollowUp.priority,
        FollowUp.state, FollowUp.raised_on, FollowUp.due_on, FollowUp.original_due_on, FollowUp.done_on,
        FollowUp.dropped_on, FollowUp.outcome, FollowUp.source, FollowUp.is_demo, FollowUp.delegation_id,
        FollowUp.interaction_id, FollowUp.agreement_id, FollowUp.push_id, postponed.label("postponed"),
        col(User.name).label("assignee"), col(User.email).label("assignee_email"),
        sa.func.coalesce(Delegation.archived_at, Interaction.archived_at, Agreement.archived_at)
        .is_not(None)
        .label("source_gone"),
        named_on(locale, sa.func.coalesce(FollowUp.done_on, FollowUp.dropped_on)).label("unit"),
        sa.func.coalesce(
            *_titles(Delegation, vi), *_titles(Interaction, vi), *_titles(Agreement, vi)
        ).label("source_title"),
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .outerjoin(User, col(User.id) == FollowUp.assignee_id)
        .outerjoin(Organisation, col(Organisation.id) == FollowUp.unit_id)
        .outerjoin(Delegation, col(Delegation.id) == FollowUp.delegation_id)
        .outerjoin(Interaction, col(Interaction.id) == FollowUp.interaction_id)
        .outerjoin(Agreement, col(Agreement.id) == FollowUp.agreement_id)
    )


def _titles(table: Any, vi: bool) -> list[Any]:
    return [table.title] if vi else [table.title_en, table.title]


def _rows(session: Session, statement: Any, today: date, locale: Locale) -> tuple[FollowUpRow, ...]:
    found = session.execute(statement).all()
    partners = partners_of(session, [row.id for row in found], locale)
    return tuple(_row(row, today, partners[row.id]) for row in found)


def _row(row: Any, today: date, partners: list[PartnerRef]) -> FollowUpRow:
    is_open = row.state == FollowUpState.open
    late = (today - row.due_on).days if is_open else 0
    due = Due.overdue if late > 0 else Due.week if row.due_on < today + WEEK else Due.later
    return FollowUpRow(
        id=row.id, version=row.version, title=row.title, owed_by=row.owed_by, kind=row.kind,
        priority=row.priority, state=row.state, raised_on=row.raised_on, due_on=row.due_on,
        original_due_on=row.original_due_on, postponed=row.postponed, due=due if is_open else None,
        days_late=max(0, late), closed_on=row.done_on or row.dropped_on, outcome=row.outcome,
        assignee=row.assignee, assignee_email=row.assignee_email, unit=row.unit,
        source=row.source, source_title=row.source_title, source_url=_source_url(row),
        is_demo=row.is_demo, partners=tuple(partners),
    )  # fmt: skip


def _source_url(row: Any) -> str | None:
    """Where the record is that it grew out of; one in the trash is named, but has no page."""
    if row.source_gone:
        return None
    for name, place in (
        ("delegation", "delegations"),
        ("interaction", "interactions"),
        ("agreement", "agreements"),
        ("push", "pushes"),
    ):
        if key := getattr(row, f"{name}_id"):
            return f"/{place}/{key}"
    return None


def partners_of(session: Session, ids: Iterable[int], locale: Locale) -> defaultdict[int, list[PartnerRef]]:
    """The partners of follow-ups, by follow-up. One statement, none when there is nothing to ask for."""
    wanted = list(ids)
    found: defaultdict[int, list[PartnerRef]] = defaultdict(list)
    if not wanted:
        return found
    name = Partner.name_vi if locale == Locale.vi else Partner.name_en
    statement = (
        sa.select(
            FollowUpPartner.follow_up_id,
            sa.case((col(Partner.archived_at).is_(None), Partner.slug), else_=""),
            name,
        )
        .join(Partner, col(Partner.id) == FollowUpPartner.partner_id)
        .where(col(FollowUpPartner.follow_up_id).in_(wanted))
        .order_by(name)
    )
    for key, slug, text in session.execute(statement):
        found[key].append(PartnerRef(slug, text))
    return found
