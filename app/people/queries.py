"""Reads of people: a list, one in full, those of a place. What a reader may not see is not read out."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import NotFound, Refused
from app.lists import Order, Part
from app.models import Organisation, Partner, Person, Post, User
from app.people.filters import PeopleFilters, Tenure
from app.people.posts import at_partner, held_on
from app.records.queries import PartnerLink, named
from app.text import like_words
from app.vocabulary import DatePrecision, Locale

PAGE = 50


@dataclass(frozen=True, slots=True)
class PlaceLink:
    """An organisation as a link; one in the trash (`gone`) is named, but has no page."""

    code: str
    name: str
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A term of office; `current`: it is held on the day that was asked for; `coming`: it begins later."""

    id: int
    version: int
    person_id: int
    title: str
    title_vi: str
    title_en: str | None
    partner: PartnerLink | None
    organisation: PlaceLink | None
    from_on: date | None
    from_precision: DatePrecision | None
    to_on: date | None
    to_precision: DatePrecision | None
    current: bool
    coming: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person as this reader may see them: what is hidden, or was erased, is None."""

    id: int
    version: int
    name: str | None
    honorific: str | None
    languages: str | None
    email: str | None
    phone: str | None
    protocol_notes: str | None
    source: str | None
    erased_at: datetime | None
    is_demo: bool
    created_at: datetime | None
    created_by: str | None
    key: tuple[Any, ...] = ()
    posts: tuple[PostRow, ...] = ()

    @property
    def post(self) -> PostRow | None:
        """The post to name them by: one they hold, else the last they held."""
        return next((post for post in self.posts if post.current), self.posts[0] if self.posts else None)


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A post at a place, and who holds or held it."""

    post: PostRow
    person: PersonRow


def list_people(
    session: Session,
    actor: Actor,
    filters: PeopleFilters,
    *,
    today: date,
    locale: Locale = Locale.vi,
    sort: str = "name",
    part: Part | None = None,
) -> list[PersonRow]:
    """The people that fit, each with their posts. Two statements, and one for a place that is looked up."""
    order = ordering(sort)
    statement = _statement(*(step.expression for step in order)).where(*conditions(session, filters, today))
    rows = (part or Part(limit=PAGE)).rows(session, statement, order)
    posts = _posts(session, locale, today, col(Post.person_id).in_([row.id for row in rows]))
    return [_seen(_person(row, posts[row.id]), actor) for row in rows]


def count_people(session: Session, filters: PeopleFilters, today: date) -> int:
    """How many fit."""
    statement = sa.select(sa.func.count()).select_from(Person).where(*conditions(session, filters, today))
    return int(session.scalar(statement) or 0)


