"""Sectors over REST, in figures and with what came out of each."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import ManagerAct
from app.answers import one
from app.dependencies import ApiReader, ReadSession
from app.described import answers_changed, answers_list, answers_one, parameters
from app.errors import NotFound
from app.i18n import Words
from app.listings import listed
from app.rest import ApiRoute, Spoken, asked
from app.sectors import service
from app.sectors.filters import OutcomeQuery, ResultQuery, SectorQuery
from app.sectors.outcomes import (
    Outcome,
    Scope,
    SectorLine,
    field_of,
    index,
    known_partner,
    outcomes,
    scope_of,
)
from app.sectors.queries import get as get_sector
from app.sectors.schemas import PriorityIn
from app.vocabulary import ResultLevel, SectorLevel

router = APIRouter(tags=["sectors"], route_class=ApiRoute)


@dataclass(slots=True)
class SectorJson:
    """A sector or policy area in figures; an area counts what lies in its sectors. `agreements` are the
    papers that name it, `partners` those strong in it."""

    id: str
    name_vi: str
    name_en: str
    level: SectorLevel
    area: str | None
    programmes: int
    running: int
    results: int
    verified: int
    agreements: int
    partners: int
    priority: bool


@dataclass(slots=True)
class SectorsPage:
    """A page of sectors; `next` is the address of the one after, or null."""

    items: list[SectorJson]
    next: str | None


@dataclass(slots=True)
class OutcomeJson:
    """A result and what it came out of; without evidence it is not verified."""

    id: int
    level: ResultLevel
    indicator: str
    unit: str | None
    target: float | None
    actual: float | None
    on: date
    evidence: str | None
    verified: bool
    programme: int
    programme_title: str
    sector: str
    partners: list[str]


@dataclass(slots=True)
class OutcomesPage:
    """A page of what came out, the newest first; `next` is the address of the one after, or null."""

    items: list[OutcomeJson]
    next: str | None


def _json(line: SectorLine) -> SectorJson:
    return SectorJson(
        line.code, line.name_vi, line.name_en, line.level, line.area, line.programmes, line.running,
        line.results, line.verified, line.agreements, line.partners, line.priority,
    )  # fmt: skip


def _outcome(found: Outcome) -> OutcomeJson:
    row = found.result
    return OutcomeJson(
        row.id, row.level, row.indicator, row.unit, row.target, row.actual, row.on, row.evidence,
        row.verified,
        found.programme_id, found.programme, found.sector, [partner.slug for partner in found.partners],
    )  # fmt: skip


@router.get(
    "/sectors",
    name="list",
    summary="List sectors",
    responses=answers_list(SectorsPage),
    openapi_extra=parameters(SectorQuery),
)
def list_(
    request: Request,
    query: Annotated[SectorQuery, asked(SectorQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """Policy areas and the sectors below them, in figures, by code."""
    lines = sorted(
        (
            line
            for line in index(session)
            if query.level in {None, line.level} and query.area in {None, line.area}
        ),
        key=lambda line: line.code,
    )
    return listed(
        request,
        query,
        lambda part: part.cut(lines, lambda line, behind: line.code > behind[0]),
        key=lambda row: [row.code],
        items=lambda rows: [_json(row) for row in rows],
        at_hand=True,
    )


@router.get("/sectors/{code}", summary="One sector", responses=answers_one(SectorJson, 404))
def show(request: Request, code: str, actor: ApiReader, session: ReadSession) -> Response:
    """One sector or policy area in figures."""
    line = next((line for line in index(session) if line.code == code), None)
    if line is None:
        raise NotFound("sector")
    return one(request, _json(line), line.version)


@router.post(
    "/sectors/{code}/priority",
    summary="Make a sector a priority of the city, or no longer",
    responses=answers_changed(SectorJson),
)
def set_priority(code: str, data: PriorityIn, act: ManagerAct) -> Response:
    """Priorities show in the suggestions for partners that are strong in them; a policy area's hold for its
    sectors."""
    sector = get_sector(act.session, code)
    service.set_priority(act.session, act.actor, sector, data, version=act.version(sector))
    act.session.flush()
    line = next(line for line in index(act.session) if line.code == code)
    return act.answer(_json(line), line.version)


@router.get(
    "/sectors/{code}/outcomes",
    name="outcomes",
    summary="What came out in a sector",
    responses=answers_list(OutcomesPage, 404),
    openapi_extra=parameters(OutcomeQuery),
)
def list_outcomes(
    request: Request,
    code: str,
    query: Annotated[OutcomeQuery, asked(OutcomeQuery)],
    actor: ApiReader,
    session: ReadSession,
    spoken: Spoken,
) -> Response:
    """The results of the programmes in a sector, with a partner, since a day."""
    field = field_of(session, code, spoken.locale)
    partner_id = known_partner(session, query.partner, spoken.locale)[0] if query.partner else None
    return _told(request, query, session, Scope(field.ids, partner_id, query.since), spoken)


def _told(request: Request, query: Any, session: ReadSession, scope: Scope, spoken: Words) -> Response:
    return listed(
        request,
        query,
        lambda part: outcomes(
            session, scope, spoken.locale, verified=query.verified, level=query.level, part=part
        ),
        key=lambda it: (it.result.on, it.result.id),
        items=lambda some: [_outcome(it) for it in some],
    )


@router.get(
    "/results",
    name="results",
    summary="List results",
    responses=answers_list(OutcomesPage),
    openapi_extra=parameters(ResultQuery),
)
def list_results(
    request: Request,
    query: Annotated[ResultQuery, asked(ResultQuery)],
    actor: ApiReader,
    session: ReadSession,
    spoken: Spoken,
) -> Response:
    """What came out of the programmes of every sector, or of those asked for."""
    return _told(request, query, session, scope_of(session, query, spoken.locale)[0], spoken)
