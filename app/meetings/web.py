"""The meeting mode of the review: begun, gone through case by case, its decisions listed and printed."""

from fastapi import APIRouter
from sqlmodel import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from app.dependencies import Form, Manager, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, Forbidden
from app.failures import told
from app.forms import FormView
from app.lists import Address, Part
from app.meetings import service
from app.meetings.papers import decisions_docx
from app.meetings.queries import decisions_of, list_meetings, meeting_row
from app.meetings.schemas import MeetingIn
from app.once import Once
from app.rest import RecordId
from app.review import desk, hall
from app.review.desk import Asked, Trouble
from app.schemas import parse
from app.templating import View
from app.vocabulary import Locale

router = APIRouter()


@router.get("/review/meeting", name="meetings:case")
def case(view: Page, session: ReadSession, actor: Manager) -> Response:
    asked = desk.asked_in_meeting(view.request.query_params)
    if asked.meeting is None:
        title = view.words.gettext("Review of %(day)s", day=view.words.date(view.today))
        return _begin_page(
            view, session, asked, FormView({"title": title, "held_on": view.today.isoformat()})
        )
    return hall.page(view, session, asked)


def _begin_page(view: View, session: Session, asked: Asked, form: FormView, status: int = 200) -> Response:
    view.behind = desk.HOME
    return view.page(
        "meetings/begin.html",
        status=status,
        form=form,
        queue=asked.here(),
        total=hall.count(view, session, asked),
        today_ones=[row for row in list_meetings(session) if row.held_on == view.today],
        going_on=lambda meeting_id: asked.here(meeting=meeting_id),
    )


@router.get("/review/meetings", name="meetings:index")
def index(view: Page, session: ReadSession, actor: Viewer) -> Response:
    view.behind = desk.HOME
    return view.page("meetings/index.html", rows=list_meetings(session, Part(limit=200)))


@router.post("/review/meetings")
def begin(view: Page, typed: Form, actor: Manager, session: WriteSession, today: Today) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    asked = desk.asked_before(typed) or desk.asked_in_meeting(QueryParams(""))
    try:
        data = parse(MeetingIn, {k: v for k, v in typed.data().items() if k != "next"})
        row = service.begin(session, actor, data, today=today)
    except DomainError as error:
        session.rollback()
        form = FormView(typed.texts(), told(view.words, error))
        return _begin_page(view, session, asked, form, error.status)
    where = Address(desk.MEETING, asked.here.pairs)(meeting=row.id)
    return once.keep(view.redirect(where, view.words.gettext("The meeting has begun.")))


@router.get("/review/meetings/{meeting_id}", name="meetings:show")
def show(view: Page, session: ReadSession, actor: Viewer, meeting_id: RecordId) -> Response:
    view.behind = desk.HOME
    row = meeting_row(session, meeting_id)
    decisions = decisions_of(session, meeting_id, view.locale)
    return view.page("meetings/show.html", row=row, decisions=decisions)


@router.get("/review/meetings/{meeting_id}/decisions.docx", name="meetings:docx")
def docx(session: ReadSession, actor: Viewer, meeting_id: RecordId, today: Today) -> Response:
    row = meeting_row(session, meeting_id)
    return decisions_docx(row, decisions_of(session, meeting_id, Locale.vi), today)


@router.post("/review/meetings/{meeting_id}/decisions")
def decide(
    view: Page, typed: Form, actor: Manager, session: WriteSession, today: Today, meeting_id: RecordId
) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    asked = desk.asked_before(typed) or desk.asked_in_meeting(QueryParams(f"meeting={meeting_id}"))
    meeting = service.get(session, meeting_id)
    try:
        data = hall.read_decision(typed)
        service.decide(session, actor, meeting, data, today=today)
        session.flush()
    except Forbidden:
        raise
    except DomainError as error:
        session.rollback()
        trouble = Trouble("record", typed, error)
        return hall.page(view, session, asked, slug=typed.get("partner") or None, trouble=trouble)
    onwards = hall.next_of(view, session, asked, data.partner)
    return once.keep(view.redirect(onwards, view.words.gettext("Written down.")))
