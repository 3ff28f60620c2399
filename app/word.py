"""Word files from templates that a department may replace.

A file of the same name under CITYTIES_VAR/templates/docx comes before the one in templates/docx.
"""

import io
import re
from collections.abc import Mapping
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
from app.errors import Conflict
from app.text import slugify

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word_file(title: str, template: str, context: Mapping[str, Any]) -> Response:
    """The file under a name that people can read; programs that know no RFC 6266 get a plain one. Raises
    Conflict for a template that cannot be filled in."""
    spelt = re.sub(r"[^\w .()-]+", " ", title)[:120].strip()
    plain = f"{slugify(title)[:80] or 'document'}.docx"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(spelt)}.docx"
    return Response(filled(template, context), media_type=WORD, headers={"content-disposition": disposition})


def filled(template: str, context: Mapping[str, Any]) -> bytes:
    """A template with its names filled in. What is filled in is text: markup in it is escaped and braces
    mean nothing. Raises Conflict for a template that cannot be filled in."""
    stream = io.BytesIO()
    try:
        document = DocxTemplate(_path(template))
        document.render(dict(context), jinja_env=SandboxedEnvironment(autoescape=True), autoescape=True)
        document.save(stream)
    except (TemplateError, BadZipFile, OpcError, KeyError, SyntaxError, ValueError) as error:
        raise Conflict("bad_docx_template", name=template) from error
    return stream.getvalue()


def _path(template: str) -> Path:
    """The department's own template, else ours."""
    own = settings().var / "templates" / "docx" / template
    return own if own.exists() else ROOT / "templates" / "docx" / template


def letterhead(today: date) -> dict[str, str]:
    """What stands at the head of every paper: who writes, where and when (Decree 30/2020/NĐ-CP, annex I:
    a day under 10 and the months 1 and 2 with a nought before them)."""
    config = settings()
    return {
        "authority": f"ỦY BAN NHÂN DÂN THÀNH PHỐ {config.home_city.upper()}",
        "department": config.department_vi.upper(),
        "place": config.home_city,
        "department_en": config.department_en,
        "place_en": config.home_city_en,
        "day": f"{today.day:02}",
        "month": f"{today.month:02}" if today.month < 3 else str(today.month),
        "year": str(today.year),
    }
