"""Figures over REST."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import WriterPatch, WriterPost
from app.answers import one
from app.dependencies import ApiReader, ReadSession
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.figures import service
from app.figures.filters import FigureQuery
from app.figures.queries import FigureRow, figure_row, list_figures
from app.figures.schemas import FigureIn, FigurePatch
from app.listings import listed
from app.rest import ApiRoute, RecordId, asked
from app.vocabulary import DatePrecision, FigureQualifier, Locale

router = APIRouter(prefix="/figures", tags=["figures"], route_class=ApiRoute)


@dataclass(slots=True)
class FigureJson:
    """A value of an indicator (`title`) as a source gives it, about a partner or (null) the city. `against`:
    the ids of the figures that disagree with it; with any it is disputed."""

    id: int
    version: int
    title: str
    title_en: str | None
    value: float
    unit: str | None
    qualifier: FigureQualifier | None
    as_of: date | None
    as_of_precision: DatePrecision | None
    partner: str | None
    source: str | None
    note: str | None
    disputed: bool
    against: list[int]
    is_demo: bool


@dataclass(slots=True)
class FigurePage:
    """A page of figures; `next` is the address of the one after, or null."""

    items: list[FigureJson]
    next: str | None


_SAME = set(FigureJson.__slots__) - {"partner", "against"}


def _json(row: FigureRow) -> FigureJson:
    same = {name: getattr(row, name) for name in _SAME}
    partner = row.partner.slug if row.partner else None
    return FigureJson(**same, partner=partner, against=list(row.against))


@router.get(
    "",
    name="list",
    summary="List figures",
    responses=answers_list(FigurePage),
    openapi_extra=parameters(FigureQuery),
)
def list_(
    request: Request,
    query: Annotated[FigureQuery, asked(FigureQuery)],
    actor: ApiReader,
    session: ReadSession,
) -> Response:
    """Figures with their sources; `disputed=true` are those that another source contradicts."""
    rows = sorted(list_figures(session, query, Locale.vi), key=lambda row: row.id)
    return listed(
        request,
        query,
        lambda part: part.cut(rows, lambda row, behind: row.id > behind[0]),
        key=lambda row: [row.id],
        items=lambda some: [_json(row) for row in some],
        at_hand=True,
    )


@router.get("/{figure_id}", name="show", summary="One figure", responses=answers_one(FigureJson, 404))
def show(request: Request, figure_id: RecordId, actor: ApiReader, session: ReadSession) -> Response:
    """One figure. Its ETag is needed to change it."""
    found = _json(figure_row(session, figure_id, Locale.vi))
    return one(request, found, found.version)


@router.post("", name="add", status_code=201, summary="Enter a figure", responses=answers_created(FigureJson))
def add(data: FigureIn, act: WriterPost) -> Response:
    """Enter a figure; one that disagrees with another stands beside it."""
    figure = service.add_figure(act.session, act.actor, data)
    found = _json(figure_row(act.session, figure.id or 0, Locale.vi))
    return act.created(found, found.version, at=f"/api/v1/figures/{found.id}")


@router.patch(
    "/{figure_id}", name="change", summary="Correct a figure", responses=answers_changed(FigureJson)
)
def change(figure_id: RecordId, data: FigurePatch, act: WriterPatch) -> Response:
    """Correct a figure; what is left out stays."""
    figure = service.get_figure(act.session, figure_id)
    service.change_figure(act.session, act.actor, figure, data, version=act.version(figure))
    act.session.flush()
    found = _json(figure_row(act.session, figure_id, Locale.vi))
    return act.answer(found, found.version)
