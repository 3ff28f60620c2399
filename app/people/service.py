"""People and their posts: entered, changed, ended, and a person's data erased."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import clock
from app.actor import Actor, Permission
from app.errors import Conflict, Forbidden, NotFound, Refused, Stale
from app.history import record
from app.history.service import blank
from app.models import Answer, DelegationMember, Person, Post
from app.organisations.queries import id_of
from app.partners.queries import ids_of
from app.people.schemas import PersonIn, PersonPatch, PostIn, PostPatch
from app.standing import counted_on
from app.vocabulary import DatePrecision

_FIELDS = ("name", "honorific", "languages", "email", "phone", "protocol_notes", "source")


def get_person(session: Session, person_id: int) -> Person:
    """One person, erased or not; raises NotFound."""
    found = session.get(Person, person_id)
    if found is None or found.archived_at is not None:
        raise NotFound("person")
    return found


def get_person_to_erase(session: Session, person_id: int) -> Person:
    """One person, in the trash or not: who asks to be forgotten is, wherever the record lies. Raises
    NotFound."""
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound("person")
    return found


def get_post(session: Session, person_id: int, post_id: int) -> Post:
    """One post of a person; raises NotFound."""
    found = session.get(Post, post_id)
    if found is None or found.archived_at is not None or found.person_id != person_id:
        raise NotFound("post")
    return found


def add_person(
    session: Session,
    actor: Actor,
    data: PersonIn,
    *,
    today: date,
    source_key: str | None = None,
    is_demo: bool = False,
) -> Person:
    """Enter a person and the posts that come along."""
    person = Person(**{name: getattr(data, name) for name in _FIELDS}, source_key=source_key, is_demo=is_demo)
    at = [slug for post in data.posts if (slug := post.partner)]
    partners = ids_of(session, at, "posts-0-partner" if at else "partner")
    record(session, actor, "person.added", person, partners=partners)
    for place, post in enumerate(data.posts):
        add_post(session, actor, person, post, today=today, field=f"posts-{place}-")
    return person


def change_person(
    session: Session, actor: Actor, person: Person, data: PersonPatch, *, version: int
) -> Person:
    """Change a person. Raises Stale, and Conflict for one whose data were erased."""
    _whole(person, version)
    for name in _FIELDS:
        value = getattr(data, name)
        if name in data.model_fields_set and not (name == "name" and value is None):
            setattr(person, name, value)
    if session.is_modified(person):
        record(session, actor, "person.changed", person, partners=_partners(session, person))
    return person


def add_post(
    session: Session, actor: Actor, person: Person, data: PostIn, *, today: date, field: str = ""
) -> Post:
    """Enter a term of office, and end the person's present ones where `ends_previous` says so.

    Raises Refused, naming the field (`field` prefixes it), and Conflict for a person whose data were erased.
    """
    if person.erased_at is not None:
        raise Conflict("person_erased")
    assert person.id is not None
    post = Post(person_id=person.id, title_vi=data.title_vi, is_demo=person.is_demo)
    _fill(session, post, data, field)
    if data.ends_previous and data.from_on is not None:
        for held in _held(session, person.id, today):
            if held.from_on is not None and held.from_on > data.from_on:
                raise Refused("post_overlaps", field=f"{field}from_on")
            held.to_on, held.to_precision = data.from_on, data.from_precision
            record(session, actor, "post.ended", held, partners=_at(held))
    record(session, actor, "post.added", post, partners=_at(post))
    return post


def change_post(session: Session, actor: Actor, post: Post, data: PostPatch, *, version: int) -> Post:
    """Change a term of office: also of a person whose data were erased, since it is the office's history."""
    if post.version != version:
        raise Stale(post)
    before = _at(post)
    with session.no_autoflush:
        _fill(session, post, data)
    if session.is_modified(post):
        record(session, actor, "post.changed", post, partners={*before, *_at(post)})
    return post


def remove_post(session: Session, actor: Actor, post: Post, *, version: int) -> None:
    """Take out a post that was entered by mistake; one that is over is ended instead."""
    if post.version != version:
        raise Stale(post)
    post.archived_at = clock.now()
    record(session, actor, "post.removed", post, partners=_at(post))


