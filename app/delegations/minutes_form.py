"""The form in which a trip's minutes and what was agreed are written, when it is completed or later."""

from typing import Any, TypeVar

from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.delegations.acts import Act, Sent
from app.delegations.schemas import MinutesIn
from app.delegations.trip import DelegationPage, delegation_page
from app.delegations.visit_form import (
    LEAST_LINES,
    MOST_LINES,
    WRITTEN,
    blank,
    fresh_lines,
    line_labels,
    line_menus,
    written_first,
)
from app.errors import DomainError
from app.failures import told
from app.forms import FormView, Typed
from app.schemas import parse
from app.templating import View

M = TypeVar("M", bound=MinutesIn)


def read_minutes(schema: type[M], typed: Typed) -> M:
    """The posted form; a line's partner, where one is chosen, is the only one it concerns."""
    data: dict[str, Any] = {
        name: value for name, value in typed.data(lines={"follow_ups": WRITTEN}).items() if not blank(value)
    }
    data.pop("add_line", None)
    data["follow_ups"] = [_line(line) for line in data["follow_ups"]]
    if "cost_actual" in data:
        data["cost_actual"] = "".join(ch for ch in data["cost_actual"] if ch not in " .,\u00a0")
    return parse(schema, data)


def _line(line: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: value for name, value in line.items() if not blank(value)}
    if chosen := found.pop("partners", None):
        found["partners"] = [chosen]
    return found


def fresh(view: View, session: Session, actor: Actor, delegation_id: int, act: Act) -> Response:
    """The form with nothing written in it but what is on file."""
    trip = delegation_page(session, delegation_id, actor, view.today, view.locale)
    data = {"confidential": "true" if trip.confidential else ""}
    if act == Act.minutes:
        data |= {"met": trip.met or "", "minutes": trip.minutes or ""}
    return _page(view, session, trip, act, data, lines=LEAST_LINES)


def again(sent: Sent, error: DomainError | None = None) -> Response:
    """The form as it was typed."""
    trip = delegation_page(sent.session, sent.id, sent.actor, sent.view.today, sent.view.locale)
    data, kept = written_first(sent.typed)
    count = min(MOST_LINES, max(LEAST_LINES, kept + (1 if error is None else 0)))
    return _page(sent.view, sent.session, trip, sent.act, data, lines=count, kept=kept, error=error)


def _page(
    view: View,
    session: Session,
    trip: DelegationPage,
    act: Act,
    data: dict[str, str],
    *,
    lines: int,
    kept: int = 0,
    error: DomainError | None = None,
) -> Response:
    data |= fresh_lines(view, range(kept, lines))
    _ = view.words.gettext
    labels = {
        "met": _("Whom we met"), "minutes": _("Minutes"), "confidential": _("Confidential"),
        "cost_actual": _("Actual cost"), "follow_ups": _("Follow-ups"),
    }  # fmt: skip
    return view.page(
        "delegations/minutes.html",
        status=error.status if error else 200,
        form=FormView(data, told(view.words, error) if error else {}, trip.version),
        labels=labels | line_labels(view, lines),
        visit=trip,
        act=act,
        lines=lines,
        places=[(partner.slug, partner.name) for partner in trip.partners],
        **line_menus(view, session),
    )
