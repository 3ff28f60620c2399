"""Agreements over REST: the list, one with its steps, and the acts that lead it from an idea to its end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.agreements import service
from app.agreements.filters import AgreementQuery
from app.agreements.listing import behind, key_of, list_agreements
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
from app.dependencies import ApiManager, ApiReader, ApiWriter, ReadSession, Today, WriteSession
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.models import Agreement
from app.once import Once
from app.rest import (
    ApiRoute,
    IdempotencyKey,
    IfMatch,
    RawBody,
    RecordId,
    asked,
    listing,
    one,
    page_of,
    read_cursor,
)
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
    lines = list(list_agreements(session, query, today, Locale.vi, sort=query.sort).lines)
    if query.expires_before:
        lines = [line for line in lines if line.ends_on and line.ends_on < query.expires_before]
    if (cursor := read_cursor(request, query.cursor)) is not None:
        lines = behind(lines, query.sort, cursor)
    shown, after = page_of(lines[: query.limit + 1], query.limit, lambda line: key_of(line, query.sort))
    return listing(request, many_json(session, [line.id for line in shown], today), after)


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
def create(
    request: Request,
    data: NewAgreement,
    body: RawBody,
    actor: ApiWriter,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Enter an idea, or a paper that is signed already (`state=signed`)."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    paper = service.enter(session, actor, data, today=today)
    found = one_json(session, paper.id or 0, today)
    where = f"/api/v1/agreements/{paper.id}"
    return once.keep(one(request, found, found.version, status=201, location=where))


@router.patch("/agreements/{agreement_id}", summary="Change an agreement", responses=_CHANGED)
def change(
    request: Request,
    agreement_id: RecordId,
    data: AgreementPatch,
    match: IfMatch,
    actor: ApiWriter,
    session: WriteSession,
    today: Today,
) -> Response:
    """Change what is written of a paper; lists are replaced as a whole. Its state changes by the acts."""
    paper = service.get(session, agreement_id)
    service.change(session, actor, paper, data, version=match.version(paper), today=today)
    session.flush()
    found = one_json(session, agreement_id, today)
    return one(request, found, found.version)


@dataclass(frozen=True)
class _Act:
    """An act as it came in: done once, answered with the paper as it is then."""

    request: Request
    session: Session
    actor: Actor
    today: Today
    match: IfMatch
    key: str | None
    body: bytes

    def answer(self, agreement_id: int, do: Callable[[Agreement, int], Agreement]) -> Response:
        once = Once(self.session, self.actor.caller, self.key, self.body)
        if once.first:
            return once.first
        paper = service.get(self.session, agreement_id)
        do(paper, self.match.version(paper))
        self.session.flush()
        found = one_json(self.session, agreement_id, self.today)
        return once.keep(one(self.request, found, found.version))


@router.post("/agreements/{agreement_id}/proposal", summary="Put an agreement forward", responses=_CHANGED)
def propose(
    request: Request,
    agreement_id: RecordId,
    body: RawBody,
    actor: ApiWriter,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Put an idea forward, or again what was refused or withdrawn."""
    act = _Act(request, session, actor, today, match, idempotency_key, body)
    return act.answer(
        agreement_id,
        lambda paper, version: service.propose(session, actor, paper, version=version),
    )


