"""The briefing on a partner over REST: the words of the page, each line with its source and its day."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.answers import one
from app.briefing.model import Briefing
from app.briefing.papers import briefing_docx
from app.briefing.queries import briefing_on
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_one, answers_word
from app.partners.queries import get
from app.rest import ApiRoute, Spoken

router = APIRouter(tags=["partners"], route_class=ApiRoute)


@router.get(
    "/partners/{slug}/briefing",
    name="briefing",
    summary="The briefing on one partner",
    responses=answers_one(Briefing, 404),
)
def show(
    request: Request, slug: str, actor: ApiReader, session: ReadSession, today: Today, spoken: Spoken
) -> Response:
    """Who they are, where the relation stands, what is open on both sides, what to raise. Names of people
    need the scope read:people, and so does protocol; what is confidential is left out."""
    return one(request, briefing_on(session, actor, get(session, slug), today, spoken))


@router.get(
    "/partners/{slug}/briefing.docx",
    name="briefing_docx",
    summary="The briefing on one partner as a Word file",
    response_class=Response,
    responses=answers_word(404, 409),
)
def paper(slug: str, actor: ApiReader, session: ReadSession, today: Today, spoken: Spoken) -> Response:
    """The same lines from the department's own template, in the language of Accept-Language."""
    return briefing_docx(spoken, briefing_on(session, actor, get(session, slug), today, spoken))
