"""Follow-ups over REST."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import WriterPatch, WriterPost
from app.dependencies import ApiReader, ReadSession
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.follow_ups import service
from app.follow_ups.resource import FollowUpJson, FollowUpQuery, list_json, one_json
from app.follow_ups.schemas import FollowUpPatch, NewFollowUp
from app.partners.queries import ids_of
from app.rest import (
    ApiRoute,
    RecordId,
    asked,
    listing,
    one,
    page_of,
    read_cursor,
)

router = APIRouter(tags=["follow-ups"], route_class=ApiRoute)


@dataclass(slots=True)
class FollowUpPage:
    """A page of follow-ups; `next` is the address of the one after, or null."""

    items: list[FollowUpJson]
    next: str | None


@router.get(
    "/follow-ups",
    name="list",
    summary="List follow-ups",
    responses=answers_list(FollowUpPage),
    openapi_extra=parameters(FollowUpQuery),
)
def list_(
    request: Request,
    query: Annotated[FollowUpQuery, asked(FollowUpQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """What either side said it would do, by due date unless sorted otherwise."""
    behind = read_cursor(request, query.cursor)
    rows = list_json(session, query, behind=behind, limit=query.limit + 1)
    shown, after = page_of(rows, query.limit, lambda row: row[1])
    return listing(request, [item for item, _ in shown], after)


@router.get(
    "/follow-ups/{follow_up_id}",
    summary="One follow-up",
    responses=answers_one(FollowUpJson, 404),
)
def show(request: Request, follow_up_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """One follow-up. Its ETag is needed to change it."""
    found = one_json(session, follow_up_id)
    return one(request, found, found.version)


@router.post(
    "/follow-ups",
    status_code=201,
    summary="Open a follow-up",
    responses=answers_created(FollowUpJson),
)
def create(data: NewFollowUp, act: WriterPost) -> Response:
    """Open a follow-up for one or more partners."""
    work = service.open_(
        act.session, act.actor, data, partners=ids_of(act.session, data.partners, "partners"), today=act.today
    )
    found = one_json(act.session, work.id or 0)
    return act.created(found, found.version, at=f"/api/v1/follow-ups/{work.id}")


@router.patch(
    "/follow-ups/{follow_up_id}",
    summary="Change a follow-up",
    responses=answers_changed(FollowUpJson, 409),
)
def change(follow_up_id: RecordId, data: FollowUpPatch, act: WriterPatch) -> Response:
    """Change, postpone (`due_on` with `why`), finish (`state=done`), drop (`state=dropped` with `why`) or
    reopen (`state=open`)."""
    work = service.get(act.session, follow_up_id)
    service.change(act.session, act.actor, work, data, version=act.version(work), today=act.today)
    found = one_json(act.session, follow_up_id)
    return act.answer(found, found.version)
