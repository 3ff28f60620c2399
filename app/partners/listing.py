"""The list of partners: filters to WHERE, sorts to ORDER BY, rows in a fixed number of queries."""

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.actor import Actor
from app.errors import Refused
from app.lists import Order, Part, after, ranked
from app.models import (
    Agreement,
    AgreementPartner,
    Delegation,
    DelegationPartner,
    Forum,
    ForumMembership,
    Partner,
    PartnerCause,
    PartnerStrength,
    Person,
    Post,
    Programme,
    ProgrammePartner,
    Sector,
    StandingRow,
    User,
)
from app.partners.filters import ME, NOBODY, RELEVANCE, Gap, PartnerFilters
from app.people.posts import at_partner, held_on, on_file
from app.standings.days import on_day
from app.text import like_words, marked
from app.vocabulary import (
    AgreementState,
    Cause,
    DatePrecision,
    DelegationState,
    Locale,
    PartnerKind,
    Quadrant,
    ReasonCode,
    Region,
    RelationBasis,
    Rung,
    Status,
    Step,
    Tier,
    Warmth,
)

AHEAD = (DelegationState.planned, DelegationState.approved, DelegationState.under_way)
BEHIND = (DelegationState.completed, DelegationState.reported)
PAGE = 40


class PartnerRow(NamedTuple):
    """One partner as lists show it; `key` holds the values it is sorted by, for the next page."""

    id: int
    slug: str
    name_vi: str
    name_en: str
    name_local: str | None
    country: str
    kind: PartnerKind
    region: Region
    tier: Tier
    declared_rung: Rung | None
    relation_basis: RelationBasis
    is_demo: bool
    rung: Rung
    status: Status
    underlying: Status
    first_reason: ReasonCode | None
    warmth: Warmth | None
    quadrant: Quadrant | None
    step: Step
    months_waiting: int | None
    patience: int
    waiting_since: date | None
    urgency: float
    last_contact_on: date | None
    last_contact_precision: DatePrecision | None
    cause: Cause | None
    officer: str | None
    officer_name: str | None
    next_contact_on: date | None
    key: tuple[Any, ...]

    def name(self, locale: Locale) -> str:
        """The name in a language."""
        return self.name_vi if locale == Locale.vi else self.name_en

    def other_name(self, locale: Locale) -> str:
        """The name to show beside it: the local one, else the other language's; empty when it is the same."""
        own = self.name(locale)
        other = self.name_local or (self.name_en if locale == Locale.vi else self.name_vi)
        return "" if other == own else other


# Tables and not classes, codes as texts, statements built once: a page of rows then costs a third.
_partner, _standing = Partner.__table__.c, StandingRow.__table__.c  # type: ignore[attr-defined]
_named = PartnerCause.__table__  # type: ignore[attr-defined]
# The cause in force: one a partner at most.
CAUSE_IN_FORCE = sa.and_(_named.c.ended_on.is_(None), _named.c.archived_at.is_(None))
_CODES: tuple[tuple[Any, type[StrEnum]], ...] = (
    (_partner.kind, PartnerKind),
    (_partner.region, Region),
    (_partner.tier, Tier),
    (_partner.declared_rung, Rung),
    (_partner.relation_basis, RelationBasis),
    (_standing.rung, Rung),
    (_standing.status, Status),
    (_standing.underlying, Status),
    (_standing.first_reason, ReasonCode),
    (_standing.warmth, Warmth),
    (_standing.quadrant, Quadrant),
    (_standing.step, Step),
    (_standing.last_contact_precision, DatePrecision),
    (_named.c.cause, Cause),
)
_READ: list[dict[Any, Any]] = [{None: None, **{m.value: m for m in enum}} for _, enum in _CODES]
_OTHERS: tuple[Any, ...] = (
    _partner.id, _partner.slug, _partner.name_vi, _partner.name_en, _partner.name_local, _partner.country,
    _partner.is_demo, _standing.months_waiting, _standing.patience, _standing.waiting_since,
    _standing.urgency, _standing.last_contact_on, User.__table__.c.email, User.__table__.c.name,  # type: ignore[attr-defined]
)  # fmt: skip


def joined(statement: Any) -> Any:
    """Partners with their standings: what `conditions` and `ordering` speak of."""
    partner, standing = Partner.__table__, StandingRow.__table__  # type: ignore[attr-defined]
    return statement.select_from(partner.join(standing, standing.c.partner_id == partner.c.id))


