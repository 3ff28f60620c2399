"""The managers' page: the queue of those who wait, one case at a time, and what is decided about it.

A form may send `next`, the queue it was opened from (`/review?...`): the answer then leads to that queue's
next case, or to the same one while it still belongs there. Without it the answer is the partner's page.
"""

from fastapi import APIRouter
from starlette.responses import Response

from app.dependencies import Form, Manager, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.models import Partner
from app.partners import queries as partners
from app.partners import service as partner_service
from app.rest import RecordId
from app.review import desk, service
from app.review.pauses import partner_of
from app.review.queries import officer_name
from app.review.schemas import OfficerIn, PauseDecision, PauseIn, StepIn
from app.review.turn import Turn

router = APIRouter()


@router.get("/review", name="review:index")
def index(view: Page, session: ReadSession, actor: Viewer) -> Response:
    return desk.page(view, session, desk.asked_for(view.request.query_params))


@router.post("/partners/{slug}/steps")
def take_step(
    view: Page, slug: str, typed: Form, actor: Officer, session: WriteSession, today: Today
) -> Response:
    turn = Turn(view, session, actor, today, typed, "step")

    def act(partner: Partner) -> str:
        work = service.take_step(session, actor, partner, turn.parsed(StepIn), today=today)
        return turn.gettext("Opened: %(title)s.", title=work.title) + " " + turn.moved(partner)

    return turn.answer(lambda: partners.get(session, slug), act)


@router.post("/partners/{slug}/pauses")
def ask_pause(
    view: Page, slug: str, typed: Form, actor: Officer, session: WriteSession, today: Today
) -> Response:
    turn = Turn(view, session, actor, today, typed, "park")

    def act(partner: Partner) -> str:
        service.ask_pause(session, actor, partner, turn.parsed(PauseIn), today=today)
        name = turn.name(partner)
        return turn.gettext("Asked to park %(partner)s; another person must approve it.", partner=name)

    return turn.answer(lambda: partners.get(session, slug), act)


@router.post("/partners/{slug}/officer")
def reassign(
    view: Page, slug: str, typed: Form, actor: Manager, session: WriteSession, today: Today
) -> Response:
    turn = Turn(view, session, actor, today, typed, "officer")

    def act(partner: Partner) -> str:
        data = turn.parsed(OfficerIn)
        service.reassign(session, actor, partner, data, version=turn.version)
        name, holder = turn.name(partner), officer_name(session, partner)
        if holder is None:
            return turn.gettext("Nobody looks after %(partner)s now.", partner=name)
        return turn.gettext("%(name)s looks after %(partner)s now.", partner=name, name=holder)

    return turn.answer(lambda: partners.get(session, slug), act)


@router.post("/partners/{slug}/reviews")
def confirm_file(
    view: Page, slug: str, typed: Form, actor: Officer, session: WriteSession, today: Today
) -> Response:
    turn = Turn(view, session, actor, today, typed, "confirm")

    def act(partner: Partner) -> str:
        partner_service.confirm_file(session, actor, partner, today=today)
        return turn.gettext("The file is confirmed.") + " " + turn.moved(partner)

    return turn.answer(lambda: partners.get(session, slug), act)


@router.post("/pauses/{pause_id}/decision")
def decide_pause(
    view: Page, pause_id: RecordId, typed: Form, actor: Manager, session: WriteSession, today: Today
) -> Response:
    turn = Turn(view, session, actor, today, typed, "decision")

    def act(partner: Partner) -> str:
        data = turn.parsed(PauseDecision)
        pause = service.get_pause(session, pause_id)
        service.decide_pause(session, actor, pause, data, version=turn.version, today=today)
        if data.approve:
            said = turn.gettext("The pause is approved.")
        elif pause.asked_by_id == actor.user_id:
            said = turn.gettext("The request is withdrawn.")
        else:
            said = turn.gettext("The pause is declined.")
        return said + " " + turn.moved(partner)

    return turn.answer(lambda: partner_of(session, pause_id), act)


@router.post("/pauses/{pause_id}/end")
def end_pause(
    view: Page, pause_id: RecordId, typed: Form, actor: Manager, session: WriteSession, today: Today
) -> Response:
    turn = Turn(view, session, actor, today, typed, "end")

    def act(partner: Partner) -> str:
        pause = service.get_pause(session, pause_id)
        service.end_pause(session, actor, pause, version=turn.version, today=today)
        return turn.gettext("The pause is over.") + " " + turn.moved(partner)

    return turn.answer(lambda: partner_of(session, pause_id), act)
