"""What the acts on a follow-up share: once only; refused with everything kept; answered as row or page."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.accounts.queries import list_users
from app.actor import Actor
from app.errors import DomainError, Refused, Stale
from app.failures import told, understood
from app.files.forms import panel_of
from app.follow_ups import queries, service
from app.forms import FormView, Typed
from app.history.listing import history_of
from app.i18n import Words
from app.models import FollowUp
from app.once import Once
from app.organisations.queries import list_units
from app.partners.named import partner_choices
from app.programmes.queries import grown_from
from app.templating import View
from app.vocabulary import FollowUpKind, FollowUpState, OwedBy, Priority

EDITED = ("title", "owed_by", "kind", "assignee", "unit", "priority")


class Act(StrEnum):
    """What can be done to a follow-up; the words of the address."""

    done = "done"
    postpone = "postpone"
    drop = "drop"
    reopen = "reopen"
    change = "change"
    progress = "progress"


@dataclass(frozen=True)
class Problem:
    """An act that did not go through: what was sent, what is wrong, and what is said about it."""

    act: Act
    form: FormView = field(default_factory=FormView)
    notice: str = ""


@dataclass(frozen=True)
class Sent:
    """One act as it came in. An undo from a toast names version and way back in its address."""

    view: View
    typed: Typed
    session: Session
    actor: Actor
    id: int
    act: Act

    @property
    def version(self) -> int | None:
        """The version of the follow-up that the person saw."""
        text = self.view.request.query_params.get("version", "")
        return self.typed.version or (int(text) if re.fullmatch(r"\d{1,9}", text) else None)

    @property
    def back(self) -> str:
        """Where the person came from; empty for nowhere of ours."""
        return inside(self.typed.get("next") or self.view.request.query_params.get("next", ""))


def perform(sent: Sent, change: Callable[[FollowUp, int], FollowUp]) -> Response:
    """Do it once; refused, the page says why and keeps what was typed."""
    key = f"{sent.act}:{sent.id}:{sent.typed.token or sent.version}"
    once = Once(sent.session, sent.actor.caller, key)
    if once.first:
        return once.first
    try:
        if sent.version is None:
            raise Refused("version_needed")
        work = change(service.get_within(sent.session, sent.actor, sent.id), sent.version)
    except (DomainError, StaleDataError) as error:
        sent.session.rollback()
        return _refused(sent, understood(error))
    said = sent.view.words.gettext(_SAID[sent.act])
    # An act that changed nothing has nothing to take back.
    undo = undo_url(sent.actor, sent.back) if work.version != sent.version else None
    if not sent.view.fragment_wanted:
        return once.keep(sent.view.redirect(sent.back or f"/follow-ups/{sent.id}", said, undo))
    response = answer(sent.view, sent.session, sent.id, None, sent.back)
    response.headers["hx-trigger"] = json.dumps({"toast": {"text": said, "undo_url": undo}})
    return once.keep(response)


def undo_url(actor: Actor, back: str) -> str:
    """Where a toast's Undo takes back what this request did to follow-ups."""
    return f"/follow-ups/acts/{actor.request_id}/reversal?{urlencode({'next': back})}"


def _refused(sent: Sent, error: DomainError) -> Response:
    if error.status not in {409, 422}:
        raise error
    view, session = sent.view, sent.session
    errors = told(view.words, error)
    notice = errors.pop("", "")
    form = FormView(sent.typed.texts(), errors)
    if not isinstance(error, Stale) or view.fragment_wanted:
        problem = Problem(sent.act, form, notice)
        return answer(view, session, sent.id, problem, sent.back, status=error.status)
    page = queries.page_of(session, sent.id, view.today, view.locale)
    return view.page(
        "follow_ups/stale.html",
        status=409,
        act=sent.act,
        page=page,
        form=FormView(sent.typed.texts(), version=page.row.version),
        rows=_both(view, session, sent, page),
        here=sent.back,
        url=sent.view.request.url.path,
    )


def _both(view: View, session: Session, sent: Sent, page: queries.FollowUpPage) -> list[dict[str, str]]:
    """What was sent beside what stands now, in words, field by field."""
    row, now = page.row, _now(page)
    users = {user.email: user.name for user in list_users(session)}
    units = {unit.code: unit.name for unit in list_units(session, view.locale)}
    spoken = view.words

    def shown(name: str, value: str) -> str:
        if name in _CODES:
            return spoken.label(_CODES[name](value)) if value in set(_CODES[name]) else value
        if name in {"due_on", "state"}:
            return value
        return {"assignee": users, "unit": units}.get(name, {}).get(value, value)

    mine = {name: sent.typed.get(name) for name in _FIELDS_OF[sent.act]}
    if sent.act in _STATES:
        mine["state"] = spoken.label(_STATES[sent.act])
        now["state"] = spoken.label(row.state)
    if "due_on" in mine:
        mine["due_on"] = _day(spoken, mine["due_on"])
        now["due_on"] = spoken.date(row.due_on)
    return [
        {
            "name": name,
            "label": spoken.word("field", name),
            "mine": shown(name, value),
            "theirs": shown(name, now.get(name) or ""),
        }
        for name, value in mine.items()
    ]