def list_partners(
    session: Session,
    actor: Actor,
    filters: PartnerFilters,
    *,
    today: date,
    locale: Locale = Locale.vi,
    sort: str | None = None,
    part: Part | None = None,
    among: Sequence[int] | None = None,
) -> list[PartnerRow]:
    """The partners that fit, in order: a page of them, or the part that is wanted; `among` these ids alone.

    Raises Refused for a forum, sector, officer or sort that does not exist. Two queries (and one for each
    filter whose values must be looked up), whatever the number of partners.
    """
    check_known(session, filters)
    statement = _rows(filters.alone(), _own(filters, actor), sort, locale)
    part = part or Part(limit=PAGE)
    if part.behind is not None:
        statement = statement.where(after(ordering(sort, filters, locale), part.behind))
    if among is not None:
        statement = statement.where(_partner.id.in_(among))
    statement = on_day(session, statement, filters.as_of)
    every = joined(sa.select(_partner.id)).where(*conditions(filters, actor))
    part.count(session, on_day(session, every, filters.as_of))
    found = session.execute(statement, {"most": part.limit, "skipped": part.offset}).all()
    upcoming = next_contacts(session, [row[0] for row in found], today, as_of=filters.as_of)
    return [_row(row, upcoming) for row in found]


def _own(filters: PartnerFilters, actor: Actor) -> int | None:
    return actor.user_id if ME in filters.officer else None


@lru_cache(maxsize=256)
def _rows(filters: PartnerFilters, own: int | None, sort: str | None, locale: Locale) -> Any:
    order = ordering(sort, filters, locale)
    codes = (sa.type_coerce(column, sa.String) for column, _ in _CODES)
    user = User.__table__  # type: ignore[attr-defined]
    statement = sa.select(*_OTHERS, *codes, *(step.expression for step in order))
    partner, standing = Partner.__table__, StandingRow.__table__  # type: ignore[attr-defined]
    tables = partner.join(standing, standing.c.partner_id == partner.c.id)
    tables = tables.outerjoin(_named, sa.and_(_named.c.partner_id == partner.c.id, CAUSE_IN_FORCE))
    return (
        statement.select_from(tables.outerjoin(user, user.c.id == partner.c.officer_id))
        .where(*_where(filters, own))
        .order_by(*(step.clause for step in order))
        .limit(sa.bindparam("most", type_=sa.Integer))
        .offset(sa.bindparam("skipped", type_=sa.Integer))
    )


def _row(row: Any, upcoming: dict[int, date]) -> PartnerRow:
    (
        key, slug, vi, en, local, country, demo, months, patience, since, urgency, last, email, officer,
        *rest,
    ) = row  # fmt: skip
    codes = [names[code] for names, code in zip(_READ, rest, strict=False)]
    return PartnerRow._make(
        (
            key, slug, vi, en, local, country, *codes[:5], demo, *codes[5:-2], months, patience, since,
            urgency, last, *codes[-2:], email, officer, upcoming.get(key), tuple(rest[len(codes) :]),
        )
    )  # fmt: skip


def neighbours(
    session: Session,
    actor: Actor,
    filters: PartnerFilters,
    partner_id: int,
    *,
    locale: Locale = Locale.vi,
    sort: str | None = None,
) -> tuple[str | None, str | None]:
    """The slugs before and after a partner in a list: none at its ends, none for one that is not in it."""
    order = ordering(sort, filters, locale)
    rows = joined(sa.select(_partner.slug, *(step.expression for step in order)))
    rows = on_day(session, rows.where(*conditions(filters, actor)), filters.as_of)
    here = session.execute(rows.where(_partner.id == partner_id)).first()
    if here is None:
        return None, None
    ways = ([Order(step.expression, not step.down) for step in order], order)
    before, behind = (
        session.scalar(rows.where(after(way, here[1:])).order_by(*(step.clause for step in way)).limit(1))
        for way in ways
    )
    return before, behind


def next_contacts(
    session: Session, partner_ids: Sequence[int], today: date, *, as_of: date | None = None
) -> dict[int, date]:
    """The first delegation ahead of each partner (one under way counts as today), in one query. Ahead of a
    past day lay also what has taken place since."""
    if not partner_ids:
        return {}
    day = as_of or today
    states = (*AHEAD, *BEHIND) if day < today else AHEAD
    rows = session.execute(_NEXT, {"ids": partner_ids, "today": day, "states": states})
    return {partner_id: max(on, day) for partner_id, on in rows}


