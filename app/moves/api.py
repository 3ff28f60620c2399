"""What moved standings, over REST."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_list, parameters
from app.i18n import Words
from app.listings import listed
from app.moves.filters import MONTHS, MovesQuery
from app.moves.queries import Moved, moves
from app.moves.words import cause_text
from app.rest import ApiRoute, Spoken, asked
from app.standing.moves import Place
from app.standings.words import Evidence, evidence
from app.trends.filters import period_of
from app.vocabulary import MoveCause, Rung, Status

router = APIRouter(tags=["trends"], route_class=ApiRoute)


@dataclass(slots=True)
class PlaceJson:
    """Where a partner stood."""

    status: Status
    rung: Rung


@dataclass(slots=True)
class CauseJson:
    """A record that caused a move, or a time that ran out: how many months, counted from which day (null
    where several are). `evidence` are the record, or those that the time is counted from."""

    code: MoveCause
    text: str
    months: int | None
    since: date | None
    evidence: list[Evidence]


@dataclass(slots=True)
class MoveJson:
    """A partner whose status or rung changed on a day."""

    partner: str
    day: date
    was: PlaceJson
    now: PlaceJson
    causes: list[CauseJson]


@dataclass(slots=True)
class MovePage:
    """A page of moves; `next` is the address of the one after, or null."""

    items: list[MoveJson]
    next: str | None


@router.get(
    "/moves",
    name="moves",
    summary="What moved standings, and why",
    responses=answers_list(MovePage),
    openapi_extra=parameters(MovesQuery),
)
def list_(
    request: Request,
    query: Annotated[Any, asked(MovesQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
    spoken: Spoken,
) -> Response:
    """Every change of status or rung in a period (twelve months when none is given), the latest first, each
    with what caused it. Applied in order of days to the standings before `from`, they give those of `to`."""
    found = moves(session, actor, query, period_of(query, today, months=MONTHS))
    return listed(
        request,
        query,
        lambda part: part.cut(found, lambda it, behind: it.key < tuple(behind)),
        key=lambda it: it.key,
        items=lambda rows: [_json(spoken, it) for it in rows],
        at_hand=True,
    )


def _json(spoken: Words, it: Moved) -> MoveJson:
    return MoveJson(
        partner=it.slug,
        day=it.turn.day,
        was=_place(it.turn.was),
        now=_place(it.turn.now),
        causes=[
            CauseJson(
                cause.code,
                cause_text(spoken, cause),
                cause.months,
                cause.since,
                [evidence(it.slug, ref) for ref in cause.refs],
            )
            for cause in it.causes()
        ],
    )


def _place(place: Place) -> PlaceJson:
    return PlaceJson(*place)
