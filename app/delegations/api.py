"""Delegations over REST: planned, brought through their states, reported; the log of a visit in one act."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.delegations import service
from app.delegations.filters import DelegationQuery
from app.delegations.resource import DelegationJson, list_json, one_json
from app.delegations.schemas import (
    CancellationIn,
    CompletionIn,
    MinutesIn,
    ReportIn,
    TripIn,
    TripPatch,
    VisitIn,
)
from app.dependencies import ApiManager, ApiReader, ApiWriter, ReadSession, Today, WriteSession
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.once import Once
from app.rest import (
    ApiRoute,
    IdempotencyKey,
    IfMatch,
    RawBody,
    RecordId,
    Spoken,
    asked,
    listing,
    one,
    page_of,
    read_cursor,
)
from app.standings.payload import StandingJson, standing_json

router = APIRouter(tags=["delegations"], route_class=ApiRoute)
visits = APIRouter(tags=["visits"], route_class=ApiRoute)


@dataclass(slots=True)
class StandingChange:
    """The partner's standing before the visit was logged and after it."""

    before: StandingJson
    after: StandingJson


@dataclass(slots=True)
class LoggedJson:
    """What came of logging a visit."""

    delegation: DelegationJson
    follow_ups: list[int]
    standing: StandingChange


@dataclass(slots=True)
class DelegationPage:
    """A page of delegations; `next` is the address of the one after, or null."""

    items: list[DelegationJson]
    next: str | None


@dataclass(slots=True)
class TakenJson:
    """A delegation and the ids of the follow-ups that this act opened."""

    delegation: DelegationJson
    follow_ups: list[int]


