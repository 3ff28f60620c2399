"""The page of one push put together: what was meant, what was done, what the evidence says, and the acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from app.delegations.visit_form import line_menus
from app.errors import DomainError, Stale
from app.failures import told
from app.follow_ups.queries import of_push
from app.forms import FormView, Typed
from app.history.listing import history_of
from app.partners.queries import get as get_partner
from app.pushes.form import labels
from app.pushes.queries import push_row, turns_since
from app.templating import View
from app.vocabulary import PushState


@dataclass(frozen=True)
class Trouble:
    """An act that was refused: which one, what was typed, and why."""

    act: str
    typed: Typed
    error: DomainError


def page(view: View, session: Session, push_id: int, trouble: Trouble | None = None) -> Response:
    """One push; a fixed number of statements. Raises NotFound."""
    assert view.actor is not None
    view.behind = "/review"
    row = push_row(session, push_id, view.locale, view.today)
    partner = get_partner(session, row.partner)
    is_open = row.state == PushState.open

    def form(act: str, data: Mapping[str, Any]) -> FormView:
        if trouble is None or trouble.act != act:
            return FormView(data, key=act, version=row.version)
        # A stale form goes on from what is stored now; any other keeps the version it was made from.
        stale = isinstance(trouble.error, Stale)
        version = row.version if stale else trouble.typed.version
        return FormView(trouble.typed.texts(), told(view.words, trouble.error), version, act)

    can_add = is_open and view.can("write")
    return view.page(
        "pushes/show.html",
        status=trouble.error.status if trouble else 200,
        row=row,
        steps=of_push(session, push_id, view.today, view.locale),
        turns=turns_since(session, partner, row, view.today),
        lines=history_of(session, "push", push_id, view.actor, view.words),
        act=trouble.act if trouble else None,
        may_manage=is_open and view.can("manage"),
        may_add=can_add,
        forms={
            "edit": form("edit", {"deadline": row.deadline.isoformat(), "note": row.note or ""}),
            "withdrawal": form("withdrawal", {}),
            "step": form("step", {"assignee": row.officer_email or view.actor.email or ""}),
        },
        labels=labels(view, 0),
        here=f"/pushes/{push_id}",
        token=FormView().token,
        problem=None,
        **(line_menus(view, session) if can_add else {}),
    )
