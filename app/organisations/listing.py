"""The list of organisations, and one in full: what it leads, supports and owes, who is there."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import NotFound
from app.lists import Order, Part
from app.models import (
    Agreement,
    AgreementUnit,
    Delegation,
    FollowUp,
    Organisation,
    OrganisationPartner,
    Partner,
    Programme,
    ProgrammeUnit,
    User,
)
from app.organisations.filters import Activity, OrganisationFilters
from app.organisations.queries import Named, name_at, names_of
from app.records.queries import PartnerLink, Work, named, titled, work
from app.text import like_words
from app.vocabulary import (
    AgreementState,
    DatePrecision,
    DelegationState,
    FollowUpState,
    Locale,
    OrganisationKind,
    ProgrammeState,
    ProgrammeUnitRole,
)

PAGE = 50
# As many of each kind as its page shows; the counts are always whole.
MOST_SHOWN = 100
_LONG_AGO = sa.literal(date(1, 1, 1), sa.Date)


@dataclass(frozen=True, slots=True)
class OrganisationLink:
    """Another organisation as a link; one in the trash (`gone`) is named, but has no page."""

    code: str
    name: str
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRow:
    """An organisation as lists and programs read it; `key` holds the values it is sorted by."""

    id: int
    version: int
    code: str
    kind: OrganisationKind
    name_vi: str
    name_en: str
    acronym: str | None
    aliases: list[str]
    country: str | None
    partner: PartnerLink | None
    parent: OrganisationLink | None
    successor: OrganisationLink | None
    active_from: date | None
    active_to: date | None
    source: str | None
    note: str | None
    note_en: str | None
    is_demo: bool
    created_at: datetime | None
    created_by: str | None
    key: tuple[Any, ...] = ()

    def name(self, locale: Locale) -> str:
        """The name in a language."""
        return self.name_vi if locale == Locale.vi else self.name_en

    def over_on(self, day: date) -> bool:
        """Whether its years are over on a day."""
        return self.active_to is not None and self.active_to < day


def list_organisations(
    session: Session,
    filters: OrganisationFilters,
    *,
    today: date,
    locale: Locale = Locale.vi,
    sort: str = "name",
    part: Part | None = None,
) -> list[OrganisationRow]:
    """The organisations that fit, in order; one statement."""
    order = ordering(sort, locale)
    statement = _statement(locale, *(step.expression for step in order)).where(*conditions(filters, today))
    return [_row(row) for row in (part or Part(limit=PAGE)).rows(session, statement, order)]


def counts(session: Session, filters: OrganisationFilters, today: date) -> dict[OrganisationKind, int]:
    """How many of each kind fit the other filters."""
    others = filters.model_copy(update={"kind": ()})
    statement = sa.select(Organisation.kind, sa.func.count()).where(*conditions(others, today))
    rows = session.execute(statement.group_by(col(Organisation.kind)))
    return {row[0]: row[1] for row in rows}


def ordering(sort: str, locale: Locale) -> list[Order]:
    """The order of a list, made total by the code."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    by_name = col(Organisation.name_key if locale == Locale.vi else Organisation.name_key_en)
    unique = Order(col(Organisation.code))
    if key == "code":
        return [Order(col(Organisation.code), down)]
    if key == "country":
        return [Order(sa.func.coalesce(Organisation.country, ""), down), Order(by_name), unique]
    return [Order(by_name, down), unique]


def conditions(filters: OrganisationFilters, today: date) -> list[Any]:
    """The filters as conditions; former names are among the aliases, and so are searched as well."""
    found: list[Any] = [col(Organisation.archived_at).is_(None), col(Organisation.successor_id).is_(None)]
    if filters.kind:
        found.append(col(Organisation.kind).in_(filters.kind))
    if filters.country:
        found.append(col(Organisation.country).in_(filters.country))
    if filters.activity is not None:
        over = sa.and_(col(Organisation.active_to).is_not(None), col(Organisation.active_to) < today)
        found.append(over if filters.activity == Activity.ended else ~over)
    words = like_words(filters.q or "")
    return found + [col(Organisation.search_text).like(f"%{word}%", escape="\\") for word in words]


def organisation_row(session: Session, code: str, locale: Locale) -> OrganisationRow:
    """One organisation, a merged one too; raises NotFound."""
    statement = _statement(locale).where(
        col(Organisation.code) == code, col(Organisation.archived_at).is_(None)
    )
    row = session.execute(statement).first()
    if row is None:
        raise NotFound("organisation")
    return _row(row)


