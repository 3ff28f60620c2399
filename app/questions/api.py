"""The twenty questions over REST."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_list, parameters
from app.listings import listing
from app.questions.filters import QuestionsAsked
from app.questions.queries import QuestionJson, as_json, known
from app.rest import ApiRoute, Spoken, asked

router = APIRouter(tags=["questions"], route_class=ApiRoute)


@dataclass(slots=True)
class QuestionPage:
    """All questions in order; `next` is always null."""

    items: list[QuestionJson]
    next: str | None


@router.get(
    "/questions",
    name="list",
    summary="The questions and where they are answered",
    responses=answers_list(QuestionPage),
    openapi_extra=parameters(QuestionsAsked),
)
def list_(
    request: Request,
    query: Annotated[QuestionsAsked, asked(QuestionsAsked)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
    spoken: Spoken,
) -> Response:
    """The questions that the register exists to answer, each with the page and the call that answer it
    today."""
    return listing(request, as_json(spoken, known(session, query, today)))
