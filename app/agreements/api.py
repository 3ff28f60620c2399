"""Agreements over REST: the list, one with its steps, and the acts that lead it from an idea to its end."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.acts import Act, ManagerAct, WriterAct, WriterPatch, WriterPost
from app.agreements import service
from app.agreements.filters import AgreementQuery
from app.agreements.listing import is_behind, key_of, list_agreements
from app.agreements.resource import AgreementJson, many_json, one_json
from app.agreements.schemas import (
    AgreementPatch,
    ApprovalIn,
    ConsultationIn,
    NewAgreement,
    OpinionIn,
    ReportIn,
    ResolutionIn,
    SignatureIn,
    TerminationIn,
    WhyIn,
)
from app.answers import one
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.listings import listed
from app.rest import ApiRoute, RecordId, asked
from app.vocabulary import Locale

router = APIRouter(tags=["agreements"], route_class=ApiRoute)
_CHANGED = answers_changed(AgreementJson, 409)


@dataclass(slots=True)
class AgreementPage:
    """A page of agreements; `next` is the address of the one after, or null."""

    items: list[AgreementJson]
    next: str | None


@router.get(
    "/agreements",
    name="list",
    summary="List agreements",
    responses=answers_list(AgreementPage),
    openapi_extra=parameters(AgreementQuery),
)
def list_(
    request: Request,
    query: Annotated[AgreementQuery, asked(AgreementQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """Papers in any state, signed or on their way. To count partners with an agreement count partners."""
    lines = list_agreements(session, query, today, Locale.vi, sort=query.sort).lines
    if (day := query.expires_before) is not None:
        lines = tuple(line for line in lines if line.ends_on and line.ends_on < day)
    return listed(
        request,
        query,
        lambda part: part.cut(lines, lambda line, behind: is_behind(line, query.sort, behind)),
        key=lambda line: key_of(line, query.sort),
        items=lambda some: many_json(session, [line.id for line in some], today),
        at_hand=True,
    )


@router.get(
    "/agreements/{agreement_id}",
    summary="One agreement",
    responses=answers_one(AgreementJson, 404),
)
def show(
    request: Request, agreement_id: RecordId, actor: ApiReader, session: ReadSession, today: Today
) -> Response:
    """One agreement with the steps of its procedure. Its ETag is needed to change it."""
    found = one_json(session, agreement_id, today)
    return one(request, found, found.version)


@router.post(
    "/agreements", status_code=201, summary="Enter an agreement", responses=answers_created(AgreementJson)
)
def create(data: NewAgreement, act: WriterPost) -> Response:
    """Enter an idea, or a paper that is signed already (`state=signed`)."""
    paper = service.enter(act.session, act.actor, data, today=act.today)
    found = one_json(act.session, paper.id or 0, act.today)
    return act.created(found, found.version, at=f"/api/v1/agreements/{paper.id}")


def _told(act: Act, agreement_id: int) -> Response:
    """The paper as it is now, with its steps."""
    found = one_json(act.session, agreement_id, act.today)
    return act.answer(found, found.version)


@router.patch("/agreements/{agreement_id}", summary="Change an agreement", responses=_CHANGED)
def change(agreement_id: RecordId, data: AgreementPatch, act: WriterPatch) -> Response:
    """Change what is written of a paper; lists are replaced as a whole. Its state changes by the acts."""
    paper = service.get(act.session, agreement_id)
    service.change(act.session, act.actor, paper, data, version=act.version(paper), today=act.today)
    return _told(act, agreement_id)


@router.post("/agreements/{agreement_id}/proposal", summary="Put an agreement forward", responses=_CHANGED)
def propose(agreement_id: RecordId, act: WriterAct) -> Response:
    """Put an idea forward, or again what was refused or withdrawn."""
    paper = service.get(act.session, agreement_id)
    service.propose(act.session, act.actor, paper, version=act.version(paper))
    return _told(act, agreement_id)


@router.post(
    "/agreements/{agreement_id}/consultation", summary="Ask agencies for their opinion", responses=_CHANGED
)
def consult(agreement_id: RecordId, data: ConsultationIn, act: WriterAct) -> Response:
    """Ask agencies (by their codes) on a complete dossier: each gets a step with its due date. One that
    has answered may be asked again: its last word counts."""
    paper = service.get(act.session, agreement_id)
    service.consult(act.session, act.actor, paper, data, version=act.version(paper), today=act.today)
    return _told(act, agreement_id)


@router.post("/agreements/{agreement_id}/opinions", summary="Enter an agency's opinion", responses=_CHANGED)
def take_opinion(agreement_id: RecordId, data: OpinionIn, act: WriterAct) -> Response:
    """What an agency answered. Anything but plain consent needs `text`."""
    paper = service.get(act.session, agreement_id)
    service.take_opinion(act.session, act.actor, paper, data, version=act.version(paper), today=act.today)
    return _told(act, agreement_id)


@router.post(
    "/agreements/{agreement_id}/resolution", summary="Decide over a disagreement", responses=_CHANGED
)
def resolve(agreement_id: RecordId, data: ResolutionIn, act: ManagerAct) -> Response:
    """Go on although an agency disagrees, and say why."""
    paper = service.get(act.session, agreement_id)
    service.resolve(act.session, act.actor, paper, data, version=act.version(paper), today=act.today)
    return _told(act, agreement_id)


@router.post("/agreements/{agreement_id}/approval", summary="Approve an agreement", responses=_CHANGED)
def approve(agreement_id: RecordId, data: ApprovalIn, act: ManagerAct) -> Response:
    """Let it be signed. 409 while an agency disagrees, or may still answer in time."""
    paper = service.get(act.session, agreement_id)
    service.approve(act.session, act.actor, paper, data, version=act.version(paper), today=act.today)
    return _told(act, agreement_id)


@router.post("/agreements/{agreement_id}/signature", summary="Sign an agreement", responses=_CHANGED)
def sign(agreement_id: RecordId, data: SignatureIn, act: WriterAct) -> Response:
    """It was signed: the copy and the report fall due from that day. Fields left out stay as prepared."""
    paper = service.get(act.session, agreement_id)
    service.sign(act.session, act.actor, paper, data, version=act.version(paper), today=act.today)
    return _told(act, agreement_id)


@router.post("/agreements/{agreement_id}/report", summary="Mark copy and report as sent", responses=_CHANGED)
def send_report(agreement_id: RecordId, data: ReportIn, act: WriterAct) -> Response:
    """The copy and the report on the signing were sent."""
    paper = service.get(act.session, agreement_id)
    service.send_report(act.session, act.actor, paper, data, version=act.version(paper), today=act.today)
    return _told(act, agreement_id)


@router.post("/agreements/{agreement_id}/refusal", summary="Refuse an agreement", responses=_CHANGED)
def refuse(agreement_id: RecordId, data: WhyIn, act: ManagerAct) -> Response:
    """Decide that it will not be signed, and why."""
    paper = service.get(act.session, agreement_id)
    service.refuse(act.session, act.actor, paper, data, version=act.version(paper))
    return _told(act, agreement_id)


@router.post("/agreements/{agreement_id}/withdrawal", summary="Withdraw an agreement", responses=_CHANGED)
def withdraw(agreement_id: RecordId, data: WhyIn, act: WriterAct) -> Response:
    """Take it back before it is signed, and say why."""
    paper = service.get(act.session, agreement_id)
    service.withdraw(act.session, act.actor, paper, data, version=act.version(paper))
    return _told(act, agreement_id)


@router.post("/agreements/{agreement_id}/termination", summary="Terminate an agreement", responses=_CHANGED)
def terminate(agreement_id: RecordId, data: TerminationIn, act: WriterAct) -> Response:
    """One side ends a signed paper from a day on, past or ahead."""
    paper = service.get(act.session, agreement_id)
    service.terminate(act.session, act.actor, paper, data, version=act.version(paper), today=act.today)
    return _told(act, agreement_id)
