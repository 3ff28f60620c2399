"""The records whose names are the same as what is typed, or nearly."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.alike.nearness import core, near, traces
from app.alike.schemas import Among
from app.models import Organisation, Partner, PartnerName, Person
from app.records.queries import named
from app.vocabulary import Locale

SHOWN = 5
# More records than a department keeps share three letters with a name only when it says nothing.
_MOST = 3000


@dataclass(frozen=True, slots=True)
class Alike:
    """A record on file under such a name: where it is, its country if it has one; `same`: to the letter, but
    for marks and words like "province"."""

    url: str
    name: str
    country: str | None
    same: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: int
    key: str
    name: str
    country: str | None
    names: tuple[str, ...]


def alike(
    session: Session, among: Among, names: Iterable[str], locale: Locale, *, but: str | None = None
) -> list[Alike]:
    """The first few records whose name or alias is the same, then those nearly so; at most two statements."""
    typed = [core(name) for name in names]
    pieces = list(dict.fromkeys(piece for name in typed for piece in traces(name)))
    if not pieces:
        return []
    candidates = _LOOKS[among](session, pieces, locale)
    found = []
    for it in candidates:
        if it.key == but:
            continue
        own = {core(name) for name in it.names if name}
        if any(near(name, other) for name in typed for other in own):
            same = any(sorted(name.split()) == sorted(other.split()) for name in typed for other in own)
            found.append(Alike(f"/{among}/{it.key}", it.name, it.country, same))
    return sorted(found, key=lambda it: (not it.same, it.name))[:SHOWN]


def _sharing(table: Any, pieces: list[str]) -> Any:
    """Rows that hold one of the pieces in a name; letters and digits alone, so that nothing is a wildcard."""
    plain = [piece for piece in pieces if piece.isalnum()]
    ways = (col(table.search_text).like(f"%{piece}%") for piece in plain)
    return sa.and_(col(table.archived_at).is_(None), sa.or_(sa.false(), *ways))


def _partners(session: Session, pieces: list[str], locale: Locale) -> list[_Candidate]:
    statement = sa.select(Partner.id, Partner.slug, named(Partner, locale), Partner.country)
    rows = session.execute(statement.where(_sharing(Partner, pieces)).limit(_MOST)).all()
    names = defaultdict(list)
    folded = sa.select(PartnerName.partner_id, PartnerName.folded).join(
        Partner, col(Partner.id) == PartnerName.partner_id
    )
    for partner_id, text in session.execute(folded.where(_sharing(Partner, pieces))):
        names[partner_id].append(text)
    return [_Candidate(key, slug, name, country, tuple(names[key])) for key, slug, name, country in rows]


def _people(session: Session, pieces: list[str], locale: Locale) -> list[_Candidate]:
    statement = sa.select(Person.id, Person.name).where(
        _sharing(Person, pieces), col(Person.erased_at).is_(None)
    )
    return [
        _Candidate(key, str(key), name, None, (name,))
        for key, name in session.execute(statement.limit(_MOST))
    ]


def _organisations(session: Session, pieces: list[str], locale: Locale) -> list[_Candidate]:
    own = named(Organisation, locale)
    statement = sa.select(
        Organisation.id, Organisation.code, own, Organisation.country,
        Organisation.name_vi, Organisation.name_en, Organisation.acronym, Organisation.aliases,
    ).where(_sharing(Organisation, pieces))  # fmt: skip
    return [
        _Candidate(key, code, name, country, (vi, en, acronym or "", *aliases))
        for key, code, name, country, vi, en, acronym, aliases in session.execute(statement.limit(_MOST))
    ]


_LOOKS = {Among.partners: _partners, Among.people: _people, Among.organisations: _organisations}
