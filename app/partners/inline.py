"""One field of a partner, changed where it is read: its small form, and what it shows when refused."""

import json
from enum import StrEnum

from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor, Permission
from app.errors import Forbidden
from app.failures import told, understood
from app.forms import FormView, Typed
from app.models import Partner
from app.partners import forms
from app.templating import View


class Field(StrEnum):
    """The fields that are changed in their place; the words of the address."""

    tier = "tier"
    officer = "officer"
    objectives = "objectives"
    declared_rung = "declared_rung"


def check(actor: Actor, field: Field) -> None:
    """Raises Forbidden for what only a manager may change."""
    if field in forms.MANAGED and not actor.can(Permission.manage):
        raise Forbidden("not_allowed")


def page(
    view: View,
    session: Session,
    partner: Partner,
    field: Field,
    back: str,
    *,
    typed: Typed | None = None,
    error: Exception | None = None,
) -> Response:
    """The field's form: in its place (htmx) or on a page of its own. After a stale edit it tells what stands
    now and who saved it, keeps what was typed, and is ready to be sent for the present version."""
    refused = understood(error) if error else None
    now = forms.stored(session, partner)
    stale = refused is not None and refused.kind == "stale"
    value = typed.get(field) if typed else now[field]
    choices = forms.menus(session, view.words, {**now, field: value})
    context = {
        "partner": partner,
        "field": field,
        "label": forms.labels(view.words)[field],
        "form": FormView(
            {field: value},
            told(view.words, refused) if refused and not stale else {},
            partner.version,
            key="inline",
        ),
        "options": choices.get(field),
        "theirs": forms.in_words(field, now[field], view.words, choices) if stale else None,
        "saved_by": forms.saved_by(session, partner) if stale else "",
        "back": back,
    }
    status = refused.status if refused else 200
    if view.fragment_wanted:
        return view.fragment("partners/_field.html", status=status, **context)
    return view.page("partners/field.html", status=status, **context)


def saved(view: View, back: str, said: str) -> Response:
    """The partner's page again: its standing may have moved with the field."""
    if not view.fragment_wanted:
        return view.redirect(back, said)
    place = {"path": back, "target": "#main", "select": "#main", "swap": "outerHTML show:none"}
    headers = {"hx-location": json.dumps(place), "hx-trigger": json.dumps({"toast": {"text": said}})}
    return Response(status_code=204, headers=headers)