@router.post(
    "/agreements/{agreement_id}/consultation", summary="Ask agencies for their opinion", responses=_CHANGED
)
def consult(
    request: Request,
    agreement_id: RecordId,
    data: ConsultationIn,
    body: RawBody,
    actor: ApiWriter,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Ask agencies (by their codes) on a complete dossier: each gets a step with its due date. One that
    has answered may be asked again: its last word counts."""
    act = _Act(request, session, actor, today, match, idempotency_key, body)
    return act.answer(
        agreement_id,
        lambda paper, version: service.consult(session, actor, paper, data, version=version, today=today),
    )


@router.post("/agreements/{agreement_id}/opinions", summary="Enter an agency's opinion", responses=_CHANGED)
def take_opinion(
    request: Request,
    agreement_id: RecordId,
    data: OpinionIn,
    body: RawBody,
    actor: ApiWriter,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """What an agency answered. Anything but plain consent needs `text`."""
    act = _Act(request, session, actor, today, match, idempotency_key, body)
    return act.answer(
        agreement_id,
        lambda paper, version: service.take_opinion(
            session, actor, paper, data, version=version, today=today
        ),
    )


@router.post(
    "/agreements/{agreement_id}/resolution", summary="Decide over a disagreement", responses=_CHANGED
)
def resolve(
    request: Request,
    agreement_id: RecordId,
    data: ResolutionIn,
    body: RawBody,
    actor: ApiManager,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Go on although an agency disagrees, and say why."""
    act = _Act(request, session, actor, today, match, idempotency_key, body)
    return act.answer(
        agreement_id,
        lambda paper, version: service.resolve(session, actor, paper, data, version=version, today=today),
    )


@router.post("/agreements/{agreement_id}/approval", summary="Approve an agreement", responses=_CHANGED)
def approve(
    request: Request,
    agreement_id: RecordId,
    data: ApprovalIn,
    body: RawBody,
    actor: ApiManager,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Let it be signed. 409 while an agency disagrees, or may still answer in time."""
    act = _Act(request, session, actor, today, match, idempotency_key, body)
    return act.answer(
        agreement_id,
        lambda paper, version: service.approve(session, actor, paper, data, version=version, today=today),
    )


@router.post("/agreements/{agreement_id}/signature", summary="Sign an agreement", responses=_CHANGED)
def sign(
    request: Request,
    agreement_id: RecordId,
    data: SignatureIn,
    body: RawBody,
    actor: ApiWriter,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """It was signed: the copy and the report fall due from that day. Fields left out stay as prepared."""
    act = _Act(request, session, actor, today, match, idempotency_key, body)
    return act.answer(
        agreement_id,
        lambda paper, version: service.sign(session, actor, paper, data, version=version, today=today),
    )


@router.post("/agreements/{agreement_id}/report", summary="Mark copy and report as sent", responses=_CHANGED)
def send_report(
    request: Request,
    agreement_id: RecordId,
    data: ReportIn,
    body: RawBody,
    actor: ApiWriter,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """The copy and the report on the signing were sent."""
    act = _Act(request, session, actor, today, match, idempotency_key, body)
    return act.answer(
        agreement_id,
        lambda paper, version: service.send_report(session, actor, paper, data, version=version, today=today),
    )


@router.post("/agreements/{agreement_id}/refusal", summary="Refuse an agreement", responses=_CHANGED)
def refuse(
    request: Request,
    agreement_id: RecordId,
    data: WhyIn,
    body: RawBody,
    actor: ApiManager,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Decide that it will not be signed, and why."""
    act = _Act(request, session, actor, today, match, idempotency_key, body)
    return act.answer(
        agreement_id,
        lambda paper, version: service.refuse(session, actor, paper, data, version=version),
    )


@router.post("/agreements/{agreement_id}/withdrawal", summary="Withdraw an agreement", responses=_CHANGED)
def withdraw(
    request: Request,
    agreement_id: RecordId,
    data: WhyIn,
    body: RawBody,
    actor: ApiWriter,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take it back before it is signed, and say why."""
    act = _Act(request, session, actor, today, match, idempotency_key, body)
    return act.answer(
        agreement_id,
        lambda paper, version: service.withdraw(session, actor, paper, data, version=version),
    )


@router.post("/agreements/{agreement_id}/termination", summary="Terminate an agreement", responses=_CHANGED)
def terminate(
    request: Request,
    agreement_id: RecordId,
    data: TerminationIn,
    body: RawBody,
    actor: ApiWriter,
    match: IfMatch,
    session: WriteSession,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """One side ends a signed paper from a day on, past or ahead."""
    act = _Act(request, session, actor, today, match, idempotency_key, body)
    return act.answer(
        agreement_id,
        lambda paper, version: service.terminate(session, actor, paper, data, version=version, today=today),
    )
