"""The reporting year over REST: read by all, set by administrators' keys."""

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.acts import ManagerPatch
from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_changed, answers_one
from app.reporting import service
from app.reporting.queries import reporting_settings
from app.reporting.schemas import ReportingPatch
from app.rest import ApiRoute
from app.vocabulary import PeriodKind

router = APIRouter(prefix="/settings/reporting", tags=["reporting"], route_class=ApiRoute)


@dataclass(slots=True)
class ReportingJson:
    """The day (`year_month`, `year_day`) on which a reporting year begins, how often the department reports,
    the period of today and the last day that the latest report covered."""

    version: int
    year_month: int
    year_day: int
    every: PeriodKind
    first: date
    last: date
    last_report_on: date
    changed_at: datetime | None
    changed_by: str | None


def _json(session: Session, today: date) -> ReportingJson:
    found = reporting_settings(session)
    now = found.reporting.containing(found.every, today)
    return ReportingJson(
        found.version, found.year_month, found.year_day, found.every, now.first, now.last,
        found.reporting.last_report(today), found.changed_at, found.changed_by,
    )  # fmt: skip


@router.get("", name="show", summary="The reporting year", responses=answers_one(ReportingJson))
def show(request: Request, actor: ApiReader, session: ReadSession, today: Today) -> Response:
    """When a reporting year begins and how often the department reports."""
    found = _json(session, today)
    return one(request, found, found.version)


@router.patch("", name="change", summary="Set the reporting year", responses=answers_changed(ReportingJson))
def change(data: ReportingPatch, act: ManagerPatch) -> Response:
    """Set when it begins and how often the department reports; what is left out stays."""
    row = service.get_reporting(act.session)
    service.change_reporting(act.session, act.actor, row, data, version=act.version(row))
    found = _json(act.session, act.today)
    return act.answer(found, found.version)
