"""The decisions of a meeting as a Word file, from a template that a department may replace.

See app/word.py: a file of the same name under CITYTIES_VAR/templates/docx comes first, and
papers are in Vietnamese whatever the reader's language.
"""

from datetime import date

from starlette.responses import Response

from app.i18n import words
from app.meetings.queries import DecisionRow, MeetingRow
from app.vocabulary import Locale
from app.word import letterhead, word_file


def decisions_docx(meeting: MeetingRow, decisions: tuple[DecisionRow, ...], today: date) -> Response:
    """The list of what a meeting decided. Raises Conflict for a template that cannot be filled in."""
    spoken = words(Locale.vi)
    context = {
        **letterhead(today),
        "title": meeting.title,
        "held_on": spoken.date(meeting.held_on),
        "people": meeting.people or "",
        "led_by": meeting.led_by or "",
        "decisions": [
            {
                "number": number,
                "partner": row.partner_name,
                "country": spoken.country(row.country),
                "decision": spoken.label(row.decision),
                "note": row.note or "",
            }
            for number, row in enumerate(decisions, 1)
        ],
    }
    title = f"Danh mục quyết định - {meeting.title}"
    return word_file(title, "review_decisions.docx", context)
