"""A letter written: the draft put into the words of its template, and read back for the page and the API, so
that they show what the file says."""

from docx.document import Document
from starlette.responses import Response

from app.letters.draft import Draft
from app.letters.model import Letter
from app.letters.queries import OnFile
from app.vocabulary import LetterKind, Locale
from app.word import Block, Span, blocks, drawn, plain, word_file


def template(kind: LetterKind, language: Locale) -> str:
    """The file a letter is filled into."""
    return f"letter_{kind}{'_en' if language == Locale.en else ''}.docx"


def letter_docx(file: OnFile) -> Response:
    """The letter as a Word file. Raises Conflict for a template that cannot be filled in."""
    draft = Draft(file)
    title = f"{draft.spoken.label(file.kind)} - {file.file.name}"
    return word_file(title, template(file.kind, file.locale), draft.context())


def letter(file: OnFile) -> tuple[Letter, list[Block]]:
    """The letter as it will be, and how it looks. Raises Conflict for a template that cannot be filled in."""
    draft = Draft(file)
    context = draft.context()
    paper = drawn(template(file.kind, file.locale), context)
    shown = list(blocks(paper))
    marked = "\n".join(span.text for span in _spans(shown) if span.gap)
    return (
        Letter(
            kind=file.kind,
            language=file.locale,
            partner=file.file.slug,
            made_on=file.today,
            subject=context["subject"],
            addressee=draft.addressee(),
            salutation=plain(context["dear"] or context["salutation"]),
            facts=draft.facts,
            missing=[it for it in draft.gaps if f"[{it.text}]" in marked],
            paragraphs=_paragraphs(paper),
        ),
        shown,
    )


def _spans(shown: list[Block]) -> list[Span]:
    return [span for block in shown for column in block for paragraph in column for span in paragraph]


def _paragraphs(paper: Document) -> list[str]:
    texts = ("".join(run.text for run in paragraph.runs) for paragraph in paper.paragraphs)
    return [text for text in texts if text.strip()]
