"""Who the key speaks for."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.accounts.queries import list_users, unit_code
from app.answers import one
from app.dependencies import ApiCaller, ApiWriter, ReadSession
from app.described import answers_list, answers_one
from app.listings import listing
from app.rest import ApiRoute
from app.vocabulary import Role

router = APIRouter(tags=["me"], route_class=ApiRoute)


@dataclass(slots=True)
class MeJson:
    """The key as the program knows it: its name, its unit and what it may do."""

    name: str
    unit: str | None
    scopes: list[str]


@dataclass(slots=True)
class ColleagueJson:
    """Somebody of the department who works with the register: an officer, an assignee."""

    email: str
    name: str
    role: Role
    unit: str | None


@dataclass(slots=True)
class ColleaguePage:
    """All of them by name; `next` is always null."""

    items: list[ColleagueJson]
    next: str | None


@router.get("/users", name="users", responses=answers_list(ColleaguePage), summary="List colleagues")
def users(request: Request, actor: ApiWriter, session: ReadSession) -> Response:
    """Who may be an officer or an assignee. Accounts are opened and closed by people, on the pages."""
    rows = list_users(session, active_only=True)
    return listing(request, [ColleagueJson(it.email, it.name, it.role, it.unit) for it in rows])


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
