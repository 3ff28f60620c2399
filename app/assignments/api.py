"""Many partners at once, over REST."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from app.acts import WriterPost
from app.assignments import service
from app.assignments.schemas import AssignmentIn
from app.described import problems
from app.rest import ApiRoute

router = APIRouter(tags=["partners"], route_class=ApiRoute)

ActId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="The `act` of an assignment.")]


@dataclass(slots=True)
class AssignmentJson:
    """What was done: `act` takes it back, `changed` are the partners that were not so already."""

    act: str
    changed: list[str]


@dataclass(slots=True)
class UndoneJson:
    """The partners that are as they were."""

    partners: list[str]


@router.post(
    "/partners/assignments",
    name="assign",
    summary="Change many partners",
    responses={
        200: {"description": "All of them are changed.", "model": AssignmentJson},
        **problems(409, 413, 415),
    },
)
def assign(data: AssignmentIn, act: WriterPost) -> Response:
    """Up to 200 in one transaction, all or none: 409 names those that changed meanwhile. Officer, tier and
    cause need the scope `admin`."""
    done = service.assign(act.session, act.actor, data, today=act.today)
    return act.answer(AssignmentJson(done.act, list(done.changed)))


@router.post(
    "/partners/acts/{act_id}/reversal",
    name="take_back",
    summary="Take back what was done to many partners",
    responses={200: {"description": "All are as they were.", "model": UndoneJson}, **problems(404, 409)},
)
def take_back(act_id: ActId, act: WriterPost) -> Response:
    """Undo what one request of the same key did to partners (`act`, or its X-Request-Id): officer, tier,
    cause, a confirmed file, a step taken, a request to park; on the same day, while nobody was there."""
    return act.answer(UndoneJson(list(service.take_back(act.session, act.actor, act_id, today=act.today))))