def _now(page: queries.FollowUpPage) -> dict[str, str]:
    """The stored values as the edit form holds them."""
    row = page.row
    return {
        "title": row.title,
        "owed_by": row.owed_by.value,
        "kind": row.kind.value,
        "priority": row.priority.value,
        "assignee": row.assignee_email or "",
        "unit": page.unit_code or "",
        "outcome": row.outcome or "",
        "why": page.moves[0].why if page.moves else "",
    }


def _day(spoken: Words, text: str) -> str:
    try:
        return spoken.date(date.fromisoformat(text))
    except ValueError:
        return text


_CODES: dict[str, type[StrEnum]] = {"owed_by": OwedBy, "kind": FollowUpKind, "priority": Priority}
_FIELDS_OF = {
    Act.change: EDITED,
    Act.done: ("state", "outcome"),
    Act.postpone: ("due_on", "why"),
    Act.drop: ("state", "why"),
    Act.reopen: ("state",),
    Act.progress: ("on", "text"),
}
_STATES = {
    Act.done: FollowUpState.done,
    Act.drop: FollowUpState.dropped,
    Act.reopen: FollowUpState.open,
}


def answer(
    view: View,
    session: Session,
    follow_up_id: int,
    problem: Problem | None,
    back: str,
    *,
    status: int = 200,
) -> Response:
    """The follow-up as its row (htmx) or its page."""
    if view.fragment_wanted:
        row = queries.row_of(session, follow_up_id, view.today, view.locale)
        token = FormView().token
        menus = {}
        if problem is not None and problem.act == Act.change:
            # In a row one field is changed, its assignee; the page has them all.
            problem = problem if problem.form.data else replace(problem, form=_assigned(row))
            menus = {"users": _assignable(session, row)}
        return view.fragment(
            "follow_ups/_row.html",
            status=status,
            row=row,
            here=back,
            problem=problem,
            token=token,
            fresh=True,
            **menus,
        )
    page = queries.page_of(session, follow_up_id, view.today, view.locale)
    editing = problem is not None and problem.act == Act.change
    return view.page(
        "follow_ups/show.html",
        status=status,
        page=page,
        here=back or f"/follow-ups/{follow_up_id}",
        problem=problem,
        edit=FormView(
            problem.form.data if problem and editing else _now(page),
            problem.form.errors if problem and editing else {},
            page.row.version,
            key="edit",
        ),
        token=FormView().token,
        files=panel_of(view, session, "follow_up", follow_up_id),
        grown=grown_from(session, follow_up_id, view.locale),
        lines=history_of(
            session,
            "follow_up",
            follow_up_id,
            _reader(view),
            view.words,
            parts=[("follow_up_progress", [line.id for line in page.progress])],
        ),
        **_menus(view, session),
    )


def _assigned(row: queries.FollowUpRow) -> FormView:
    return FormView({"assignee": row.assignee_email or ""})


def _assignable(session: Session, row: queries.FollowUpRow) -> list[tuple[str, str]]:
    """Who may be given a follow-up; whoever has it stays among them."""
    users = [(u.email, u.name) for u in list_users(session, active_only=True, who_write=True)]
    own = (row.assignee_email or "", row.assignee or "")
    return users if not own[0] or own in users else [*users, own]


def _reader(view: View) -> Actor:
    assert view.actor is not None
    return view.actor


def _menus(view: View, session: Session) -> dict[str, Any]:
    spoken = view.words
    return {
        "users": [(u.email, u.name) for u in list_users(session, active_only=True, who_write=True)],
        "units": [(u.code, u.name) for u in list_units(session, view.locale)],
        "kinds": list(FollowUpKind),
        "sides": [(side.value, spoken.label(side)) for side in OwedBy],
        "priorities": [(p.value, spoken.label(p)) for p in Priority],
        "labels": {name: spoken.word("field", name) for name in (*EDITED, "due_on", "why", "partner")},
    }


def new_page(view: View, session: Session, form: FormView, status: int = 200) -> Response:
    """The form of a new follow-up."""
    partners = partner_choices(session, view.locale)
    return view.page(
        "follow_ups/new.html", status=status, form=form, partners=partners, **_menus(view, session)
    )


def plain(typed: Typed) -> dict[str, Any]:
    """What an act carries besides its way back; what is left empty is not there."""
    return {name: value for name, value in typed.data().items() if name != "next" and value.strip()}


def kept(typed: Typed) -> dict[str, Any]:
    """The edit form; after a stale edit without the fields of which the other's value was chosen."""
    sent = {name: value for name, value in typed.data().items() if name != "next"}
    theirs = {name.removeprefix("keep-") for name, value in sent.items() if value == "theirs"}
    return {name: v for name, v in sent.items() if not name.startswith("keep-") and name not in theirs}


def inside(path: str) -> str:
    """A path of ours to go back to, or nothing."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else ""


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


_SAID = {
    Act.done: _("Follow-up done."),
    Act.postpone: _("New due date saved."),
    Act.drop: _("Follow-up dropped."),
    Act.reopen: _("Follow-up open again."),
    Act.change: _("Follow-up changed."),
    Act.progress: _("Progress noted."),
}
