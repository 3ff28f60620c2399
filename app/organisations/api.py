"""Organisations over REST."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.acts import Act, ManagerAct, ManagerPatch, WriterAct, WriterPatch, WriterPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.listings import listed
from app.models import Organisation
from app.organisations import service
from app.organisations.filters import OrganisationQuery
from app.organisations.listing import OrganisationRow, list_organisations, organisation_row
from app.organisations.queries import Named, names_of
from app.organisations.schemas import MergeIn, OrganisationIn, OrganisationPatch, RenameIn
from app.rest import ApiRoute, asked
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


def _json(session: Session, organisation: Organisation) -> OrganisationJson:
    row = organisation_row(session, organisation.code, Locale.vi)
    return OrganisationJson(
        row.code, row.version, row.kind, row.name_vi, row.name_en, row.acronym, row.aliases,
        [_former(name) for name in names_of(session, organisation)[:-1]], row.country,
        row.partner.slug if row.partner else None, row.parent.code if row.parent else None,
        row.successor.code if row.successor else None, row.active_from, row.active_to, row.source, row.note,
        row.note_en, row.is_demo,
    )  # fmt: skip


def _told(act: Act, organisation: Organisation) -> Response:
    found = _json(act.session, organisation)
    return act.answer(found, found.version)


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
    return listed(
        request,
        query,
        lambda part: list_organisations(session, query, today=today, sort=query.sort, part=part),
        key=lambda row: row.key,
        items=lambda rows: [_item(row) for row in rows],
    )


@router.get("/organisations/{code}", summary="One organisation", responses=answers_one(OrganisationJson, 404))
def show(request: Request, code: str, actor: ApiReader, session: ReadSession) -> Response:
    """One organisation with the names it bore. Its ETag is needed to change it."""
    found = _json(session, service.get_organisation(session, code))
    return one(request, found, found.version)


@router.post(
    "/organisations",
    status_code=201,
    summary="Enter an organisation",
    responses=answers_created(OrganisationJson),
)
def create(data: OrganisationIn, act: WriterPost) -> Response:
    """Enter an organisation. Its code, which is its address, is made from acronym or name when left out."""
    row = service.add_organisation(act.session, act.actor, data)
    found = _json(act.session, row)
    return act.created(found, found.version, at=f"/api/v1/organisations/{found.id}")


@router.patch(
    "/organisations/{code}", summary="Change an organisation", responses=answers_changed(OrganisationJson)
)
def change(code: str, data: OrganisationPatch, act: WriterPatch) -> Response:
    """Change the fields that are sent. A name that is changed here was wrong from the first day; a new name
    from a day on is POSTed to `names`."""
    row = service.get_organisation(act.session, code)
    service.change_organisation(act.session, act.actor, row, data, version=act.version(row))
    return _told(act, row)


@router.post(
    "/organisations/{code}/names",
    summary="Rename an organisation from a day on",
    responses=answers_changed(OrganisationJson, 409),
)
def rename(code: str, data: RenameIn, act: WriterAct) -> Response:
    """Give it new names from a day on. The old ones stay under `former_names`: what is older shows them."""
    row = service.get_organisation(act.session, code)
    service.rename_organisation(act.session, act.actor, row, data, version=act.version(row), today=act.today)
    return _told(act, row)


@router.post(
    "/organisations/{code}/merger",
    summary="Merge an organisation into another",
    responses=answers_changed(OrganisationJson, 409),
)
def merge(code: str, data: MergeIn, act: ManagerAct) -> Response:
    """Let another go on in its place: it leaves the lists, what refers to it keeps pointing to it."""
    row = service.get_organisation(act.session, code)
    service.merge_organisation(act.session, act.actor, row, data, version=act.version(row), today=act.today)
    return _told(act, row)


@router.delete(
    "/organisations/{code}/merger",
    summary="Undo a merger",
    responses=answers_changed(OrganisationJson, 409),
)
def part(code: str, act: ManagerPatch) -> Response:
    """It stands on its own again, in lists and menus. 409 when it was not merged."""
    row = service.get_organisation(act.session, code)
    service.part_organisation(act.session, act.actor, row, version=act.version(row))
    return _told(act, row)
