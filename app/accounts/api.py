"""Who the key speaks for."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.accounts.queries import unit_code
from app.dependencies import ApiCaller, ReadSession
from app.described import answers_one
from app.rest import ApiRoute, one

router = APIRouter(tags=["me"], route_class=ApiRoute)


@dataclass(slots=True)
class MeJson:
    """The key as the program knows it: its name, its unit and what it may do."""

    name: str
    unit: str | None
    scopes: list[str]


@router.get("/me", name="show", responses=answers_one(MeJson), summary="The calling key")
def show(request: Request, actor: ApiCaller, session: ReadSession) -> Response:
    """Which key this is: a first call to see whether it works. Every key may call it, whatever its scopes.

    `read` opens the reads; `write` opens them and the writes; `admin` opens everything, tiers, officers and
    confidential notes among it. `read:people` adds people's names and contact data to `read`;
    `write:unit` opens the follow-ups of the key's unit: to see them and to report on them, nothing else.
    """
    body = MeJson(
        actor.name, unit_code(session, actor.unit_id), sorted(scope.value for scope in actor.scopes)
    )
    return one(request, body)
