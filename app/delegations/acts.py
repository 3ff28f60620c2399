"""What the acts on a delegation share: once only; refused with everything kept; answered with its page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.delegations import service
from app.delegations.trip import DelegationPage, delegation_page
from app.errors import DomainError, Forbidden, Refused
from app.failures import told, understood
from app.files.forms import panel_of
from app.forms import FormView, Typed
from app.history.listing import history_of
from app.models import Delegation
from app.once import Once
from app.suggestions.queries import stuck_near
from app.templating import View
from app.vocabulary import DelegationDirection, DelegationState


class Act(StrEnum):
    """What can be done to a trip; the words of the address."""

    approval = "approval"
    start = "start"
    completion = "completion"
    minutes = "minutes"
    report = "report"
    cancellation = "cancellation"
    reinstatement = "reinstatement"


@dataclass(frozen=True)
class Problem:
    """An act that did not go through: what was sent, what is wrong, and what is said about it."""

    act: Act
    form: FormView = field(default_factory=FormView)
    notice: str = ""


@dataclass(frozen=True)
class Sent:
    """One act as it came in."""

    view: View
    typed: Typed
    session: Session
    actor: Actor
    id: int
    act: Act

    def data(self) -> dict[str, Any]:
        """What the form carries; what is left empty is not there."""
        return {name: value for name, value in self.typed.data().items() if value.strip()}


def perform(
    sent: Sent,
    change: Callable[[Delegation, int], str],
    refused: Callable[[DomainError], Response] | None = None,
) -> Response:
    """Do it once; what `change` gives back is the address to go on to. Refused, the trip's page says why
    and keeps what was typed, unless `refused` answers with a page of its own."""
    once = Once(sent.session, sent.actor.caller, sent.typed.token)
    if once.first:
        return once.first
    try:
        if sent.typed.version is None:
            raise Refused("version_needed")
        address = change(service.get(sent.session, sent.id), sent.typed.version)
        sent.session.flush()
    except Forbidden:
        raise
    except (DomainError, StaleDataError) as trouble:
        sent.session.rollback()
        error = understood(trouble)
        if error.status not in {409, 422}:
            raise error from None
        return refused(error) if refused else _refused(sent, error)
    return once.keep(sent.view.redirect(address, sent.view.words.gettext(_SAID[sent.act])))


def _refused(sent: Sent, error: DomainError) -> Response:
    errors = told(sent.view.words, error)
    notice = errors.pop("", "")
    problem = Problem(sent.act, FormView(sent.typed.texts(), errors), notice)
    return answer(sent.view, sent.session, sent.actor, sent.id, problem, status=error.status)


def answer(
    view: View,
    session: Session,
    actor: Actor,
    delegation_id: int,
    problem: Problem | None = None,
    *,
    status: int = 200,
) -> Response:
    """The page of one delegation, with an act that did not go through."""
    visit = delegation_page(session, delegation_id, actor, view.today, view.locale)
    parts = [
        ("delegation_member", {it.id for it in visit.who}),
        ("delegation_meeting", {it.id for it in visit.meetings}),
        ("gift", {it.id for it in visit.gifts}),
    ]
    return view.page(
        "delegations/show.html",
        status=status,
        visit=visit,
        lines=history_of(session, "delegation", delegation_id, actor, view.words, parts=parts),
        here=f"/delegations/{delegation_id}",
        files=panel_of(view, session, "delegation", delegation_id),
        form=FormView(
            problem.form.data if problem else {},
            problem.form.errors if problem else {},
            visit.version,
        ),
        act=problem.act if problem else None,
        notice=problem.notice if problem else "",
        steps=[state for state in DelegationState if state != DelegationState.cancelled],
        near=stuck_near(session, delegation_id, view.locale) if _ahead(visit, view.today) else [],
        token=FormView().token,
        problem=None,
    )


def _ahead(visit: DelegationPage, today: date) -> bool:
    """Whether it is a trip of ours that can still be changed."""
    coming = (DelegationState.planned, DelegationState.approved, DelegationState.under_way)
    return (
        visit.direction == DelegationDirection.outbound and visit.state in coming and visit.ends_on >= today
    )


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


_SAID = {
    Act.approval: _("Delegation approved."),
    Act.start: _("Delegation under way."),
    Act.completion: _("Delegation completed."),
    Act.minutes: _("Minutes saved."),
    Act.report: _("Report saved."),
    Act.cancellation: _("Delegation cancelled."),
    Act.reinstatement: _("Delegation reinstated."),
}
