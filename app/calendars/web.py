"""The page of one's calendars: their addresses, what they show, a new address, the end."""

from collections.abc import Callable

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.calendars import service
from app.calendars.queries import FeedRow, feeds_of
from app.calendars.schemas import FeedIn
from app.config import settings
from app.dependencies import Form, Page, ReadSession, Viewer, WriteSession
from app.errors import DomainError
from app.failures import told
from app.forms import FormView, Typed
from app.pages import once_only, version_of
from app.rest import RecordId
from app.schemas import parse
from app.templating import View
from app.vocabulary import CalendarKind, Locale

router = APIRouter()
_BEGUN_WITH = (
    CalendarKind.delegations, CalendarKind.meetings, CalendarKind.follow_ups, CalendarKind.agreements,
    CalendarKind.procedure, CalendarKind.forums,
)  # fmt: skip


@router.get("/calendars", name="calendars:index")
def index(view: Page, session: ReadSession, actor: Viewer, query: str = "") -> Response:
    begun = {
        "shows": [kind.value for kind in _BEGUN_WITH], "mine": not query, "query": query[:2000],
        "locale": view.locale.value, "name": view.words.gettext("My calendar") if not query else "",
    }  # fmt: skip
    return _page(view, session, actor, new=FormView(begun, key="new"))


@router.post("/calendars")
def open_(view: Page, typed: Form, actor: Viewer, session: WriteSession) -> Response:
    def act() -> str:
        feed = service.open_feed(session, actor, _asked(typed))
        return view.words.gettext("The calendar “%(name)s” has an address.", name=feed.name)

    return _answer(view, session, actor, typed, act)


@router.post("/calendars/{feed_id}")
def change(view: Page, feed_id: RecordId, typed: Form, actor: Viewer, session: WriteSession) -> Response:
    def act() -> str:
        feed = service.get(session, actor, feed_id)
        service.change(session, actor, feed, _asked(typed), version=version_of(typed))
        return view.words.gettext("The calendar “%(name)s” is saved.", name=feed.name)

    return _answer(view, session, actor, typed, act, about=feed_id)


@router.post("/calendars/{feed_id}/renewal")
def renew(view: Page, feed_id: RecordId, typed: Form, actor: Viewer, session: WriteSession) -> Response:
    def act() -> str:
        feed = service.get(session, actor, feed_id)
        service.renew(session, actor, feed, version=version_of(typed))
        return view.words.gettext("“%(name)s” has a new address; the former one is dead.", name=feed.name)

    return _answer(view, session, actor, typed, act)


@router.post("/calendars/{feed_id}/delete")
def close(view: Page, feed_id: RecordId, typed: Form, actor: Viewer, session: WriteSession) -> Response:
    def act() -> str:
        feed = service.get(session, actor, feed_id)
        service.close(session, actor, feed, version=version_of(typed))
        return view.words.gettext("The calendar “%(name)s” is closed; its address is dead.", name=feed.name)

    return _answer(view, session, actor, typed, act)


def _asked(typed: Typed) -> FeedIn:
    return parse(FeedIn, typed.data(lists=("shows",)))


def _answer(
    view: View,
    session: Session,
    actor: Actor,
    typed: Typed,
    act: Callable[[], str],
    *,
    about: int | None = None,
) -> Response:
    """Do it once; what is wrong is told on the page, in the form it was typed into."""

    def refused(wrong: DomainError) -> Response:
        data = {**typed.texts(), "shows": typed.all("shows")}
        form = FormView(data, told(view.words, wrong), typed.version, key="new")
        new = None if about else form
        return _page(view, session, actor, new=new, status=wrong.status, wrong=(about, form))

    return once_only(session, actor, typed.token, lambda: view.redirect("/calendars", act()), refused)


def _page(
    view: View,
    session: Session,
    actor: Actor,
    *,
    new: FormView | None,
    status: int = 200,
    wrong: tuple[int | None, FormView] | None = None,
) -> Response:
    rows = feeds_of(session, actor, f"{settings().public_url.rstrip('/')}/api/v1/calendar.ics")
    forms = [(row, _form(row, wrong)) for row in rows]
    return view.page(
        "calendars/index.html",
        status=status,
        feeds=forms,
        new=new,
        kinds=[(kind.value, view.words.label(kind)) for kind in CalendarKind],
        locales=[(locale.value, view.words.label(locale)) for locale in Locale],
    )


def _form(row: FeedRow, wrong: tuple[int | None, FormView] | None) -> FormView:
    """A feed's form as it is stored, or as it was typed; always upon the version that stands now."""
    if wrong is not None and wrong[0] == row.id:
        return FormView(wrong[1].data, wrong[1].errors, row.version, key=f"feed-{row.id}")
    data = {
        "name": row.name, "shows": [kind.value for kind in row.shows], "mine": row.mine, "query": row.query,
        "locale": row.locale.value,
    }  # fmt: skip
    return FormView(data, {}, row.version, key=f"feed-{row.id}")
