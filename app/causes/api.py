"""Named causes over REST."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import ManagerAct, ManagerPost
from app.answers import one
from app.causes import service
from app.causes.queries import CauseRow, cause_row, list_causes
from app.causes.schemas import CauseIn, CauseQuery
from app.dependencies import ApiReader, ReadSession
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.listings import listed
from app.partners import queries as partners
from app.rest import ApiRoute, RecordId, asked
from app.vocabulary import Cause

router = APIRouter(tags=["review"], route_class=ApiRoute)


@dataclass(slots=True)
class CauseJson:
    """Why a partnership stood still in [named_on, ended_on); `ended_on` is null for the one in force."""

    id: int
    version: int
    partner: str
    cause: Cause
    why: str | None
    named_on: date
    named_by: str | None
    ended_on: date | None
    is_demo: bool


@dataclass(slots=True)
class CausePage:
    """A page of named causes; `next` is the address of the one after, or null."""

    items: list[CauseJson]
    next: str | None


def cause_json(row: CauseRow) -> CauseJson:
    """A named cause for programs."""
    return CauseJson(
        row.id, row.version, row.partner, row.cause, row.why, row.named_on, row.named_by_email,
        row.ended_on, row.is_demo,
    )  # fmt: skip


@router.get(
    "/causes",
    name="causes",
    summary="List named causes",
    responses=answers_list(CausePage),
    openapi_extra=parameters(CauseQuery),
)
def list_(
    request: Request, query: Annotated[CauseQuery, asked(CauseQuery)], actor: ApiReader, session: ReadSession
) -> Response:
    """What managers named, the latest first; `in_force=true` are those that hold now, one a partner."""
    return listed(
        request,
        query,
        lambda part: list_causes(session, query, part),
        key=lambda row: [row.id],
        items=lambda rows: [cause_json(row) for row in rows],
    )


@router.get(
    "/causes/{cause_id}", name="cause", summary="One named cause", responses=answers_one(CauseJson, 404)
)
def show(request: Request, cause_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """One named cause. Its ETag is needed to give it up."""
    found = cause_json(cause_row(session, cause_id))
    return one(request, found, found.version)


@router.post(
    "/partners/{slug}/causes",
    name="name_cause",
    status_code=201,
    summary="Name what holds a partnership back",
    responses=answers_created(CauseJson, 404, 409),
)
def name_cause(slug: str, data: CauseIn, act: ManagerPost) -> Response:
    """Name a cause; the one named before ends today. 409 where just this is named already."""
    partner = partners.get(act.session, slug)
    row = service.name_cause(act.session, act.actor, partner, data, today=act.today)
    found = cause_json(cause_row(act.session, row.id or 0))
    return act.created(found, found.version, at=f"/api/v1/causes/{row.id}")


@router.post(
    "/causes/{cause_id}/end",
    name="end_cause",
    summary="Give a cause up",
    responses=answers_changed(CauseJson, 409),
)
def end_cause(cause_id: RecordId, act: ManagerAct) -> Response:
    """From today no cause is named for the partner."""
    row = service.get_cause(act.session, cause_id)
    service.end_cause(act.session, act.actor, row, version=act.version(row), today=act.today)
    found = cause_json(cause_row(act.session, cause_id))
    return act.answer(found, found.version)
