"""Suggestions over REST."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_list
from app.listings import listing
from app.partners.queries import get as get_partner
from app.rest import ApiRoute, Spoken
from app.suggestions.queries import suggestions
from app.suggestions.schemas import Evidence, Ground, Suggestion, SuggestionKind
from app.suggestions.words import because, why_text

router = APIRouter(tags=["suggestions"], route_class=ApiRoute)


@dataclass(slots=True)
class WhyJson:
    """One ground: a code, what is shared, and words."""

    ground: Ground
    what: str
    text: str


@dataclass(slots=True)
class SuggestionJson:
    """What could be done, why, and the records behind it. `on`: when a meeting or a trip comes; `partners`:
    who has the programme with us, or is visited."""

    kind: SuggestionKind
    title: str
    on: date | None
    partners: list[str]
    why: list[WhyJson]
    evidence: list[Evidence]
    text: str


@dataclass(slots=True)
class Suggestions:
    """All suggestions for a partner; `next` is always null."""

    items: list[SuggestionJson]
    next: str | None


@router.get(
    "/partners/{slug}/suggestions",
    summary="What could be done with a partner",
    responses=answers_list(Suggestions, 404),
)
def show(
    request: Request, slug: str, actor: ApiReader, session: ReadSession, today: Today, spoken: Spoken
) -> Response:
    """Shared priorities, what similar partners have, donors active there, the next meeting or trip."""
    partner = get_partner(session, slug)

    def told(it: Suggestion) -> SuggestionJson:
        why = [WhyJson(one.ground, one.what, why_text(spoken, one)) for one in it.why]
        partners = [one.slug for one in it.partners]
        return SuggestionJson(it.kind, it.title, it.on, partners, why, list(it.evidence), because(spoken, it))

    return listing(request, [told(it) for it in suggestions(session, partner, spoken, today)])
