"""Units over REST: the numbers of their page."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from app import clock
from app.actor import Actor, Permission
from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_list, answers_one
from app.listings import listing
from app.rest import ApiRoute
from app.units.queries import UnitRow, list_units, unit_row
from app.vocabulary import OrganisationKind

router = APIRouter(prefix="/units", tags=["units"], route_class=ApiRoute)


@dataclass(slots=True)
class UnitKeyJson:
    """A key of the unit that is at work."""

    id: str
    name: str
    used_at: datetime | None


@dataclass(slots=True)
class UnitJson:
    """A unit with its numbers; what was merged into it counts as its own. `done` and `in_time` are of the
    past twelve months, in time is by the day promised first. Its follow-ups are at `follow-ups?for_unit=`;
    `keys` are told to the scope `admin` alone, to others they are null."""

    id: str
    kind: OrganisationKind
    name_vi: str
    name_en: str
    open: int
    late: int
    done: int
    in_time: int
    programmes: int
    keys: list[UnitKeyJson] | None


@dataclass(slots=True)
class UnitsPage:
    """All units; `next` is always null."""

    items: list[UnitJson]
    next: str | None


def _json(row: UnitRow, actor: Actor) -> UnitJson:
    keys = [UnitKeyJson(key.public_id, key.name, key.used_at) for key in row.keys]
    return UnitJson(
        row.code, row.kind, row.name_vi, row.name_en, row.open, row.late, row.done, row.in_time,
        row.programmes, keys if actor.can(Permission.administer) else None,
    )  # fmt: skip


@router.get("", name="list", summary="What each unit owes", responses=answers_list(UnitsPage))
def list_(request: Request, actor: ApiReader, session: ReadSession, today: Today) -> Response:
    """The city's units and everybody else who owes, leads or holds a key; those with most that is late
    first."""
    found = [_json(row, actor) for row in list_units(session, today, clock.now())]
    return listing(request, found)


@router.get("/{code}", name="show", summary="What one unit owes", responses=answers_one(UnitJson, 404))
def show(request: Request, code: str, actor: ApiReader, session: ReadSession, today: Today) -> Response:
    """One unit by the code of its organisation; that of one merged into it leads to it."""
    return one(request, _json(unit_row(session, code, today, clock.now()), actor))
