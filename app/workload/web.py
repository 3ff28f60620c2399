"""Who carries how much; the page that hands all of one person's work to another, and its sheet."""

from fastapi import APIRouter
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.accounts.queries import by_email, list_users
from app.dependencies import Form, Manager, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, NotFound
from app.failures import told, understood
from app.forms import FormView
from app.once import Once
from app.rest import RecordId
from app.schemas import parse
from app.templating import View
from app.workload import service
from app.workload.queries import held_by, sheet_of, workload
from app.workload.schemas import HandoverIn

router = APIRouter()


@router.get("/workload", name="workload:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    return view.page("workload/index.html", load=workload(session, today, view.locale))


@router.get("/workload/handovers/new", name="workload:new")
def new(view: Page, session: ReadSession, actor: Manager, giver: str) -> Response:
    return _form(view, session, giver, FormView({"giver": giver}))


@router.post("/workload/handovers")
def create(view: Page, typed: Form, session: WriteSession, actor: Manager, today: Today) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    said = {n: v for n in HandoverIn.model_fields if (v := typed.get(n)).strip()}
    try:
        done = service.hand_over(session, actor, parse(HandoverIn, said), today=today)
        session.flush()
    except (DomainError, StaleDataError) as error:
        session.rollback()
        found = understood(error)
        if found.status not in {409, 422}:
            raise
        form = FormView(typed.texts(), told(view.words, found))
        return _form(view, session, typed.get("giver"), form, found.status)
    text = view.words.gettext("Handed over; nothing is left behind.")
    return once.keep(view.redirect(f"/workload/handovers/{done}", text))


@router.get("/workload/handovers/{handover_id}", name="workload:sheet")
def sheet(view: Page, session: ReadSession, actor: Viewer, today: Today, handover_id: RecordId) -> Response:
    found = sheet_of(session, actor, handover_id, today, view.locale)
    return view.page("workload/sheet.html", sheet=found)


def _form(view: View, session: Session, giver: str, form: FormView, status: int = 200) -> Response:
    user = by_email(session, giver)
    if user is None or view.actor is None:
        raise NotFound("user")
    takers = [
        (u.email, u.name)
        for u in list_users(session, active_only=True, who_write=True)
        if u.email != user.email
    ]
    return view.page(
        "workload/handover.html",
        status=status,
        sheet=held_by(session, view.actor, user, view.today, view.locale),
        email=user.email,
        form=form,
        takers=takers,
    )
