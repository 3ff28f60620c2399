"""The year's plan over REST."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BeforeValidator
from sqlmodel import Session
from starlette.responses import Response

from app.acts import ManagerPatch, WriterAct, WriterPatch, WriterPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import (
    answers_archived,
    answers_changed,
    answers_created,
    answers_list,
    answers_one,
    parameters,
)
from app.errors import NotFound
from app.listings import listed
from app.models import PlanItem
from app.plan import queries, service
from app.plan.filters import PlanItemQuery, PlanQuery
from app.plan.resource import (
    PlanEntry,
    PlanItemJson,
    PlanJson,
    item_json,
    list_items,
    list_plans,
    plan_json,
)
from app.plan.schemas import CopyIn, PlanIn, PlanItemIn, PlanItemPatch, PlanPatch
from app.rest import ApiRoute, RecordId, asked, digits
from app.vocabulary import Locale

router = APIRouter(tags=["plans"], route_class=ApiRoute)

PlanYear = Annotated[int, Path(ge=1990, le=2100), BeforeValidator(digits)]


@dataclass(slots=True)
class PlanPage:
    """A page of plans; `next` is the address of the one after, or null."""

    items: list[PlanEntry]
    next: str | None


@dataclass(slots=True)
class PlanItemPage:
    """A page of a plan's items; `next` is the address of the one after, or null."""

    items: list[PlanItemJson]
    next: str | None


@dataclass(slots=True)
class CopiedJson:
    """What was taken over from the year before: the new items, and how many of those asked for were here
    already."""

    year: int
    items: list[int]
    present: int


@router.get(
    "/plans",
    name="list",
    summary="List plans",
    responses=answers_list(PlanPage),
    openapi_extra=parameters(PlanQuery),
)
def list_(
    request: Request, query: Annotated[PlanQuery, asked(PlanQuery)], actor: ApiReader, session: ReadSession
) -> Response:
    """The years that have a plan, the latest first."""
    return listed(request, query, lambda part: list_plans(session, query, part))


@router.post("/plans", status_code=201, summary="Begin a plan", responses=answers_created(PlanJson))
def begin(data: PlanIn, act: WriterPost) -> Response:
    """Begin the plan of a year. Its budget, currency and decision are for who may manage."""
    plan = service.begin(act.session, act.actor, data)
    found = plan_json(act.session, plan.year, act.today)
    return act.created(found, found.version, at=f"/api/v1/plans/{plan.year}")


@router.get("/plans/{year}", summary="The plan of a year", responses=answers_one(PlanJson, 404))
def show(request: Request, year: PlanYear, actor: ApiReader, session: ReadSession, today: Today) -> Response:
    """The plan, planned against done by kind and by quarter, and the off-plan share of the delegations."""
    found = plan_json(session, year, today)
    return one(request, found, found.version)


@router.patch("/plans/{year}", summary="Change a plan", responses=answers_changed(PlanJson))
def change(year: PlanYear, data: PlanPatch, act: ManagerPatch) -> Response:
    """Set the budget, its currency, the decision's number or the note."""
    plan = service.get(act.session, year)
    service.change(act.session, act.actor, plan, data, version=act.version(plan))
    found = plan_json(act.session, year, act.today)
    return act.answer(found, found.version)


@router.get(
    "/plans/{year}/items",
    name="items",
    summary="List a plan's items",
    responses=answers_list(PlanItemPage, 404),
    openapi_extra=parameters(PlanItemQuery),
)
def items(
    request: Request,
    year: PlanYear,
    query: Annotated[PlanItemQuery, asked(PlanItemQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """What is foreseen for the year, with the records that carry it out."""
    return listed(
        request,
        query,
        lambda part: list_items(session, year, query, today, part),
        key=lambda row: [row.id],
        items=list,
        at_hand=True,
    )


@router.post(
    "/plans/{year}/items",
    status_code=201,
    summary="Enter an item",
    responses=answers_created(PlanItemJson, 404),
)
def add(year: PlanYear, data: PlanItemIn, act: WriterPost) -> Response:
    """Enter something foreseen for the year."""
    item = service.add_item(act.session, act.actor, service.get(act.session, year), data)
    found = item_json(queries.item_row(act.session, item.id or 0, act.today, Locale.vi))
    return act.created(found, found.version, at=f"/api/v1/plans/{year}/items/{item.id}")


@router.get(
    "/plans/{year}/items/{item_id}",
    name="item",
    summary="One item of a plan",
    responses=answers_one(PlanItemJson, 404),
)
def item(
    request: Request,
    year: PlanYear,
    item_id: RecordId,
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """One item. Its ETag is needed to change it."""
    row = queries.item_row(session, item_id, today, Locale.vi)
    if row.year != year:
        raise NotFound("plan_item")
    return one(request, item_json(row), row.version)


@router.patch(
    "/plans/{year}/items/{item_id}",
    name="change_item",
    summary="Change an item",
    responses=answers_changed(PlanItemJson, 409),
)
def change_item(year: PlanYear, item_id: RecordId, data: PlanItemPatch, act: WriterPatch) -> Response:
    """Change an item; `dropped_why` drops it, null takes the drop back. What a record is carrying out cannot
    be dropped."""
    found = _item_of(act.session, year, item_id)
    service.change_item(act.session, act.actor, found, data, version=act.version(found))
    row = queries.item_row(act.session, item_id, act.today, Locale.vi)
    return act.answer(item_json(row), row.version)


@router.delete(
    "/plans/{year}/items/{item_id}",
    name="archive_item",
    status_code=204,
    summary="Take an item out",
    responses=answers_archived(409),
)
def archive_item(year: PlanYear, item_id: RecordId, act: WriterPatch) -> Response:
    """Archive an item that was entered by mistake; one that a record names cannot be."""
    found = _item_of(act.session, year, item_id)
    service.archive_item(act.session, act.actor, found, version=act.version(found))
    return Response(status_code=204)


@router.post(
    "/plans/{year}/items/{item_id}/restoration",
    name="restore_item",
    summary="Put an item back",
    responses=answers_changed(PlanItemJson, 409),
)
def restore_item(year: PlanYear, item_id: RecordId, act: WriterAct) -> Response:
    """Restore an archived item as it was. If-Match may be left out."""
    found = _item_of(act.session, year, item_id, archived=True)
    version = act.version(found, optional=True)
    service.restore_item(act.session, act.actor, found, version=version)
    row = queries.item_row(act.session, item_id, act.today, Locale.vi)
    return act.answer(item_json(row), row.version)


@router.post(
    "/plans/{year}/copies",
    status_code=201,
    summary="Copy items from the year before",
    responses=answers_created(CopiedJson, 404),
)
def copy(year: PlanYear, data: CopyIn, act: WriterPost) -> Response:
    """Take over items of the year before, beginning the plan if there is none. What was copied already is
    not copied again."""
    copied = service.copy_items(act.session, act.actor, year, data)
    answer = CopiedJson(year, [i.id or 0 for i in copied.items], copied.present)
    return act.created(answer, None, at=f"/api/v1/plans/{year}/items")


def _item_of(session: Session, year: int, item_id: int, *, archived: bool = False) -> PlanItem:
    """An item under its own year's address; raises NotFound."""
    found = service.get_item(session, item_id, archived=archived)
    if found.plan_id != service.get(session, year).id:
        raise NotFound("plan_item")
    return found
