"""Partners as people name them in a form: what is typed is understood, what may be meant is suggested."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import Session, col

from app.errors import Refused
from app.models import Partner, PartnerName
from app.text import told_apart
from app.vocabulary import Locale

# With more partners than this a form carries none of them and asks while a name is typed: a thousand names
# are 60 KB.
EMBEDDED = 200


@dataclass(frozen=True, slots=True)
class PartnerChoice:
    """A partner in a menu: `value` can be resolved, `hint` tells it from its namesakes."""

    value: str
    hint: str
    country: str


@dataclass(frozen=True, slots=True)
class _Link:
    slug: str
    name: str


class _Known(Protocol):
    @property
    def slug(self) -> str: ...
    @property
    def name_vi(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def country(self) -> str: ...


class Named(Protocol):
    """A partner as a link."""

    @property
    def slug(self) -> str:
        """Of its address."""

    @property
    def name(self) -> str:
        """In the reader's language."""


def find_partner(session: Session, text: str) -> tuple[str, str, str]:
    """The slug and both names (vi, en) of the partner that a person typed: its slug, or a name or alias.

    Marks and case do not matter. Raises Refused for a name nobody has, or that two countries share.
    """
    wanted = text.strip()
    columns = (Partner.slug, Partner.name_vi, Partner.name_en)
    by_slug = sa.select(*columns).where(Partner.slug == wanted, col(Partner.archived_at).is_(None))
    rows = session.execute(by_slug).all()
    if not rows:
        named = sa.select(PartnerName.partner_id).where(PartnerName.folded == told_apart(wanted))
        by_name = sa.select(*columns).where(col(Partner.id).in_(named), col(Partner.archived_at).is_(None))
        rows = session.execute(by_name).all()
    if len(rows) != 1:
        raise Refused("unknown_partner", field="partner")
    return rows[0].slug, rows[0].name_vi, rows[0].name_en


def spelled(session: Session, partners: Iterable[Named]) -> list[str]:
    """How a form writes partners so that it understands them again: by name, or by slug where partners share
    the name. One statement."""
    known = list(partners)
    folds = {told_apart(partner.name) for partner in known}
    statement = (
        sa.select(PartnerName.folded)
        .where(col(PartnerName.folded).in_(folds))
        .group_by(col(PartnerName.folded))
        .having(sa.func.count(sa.distinct(col(PartnerName.partner_id))) == 1)
    )
    plain = set(session.scalars(statement))
    return [p.name if told_apart(p.name) in plain else p.slug for p in known]


def spelled_by_slug(session: Session, slugs: Iterable[str], locale: Locale) -> dict[str, str]:
    """How a form writes partners, by slug, archived ones too. Two statements."""
    name = Partner.name_vi if locale == Locale.vi else Partner.name_en
    statement = sa.select(Partner.slug, name).where(col(Partner.slug).in_(list(slugs)))
    links = [_Link(slug, text) for slug, text in session.execute(statement)]
    written = spelled(session, links)
    return {link.slug: text for link, text in zip(links, written, strict=True)}


def named_in_form(session: Session, text: str, locale: Locale) -> list[str]:
    """A partner that an address names, as a form writes it; what stands there where nobody has that name."""
    try:
        slug, name_vi, name_en = find_partner(session, text)
    except Refused:
        return [text]
    return spelled(session, [_Link(slug, name_vi if locale == Locale.vi else name_en)])


def partner_choices(session: Session, locale: Locale) -> list[PartnerChoice]:
    """Every partner, by name, for a form to suggest from; none of them when there are more than a form should
    carry: it then asks for suggestions while a name is being typed. One statement."""
    own = Partner.name_vi if locale == Locale.vi else Partner.name_en
    statement = (
        sa.select(Partner.slug, Partner.name_vi, Partner.name_en, Partner.country)
        .where(col(Partner.archived_at).is_(None))
        .order_by(own, col(Partner.id))
    )
    rows = session.execute(statement.limit(EMBEDDED + 1)).all()
    if len(rows) > EMBEDDED:
        return []
    names = [told_apart(row.name_vi if locale == Locale.vi else row.name_en) for row in rows]
    counts = Counter(names)
    return [_choice(row, locale, shared=counts[name] > 1) for row, name in zip(rows, names, strict=True)]


def choices_of(session: Session, partners: Iterable[_Known], locale: Locale) -> list[PartnerChoice]:
    """Some partners for a form to suggest, in their order. One statement."""
    known = list(partners)
    vi = locale == Locale.vi
    links = [_Link(p.slug, p.name_vi if vi else p.name_en) for p in known]
    return [
        _choice(p, locale, shared=value != link.name)
        for p, link, value in zip(known, links, spelled(session, links), strict=True)
    ]


def _choice(partner: _Known, locale: Locale, *, shared: bool) -> PartnerChoice:
    own, other = partner.name_vi, partner.name_en
    if locale != Locale.vi:
        own, other = other, own
    if shared:
        return PartnerChoice(partner.slug, f"{own} · {other}", partner.country)
    return PartnerChoice(own, other, partner.country)


def find_partners(session: Session, texts: Iterable[str], *, field: str = "partners") -> list[str]:
    """The slugs of the partners that a person typed, one a text, each once; empty texts are left out.

    Raises Refused, naming the field, for a name nobody has.
    """
    found = []
    for text in texts:
        if text.strip():
            try:
                found.append(find_partner(session, text)[0])
            except Refused:
                raise Refused("unknown_partner", field=field) from None
    return list(dict.fromkeys(found))
