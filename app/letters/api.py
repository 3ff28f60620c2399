"""Letters over REST: the Word file, and what it says as JSON."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_one, answers_word, parameters
from app.letters.model import Letter
from app.letters.papers import letter, letter_docx
from app.letters.queries import on_file
from app.letters.schemas import LetterQuery
from app.partners.queries import get
from app.rest import ApiRoute, asked
from app.vocabulary import LetterKind

router = APIRouter(prefix="/partners/{slug}/letters", tags=["partners"], route_class=ApiRoute)
Query = Annotated[Any, asked(LetterQuery)]


@router.get(
    "/{kind}",
    name="letter",
    summary="A letter to a partner as a Word file",
    openapi_extra=parameters(LetterQuery),
    responses=answers_word(404, 409),
)
def paper(
    slug: str, kind: LetterKind, query: Query, actor: ApiReader, session: ReadSession, today: Today
) -> Response:
    """Drafted from what is on file; what is not known stands in brackets under a yellow marker. Names of
    people need the scope read:people; minutes and notes are never in it. 409: the department's own template
    cannot be filled in."""
    return letter_docx(on_file(session, actor, get(session, slug), kind, query, today))


@router.get(
    "/{kind}/content",
    name="letter_content",
    summary="What a letter to a partner says",
    openapi_extra=parameters(LetterQuery),
    responses=answers_one(Letter, 404, 409),
)
def content(
    request: Request,
    slug: str,
    kind: LetterKind,
    query: Query,
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """The same letter: whom it goes to, its facts with the records they are taken from, its text, and what is
    missing with the page where each is filled in."""
    found, _ = letter(on_file(session, actor, get(session, slug), kind, query, today))
    return one(request, found)
