"""My work: the first page."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from app.actor import Permission
from app.changes.queries import count_changes
from app.dependencies import Page, ReadSession, Today, Viewer
from app.forms import FormView
from app.lists import read
from app.schemas import Blank, Input
from app.work.queries import AHEAD, work_of

router = APIRouter()


class Whose(StrEnum):
    """One's own work or everybody's."""

    me = "me"
    team = "team"


class WorkOf(Input):
    """What the page's URL may ask."""

    who: Annotated[Whose | None, Blank] = None


@router.get("/", name="work:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    asked = read(WorkOf, view.request.query_params)
    # A viewer is given no work of their own, so they see everybody's as managers do.
    usual = Whose.me if actor.can(Permission.write) and not actor.can(Permission.manage) else Whose.team
    whose = asked.who or usual
    decides = actor.can(Permission.manage)
    work = work_of(session, actor.user_id, today, view.locale, team=whose == Whose.team, decides=decides)
    return view.page(
        "work/index.html",
        work=work,
        whose=whose,
        usual=usual,
        here="/" if whose == usual else f"/?who={whose}",
        ahead=AHEAD.days,
        changes=count_changes(session, actor),
        token=FormView().token,
        problem=None,
    )
