"""The log of a visit over REST: delegation, minutes and follow-ups in one transaction."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.delegations.schemas import VisitIn
from app.delegations.service import log_visit
from app.dependencies import ApiWriter, Today, WriteSession
from app.described import answers_created
from app.models import Delegation
from app.once import Once
from app.rest import ApiRoute, IdempotencyKey, RawBody, Spoken, one
from app.standings.payload import StandingJson, standing_json
from app.vocabulary import DatePrecision, DelegationDirection, DelegationState, VisitLevel, VisitPurpose

router = APIRouter(tags=["visits"], route_class=ApiRoute)


@dataclass(slots=True)
class DelegationJson:
    """A trip in or out."""

    id: int
    version: int
    direction: DelegationDirection
    partners: list[str]
    title: str
    title_en: str | None
    state: DelegationState
    level: VisitLevel | None
    purpose: VisitPurpose | None
    starts_on: date
    starts_on_precision: DatePrecision
    ends_on: date
    ends_on_precision: DatePrecision
    head: str | None
    met: str | None
    minutes: str | None
    confidential: bool
    substantive: bool
    source: str | None
    is_demo: bool


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


def delegation_json(
    row: Delegation, partners: list[str], *, substantive: bool, notes: bool
) -> DelegationJson:
    """A delegation for programs; `notes` says whether the caller may read confidential ones."""
    shown = notes or not row.confidential
    assert row.id is not None
    return DelegationJson(
        id=row.id,
        version=row.version,
        direction=row.direction,
        partners=partners,
        title=row.title,
        title_en=row.title_en,
        state=row.state,
        level=row.level,
        purpose=row.purpose,
        starts_on=row.starts_on,
        starts_on_precision=row.starts_precision,
        ends_on=row.ends_on,
        ends_on_precision=row.ends_precision,
        head=row.head,
        met=row.met if shown else None,
        minutes=row.minutes if shown else None,
        confidential=row.confidential,
        substantive=substantive,
        source=row.source,
        is_demo=row.is_demo,
    )


@router.post(
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
    logged = log_visit(session, actor, data, today=today)
    answer = LoggedJson(
        delegation_json(logged.delegation, [logged.partner.slug], substantive=logged.substantive, notes=True),
        list(logged.follow_up_ids),
        StandingChange(standing_json(logged.before, spoken), standing_json(logged.after, spoken)),
    )
    version, where = logged.delegation.version, f"/delegations/{logged.delegation.id}"
    return once.keep(one(request, answer, version, status=201, location=where))
