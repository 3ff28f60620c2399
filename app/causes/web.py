"""Naming a cause from the review page or a partner's own page."""

from fastapi import APIRouter
from starlette.responses import Response

from app.causes import service
from app.causes.queries import partner_of
from app.causes.schemas import CauseIn
from app.dependencies import Form, Manager, Page, Today, WriteSession
from app.models import Partner
from app.partners import queries as partners
from app.rest import RecordId
from app.review.turn import Turn

router = APIRouter()


@router.post("/partners/{slug}/causes")
def name_cause(
    view: Page, slug: str, typed: Form, actor: Manager, session: WriteSession, today: Today
) -> Response:
    turn = Turn(view, session, actor, today, typed, "cause")

    def act(partner: Partner) -> str:
        row = service.name_cause(session, actor, partner, turn.parsed(CauseIn), today=today)
        name, cause = turn.name(partner), view.words.label(row.cause)
        return turn.gettext("Named for %(partner)s: %(cause)s.", partner=name, cause=cause)

    return turn.answer(lambda: partners.get(session, slug), act)


@router.post("/causes/{cause_id}/end")
def end_cause(
    view: Page, cause_id: RecordId, typed: Form, actor: Manager, session: WriteSession, today: Today
) -> Response:
    turn = Turn(view, session, actor, today, typed, "cause_end")

    def act(partner: Partner) -> str:
        row = service.get_cause(session, cause_id)
        service.end_cause(session, actor, row, version=turn.version, today=today)
        return turn.gettext("No cause is named for %(partner)s any more.", partner=turn.name(partner))

    return turn.answer(lambda: partner_of(session, cause_id), act)
