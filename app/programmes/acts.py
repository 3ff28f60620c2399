"""What the acts on a programme share: done once; refused with all kept; answered as page or section."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.errors import DomainError, Refused, Stale
from app.failures import told, understood
from app.files.forms import panel_of
from app.forms import FormView, Typed
from app.history.listing import history_of
from app.models import Programme
from app.once import Once
from app.programmes import service
from app.programmes.course import NEEDS_WHY, moves_from
from app.programmes.forms import written
from app.programmes.parts import PARTS, PartKind
from app.programmes.queries import ProgrammePage, programme_page
from app.schemas import Input, parse
from app.templating import View
from app.vocabulary import Completion, Locale, ProgrammeState, ResultLevel

_FIGURES = ("target", "actual")
_OWN = ("next", "done")


@dataclass(frozen=True)
class Opened:
    """Which form of the page is open: that of a part (`section` and `part`; a new one without `part`) or of a
    move (`to`). `form` and `notice` are there when an act did not go through; `done` proposes today as the
    day on which a milestone was done."""

    section: PartKind | None = None
    part: int | None = None
    done: bool = False
    to: ProgrammeState | None = None
    form: FormView | None = None
    notice: str = ""


@dataclass(frozen=True)
class Sent:
    """One act as it came in. An undo from a toast names the version in its address."""

    view: View
    typed: Typed
    session: Session
    actor: Actor
    id: int
    part_id: int | None = None

    @property
    def version(self) -> int | None:
        """The version of the record that the person saw."""
        text = self.view.request.query_params.get("version", "")
        return self.typed.version or (int(text) if re.fullmatch(r"\d{1,9}", text) else None)

    @property
    def needed_version(self) -> int:
        """The same; raises Refused where the form does not tell it."""
        if self.version is None:
            raise Refused("version_needed")
        return self.version

    def once(self, act: str) -> Once:
        """The claim on this act, so that it is done once however often it is sent."""
        key = f"programme:{act}:{self.id}:{self.part_id}:{self.typed.token or self.version}"
        return Once(self.session, self.actor.caller, key)


def perform(sent: Sent, change: Callable[[Programme, int], Programme]) -> Response:
    """Move a programme once; refused, its page says why and keeps what was typed."""
    once = sent.once("move")
    if once.first:
        return once.first
    run = service.get(sent.session, sent.id)
    try:
        run = change(run, sent.needed_version)
        sent.session.flush()
    except (DomainError, StaleDataError) as broken:
        sent.session.rollback()
        error = _tellable(broken)
        errors = told(sent.view.words, error)
        notice = errors.pop("", "")
        to = sent.typed.get("to")
        opened = Opened(
            to=ProgrammeState(to) if to in set(ProgrammeState) else None,
            form=FormView(sent.typed.texts(), errors),
            notice=_stale_notice(sent.view) if isinstance(error, Stale) else notice or _first(errors, "to"),
        )
        return page(sent.view, sent.session, sent.id, opened, status=error.status)
    said = sent.view.words.gettext("Programme: %(state)s.", state=sent.view.words.label(run.state))
    return once.keep(sent.view.redirect(f"/programmes/{sent.id}", said))


def on_part(sent: Sent, kind: PartKind, act: str, change: Callable[[Programme], Any]) -> Response:
    """Add, change, archive or restore a milestone, note or result once."""
    once = sent.once(f"{kind}:{act}")
    if once.first:
        return once.first
    run = service.get(sent.session, sent.id)
    try:
        row = change(run)
        sent.session.flush()
    except (DomainError, StaleDataError) as broken:
        sent.session.rollback()
        error = _tellable(broken)
        errors = told(sent.view.words, error)
        notice = errors.pop("", "")
        if isinstance(error, Stale):
            notice = _stale_notice(sent.view)
        form = FormView(sent.typed.texts(), errors)
        opened = Opened(kind, sent.part_id, form=form, notice=notice)
        return page(sent.view, sent.session, sent.id, opened, status=error.status)
    said = sent.view.words.gettext(_SAID[kind] if act == "add" else _SAID[act])
    undo = (
        f"/programmes/{sent.id}/{kind}/{row.id}/restoration?version={row.version}"
        if act == "archive"
        else None
    )
    if not sent.view.fragment_wanted:
        return once.keep(sent.view.redirect(f"/programmes/{sent.id}#{kind}", said, undo))
    response = page(sent.view, sent.session, sent.id, Opened(kind))
    response.headers["hx-trigger"] = json.dumps({"toast": {"text": said, "undo_url": undo}})
    return once.keep(response)


def _tellable(broken: Exception) -> DomainError:
    """The error that its page can tell; what it cannot is raised on."""
    error = understood(broken)
    if error.status not in {409, 422}:
        raise error
    return error


def _first(errors: dict[str, str], name: str) -> str:
    return errors.get(name, "")


def _stale_notice(view: View) -> str:
    return view.words.gettext(
        "Somebody changed this after you opened it. What stands now is shown here, what you typed is kept "
        "below; to send it again replaces what stands now."
    )


def page(view: View, session: Session, programme_id: int, opened: Opened, *, status: int = 200) -> Response:
    """The programme as its page, or one section of it for htmx."""
    run = programme_page(session, programme_id, view.locale)
    context = {
        "run": run,
        "row": run.row,
        "day": view.today,
        "opened": opened,
        "adds": _adds(view, opened),
        "editing": _editing(view, run, opened),
        "may_write": view.can("write"),
        "levels": list(ResultLevel),
        "token": FormView().token,
    }
    if view.fragment_wanted and opened.section:
        return view.fragment(f"programmes/_{opened.section}.html", status=status, **context)
    assert view.actor is not None
    parts = (
        ("milestone", [row.id for row in run.row.milestones]),
        ("progress_note", [row.id for row in run.row.notes]),
        ("programme_result", [row.id for row in run.row.results]),
    )
    lines = history_of(session, "programme", programme_id, view.actor, view.words, parts=parts)
    moves = moves_from(run.row.state, started=run.row.started_on is not None)
    return view.page(
        "programmes/show.html",
        status=status,
        lines=lines,
        files=panel_of(view, session, "programme", programme_id),
        moves=[(to, _move_form(view, opened, to)) for to in moves],
        needs_why=NEEDS_WHY,
        completions=[(code.value, view.words.label(code)) for code in Completion],
        **context,
    )


def _adds(view: View, opened: Opened) -> dict[str, FormView]:
    """The form of a new part of each kind; after an error what was typed into it."""
    found = {}
    for kind in PartKind:
        data = {"on": view.today.isoformat(), "level": ResultLevel.output.value}
        errors = {}
        if opened.form and opened.section == kind and opened.part is None:
            data, errors = dict(opened.form.data), dict(opened.form.errors)
        found[kind.value] = FormView(data, errors, key=f"new-{kind}")
    return found


def _editing(view: View, run: ProgrammePage, opened: Opened) -> FormView | None:
    """The form of the part that is being edited: as stored, or as typed with what is wrong."""
    if opened.section is None or opened.part is None:
        return None
    rows: dict[str, tuple[Any, ...]] = {
        "milestones": run.row.milestones,
        "notes": run.row.notes,
        "results": run.row.results,
    }
    row = next((r for r in rows[opened.section] if r.id == opened.part), None)
    if row is None:
        return None
    data: dict[str, Any] = {
        name: _shown(getattr(row, name), view.locale) for name in PARTS[opened.section].patch.model_fields
    }
    if opened.done and not data.get("done_on"):
        data["done_on"] = view.today.isoformat()
    errors = {}
    if opened.form:
        data, errors = dict(opened.form.data), dict(opened.form.errors)
    return FormView(data, errors, row.version, key=f"edit-{opened.section}")


def _shown(value: Any, locale: Locale) -> str:
    match value:
        case None:
            return ""
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case float():
            return f"{value:.15g}".replace(".", "," if locale == Locale.vi else ".")
    return str(value)


def _move_form(view: View, opened: Opened, to: ProgrammeState) -> FormView:
    if opened.form and opened.to == to:
        return FormView(opened.form.data, opened.form.errors, key=f"to-{to}")
    return FormView({"on": view.today.isoformat()}, key=f"to-{to}")


def plain(typed: Typed) -> dict[str, Any]:
    """What an act carries; what is left empty is not there."""
    return {name: value for name, value in typed.data().items() if value.strip() and name not in _OWN}


def part_said(view: View, typed: Typed, kind: PartKind, *, patch: bool = False) -> Input:
    """The form of a part as its schema reads it; figures may be written the reader's way."""
    data = {name: value for name, value in typed.data().items() if name not in _OWN}
    for name in _FIGURES:
        if name in data:
            data[name] = written(data[name], view.locale)
    if patch:
        return parse(PARTS[kind].patch, data)
    return parse(PARTS[kind].create, {name: value for name, value in data.items() if value.strip()})


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


_SAID: dict[str, str] = {
    PartKind.milestones: _("Milestone set."),
    PartKind.notes: _("Progress noted."),
    PartKind.results: _("Result recorded."),
    "change": _("Saved."),
    "archive": _("Taken out."),
    "restore": _("Brought back."),
}