_link, _visit = DelegationPartner.__table__, Delegation.__table__  # type: ignore[attr-defined]
_NEXT = (
    sa.select(_link.c.partner_id, sa.func.min(_visit.c.starts_on))
    .select_from(_link.join(_visit, _visit.c.id == _link.c.delegation_id))
    .where(
        _link.c.partner_id.in_(sa.bindparam("ids", expanding=True)),
        _visit.c.state.in_(sa.bindparam("states", expanding=True)),
        _visit.c.ends_on >= sa.bindparam("today", type_=sa.Date),
        _visit.c.archived_at.is_(None),
    )
    .group_by(_link.c.partner_id)
)


def conditions(
    filters: PartnerFilters, actor: Actor, *, leaving_out: frozenset[str] = frozenset()
) -> list[Any]:
    """The filters as conditions over `joined`; archived partners never fit. `leaving_out` names filters to
    pass over, for the counts beside a facet's own values."""
    return _where(filters, actor.user_id, leaving_out)


def _where(filters: PartnerFilters, own: int | None, leaving_out: frozenset[str] = frozenset()) -> list[Any]:
    found: list[Any] = [_partner.archived_at.is_(None)]
    for name, column in _PLAIN.items():
        values = getattr(filters, name)
        if values and name not in leaving_out:
            found.append(column == values[0] if len(values) == 1 else column.in_(values))
    for name, condition in _FURTHER.items():
        values = getattr(filters, name)
        if values and name not in leaving_out:
            found.append(condition(values, own))
    if filters.in_period is not None and "in_period" not in leaving_out:
        found.append(_signed(filters))
    if filters.q:
        found.extend(_contains(word) for word in like_words(filters.q))
    return found


def _contains(word: str) -> Any:
    return _partner.search_text.like(f"%{word}%", escape="\\")


_PLAIN: dict[str, Any] = {
    "status": _standing.status,
    "rung": _standing.rung,
    "tier": _partner.tier,
    "region": _partner.region,
    "kind": _partner.kind,
    "country": _partner.country,
    "step": _standing.step,
    "warmth": _standing.warmth,
    "quadrant": _standing.quadrant,
    "basis": _partner.relation_basis,
}


# The filters that speak of standings and not of partners alone.
OF_STANDINGS = ("status", "rung", "step", "warmth", "quadrant", "reason")


def _in_forum(codes: Sequence[str], _own: int | None) -> Any:
    members = sa.select(ForumMembership.partner_id).join(Forum, col(Forum.id) == ForumMembership.forum_id)
    return _partner.id.in_(members.where(col(Forum.code).in_(codes), col(Forum.archived_at).is_(None)))


def _strong_in(codes: Sequence[str], _own: int | None) -> Any:
    strong = sa.select(PartnerStrength.partner_id).join(Sector, col(Sector.id) == PartnerStrength.sector_id)
    return _partner.id.in_(strong.where(col(Sector.code).in_(codes)))


def _held_by(who: Sequence[str], own: int | None) -> Any:
    ways: list[Any] = []
    if NOBODY in who:
        ways.append(_partner.officer_id.is_(None))
    if ME in who and own is not None:
        ways.append(_partner.officer_id == own)
    if emails := [email.lower() for email in who if email not in (ME, NOBODY)]:
        ways.append(_partner.officer_id.in_(sa.select(User.id).where(col(User.email).in_(emails))))
    return sa.or_(*ways) if ways else sa.false()


def _told_of(codes: Sequence[ReasonCode], _own: int | None) -> Any:
    """Reasons are stored as JSON; a quoted code occurs in it nowhere else."""
    text = sa.cast(_standing.reasons, sa.Text)
    return sa.or_(*(text.like(f'%"{code.value}"%') for code in codes))


def _caused(causes: Sequence[str], _own: int | None) -> Any:
    named = sa.select(_named.c.partner_id).where(CAUSE_IN_FORCE)
    ways: list[Any] = [_partner.id.not_in(named)] if NOBODY in causes else []
    if wanted := [cause for cause in causes if cause != NOBODY]:
        ways.append(_partner.id.in_(named.where(_named.c.cause.in_(wanted))))
    return sa.or_(*ways)


def _in_office() -> Any:
    """How many people hold a post today at a partner, or at an organisation of it, whatever day is asked
    for: who was in office then is known of few."""
    today = sa.bindparam("gap_today", callable_=clock.today, type_=sa.Date)
    return (
        sa.select(sa.func.count(sa.distinct(col(Post.person_id))))
        .join(Person, col(Person.id) == Post.person_id)
        .where(held_on(today), at_partner(_partner.id), on_file())
        .correlate(_partner.id.table)
        .scalar_subquery()
    )