def _statement(locale: Locale, *more: Any) -> Any:
    parent: Any = aliased(Organisation)
    successor: Any = aliased(Organisation)
    keys = [step.label(f"key_{place}") for place, step in enumerate(more)]
    columns: list[Any] = [
        Organisation, col(User.name).label("created_by"),
        parent.code.label("parent_code"), named(parent, locale).label("parent_name"),
        parent.archived_at.label("parent_gone"), successor.archived_at.label("successor_gone"),
        successor.code.label("successor_code"), named(successor, locale).label("successor_name"),
        col(Partner.slug).label("partner_slug"), named(Partner, locale).label("partner_name"),
        col(Partner.country).label("partner_country"), *keys,
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .outerjoin(parent, parent.id == Organisation.parent_id)
        .outerjoin(successor, successor.id == Organisation.successor_id)
        .outerjoin(OrganisationPartner, col(OrganisationPartner.organisation_id) == Organisation.id)
        .outerjoin(Partner, col(Partner.id) == OrganisationPartner.partner_id)
        .outerjoin(User, col(User.id) == Organisation.created_by_id)
    )


_OWN = (
    "id", "version", "code", "kind", "name_vi", "name_en", "acronym", "aliases", "country", "active_from",
    "active_to", "source", "note", "note_en", "is_demo", "created_at",
)  # fmt: skip


def _row(row: Any) -> OrganisationRow:
    partner = PartnerLink(row.partner_slug, row.partner_name, row.partner_country)
    parent = OrganisationLink(row.parent_code, row.parent_name, row.parent_gone is not None)
    successor = OrganisationLink(row.successor_code, row.successor_name, row.successor_gone is not None)
    return OrganisationRow(
        **{name: getattr(row.Organisation, name) for name in _OWN},
        created_by=row.created_by,
        partner=partner if row.partner_slug else None,
        parent=parent if row.parent_code else None,
        successor=successor if row.successor_code else None,
        key=tuple(value for name, value in row._mapping.items() if name.startswith("key_")),
    )


# ---- one in full


@dataclass(frozen=True, slots=True)
class Led:
    """A paper or a programme that it leads or supports; `as_named`: the name it bore at the time, where that
    was another one."""

    id: int
    title: str
    state: AgreementState | ProgrammeState
    part: str
    on: date | None
    precision: DatePrecision | None
    as_named: str | None
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """A delegation that it hosts or escorts."""

    id: int
    title: str
    state: DelegationState
    part: str
    starts_on: date
    is_demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationPage:
    """An organisation with what it has to do with; what was merged into it counts as its own."""

    row: OrganisationRow
    ids: tuple[int, ...]
    names: tuple[Named, ...]
    merged: tuple[OrganisationLink, ...]
    below: tuple[OrganisationLink, ...]
    agreements: tuple[Led, ...]
    programmes: tuple[Led, ...]
    work: tuple[Work, ...]
    visits: tuple[Visit, ...]
    posted_to: tuple[PartnerLink, ...]


def organisation_page(session: Session, organisation: Organisation, locale: Locale) -> OrganisationPage:
    """One organisation in full; nine statements, however much it does."""
    row = organisation_row(session, organisation.code, locale)
    merged = _merged_into(session, row.id, locale)
    ids = (row.id, *merged)
    names = names_of(session, organisation)
    return OrganisationPage(
        row=row,
        ids=ids,
        names=tuple(names),
        merged=tuple(merged.values()),
        below=_below(session, row.id, locale),
        agreements=_agreements(session, ids, names, locale),
        programmes=_programmes(session, ids, names, locale),
        work=tuple(
            work(session, locale, col(FollowUp.unit_id).in_(ids), FollowUp.state == FollowUpState.open)
        ),
        visits=_visits(session, ids, locale),
        posted_to=_posted_to(session, ids, locale),
    )


def _merged_into(session: Session, organisation_id: int, locale: Locale) -> dict[int, OrganisationLink]:
    """What was merged into an organisation, and into those, by id."""
    statement = sa.select(
        Organisation.id, Organisation.successor_id, Organisation.code, named(Organisation, locale)
    ).where(col(Organisation.successor_id).is_not(None), col(Organisation.archived_at).is_(None))
    merged = {
        key: (into, OrganisationLink(code, name)) for key, into, code, name in session.execute(statement)
    }
    found: dict[int, OrganisationLink] = {}
    grown = True
    while grown:
        ends = {organisation_id, *found}
        new = {key: link for key, (into, link) in merged.items() if into in ends and key not in found}
        found |= new
        grown = bool(new)
    return found


