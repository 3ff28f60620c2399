"""The programme and the result report of a trip as Word files.

They are in Vietnamese, whatever the reader's language: they are the office's own.
"""

from datetime import date
from typing import Any

from starlette.responses import Response

from app.delegations.trip import DelegationPage
from app.i18n import words
from app.vocabulary import Locale
from app.word import letterhead, word_file


def programme_docx(trip: DelegationPage, today: date) -> Response:
    """The visit programme with its members. Raises Conflict for a template that cannot be filled in."""
    return word_file(f"Chương trình - {trip.title_vi}", "visit_programme.docx", _context(trip, today))


def report_docx(trip: DelegationPage, today: date) -> Response:
    """The report on the results. Raises Conflict for a template that cannot be filled in."""
    return word_file(f"Báo cáo - {trip.title_vi}", "result_report.docx", _context(trip, today))


def _context(trip: DelegationPage, today: date) -> dict[str, Any]:
    """The names that a template may use."""
    spoken = words(Locale.vi)
    ends = spoken.date(trip.ends_on, trip.ends_precision)
    starts = spoken.date(trip.starts_on, trip.starts_precision)
    return {
        **letterhead(today),
        "title": trip.title_vi,
        "days": starts if starts == ends else f"từ {starts} đến {ends}",
        "partners": spoken.join([partner.name for partner in trip.partners]),
        "head": trip.head or "",
        "host_unit": trip.host_unit or "",
        "escort_unit": trip.escort_unit or "",
        "interpreter": trip.interpreter or "",
        "languages": trip.languages or "",
        "met": trip.met or "",
        "minutes": trip.minutes or "",
        "report": trip.report or "",
        "members": [
            {"number": n, "name": it.name, "title": it.title or "", "unit": it.unit or ""}
            for n, it in enumerate(trip.who, 1)
        ],
        "meetings": [
            {
                "on": spoken.date(it.on),
                "hours": "–".join(f"{at:%H:%M}" for at in (it.starts_at, it.ends_at) if at),
                "topic": it.topic or "",
                "counterpart": it.counterpart or "",
                "place": it.place or "",
                "result": it.result or "",
            }
            for it in trip.meetings
        ],
        "follow_ups": [
            {
                "title": it.title,
                "side": spoken.label(it.owed_by),
                "who": ", ".join(name for name in (it.assignee, it.unit) if name),
                "due": spoken.date(it.due_on),
            }
            for it in trip.follow_ups
        ],
    }
