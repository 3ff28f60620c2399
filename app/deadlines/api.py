"""Deadline rules and days off over REST: read by all, kept by administrators."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import AdminPatch, AdminPost
from app.deadlines import queries, service
from app.deadlines.schemas import HolidayIn, RuleIn, RulePatch
from app.dependencies import ApiReader, ReadSession
from app.described import answers_changed, answers_created, answers_list, problems
from app.listings import listing
from app.rest import ApiRoute, RecordId
from app.vocabulary import DayKind, Locale, ProcedureCode, ProcedureEvent

router = APIRouter(prefix="/settings/deadlines", tags=["deadlines"], route_class=ApiRoute)


@dataclass(slots=True)
class RuleJson:
    """A deadline as dated data, from `valid_from` up to the day before `valid_to`. `used`: a case has begun
    under it, so it can no longer be corrected."""

    id: int
    version: int
    code: ProcedureCode
    counts_from: ProcedureEvent
    days: int
    day_kind: DayKind
    legal_basis: str
    valid_from: date
    valid_to: date | None
    used: bool


@dataclass(slots=True)
class RulePage:
    """Every rule; `next` is always null."""

    items: list[RuleJson]
    next: str | None


@dataclass(slots=True)
class HolidayJson:
    """A day off, or (`works`) a weekend day that is worked in exchange for one."""

    id: int
    version: int
    on: date
    name_vi: str
    name_en: str
    works: bool
    source: str | None


@dataclass(slots=True)
class HolidayPage:
    """Every day off; `next` is always null."""

    items: list[HolidayJson]
    next: str | None


@dataclass(slots=True)
class Entered:
    """The days off that one entry made."""

    items: list[HolidayJson]


def _rule(row: queries.RuleRow) -> RuleJson:
    return RuleJson(**{name: getattr(row, name) for name in RuleJson.__slots__})


def _holiday(row: queries.HolidayRow) -> HolidayJson:
    return HolidayJson(**{name: getattr(row, name) for name in HolidayJson.__slots__})


@router.get("/rules", name="rules", summary="List deadline rules", responses=answers_list(RulePage))
def rules(request: Request, actor: ApiReader, session: ReadSession) -> Response:
    """Every rule, those that no longer hold included."""
    return listing(request, [_rule(row) for row in queries.list_rules(session)])


@router.post(
    "/rules", name="add_rule", status_code=201, summary="Enter a rule", responses=answers_created(RuleJson)
)
def add_rule(data: RuleIn, act: AdminPost) -> Response:
    """A rule from a day on; the one before it ends there, and cases that began under it keep it."""
    rule = service.add_rule(act.session, act.actor, data)
    found = _rule(queries.rule_row(act.session, rule.id or 0))
    return act.created(found, found.version, at=f"/api/v1/settings/deadlines/rules/{rule.id}")


@router.patch(
    "/rules/{rule_id}",
    name="change_rule",
    summary="Correct a rule",
    responses=answers_changed(RuleJson, 409),
)
def change_rule(rule_id: RecordId, data: RulePatch, act: AdminPatch) -> Response:
    """Correct the latest rule of its kind while nothing has begun under it (409 afterwards)."""
    rule = service.get_rule(act.session, rule_id)
    service.change_rule(act.session, act.actor, rule, data, version=act.version(rule))
    act.session.flush()
    found = _rule(queries.rule_row(act.session, rule_id))
    return act.answer(found, found.version)


@router.get("/holidays", name="holidays", summary="List days off", responses=answers_list(HolidayPage))
def holidays(request: Request, actor: ApiReader, session: ReadSession) -> Response:
    """Days off and weekend days worked in exchange, of all years."""
    return listing(request, [_holiday(row) for row in queries.list_holidays(session, Locale.vi)])


@router.post(
    "/holidays",
    name="add_holidays",
    status_code=201,
    summary="Enter days off",
    responses=answers_created(Entered),
)
def add_holidays(data: HolidayIn, act: AdminPost) -> Response:
    """A day off, or a row of them up to `until`. Deadlines that run already keep their due dates."""
    days = service.add_holidays(act.session, act.actor, data)
    found = Entered([_holiday(queries.holiday_row(act.session, day.id or 0, Locale.vi)) for day in days])
    return act.created(found, None, at="/api/v1/settings/deadlines/holidays")


@router.delete(
    "/holidays/{holiday_id}",
    name="remove_holiday",
    status_code=204,
    summary="Take a day off out",
    responses=problems(404, 412, 428),
)
def remove_holiday(holiday_id: RecordId, act: AdminPatch) -> Response:
    """It is a day like others after all. `If-Match` takes `"<version>"`."""
    day = service.get_holiday(act.session, holiday_id)
    service.remove_holiday(act.session, act.actor, day, version=act.version(day))
    return Response(status_code=204)
