"""The briefing as a Word file."""

from starlette.responses import Response

from app.briefing.model import Briefing
from app.briefing.words import fresh
from app.i18n import Words
from app.word import letterhead, word_file


def briefing_docx(spoken: Words, found: Briefing) -> Response:
    """The briefing as it stands on screen, in the reader's language. Raises Conflict for a template that
    cannot be filled in."""
    title = spoken.gettext("Briefing: %(name)s", name=found.name)
    chapters = [
        {
            "title": chapter.title,
            "empty": "" if chapter.lines else chapter.empty,
            "lines": [
                {
                    "text": line.text,
                    "note": line.note or "",
                    "rests": "; ".join(part for part in (line.source, fresh(spoken, line)) if part),
                }
                for line in chapter.lines
            ],
        }
        for chapter in found.chapters
    ]
    made = spoken.gettext("Made on %(day)s", day=spoken.date(found.made_on))
    context = {**letterhead(found.made_on), "title": title, "other_name": found.other_name, "made": made}
    return word_file(title, "briefing.docx", {**context, "chapters": chapters})
