"""Organisations over REST."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.dependencies import ApiManager, ApiReader, ApiWriter, ReadSession, Today, WriteSession
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.models import Organisation
from app.once import Once
from app.organisations import service
from app.organisations.filters import OrganisationQuery
from app.organisations.listing import OrganisationRow, list_organisations, organisation_row
from app.organisations.queries import Named, names_of
from app.organisations.schemas import MergeIn, OrganisationIn, OrganisationPatch, RenameIn
from app.rest import (
    ApiRoute,
    IdempotencyKey,
    IfMatch,
    RawBody,
    asked,
    listing,
    one,
    page_of,
    read_cursor,
)
from app.vocabulary import Locale, OrganisationKind

router = APIRouter(tags=["organisations"], route_class=ApiRoute)


@dataclass(slots=True)
class OrganisationItem:
    """An organisation in a list."""

    id: str
    version: int
    kind: OrganisationKind
    name_vi: str
    name_en: str
    acronym: str | None
    aliases: list[str]
    country: str | None
    partner: str | None
    parent: str | None
    active_from: date | None
    active_to: date | None
    is_demo: bool


@dataclass(slots=True)
class OrganisationsPage:
    """A page of organisations; `next` is the address of the one after, or null."""

    items: list[OrganisationItem]
    next: str | None


@dataclass(slots=True)
class FormerNameJson:
    """A name that was borne until a day (exclusive)."""

    name_vi: str
    name_en: str
    acronym: str | None
    until: date


@dataclass(slots=True)
class OrganisationJson:
    """One organisation. `successor` is set when it was merged: what refers to it keeps pointing here."""

    id: str
    version: int
    kind: OrganisationKind
    name_vi: str
    name_en: str
    acronym: str | None
    aliases: list[str]
    former_names: list[FormerNameJson]
    country: str | None
    partner: str | None
    parent: str | None
    successor: str | None
    active_from: date | None
    active_to: date | None
    source: str | None
    note: str | None
    note_en: str | None
    is_demo: bool


def _item(row: OrganisationRow) -> OrganisationItem:
    return OrganisationItem(
        row.code, row.version, row.kind, row.name_vi, row.name_en, row.acronym, row.aliases, row.country,
        row.partner.slug if row.partner else None, row.parent.code if row.parent else None, row.active_from,
        row.active_to, row.is_demo,
    )  # fmt: skip


def _former(name: Named) -> FormerNameJson:
    assert name.until is not None
    return FormerNameJson(name.name_vi, name.name_en, name.acronym, name.until)


def _answer(request: Request, session: Session, organisation: Organisation, *, status: int = 200) -> Response:
    row = organisation_row(session, organisation.code, Locale.vi)
    body = OrganisationJson(
        row.code, row.version, row.kind, row.name_vi, row.name_en, row.acronym, row.aliases,
        [_former(name) for name in names_of(session, organisation)[:-1]], row.country,
        row.partner.slug if row.partner else None, row.parent.code if row.parent else None,
        row.successor.code if row.successor else None, row.active_from, row.active_to, row.source, row.note,
        row.note_en, row.is_demo,
    )  # fmt: skip
    where = f"/api/v1/organisations/{row.code}" if status == 201 else None
    return one(request, body, row.version, status=status, location=where)


@router.get(
    "/organisations",
    name="list",
    summary="List organisations",
    responses=answers_list(OrganisationsPage),
    openapi_extra=parameters(OrganisationQuery),
)
def list_(
    request: Request,
    query: Annotated[OrganisationQuery, asked(OrganisationQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """Units of the city, missions, donors, ministries, companies; those merged into another are left out."""
    rows = list_organisations(
        session,
        query,
        today=today,
        sort=query.sort,
        limit=query.limit + 1,
        behind=read_cursor(request, query.cursor),
    )
    shown, after = page_of(rows, query.limit, lambda row: row.key)
    return listing(request, [_item(row) for row in shown], after)


@router.get("/organisations/{code}", summary="One organisation", responses=answers_one(OrganisationJson, 404))
def show(request: Request, code: str, actor: ApiReader, session: ReadSession) -> Response:
    """One organisation with the names it bore. Its ETag is needed to change it."""
    return _answer(request, session, service.get_organisation(session, code))


@router.post(
    "/organisations",
    status_code=201,
    summary="Enter an organisation",
    responses=answers_created(OrganisationJson),
)
def create(
    request: Request,
    data: OrganisationIn,
    body: RawBody,
    actor: ApiWriter,
    session: WriteSession,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Enter an organisation. Its code, which is its address, is made from acronym or name when left out."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    row = service.add_organisation(session, actor, data)
    return once.keep(_answer(request, session, row, status=201))


@router.patch(
    "/organisations/{code}", summary="Change an organisation", responses=answers_changed(OrganisationJson)
)
def change(
    request: Request,
    code: str,
    data: OrganisationPatch,
    match: IfMatch,
    actor: ApiWriter,
    session: WriteSession,
) -> Response:
    """Change the fields that are sent. A name that is changed here was wrong from the first day; a new name
    from a day on is POSTed to `names`."""
    row = service.get_organisation(session, code)
    service.change_organisation(session, actor, row, data, version=match.version(row))
    return _answer(request, session, row)


@router.post(
    "/organisations/{code}/names",
    summary="Rename an organisation from a day on",
    responses=answers_changed(OrganisationJson, 409),
)
def rename(
    request: Request,
    code: str,
    data: RenameIn,
    body: RawBody,
    match: IfMatch,
    actor: ApiWriter,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Give it new names from a day on. The old ones stay under `former_names`: what is older shows them."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    row = service.get_organisation(session, code)
    service.rename_organisation(session, actor, row, data, version=match.version(row), today=today)
    return once.keep(_answer(request, session, row))


@router.post(
    "/organisations/{code}/merger",
    summary="Merge an organisation into another",
    responses=answers_changed(OrganisationJson, 409),
)
def merge(
    request: Request,
    code: str,
    data: MergeIn,
    body: RawBody,
    match: IfMatch,
    actor: ApiManager,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Let another go on in its place: it leaves the lists, what refers to it keeps pointing to it."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    row = service.get_organisation(session, code)
    service.merge_organisation(session, actor, row, data, version=match.version(row), today=today)
    return once.keep(_answer(request, session, row))


@router.delete(
    "/organisations/{code}/merger",
    summary="Undo a merger",
    responses=answers_changed(OrganisationJson, 409),
)
def part(request: Request, code: str, match: IfMatch, actor: ApiManager, session: WriteSession) -> Response:
    """It stands on its own again, in lists and menus. 409 when it was not merged."""
    row = service.get_organisation(session, code)
    service.part_organisation(session, actor, row, version=match.version(row))
    return _answer(request, session, row)