def ordering(sort: str) -> list[Order]:
    """The order of a list, made total by the id."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    own = [Order(col(Person.id), down)]
    return [Order(col(Person.name_key), down), *own] if key == "name" else own


def conditions(session: Session, filters: PeopleFilters, today: date) -> list[Any]:
    """The filters as conditions. Raises Refused for a partner or an organisation that does not exist."""
    found: list[Any] = [col(Person.archived_at).is_(None), col(Person.erased_at).is_(None)]
    place: list[Any] = [Post.person_id == Person.id, col(Post.archived_at).is_(None)]
    if filters.partner:
        place.append(at_partner(_known(session, Partner, Partner.slug, filters.partner, "partner")))
    if filters.organisation:
        key = _known(session, Organisation, Organisation.code, filters.organisation, "organisation")
        place.append(Post.organisation_id == key)
    some = sa.exists().where(*place).correlate(Person)
    now = sa.exists().where(*place, held_on(today)).correlate(Person)
    match filters.state:
        case Tenure.current:
            found.append(now)
        case Tenure.former:
            found += [some, ~now]
        case Tenure.without:
            found.append(~some)
        case None if len(place) > 2:
            found.append(some)
    words = like_words(filters.q or "")
    return found + [col(Person.search_text).like(f"%{word}%", escape="\\") for word in words]


def _known(session: Session, table: Any, column: Any, value: str, name: str) -> int:
    key = session.scalar(sa.select(table.id).where(column == value, table.archived_at.is_(None)))
    if key is None:
        raise Refused("unknown_value", field=name, name=name)
    return int(key)


def person_row(
    session: Session, actor: Actor, person_id: int, today: date, locale: Locale, *, archived: bool = False
) -> PersonRow:
    """One person with their posts, the present ones first; raises NotFound, without `archived` also for one
    in the trash. Two statements."""
    statement = _statement().where(Person.id == person_id)
    if not archived:
        statement = statement.where(col(Person.archived_at).is_(None))
    row = session.execute(statement).first()
    if row is None:
        raise NotFound("person")
    posts = _posts(session, locale, today, Post.person_id == person_id)
    return _seen(_person(row, posts[person_id]), actor)


def holders(
    session: Session, actor: Actor, locale: Locale, day: date, *, at: Any, as_of: date | None = None
) -> list[HolderRow]:
    """The posts at a place with who holds them, the present ones first, then the latest. Two statements.

    `as_of` leaves out what began later.
    """
    begun = [] if as_of is None else [sa.or_(col(Post.from_on).is_(None), col(Post.from_on) <= as_of)]
    here = sa.exists().where(col(Person.id) == Post.person_id, col(Person.archived_at).is_(None))
    posts = [post for own in _posts(session, locale, day, at, here, *begun).values() for post in own]
    people = _statement().where(col(Person.id).in_([post.person_id for post in posts]))
    known = {row.id: _seen(_person(row, []), actor) for row in session.execute(people)}
    return [HolderRow(post, known[post.person_id]) for post in sorted(posts, key=_latest)]


def _statement(*more: Any) -> Any:
    keys = [step.label(f"key_{place}") for place, step in enumerate(more)]
    columns: list[Any] = [
        Person.id, Person.version, Person.name, Person.honorific, Person.languages, Person.email,
        Person.phone, Person.protocol_notes, Person.source, Person.erased_at, Person.is_demo,
        Person.created_at, col(User.name).label("created_by"), *keys,
    ]  # fmt: skip
    return sa.select(*columns).select_from(Person).outerjoin(User, col(User.id) == Person.created_by_id)


def _person(row: Any, posts: list[PostRow]) -> PersonRow:
    told = dict(row._mapping)
    key = tuple(told.pop(name) for name in list(told) if name.startswith("key_"))
    return PersonRow(**{**told, "name": row.name or None}, key=key, posts=tuple(sorted(posts, key=_latest)))


def _latest(post: PostRow) -> tuple[bool, int, int, int]:
    """Posts that are held first, then the one begun or ended last."""
    began, ended = post.from_on or date.min, post.to_on or date.max
    return not post.current, -ended.toordinal(), -began.toordinal(), -post.id


_NAMES = ("name", "honorific", "languages", "source")
_CONTACTS = ("email", "phone", "protocol_notes")


def _seen(row: PersonRow, actor: Actor) -> PersonRow:
    """The row without what this reader may not see."""
    hidden = [*(() if actor.sees_people else _NAMES), *(() if actor.sees_contacts else _CONTACTS)]
    nothing: dict[str, Any] = dict.fromkeys(hidden)
    return replace(row, **nothing) if hidden else row


def _posts(session: Session, locale: Locale, day: date, *conditions: Any) -> defaultdict[int, list[PostRow]]:
    """Posts that fit, by person."""
    statement = (
        sa.select(Post, Partner.slug, named(Partner, locale), Partner.country, Organisation.code,
                  named(Organisation, locale), Organisation.archived_at)
        .outerjoin(Partner, col(Partner.id) == Post.partner_id)
        .outerjoin(Organisation, col(Organisation.id) == Post.organisation_id)
        .where(col(Post.archived_at).is_(None), *conditions)
        .order_by(col(Post.id))
    )  # fmt: skip
    found: defaultdict[int, list[PostRow]] = defaultdict(list)
    for post, slug, partner, country, code, organisation, gone_at in session.execute(statement):
        began = post.from_on is None or post.from_on <= day
        found[post.person_id].append(
            PostRow(
                id=post.id, version=post.version, person_id=post.person_id,
                title=post.title_vi if locale == Locale.vi else post.title_en or post.title_vi,
                title_vi=post.title_vi, title_en=post.title_en,
                partner=PartnerLink(slug, partner, country) if slug else None,
                organisation=PlaceLink(code, organisation, gone_at is not None) if code else None,
                from_on=post.from_on, from_precision=post.from_precision,
                to_on=post.to_on, to_precision=post.to_precision,
                current=began and (post.to_on is None or post.to_on > day),
                coming=not began,
            )
        )  # fmt: skip
    return found


def suggested(
    session: Session, actor: Actor, q: str, today: date, locale: Locale, limit: int
) -> list[PersonRow]:
    """People whose name holds the words, for a search; none for those who may not see names."""
    if not actor.sees_people or not like_words(q):
        return []
    return list_people(session, actor, PeopleFilters(q=q), today=today, locale=locale, part=Part(limit=limit))
