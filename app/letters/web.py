"""Writing a letter: what will be in it and what is missing, and the Word file."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from app.dependencies import Page, ReadSession, Today, Viewer
from app.errors import NotFound
from app.forms import FormView
from app.letters.model import Letter, LetterGap
from app.letters.papers import letter, letter_docx
from app.letters.queries import OnFile, on_file
from app.letters.schemas import LetterAsked, LetterQuery
from app.lists import Address, read
from app.partners.queries import get
from app.standings.words import reason_text
from app.templating import View
from app.vocabulary import Channel, LetterKind, Locale

router = APIRouter()


@router.get("/partners/{slug}/letters", name="letters:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, slug: str) -> Response:
    params = view.request.query_params
    asked = read(LetterAsked, params)
    partner = get(session, slug)
    file = on_file(session, actor, partner, asked.kind, asked, today)
    found, shown = letter(file)
    choices = [(name, value) for name, value in params.multi_items() if name != "kind" and value]
    return view.page(
        "letters/show.html",
        file=file,
        letter=found,
        paper=shown,
        name=partner.name_vi if view.locale == Locale.vi else partner.name_en,
        kinds=_kinds(view, file),
        form=FormView({**asked.model_dump(), "kind": file.kind, "language": file.locale, **_defaults(file)}),
        languages=[(Locale.vi, view.words.gettext("Vietnamese")), (Locale.en, view.words.gettext("English"))],
        download=Address(f"/partners/{slug}/letters/{file.kind}.docx", choices)(),
        log=_log(view, slug, found),
        fills=lambda gap: _fills(view, gap),
    )


@router.get("/partners/{slug}/letters/{kind}.docx", name="letters:docx")
def paper(view: Page, session: ReadSession, actor: Viewer, today: Today, slug: str, kind: str) -> Response:
    if kind not in set(LetterKind):
        raise NotFound()
    asked = read(LetterQuery, view.request.query_params)
    return letter_docx(on_file(session, actor, get(session, slug), LetterKind(kind), asked, today))


def _defaults(file: OnFile) -> dict[str, Any]:
    """What was chosen, by the reader or from what is on file."""
    return {
        "person": file.addressee.person.id if file.addressee else None,
        "delegation": file.trip.id if file.trip else None,
        "unit": file.unit[0] if file.unit else None,
        "follow_up": [it.id for it in file.promises] if len(file.promises) < len(file.eligible) else [],
    }


def _kinds(view: View, file: OnFile) -> list[tuple[LetterKind, str, str]]:
    """The letters there are, those that the standing asks for with the reason."""
    asked = {offer.kind: reason_text(view.words, offer.reason, view.today) for offer in file.offers}
    return [(kind, view.words.label(kind), asked.get(kind, "")) for kind in LetterKind]


def _log(view: View, slug: str, found: Letter) -> str:
    """The form in which the letter is noted as sent. Names of people stay out of addresses."""
    title = view.words.gettext("Letter: %(subject)s", subject=found.subject)
    pairs = {"partner": slug, "channel": Channel.letter_out.value, "title": title[:300]}
    return f"/interactions/new?{urlencode(pairs)}"


def _fills(view: View, gap: LetterGap) -> bool:
    """Whether this reader can open the page on which a gap is filled in."""
    return gap.url is not None and view.can("manage" if gap.code.startswith("officer") else "write")
