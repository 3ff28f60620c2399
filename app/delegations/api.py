"""Delegations over REST: planned, brought through their states, reported; the log of a visit in one act."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import Act, ManagerAct, WriterAct, WriterPatch, WriterPost
from app.answers import one
from app.delegations import service
from app.delegations.filters import DelegationQuery
from app.delegations.gifts import GiftLine, GiftQuery, lines_of, list_gifts
from app.delegations.papers import programme_docx, report_docx
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
from app.delegations.trip import delegation_page
from app.dependencies import ApiReader, ReadSession, Today
from app.described import (
    answers_changed,
    answers_created,
    answers_list,
    answers_one,
    answers_word,
    parameters,
)
from app.listings import listed
from app.rest import ApiRoute, RecordId, Spoken, asked
from app.standings.payload import StandingJson, standing_json
from app.vocabulary import Locale

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
def log(data: VisitIn, spoken: Spoken, act: WriterPost) -> Response:
    """Enter a visit that took place, its minutes and the follow-ups agreed, all or nothing.

    The answer tells the partner's standing before and after: a courtesy visit warms it, an agreed action
    with someone responsible may do more.
    """
    logged = service.log_visit(act.session, act.actor, data, today=act.today)
    found = one_json(act.session, act.actor, logged.delegation.id or 0)
    # Who wrote the notes reads them back, even with a key, which is nobody's.
    found.met, found.minutes = data.met, data.minutes
    answer = LoggedJson(
        found,
        list(logged.follow_up_ids),
        StandingChange(standing_json(logged.before, spoken), standing_json(logged.after, spoken)),
    )
    return act.created(answer, logged.delegation.version, at=f"/delegations/{logged.delegation.id}")


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
    return listed(request, query, lambda part: list_json(session, actor, query, today, part))


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
def plan(data: TripIn, act: WriterPost) -> Response:
    """Enter a trip to come, with its members, meetings and gifts. One that is over is a visit."""
    trip = service.plan_delegation(act.session, act.actor, data, today=act.today)
    found = one_json(act.session, act.actor, trip.id or 0)
    return act.created(found, found.version, at=f"/api/v1/delegations/{trip.id}")


@router.patch(
    "/delegations/{delegation_id}",
    summary="Change a delegation",
    responses=answers_changed(DelegationJson, 409),
)
def change(delegation_id: RecordId, data: TripPatch, act: WriterPatch) -> Response:
    """Change what is known of a trip; its state moves by acts of its own. A list of lines replaces the lines
    there are: a line with its `id` is kept, one that is left out goes."""
    trip = service.get(act.session, delegation_id)
    service.change_delegation(act.session, act.actor, trip, data, version=act.version(trip), today=act.today)
    return _told(act, delegation_id)


@router.post(
    "/delegations/{delegation_id}/approval",
    summary="Approve a delegation",
    responses=answers_changed(DelegationJson, 409),
)
def approve(delegation_id: RecordId, act: ManagerAct) -> Response:
    """The leaders have agreed to a planned trip."""
    trip = service.get(act.session, delegation_id)
    service.approve(act.session, act.actor, trip, version=act.version(trip), today=act.today)
    return _told(act, delegation_id)


@router.post(
    "/delegations/{delegation_id}/start",
    summary="A delegation begins",
    responses=answers_changed(DelegationJson, 409),
)
def start(delegation_id: RecordId, act: WriterAct) -> Response:
    """An approved trip is under way. 409 before its first day."""
    trip = service.get(act.session, delegation_id)
    service.start(act.session, act.actor, trip, version=act.version(trip), today=act.today)
    return _told(act, delegation_id)


@router.post(
    "/delegations/{delegation_id}/completion",
    summary="A delegation is over",
    responses=answers_changed(TakenJson, 409),
)
def complete(delegation_id: RecordId, data: CompletionIn, act: WriterAct) -> Response:
    """A trip is over: its minutes, what was agreed on both sides, what it cost. 409 before its last day. From
    now on it counts as a contact with each of its partners, and its report falls due."""
    trip = service.get(act.session, delegation_id)
    taken = service.complete(act.session, act.actor, trip, data, version=act.version(trip), today=act.today)
    return _taken(act, taken)


@router.post(
    "/delegations/{delegation_id}/minutes",
    summary="Add minutes and follow-ups",
    responses=answers_changed(TakenJson, 409),
)
def take_minutes(delegation_id: RecordId, data: MinutesIn, act: WriterAct) -> Response:
    """Minutes of a completed trip that come later, or more that was agreed on it."""
    trip = service.get(act.session, delegation_id)
    taken = service.take_minutes(
        act.session, act.actor, trip, data, version=act.version(trip), today=act.today
    )
    return _taken(act, taken)


@router.post(
    "/delegations/{delegation_id}/report",
    summary="Report on a delegation",
    responses=answers_changed(DelegationJson, 409),
)
def report(delegation_id: RecordId, data: ReportIn, act: WriterAct) -> Response:
    """The result report of a completed trip is made."""
    trip = service.get(act.session, delegation_id)
    service.report(act.session, act.actor, trip, data, version=act.version(trip), today=act.today)
    return _told(act, delegation_id)


@router.post(
    "/delegations/{delegation_id}/cancellation",
    summary="Cancel a delegation",
    responses=answers_changed(DelegationJson, 409),
)
def cancel(delegation_id: RecordId, data: CancellationIn, act: WriterAct) -> Response:
    """A trip will not take place, and why. 409 for one that is over."""
    trip = service.get(act.session, delegation_id)
    service.cancel(act.session, act.actor, trip, data, version=act.version(trip))
    return _told(act, delegation_id)


@router.post(
    "/delegations/{delegation_id}/reinstatement",
    summary="Reinstate a cancelled delegation",
    responses=answers_changed(DelegationJson, 409),
)
def reinstate(delegation_id: RecordId, act: WriterAct) -> Response:
    """A cancelled trip is planned anew, and wants its approval anew. 409 for one that is not cancelled."""
    trip = service.get(act.session, delegation_id)
    service.reinstate(act.session, act.actor, trip, version=act.version(trip))
    return _told(act, delegation_id)


def _told(act: Act, delegation_id: int) -> Response:
    found = one_json(act.session, act.actor, delegation_id)
    return act.answer(found, found.version)


def _taken(act: Act, taken: service.Taken) -> Response:
    found = one_json(act.session, act.actor, taken.delegation.id or 0)
    return act.answer(TakenJson(found, list(taken.follow_up_ids)), found.version)


@router.get(
    "/delegations/{delegation_id}/programme.docx",
    name="programme_docx",
    summary="The programme of a delegation as a Word file",
    response_class=Response,
    responses=answers_word(404, 409),
)
def programme_file(delegation_id: RecordId, actor: ApiReader, session: ReadSession, today: Today) -> Response:
    """Who comes, and whom they meet when and where, from the department's own template."""
    return programme_docx(delegation_page(session, delegation_id, actor, today, Locale.vi), today)


@router.get(
    "/delegations/{delegation_id}/report.docx",
    name="report_docx",
    summary="The result report of a delegation as a Word file",
    response_class=Response,
    responses=answers_word(404, 409),
)
def report_file(delegation_id: RecordId, actor: ApiReader, session: ReadSession, today: Today) -> Response:
    """What the pages hand out; confidential notes only for those who may read them."""
    return report_docx(delegation_page(session, delegation_id, actor, today, Locale.vi), today)


@dataclass(slots=True)
class GiftPage:
    """A page of gifts; `next` is the address of the one after, or null."""

    items: list[GiftLine]
    next: str | None


@router.get(
    "/gifts",
    name="gifts",
    summary="List gifts",
    responses=answers_list(GiftPage),
    openapi_extra=parameters(GiftQuery),
)
def gifts(
    request: Request, query: Annotated[GiftQuery, asked(GiftQuery)], actor: ApiReader, session: ReadSession
) -> Response:
    """What was given and received on trips, by value band, those of the latest trips first."""
    return listed(
        request,
        query,
        lambda part: list_gifts(session, query, part),
        key=lambda row: (row.starts_on, row.id),
        items=lambda rows: lines_of(session, rows),
    )


router.routes.extend(visits.routes)
