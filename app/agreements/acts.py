"""What the acts on an agreement's page share: once only, refused with everything kept, told in a sentence."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.agreements import forms, service
from app.agreements.consultation import disagreeing
from app.agreements.queries import AgreementPage, agreement_page
from app.deadlines.queries import due_of
from app.errors import DomainError, Forbidden, NotFound, Refused, Stale
from app.failures import understood
from app.files.forms import panel_of
from app.forms import FormView, Typed
from app.history.listing import history_of
from app.models import Agreement
from app.once import Once
from app.organisations.queries import list_units
from app.templating import View
from app.vocabulary import AgreementForce, AgreementState, Opinion, ProcedureCode


class Act(StrEnum):
    """What can be done to a paper; the words of the address."""

    proposal = "proposal"
    consultation = "consultation"
    opinions = "opinions"
    resolution = "resolution"
    approval = "approval"
    signature = "signature"
    report = "report"
    termination = "termination"
    withdrawal = "withdrawal"
    refusal = "refusal"


MANAGED = frozenset({Act.resolution, Act.approval, Act.refusal})
_BY_STATE = {
    AgreementState.idea: (Act.proposal, Act.withdrawal),
    AgreementState.proposed: (Act.consultation, Act.withdrawal, Act.refusal),
    AgreementState.consulting: (
        Act.opinions, Act.resolution, Act.approval, Act.consultation, Act.withdrawal, Act.refusal,
    ),
    AgreementState.approved: (Act.signature, Act.withdrawal, Act.refusal),
    AgreementState.signed: (Act.report, Act.termination),
    AgreementState.refused: (Act.proposal,),
    AgreementState.withdrawn: (Act.proposal,),
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """An act that did not go through: what was sent, and what is wrong."""

    act: Act
    form: FormView = field(default_factory=FormView)
    status: int = 200
    stale: bool = False


@dataclass(frozen=True)
class Sent:
    """One act as it came in."""

    view: View
    typed: Typed
    session: Session
    actor: Actor
    id: int
    act: Act


def perform(sent: Sent, do: Callable[[Agreement, dict[str, Any], int], Agreement]) -> Response:
    """Do it once and go back to the paper's page; refused, the page says why and keeps what was typed."""
    view, session = sent.view, sent.session
    once = Once(session, sent.actor.caller, sent.typed.token and f"{sent.act}:{sent.id}:{sent.typed.token}")
    if once.first:
        return once.first
    try:
        if sent.typed.version is None:
            raise Refused("version_needed")
        data = {k: v for k, v in forms.sent(session, sent.typed, lists=_lists(sent.act)).items() if v != ""}
        do(service.get(session, sent.id), data, sent.typed.version)
        session.flush()
    except (Forbidden, NotFound):
        raise
    except (DomainError, StaleDataError) as error:
        session.rollback()
        found = understood(error)
        if found.status not in {409, 422}:
            raise
        form = FormView(forms.shown(sent.typed), forms.errors(view.words, found))
        problem = Problem(sent.act, form, found.status, isinstance(found, Stale))
        return page(view, session, sent.actor, sent.id, problem)
    return once.keep(view.redirect(f"/agreements/{sent.id}", view.words.gettext(_SAID[sent.act])))


def _lists(act: Act) -> tuple[str, ...]:
    return {Act.consultation: ("agencies",), Act.signature: ("sectors", "support_units")}.get(act, ())


def offered(view: View, paper: AgreementPage) -> list[Act]:
    """The acts that the paper's state and the reader's role allow, the likeliest first."""
    if not view.can("write"):
        return []
    row, steps = paper.row, paper.steps
    pointless = {
        Act.opinions: not any(step.open for step in paper.opinions()),
        Act.resolution: not disagreeing(steps),
        Act.report: not any(s.open and s.code == ProcedureCode.copy_and_report for s in steps),
        Act.termination: row.terminated_on is not None or row.force == AgreementForce.expired,
        Act.approval: bool(paper.blocks(view.today)),
    }
    return [
        act
        for act in _BY_STATE[row.state]
        if not pointless.get(act) and (act not in MANAGED or view.can("manage"))
    ]


