"""The page of the twenty questions."""

from fastapi import APIRouter
from starlette.responses import Response

from app.dependencies import Page, ReadSession, Today, Viewer
from app.lists import read
from app.partners.named import partner_choices
from app.questions.filters import QuestionsAsked
from app.questions.queries import known, lines, menus

router = APIRouter()


@router.get("/questions", name="questions:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    asked = read(QuestionsAsked, view.request.query_params)
    filled = known(session, asked, today)
    return view.page(
        "questions/index.html",
        asked=asked,
        filled=filled,
        lines=lines(view.words, filled),
        menus=menus(session, view.locale),
        partners=partner_choices(session, view.locale),
    )
