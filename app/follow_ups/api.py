"""Follow-ups over REST."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from app import batch
from app.acts import ReporterPatch, ReporterPost, WriterPatch, WriterPost
from app.answers import one
from app.dependencies import ApiWorkReader, ReadSession
from app.described import (
    answers_archived,
    answers_changed,
    answers_created,
    answers_list,
    answers_one,
    parameters,
)
from app.follow_ups import service
from app.follow_ups.queries import progress_of
from app.follow_ups.resource import FollowUpJson, FollowUpQuery, list_json, one_json, seen_by, several_json
from app.follow_ups.schemas import FollowUpPatch, NewFollowUp, ProgressIn
from app.listings import listed, listing
from app.models import FollowUp
from app.partners.queries import ids_of
from app.rest import ApiRoute, RecordId, asked

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
    actor: ApiWorkReader,
    session: ReadSession,
) -> Response:
    """What either side said it would do, by due date unless sorted otherwise. A key with `write:unit` and
    without `read` sees what its own unit owes or sees to, and nothing else."""
    return listed(request, query, lambda part: list_json(session, query, actor, part))


@router.get(
    "/follow-ups/{follow_up_id}",
    summary="One follow-up",
    responses=answers_one(FollowUpJson, 404),
)
def show(request: Request, follow_up_id: RecordId, actor: ApiWorkReader, session: ReadSession) -> Response:
    """One follow-up. Its ETag is needed to change it. Another unit's is not found by a key that sees its own
    unit's alone."""
    service.get_within(session, actor, follow_up_id)
    found = seen_by(actor, one_json(session, follow_up_id))
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


@dataclass(slots=True)
class FollowUpBatch:
    """The follow-ups that were opened, in the order in which they came."""

    items: list[FollowUpJson]


@router.post(
    "/follow-ups/batch",
    status_code=201,
    summary="Open up to 200 follow-ups",
    responses=answers_created(FollowUpBatch),
)
def create_batch(
    data: Annotated[list[NewFollowUp], Body(min_length=1, max_length=batch.MOST)], act: WriterPost
) -> Response:
    """Open follow-ups, all or none. What is refused is named by its place: `/3/due_on`."""

    def open_(one: NewFollowUp) -> FollowUp:
        partners = ids_of(act.session, one.partners, "partners")
        return service.open_(act.session, act.actor, one, partners=partners, today=act.today)

    made = batch.each(data, open_)
    found = several_json(act.session, [work.id or 0 for work in made])
    return act.created(FollowUpBatch(found), None, at="/api/v1/follow-ups")


@router.patch(
    "/follow-ups/{follow_up_id}",
    summary="Change a follow-up",
    responses=answers_changed(FollowUpJson, 409),
)
def change(follow_up_id: RecordId, data: FollowUpPatch, act: ReporterPatch) -> Response:
    """Change, postpone (`due_on` with `why`), finish (`state=done`), drop (`state=dropped` with `why`) or
    reopen (`state=open`). A key with `write:unit` finishes and postpones its own unit's, each by itself."""
    work = service.get_within(act.session, act.actor, follow_up_id)
    service.change(act.session, act.actor, work, data, version=act.version(work), today=act.today)
    found = seen_by(act.actor, one_json(act.session, follow_up_id))
    return act.answer(found, found.version)


@dataclass(slots=True)
class ProgressJson:
    """A dated line on how a follow-up goes; `by` names the person or the program that said so."""

    id: int
    version: int
    on: date
    text: str
    by: str
    is_demo: bool


@dataclass(slots=True)
class ProgressPage:
    """All that was reported of a follow-up; `next` is always null."""

    items: list[ProgressJson]
    next: str | None


@router.get(
    "/follow-ups/{follow_up_id}/progress",
    name="progress",
    summary="How a follow-up goes",
    responses=answers_list(ProgressPage, 404),
)
def progress(
    request: Request, follow_up_id: RecordId, actor: ApiWorkReader, session: ReadSession
) -> Response:
    """What was reported of it, the newest day first."""
    service.get_within(session, actor, follow_up_id)
    lines = [ProgressJson(**asdict(line)) for line in progress_of(session, follow_up_id)]
    return listing(request, lines)


@router.post(
    "/follow-ups/{follow_up_id}/progress",
    name="report",
    status_code=201,
    summary="Report progress",
    responses=answers_created(ProgressJson, 404, 409),
)
def report(follow_up_id: RecordId, data: ProgressIn, act: ReporterPost) -> Response:
    """Say how an open follow-up goes, on a day that has come (today unless told). The follow-up itself stays
    as it is, and so does its ETag."""
    work = service.get_within(act.session, act.actor, follow_up_id)
    line = service.report_progress(act.session, act.actor, work, data, today=act.today)
    found = ProgressJson(line.id or 0, line.version, line.on, line.text, line.by, line.is_demo)
    return act.created(found, line.version, at=f"/api/v1/follow-ups/{follow_up_id}/progress")


@router.delete(
    "/follow-ups/{follow_up_id}/progress/{progress_id}",
    name="withdraw",
    status_code=204,
    summary="Take a report back",
    responses=answers_archived(),
)
def withdraw(follow_up_id: RecordId, progress_id: RecordId, act: WriterPatch) -> Response:
    """Take back what was reported by mistake; the history keeps it."""
    work = service.get(act.session, follow_up_id)
    line = service.get_progress(act.session, work, progress_id)
    service.withdraw_progress(act.session, act.actor, work, line, version=act.version(line))
    return Response(status_code=204)
