"""Many follow-ups at once, over REST."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from app.acts import WriterPost
from app.described import problems
from app.reassignments import service
from app.reassignments.schemas import ReassignmentIn
from app.rest import ApiRoute

router = APIRouter(tags=["follow-ups"], route_class=ApiRoute)

ActId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="The `act` of a reassignment.")]


@dataclass(slots=True)
class ReassignmentJson:
    """What was done: `act` takes it back, `changed` are the follow-ups that were not so already."""

    act: str
    changed: list[int]


@dataclass(slots=True)
class ReversalJson:
    """The follow-ups that are as they were."""

    follow_ups: list[int]


@router.post(
    "/follow-ups/reassignments",
    name="reassign",
    summary="Reassign or re-date many follow-ups",
    responses={
        200: {"description": "All of them are changed.", "model": ReassignmentJson},
        **problems(409, 413, 415),
    },
)
def reassign(data: ReassignmentIn, act: WriterPost) -> Response:
    """Up to 200 in one transaction, all or none: 409 names those that changed meanwhile. A new day needs
    `why` and is kept as a postponement of each."""
    done = service.reassign(act.session, act.actor, data, today=act.today)
    return act.answer(ReassignmentJson(done.act, list(done.changed)))


@router.post(
    "/follow-ups/acts/{act_id}/reversal",
    name="take_back",
    summary="Take a reassignment back",
    responses={200: {"description": "All are as they were.", "model": ReversalJson}, **problems(404, 409)},
)
def take_back(act_id: ActId, act: WriterPost) -> Response:
    """Undo what one request of the same key did to follow-ups (`act`, or its X-Request-Id), on the same day
    and as long as nobody has changed one of them since."""
    return act.answer(ReversalJson(list(service.take_back(act.session, act.actor, act_id, today=act.today))))