def page(
    view: View, session: Session, actor: Actor, agreement_id: int, problem: Problem | None = None
) -> Response:
    """The page of one paper, with an act that is open or did not go through."""
    paper = agreement_page(session, agreement_id, view.locale, view.today)
    parts = [("procedure_step", [step.id for step in paper.steps])]
    lines = history_of(session, "agreement", agreement_id, actor, view.words, parts=parts)
    acts = offered(view, paper)
    if problem and problem.act not in acts:
        if problem.status == 200:  # only asked for, and not to be had now
            problem = None
        else:
            acts.insert(0, problem.act)
    return view.page(
        "agreements/show.html",
        status=problem.status if problem else 200,
        paper=paper,
        row=paper.row,
        lines=lines,
        day=view.today,
        acts=acts,
        problem=problem,
        form_of={act: _form(view, session, paper, act, problem) for act in acts},
        labels=forms.labels(view.words),
        files=panel_of(view, session, "agreement", agreement_id),
        choices=_choices(view, session, paper, acts),
        unruled=_unruled(session, paper, view.today),
    )


def _form(view: View, session: Session, paper: AgreementPage, act: Act, problem: Problem | None) -> FormView:
    if problem and problem.act == act:
        return FormView(problem.form.data, problem.form.errors, paper.row.version, key=act.value)
    data: dict[str, Any] = {}
    if act == Act.signature:
        data = {
            "number": paper.number, "signed_in_name_of": paper.signed_in_name_of, "place": paper.place,
            "signatories": paper.signatories, "languages": paper.languages,
            "lead_unit": paper.row.lead_unit_code, "sectors": list(paper.row.sector_codes),
            "auto_renews": "true" if paper.row.auto_renews else "", "notice_months": paper.row.notice_months,
            "expires_on": forms.partial(paper.row.expires_on, paper.row.expires_precision),
            "effective_on": forms.partial(paper.row.effective_on, paper.row.effective_precision),
        }  # fmt: skip
    if act in {Act.opinions, Act.report, Act.signature, Act.consultation}:
        name = {Act.signature: "signed_on", Act.consultation: "dossier_complete_on"}.get(act, "on")
        data[name] = view.today.isoformat()
    return FormView({k: v for k, v in data.items() if v is not None}, {}, paper.row.version, key=act.value)


def _choices(
    view: View, session: Session, paper: AgreementPage, acts: list[Act]
) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {
        "opinion": [(o.value, view.words.label(o)) for o in Opinion],
        "waiting": [(s.agency_code or "", s.agency or "") for s in paper.opinions() if s.open],
        "disagreeing": [(s.agency_code or "", s.agency or "") for s in disagreeing(paper.steps)],
    }
    if Act.consultation in acts:
        waiting = {code for code, _ in found["waiting"]}
        units = list_units(session, view.locale, forms.ASKED)
        found["agencies"] = [(u.code, u.name) for u in units if u.code not in waiting]
    if Act.signature in acts:
        found |= forms.menus(session, view.words)
    return found


def _unruled(session: Session, paper: AgreementPage, today: date) -> bool:
    """Whether what was just done should have a deadline and has none, since no rule was in force."""
    row = paper.row
    code = ProcedureCode.copy_and_report
    if (
        row.state != AgreementState.signed
        or row.signed_on is None
        or any(s.code == code for s in paper.steps)
    ):
        return False
    return (today - row.signed_on).days <= 30 and due_of(session, code, row.signed_on) is None


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


_SAID = {
    Act.proposal: _("Put forward."),
    Act.consultation: _("The agencies are asked; each has its deadline."),
    Act.opinions: _("Opinion saved."),
    Act.resolution: _("Decision saved."),
    Act.approval: _("Approved: it may be signed."),
    Act.signature: _("Signed. The copy and the report fall due."),
    Act.report: _("Copy and report are sent."),
    Act.termination: _("Termination saved."),
    Act.withdrawal: _("Withdrawn."),
    Act.refusal: _("Refused."),
}