def _led(link: Any, table: Any, key: Any) -> Any:
    """Whether a paper or a programme of a partner names the unit that leads it."""
    return (
        sa.exists()
        .where(link.partner_id == _partner.id, key == table.id, table.lead_unit_id.is_not(None))
        .where(table.archived_at.is_(None))
        .correlate(_partner.id.table)
    )


def _lacking(gaps: Sequence[Gap], _own: int | None) -> Any:
    ways: dict[Gap, Callable[[], Any]] = {
        Gap.no_officer: lambda: _partner.officer_id.is_(None),
        Gap.no_person: lambda: _in_office() == 0,
        Gap.one_person: lambda: _in_office() == 1,
        Gap.no_lead_unit: lambda: sa.and_(
            ~_led(AgreementPartner, Agreement, AgreementPartner.agreement_id),
            ~_led(ProgrammePartner, Programme, ProgrammePartner.programme_id),
        ),
    }
    return sa.or_(*(ways[gap]() for gap in gaps))


def _signed(filters: PartnerFilters) -> Any:
    """Has a paper that was signed between two days, by the first day that is known of the date."""
    papers = (
        sa.select(AgreementPartner.partner_id)
        .join(Agreement, col(Agreement.id) == AgreementPartner.agreement_id)
        .where(
            Agreement.state == AgreementState.signed,
            col(Agreement.archived_at).is_(None),
            col(Agreement.signed_on).between(filters.since, filters.until),
        )
    )
    return _partner.id.in_(papers)


_FURTHER: dict[str, Callable[[Any, int | None], Any]] = {
    "forum": _in_forum,
    "sector": _strong_in,
    "officer": _held_by,
    "reason": _told_of,
    "cause": _caused,
    "gap": _lacking,
}


def check_known(session: Session, filters: PartnerFilters) -> None:
    """Raise Refused for a forum, sector or officer that does not exist."""
    for name, column in (("forum", Forum.code), ("sector", Sector.code), ("officer", User.email)):
        wanted = {v.lower() if name == "officer" else v for v in getattr(filters, name)}
        wanted -= {ME, NOBODY} if name == "officer" else set()
        there = sa.select(column).where(col(column).in_(wanted))
        if name == "forum":
            there = there.where(col(Forum.archived_at).is_(None))
        if wanted and wanted - set(session.scalars(there)):
            raise Refused("unknown_value", field=name, name=name)


def name_key(locale: Locale) -> Any:
    """What names sort by: the Vietnamese alphabet, or the English one."""
    return _partner.name_key if locale == Locale.vi else _partner.name_key_en


_NEVER = date(1, 1, 1)
_SORTED: dict[str, Any] = {
    "urgency": _standing.urgency,
    "status": ranked(_standing.status, Status),
    "rung": ranked(_standing.rung, Rung),
    "tier": ranked(_partner.tier, Tier),
    "country": _partner.country,
    "last_contact": sa.func.coalesce(_standing.last_contact_on, sa.literal(_NEVER, sa.Date)),
    "waiting": sa.func.coalesce(_standing.months_waiting, -1),
}


def ordering(sort: str | None, filters: PartnerFilters, locale: Locale) -> list[Order]:
    """A total order: by the sort asked for (relevance for a search, else the name), then name, then id."""
    sort = sort or (RELEVANCE if filters.q else "name")
    name = [Order(name_key(locale)), Order(_partner.id)]
    key, down = sort.removeprefix("-"), sort.startswith("-")
    if sort == RELEVANCE:
        if not filters.q:
            raise Refused("bad_sort", field="sort")
        return [*_relevance(filters.q), *name]
    if key == "name":
        return [Order(step.expression, down) for step in name]
    return [Order(_SORTED[key], down), *name]


def _relevance(q: str) -> list[Order]:
    """Texts with the very marks that were typed first, then names that begin with what was typed."""
    exact = [_contains(w) for w in _escaped(marked(q)).split()]
    begin = " ".join(like_words(q))
    text = _partner.search_text
    begins = sa.or_(text.like(f"{begin}%", escape="\\"), text.like(f"%| {begin}%", escape="\\"))
    return [
        Order(sa.case((sa.and_(*exact), 0), else_=1)),
        Order(sa.case((begins, 0), else_=1)),
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
