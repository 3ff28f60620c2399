"""The programme and the result report of a trip as Word files, from templates that a department may replace.

A file of the same name under CITYTIES_VAR/templates/docx comes before the one in templates/docx. Papers are
in Vietnamese, whatever the reader's language: they are the office's own.
"""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zipfile import BadZipFile

from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from starlette.responses import Response

from app.config import ROOT, settings
from app.delegations.trip import DelegationPage
from app.errors import Conflict
from app.i18n import words
from app.text import slugify
from app.vocabulary import Locale

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def programme_docx(trip: DelegationPage, today: date) -> Response:
    """The visit programme with its members. Raises Conflict for a template that cannot be filled in."""
    return _file(f"Chương trình - {trip.title_vi}", "visit_programme.docx", _context(trip, today))


def report_docx(trip: DelegationPage, today: date) -> Response:
    """The report on the results. Raises Conflict for a template that cannot be filled in."""
    return _file(f"Báo cáo - {trip.title_vi}", "result_report.docx", _context(trip, today))


def _file(title: str, template: str, context: dict[str, Any]) -> Response:
    """The file under a name that people can read; programs that know no RFC 6266 get a plain one."""
    spelt = re.sub(r"[^\w .()-]+", " ", title)[:120].strip()
    plain = f"{slugify(title)[:80] or 'document'}.docx"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(spelt)}.docx"
    return Response(filled(template, context), media_type=WORD, headers={"content-disposition": disposition})


def filled(template: str, context: dict[str, Any]) -> bytes:
    """A template with its names filled in. What is filled in is text: markup in it is escaped and braces
    mean nothing."""
    stream = io.BytesIO()
    try:
        document = DocxTemplate(_path(template))
        document.render(context, jinja_env=SandboxedEnvironment(autoescape=True), autoescape=True)
        document.save(stream)
    except (TemplateError, BadZipFile, OpcError, KeyError, SyntaxError, ValueError) as error:
        raise Conflict("bad_docx_template", name=template) from error
    return stream.getvalue()


def _path(template: str) -> Path:
    """The department's own template, else ours."""
    own = settings().var / "templates" / "docx" / template
    return own if own.exists() else ROOT / "templates" / "docx" / template


def _context(trip: DelegationPage, today: date) -> dict[str, Any]:
    """The names that a template may use."""
    spoken, config = words(Locale.vi), settings()
    ends = spoken.date(trip.ends_on, trip.ends_precision)
    starts = spoken.date(trip.starts_on, trip.starts_precision)
    return {
        "authority": f"ỦY BAN NHÂN DÂN THÀNH PHỐ {config.home_city.upper()}",
        "department": config.department_vi.upper(),
        "place": config.home_city,
        "day": f"{today.day:02}",
        "month": f"{today.month:02}" if today.month < 3 else str(today.month),
        "year": str(today.year),
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