def erase_person(session: Session, actor: Actor, person: Person, *, version: int) -> Person:
    """Empty every personal field for good, in the history and in remembered answers too.

    Posts keep their titles and dates: what refers to the person stays readable. Raises Forbidden below a
    manager, Stale, and Conflict the second time. (Law on Personal Data Protection 91/2025/QH15.)
    """
    if not actor.can(Permission.manage):
        raise Forbidden("not_allowed")
    _whole(person, version)
    assert person.id is not None
    known_as = person.name
    for name in Person.personal:
        setattr(person, name, "" if name == "name" else None)
    person.erased_at = clock.now()
    record(session, actor, "person.erased", person, partners=_partners(session, person))
    blank(session, "person", [person.id], Person.personal)
    _erase_copies(session, person.id, known_as)
    return person


def _erase_copies(session: Session, person_id: int, known_as: str) -> None:
    """What other tables keep of a person: the name among those who travelled, the answers to programs about
    them, and those that name them, as a trip's do."""
    members = session.exec(select(DelegationMember.id).where(DelegationMember.person_id == person_id)).all()
    if members:
        # Past the history on purpose: it would keep the name it is to forget.
        mine = sa.update(DelegationMember).where(col(DelegationMember.id).in_(members))
        session.execute(mine.values(name=""))
        blank(session, "delegation_member", [key for key in members if key is not None], {"name"})
    told = sa.cast(Answer.headers, sa.Text)
    here = (f'%/people/{person_id}"%', f"%/people/{person_id}/%")
    # The claim stays: a request that is repeated must not enter the person anew.
    named = col(Answer.body).contains(known_as, autoescape=True)
    answers = sa.update(Answer).where(sa.or_(named, *(told.like(a) for a in here)), col(Answer.body) != "")
    session.execute(answers.values(body="null"))


def _whole(person: Person, version: int) -> None:
    if person.version != version:
        raise Stale(person)
    if person.erased_at is not None:
        raise Conflict("person_erased")


def _fill(session: Session, post: Post, data: PostPatch, field: str = "") -> None:
    given = data.model_fields_set
    changes: dict[str, Any] = {}
    for name in ("title_vi", "title_en", "from_on", "from_precision", "to_on", "to_precision"):
        if name in given and not (name == "title_vi" and getattr(data, name) is None):
            changes[name] = getattr(data, name)
    if "partner" in given:
        changes["partner_id"] = (
            ids_of(session, [data.partner], f"{field}partner")[0] if data.partner else None
        )
    if "organisation" in given:
        changes["organisation_id"] = id_of(
            session, data.organisation, f"{field}organisation", keep=post.organisation_id
        )
    for name, value in changes.items():
        setattr(post, name, value)
    if post.partner_id is None and post.organisation_id is None:
        raise Refused("post_nowhere", field=f"{field}partner")
    if post.from_on and post.to_on and counted_on(post.to_on, _known(post.to_precision)) < post.from_on:
        raise Refused("end_before_start", field=f"{field}to_on")


def _known(precision: DatePrecision | None) -> DatePrecision:
    return precision or DatePrecision.day


def _held(session: Session, person_id: int, today: date) -> Iterable[Post]:
    """The posts a person holds on a day, and those that are yet to begin."""
    return session.exec(
        select(Post).where(
            Post.person_id == person_id,
            col(Post.archived_at).is_(None),
            sa.or_(col(Post.to_on).is_(None), col(Post.to_on) > today),
        )
    ).all()


def _at(post: Post) -> list[int]:
    return [post.partner_id] if post.partner_id is not None else []


def _partners(session: Session, person: Person) -> list[int]:
    """The partners a person has or had to do with: in their history it is told."""
    statement = select(Post.partner_id).where(
        Post.person_id == person.id, col(Post.partner_id).is_not(None), col(Post.archived_at).is_(None)
    )
    with session.no_autoflush:
        return sorted({key for key in session.exec(statement) if key is not None})