def _below(session: Session, organisation_id: int, locale: Locale) -> tuple[OrganisationLink, ...]:
    statement = (
        sa.select(Organisation.code, named(Organisation, locale))
        .where(
            Organisation.parent_id == organisation_id,
            col(Organisation.archived_at).is_(None),
            col(Organisation.successor_id).is_(None),
        )
        .order_by(Organisation.name_key, Organisation.id)
    )
    return tuple(OrganisationLink(*row) for row in session.execute(statement))


def _agreements(
    session: Session, ids: tuple[int, ...], names: list[Named], locale: Locale
) -> tuple[Led, ...]:
    supports = sa.select(AgreementUnit.agreement_id).where(col(AgreementUnit.organisation_id).in_(ids))
    leads = col(Agreement.lead_unit_id).in_(ids)
    part = sa.case((leads, "leads"), else_="supports")
    statement = (
        sa.select(
            Agreement.id, titled(Agreement, locale), Agreement.state, part, Agreement.signed_on,
            Agreement.signed_precision, Agreement.is_demo,
        )
        .where(
            sa.or_(leads, col(Agreement.id).in_(supports)), col(Agreement.archived_at).is_(None)
        )
        .order_by(part, sa.func.coalesce(Agreement.signed_on, _LONG_AGO).desc(), Agreement.id)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return tuple(_led(row, names, locale) for row in session.execute(statement))


def _programmes(
    session: Session, ids: tuple[int, ...], names: list[Named], locale: Locale
) -> tuple[Led, ...]:
    roles = (
        sa.select(ProgrammeUnit.programme_id, sa.func.min(ProgrammeUnit.role).label("role"))
        .where(col(ProgrammeUnit.organisation_id).in_(ids))
        .group_by(col(ProgrammeUnit.programme_id))
        .subquery()
    )
    leads = col(Programme.lead_unit_id).in_(ids)
    part = sa.case((leads, "leads"), (roles.c.role == ProgrammeUnitRole.donor, "gives"), else_="supports")
    statement = (
        sa.select(
            Programme.id, titled(Programme, locale), Programme.state, part, Programme.started_on,
            Programme.started_precision, Programme.is_demo,
        )
        .outerjoin(roles, roles.c.programme_id == Programme.id)
        .where(
            sa.or_(leads, roles.c.programme_id.is_not(None)), col(Programme.archived_at).is_(None)
        )
        .order_by(part, sa.func.coalesce(Programme.started_on, _LONG_AGO).desc(), Programme.id)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return tuple(_led(row, names, locale) for row in session.execute(statement))


def _led(row: Any, names: list[Named], locale: Locale) -> Led:
    key, title, state, part, on, precision, is_demo = row
    then = name_at(names, on).name(locale) if on else None
    now = names[-1].name(locale)
    return Led(key, title, state, part, on, precision, then if then != now else None, is_demo)


def _visits(session: Session, ids: tuple[int, ...], locale: Locale) -> tuple[Visit, ...]:
    hosts = col(Delegation.host_unit_id).in_(ids)
    statement = (
        sa.select(
            Delegation.id, titled(Delegation, locale), Delegation.state,
            sa.case((hosts, "hosts"), else_="escorts"), Delegation.starts_on, Delegation.is_demo,
        )
        .where(
            sa.or_(hosts, col(Delegation.escort_unit_id).in_(ids)), col(Delegation.archived_at).is_(None)
        )
        .order_by(col(Delegation.starts_on).desc(), Delegation.id)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return tuple(Visit(*row) for row in session.execute(statement))


def _posted_to(session: Session, ids: tuple[int, ...], locale: Locale) -> tuple[PartnerLink, ...]:
    """The partners for which it is the mission there, or the embassy here."""
    statement = (
        sa.select(Partner.slug, named(Partner, locale), Partner.country)
        .where(
            sa.or_(col(Partner.mission_id).in_(ids), col(Partner.embassy_id).in_(ids)),
            col(Partner.archived_at).is_(None),
        )
        .order_by(Partner.name_key, Partner.id)
        .limit(MOST_SHOWN)
    )
    return tuple(PartnerLink(*row) for row in session.execute(statement))