@visits.post(
    "/visits",
    status_code=201,
    summary="Log a visit",
    responses=answers_created(LoggedJson),
)
def log(
    request: Request,
    data: VisitIn,
    body: RawBody,
    actor: ApiWriter,
    session: WriteSession,
    today: Today,
    spoken: Spoken,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Enter a visit that took place, its minutes and the follow-ups agreed, all or nothing.

    The answer tells the partner's standing before and after: a courtesy visit warms it, an agreed action
    with someone responsible may do more.
    """
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    logged = service.log_visit(session, actor, data, today=today)
    found = one_json(session, actor, logged.delegation.id or 0)
    # Who wrote the notes reads them back, even with a key, which is nobody's.
    found.met, found.minutes = data.met, data.minutes
    answer = LoggedJson(
        found,
        list(logged.follow_up_ids),
        StandingChange(standing_json(logged.before, spoken), standing_json(logged.after, spoken)),
    )
    version, where = logged.delegation.version, f"/delegations/{logged.delegation.id}"
    return once.keep(one(request, answer, version, status=201, location=where))


@router.get(
    "/delegations",
    name="list",
    summary="List delegations",
    responses=answers_list(DelegationPage),
    openapi_extra=parameters(DelegationQuery),
)
def list_(
    request: Request,
    query: Annotated[DelegationQuery, asked(DelegationQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """Trips in and out, the latest first unless sorted otherwise."""
    behind = read_cursor(request, query.cursor)
    rows = list_json(session, actor, query, today, behind=behind, limit=query.limit + 1)
    shown, after = page_of(rows, query.limit, lambda row: row[1])
    return listing(request, [item for item, _ in shown], after)


@router.get(
    "/delegations/{delegation_id}", summary="One delegation", responses=answers_one(DelegationJson, 404)
)
def show(request: Request, delegation_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """One trip with its members, meetings and gifts. Its ETag is needed to change it."""
    found = one_json(session, actor, delegation_id)
    return one(request, found, found.version)


@router.post(
    "/delegations",
    status_code=201,
    summary="Plan a delegation",
    responses=answers_created(DelegationJson),
)
def plan(
    request: Request,
    data: TripIn,
    body: RawBody,
    actor: ApiWriter,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Enter a trip to come, with its members, meetings and gifts. One that is over is a visit."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    trip = service.plan_delegation(session, actor, data, today=today)
    found = one_json(session, actor, trip.id or 0)
    where = f"/api/v1/delegations/{trip.id}"
    return once.keep(one(request, found, found.version, status=201, location=where))


@router.patch(
    "/delegations/{delegation_id}",
    summary="Change a delegation",
    responses=answers_changed(DelegationJson, 409),
)
def change(
    request: Request,
    delegation_id: RecordId,
    data: TripPatch,
    match: IfMatch,
    actor: ApiWriter,
    session: WriteSession,
    today: Today,
) -> Response:
    """Change what is known of a trip; its state moves by acts of its own. A list of lines replaces the lines
    there are: a line with its `id` is kept, one that is left out goes."""
    trip = service.get(session, delegation_id)
    service.change_delegation(session, actor, trip, data, version=match.version(trip), today=today)
    return _shown(request, session, actor, delegation_id)


@router.post(
    "/delegations/{delegation_id}/approval",
    summary="Approve a delegation",
    responses=answers_changed(DelegationJson, 409),
)
def approve(
    request: Request,
    delegation_id: RecordId,
    body: RawBody,
    actor: ApiManager,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """The leaders have agreed to a planned trip."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    trip = service.get(session, delegation_id)
    service.approve(session, actor, trip, version=match.version(trip), today=today)
    return once.keep(_shown(request, session, actor, delegation_id))


@router.post(
    "/delegations/{delegation_id}/start",
    summary="A delegation begins",
    responses=answers_changed(DelegationJson, 409),
)
def start(
    request: Request,
    delegation_id: RecordId,
    body: RawBody,
    actor: ApiWriter,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """An approved trip is under way. 409 before its first day."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    trip = service.get(session, delegation_id)
    service.start(session, actor, trip, version=match.version(trip), today=today)
    return once.keep(_shown(request, session, actor, delegation_id))


@router.post(
    "/delegations/{delegation_id}/completion",
    summary="A delegation is over",
    responses=answers_changed(TakenJson, 409),
)
def complete(
    request: Request,
    delegation_id: RecordId,
    data: CompletionIn,
    body: RawBody,
    actor: ApiWriter,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """A trip is over: its minutes, what was agreed on both sides, what it cost. 409 before its last day. From
    now on it counts as a contact with each of its partners, and its report falls due."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    trip = service.get(session, delegation_id)
    taken = service.complete(session, actor, trip, data, version=match.version(trip), today=today)
    return once.keep(_taken(request, session, actor, taken))


@router.post(
    "/delegations/{delegation_id}/minutes",
    summary="Add minutes and follow-ups",
    responses=answers_changed(TakenJson, 409),
)
def take_minutes(
    request: Request,
    delegation_id: RecordId,
    data: MinutesIn,
    body: RawBody,
    actor: ApiWriter,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Minutes of a completed trip that come later, or more that was agreed on it."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    trip = service.get(session, delegation_id)
    taken = service.take_minutes(session, actor, trip, data, version=match.version(trip), today=today)
    return once.keep(_taken(request, session, actor, taken))


@router.post(
    "/delegations/{delegation_id}/report",
    summary="Report on a delegation",
    responses=answers_changed(DelegationJson, 409),
)
def report(
    request: Request,
    delegation_id: RecordId,
    data: ReportIn,
    body: RawBody,
    actor: ApiWriter,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """The result report of a completed trip is made."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    trip = service.get(session, delegation_id)
    service.report(session, actor, trip, data, version=match.version(trip), today=today)
    return once.keep(_shown(request, session, actor, delegation_id))


@router.post(
    "/delegations/{delegation_id}/cancellation",
    summary="Cancel a delegation",
    responses=answers_changed(DelegationJson, 409),
)
def cancel(
    request: Request,
    delegation_id: RecordId,
    data: CancellationIn,
    body: RawBody,
    actor: ApiWriter,
    match: IfMatch,
    session: WriteSession,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """A trip will not take place, and why. 409 for one that is over."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    trip = service.get(session, delegation_id)
    service.cancel(session, actor, trip, data, version=match.version(trip))
    return once.keep(_shown(request, session, actor, delegation_id))


def _shown(request: Request, session: Session, actor: Actor, delegation_id: int) -> Response:
    session.flush()
    found = one_json(session, actor, delegation_id)
    return one(request, found, found.version)


def _taken(request: Request, session: Session, actor: Actor, taken: service.Taken) -> Response:
    session.flush()
    found = one_json(session, actor, taken.delegation.id or 0)
    return one(request, TakenJson(found, list(taken.follow_up_ids)), found.version)


router.routes.extend(visits.routes)
