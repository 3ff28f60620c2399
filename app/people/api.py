"""People over REST. Whose key lacks `read:people` sees posts, and null where a person's data would be."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import Act, ManagerAct, WriterPatch, WriterPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.errors import Forbidden
from app.listings import listed
from app.people import service
from app.people.filters import PeopleQuery
from app.people.queries import PersonRow, PostRow, list_people, person_row
from app.people.schemas import PersonIn, PersonPatch, PostIn, PostPatch
from app.rest import ApiRoute, RecordId, asked
from app.vocabulary import DatePrecision

router = APIRouter(tags=["people"], route_class=ApiRoute)


@dataclass(slots=True)
class PostJson:
    """A term of office; `version` is for its own If-Match."""

    id: int
    version: int
    title_vi: str
    title_en: str | None
    partner: str | None
    organisation: str | None
    from_on: date | None
    from_precision: DatePrecision | None
    to_on: date | None
    to_precision: DatePrecision | None
    current: bool


@dataclass(slots=True)
class PersonJson:
    """A person. Personal data are null without the scope `read:people`, and after erasure for everybody."""

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
    posts: list[PostJson]
    is_demo: bool


@dataclass(slots=True)
class PeoplePage:
    """A page of people; `next` is the address of the one after, or null."""

    items: list[PersonJson]
    next: str | None


def _post(row: PostRow) -> PostJson:
    return PostJson(
        row.id, row.version, row.title_vi, row.title_en, row.partner.slug if row.partner else None,
        row.organisation.code if row.organisation else None, row.from_on, row.from_precision, row.to_on,
        row.to_precision, row.current,
    )  # fmt: skip


def _person(row: PersonRow) -> PersonJson:
    return PersonJson(
        row.id, row.version, row.name, row.honorific, row.languages, row.email, row.phone,
        row.protocol_notes, row.source, row.erased_at, [_post(post) for post in row.posts], row.is_demo,
    )  # fmt: skip


def _json(act: Act, person_id: int, *, archived: bool = False) -> PersonJson:
    act.session.flush()
    act.session.expire_all()
    row = person_row(act.session, act.actor, person_id, act.today, act.actor.locale, archived=archived)
    return _person(row)


def _told(act: Act, person_id: int) -> Response:
    found = _json(act, person_id)
    return act.answer(found, found.version)


def _created(act: Act, person_id: int) -> Response:
    found = _json(act, person_id)
    return act.created(found, found.version, at=f"/api/v1/people/{person_id}")


@router.get(
    "/people",
    name="list",
    summary="List people",
    responses=answers_list(PeoplePage),
    openapi_extra=parameters(PeopleQuery),
)
def list_(
    request: Request,
    query: Annotated[PeopleQuery, asked(PeopleQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """People with their posts. Names are neither shown nor searched nor sorted by for a key without the
    scope `read:people`: `q` and `sort=name` are then 403."""
    if not actor.sees_people and (query.q or query.sort.endswith("name")):
        raise Forbidden("people_scope_needed")
    return listed(
        request,
        query,
        lambda part: list_people(session, actor, query, today=today, sort=query.sort, part=part),
        key=lambda row: row.key,
        items=lambda rows: [_person(row) for row in rows],
    )


@router.get("/people/{person_id}", summary="One person", responses=answers_one(PersonJson, 404))
def show(
    request: Request, person_id: RecordId, actor: ApiReader, session: ReadSession, today: Today
) -> Response:
    """One person with all their posts, the present ones first. Its ETag is needed to change or erase it."""
    row = person_row(session, actor, person_id, today, actor.locale)
    return one(request, _person(row), row.version)


@router.post("/people", status_code=201, summary="Enter a person", responses=answers_created(PersonJson))
def create(data: PersonIn, act: WriterPost) -> Response:
    """Enter a person with the posts they hold or held."""
    person = service.add_person(act.session, act.actor, data, today=act.today)
    return _created(act, person.id or 0)


@router.patch("/people/{person_id}", summary="Change a person", responses=answers_changed(PersonJson, 409))
def change(person_id: RecordId, data: PersonPatch, act: WriterPatch) -> Response:
    """Change the fields that are sent. 409 for a person whose data were erased."""
    person = service.get_person(act.session, person_id)
    service.change_person(act.session, act.actor, person, data, version=act.version(person))
    return _told(act, person_id)


@router.post(
    "/people/{person_id}/posts",
    status_code=201,
    summary="Add a post",
    responses=answers_created(PersonJson, 404, 409),
)
def add_post(person_id: RecordId, data: PostIn, act: WriterPost) -> Response:
    """Add a term of office; with `ends_previous` it ends the ones held now on the day it begins."""
    service.add_post(
        act.session, act.actor, service.get_person(act.session, person_id), data, today=act.today
    )
    return _created(act, person_id)


@router.patch(
    "/people/{person_id}/posts/{post_id}", summary="Change a post", responses=answers_changed(PersonJson)
)
def change_post(person_id: RecordId, post_id: RecordId, data: PostPatch, act: WriterPatch) -> Response:
    """Change the fields that are sent; `to_on` ends it. `If-Match` takes the post's version as a tag
    (`"3"`), since the person's own tag says nothing about it."""
    post = service.get_post(act.session, person_id, post_id)
    service.change_post(act.session, act.actor, post, data, version=act.version(post))
    return _told(act, person_id)


@router.delete(
    "/people/{person_id}/posts/{post_id}",
    summary="Take out a post",
    responses=answers_changed(PersonJson),
)
def remove_post(person_id: RecordId, post_id: RecordId, act: WriterPatch) -> Response:
    """Take out a post that was entered by mistake; one that is over is ended by its `to_on` instead.
    `If-Match` takes the post's version as a tag."""
    post = service.get_post(act.session, person_id, post_id)
    service.remove_post(act.session, act.actor, post, version=act.version(post))
    return _told(act, person_id)


@router.post(
    "/people/{person_id}/erasure",
    summary="Erase a person's data",
    responses=answers_changed(PersonJson, 409),
)
def erase(person_id: RecordId, act: ManagerAct) -> Response:
    """Empty every personal field for good, in the history too. Titles and dates of posts stay. It cannot be
    undone. A person in the trash is erased the same way: the trash tells the version."""
    person = service.get_person_to_erase(act.session, person_id)
    service.erase_person(act.session, act.actor, person, version=act.version(person))
    found = _json(act, person_id, archived=True)
    return act.answer(found, found.version)
