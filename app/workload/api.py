"""Workload and handovers over REST."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import ManagerPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_created, answers_one
from app.rest import ApiRoute, RecordId, Spoken
from app.vocabulary import Locale
from app.workload import service
from app.workload.queries import Sheet, sheet_of, workload
from app.workload.schemas import HandoverIn

router = APIRouter(tags=["workload"], route_class=ApiRoute)


@dataclass(slots=True)
class LoadJson:
    """What one person carries; `open` and `late` are follow-ups, as `follow-ups?who=` lists them."""

    officer: str
    name: str
    unit: str | None
    active: bool
    partners: int
    stuck: int
    open: int
    late: int


@dataclass(slots=True)
class UnitLoadJson:
    """The follow-ups one unit has been asked to see to."""

    unit: str
    name: str
    open: int
    late: int


@dataclass(slots=True)
class WorkloadJson:
    """Everybody's work, every unit's, and the partners that nobody looks after."""

    people: list[LoadJson]
    units: list[UnitLoadJson]
    partners_alone: int
    stuck_alone: int


@dataclass(slots=True)
class HandoverJson:
    """What one act gave away: slugs of partners, ids of follow-ups that are still open."""

    id: int
    giver: str
    taker: str
    follow_ups_to: str
    note: str | None
    partners: list[str]
    follow_ups: list[int]


@router.get("/workload", summary="Work by person and unit", responses=answers_one(WorkloadJson))
def show(request: Request, actor: ApiReader, session: ReadSession, today: Today, spoken: Spoken) -> Response:
    """Partners, stuck ones, open and late follow-ups of each person and unit. Names follow the language."""
    found = workload(session, today, spoken.locale)
    people = [
        LoadJson(it.email, it.name, it.unit, it.active, it.partners, it.stuck, it.open, it.late)
        for it in found.people
    ]
    units = [UnitLoadJson(it.code, it.name, it.open, it.late) for it in found.units]
    return one(request, WorkloadJson(people, units, found.partners_alone, found.stuck_alone))


@router.post(
    "/workload/handovers",
    status_code=201,
    summary="Hand over all of somebody's work",
    responses=answers_created(HandoverJson),
)
def hand_over(data: HandoverIn, act: ManagerPost) -> Response:
    """Every partner and every open follow-up of `giver` goes to `taker` (the follow-ups to `follow_ups_to`
    when it is given) in one transaction; addresses are those of accounts."""
    key = service.hand_over(act.session, act.actor, data, today=act.today)
    found = sheet_of(act.session, act.actor, key, act.today, Locale.vi)
    return act.created(_json(key, found), None, at=f"/api/v1/workload/handovers/{key}")


@router.get(
    "/workload/handovers/{handover_id}", summary="One handover", responses=answers_one(HandoverJson, 404)
)
def show_handover(
    request: Request, handover_id: RecordId, actor: ApiReader, session: ReadSession, today: Today
) -> Response:
    """What an act gave away, less what was closed since."""
    return one(request, _json(handover_id, sheet_of(session, actor, handover_id, today, Locale.vi)))


def _json(key: int, sheet: Sheet) -> HandoverJson:
    return HandoverJson(
        key,
        sheet.giver,
        sheet.taker or "",
        sheet.follow_ups_to or "",
        sheet.note,
        [row.slug for row in sheet.partners],
        [row.id for row in sheet.follow_ups],
    )
