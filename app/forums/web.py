"""Forums: the list, one with its members and meetings, its forms."""

from fastapi import APIRouter
from starlette.responses import Response

from app.dependencies import Form, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import Refused
from app.forms import FormView
from app.forums import service
from app.forums.filters import ForumList
from app.forums.forms import ForumForm, MeetingForm, MemberForm, forum_name
from app.forums.queries import PAGE, count_forums, forum_page, list_forums
from app.forums.schemas import ForumIn, ForumPatch, MeetingIn, MeetingPatch, MemberIn
from app.history.listing import history_of
from app.lists import Address, Part, read
from app.records.editing import Saved, Sent, save
from app.schemas import parse
from app.views.menu import menu

router = APIRouter()


@router.get("/forums", name="forums:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    params = view.request.query_params
    asked = read(ForumList, params)
    start = (asked.page - 1) * PAGE
    rows = list_forums(session, asked, today=today, locale=view.locale, part=Part(limit=PAGE, offset=start))
    total = count_forums(session, asked)
    pages = max(1, -(-total // PAGE))
    if asked.page > pages:
        raise Refused("bad_page", field="page")
    here = Address("/forums", params.multi_items())
    return view.page(
        "forums/index.html",
        rows=rows,
        asked=asked,
        here=here,
        total=total,
        pages=pages,
        saved=menu(view, session),
    )


@router.get("/forums/new", name="forums:new")
def new(view: Page, session: ReadSession, actor: Officer) -> Response:
    return ForumForm(view, session).opened()


@router.post("/forums")
def create(view: Page, typed: Form, session: WriteSession, actor: Officer) -> Response:
    sent = Sent(view, typed, session, actor)

    def add() -> Saved:
        forum = service.add_forum(session, actor, parse(ForumIn, sent.said(ForumForm(view, session))))
        text = view.words.gettext("Entered: %(name)s.", name=forum_name(view, forum))
        return Saved(f"/forums/{forum.code}", text)

    return save(sent, lambda: ForumForm(view, session), add)


@router.get("/forums/{code}", name="forums:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, code: str) -> Response:
    forum = service.get_forum(session, code)
    page = forum_page(session, actor, forum, today, view.locale)
    parts = [("forum_meeting", [meeting.id for meeting in (*page.coming, *page.past)])]
    return view.page(
        "forums/show.html",
        page=page,
        row=page.row,
        lines=history_of(session, "forum", page.row.id, actor, view.words, parts=parts),
        form=FormView(version=forum.version),
    )


@router.get("/forums/{code}/edit", name="forums:edit")
def edit(view: Page, session: ReadSession, actor: Officer, code: str) -> Response:
    return ForumForm(view, session, service.get_forum(session, code)).opened()


@router.post("/forums/{code}")
def change(view: Page, typed: Form, session: WriteSession, actor: Officer, code: str) -> Response:
    sent = Sent(view, typed, session, actor)
    forum = service.get_forum(session, code)

    def patch() -> Saved:
        data = parse(ForumPatch, sent.said(ForumForm(view, session, forum)))
        service.change_forum(session, actor, forum, data, version=sent.version)
        return Saved(f"/forums/{code}", view.words.gettext("Forum saved."))

    return save(sent, lambda: ForumForm(view, session, service.get_forum(session, code)), patch)


# ---- members


@router.get("/forums/{code}/members", name="forums:member")
def member_form(view: Page, session: ReadSession, actor: Officer, code: str) -> Response:
    return MemberForm(view, session, service.get_forum(session, code)).opened()


@router.post("/forums/{code}/members")
def add_member(view: Page, typed: Form, session: WriteSession, actor: Officer, code: str) -> Response:
    sent = Sent(view, typed, session, actor)
    forum = service.get_forum(session, code)

    def add() -> Saved:
        data = parse(MemberIn, sent.said(MemberForm(view, session, forum)))
        service.add_member(session, actor, forum, data)
        return Saved(f"/forums/{code}", view.words.gettext("Member added."))

    return save(sent, lambda: MemberForm(view, session, service.get_forum(session, code)), add)


@router.post("/forums/{code}/members/{slug}/delete")
def remove_member(
    view: Page, typed: Form, session: WriteSession, actor: Officer, code: str, slug: str
) -> Response:
    sent = Sent(view, typed, session, actor)
    forum = service.get_forum(session, code)

    def remove() -> Saved:
        service.remove_member(session, actor, forum, slug, version=sent.version)
        return Saved(f"/forums/{code}", view.words.gettext("Membership ended."))

    return save(sent, lambda: ForumForm(view, session, service.get_forum(session, code)), remove)


# ---- meetings


@router.get("/forums/{code}/meetings/new", name="forums:new_meeting")
def new_meeting(view: Page, session: ReadSession, actor: Officer, code: str) -> Response:
    return MeetingForm(view, session, service.get_forum(session, code)).opened()


@router.post("/forums/{code}/meetings")
def add_meeting(view: Page, typed: Form, session: WriteSession, actor: Officer, code: str) -> Response:
    sent = Sent(view, typed, session, actor)
    forum = service.get_forum(session, code)

    def add() -> Saved:
        data = parse(MeetingIn, sent.said(MeetingForm(view, session, forum)))
        service.add_meeting(session, actor, forum, data)
        return Saved(f"/forums/{code}", view.words.gettext("Meeting added."))

    return save(sent, lambda: MeetingForm(view, session, service.get_forum(session, code)), add)


@router.get("/forums/{code}/meetings/{meeting_id}", name="forums:meeting")
def edit_meeting(view: Page, session: ReadSession, actor: Officer, code: str, meeting_id: int) -> Response:
    return _meeting_form(view, session, code, meeting_id).opened()


@router.post("/forums/{code}/meetings/{meeting_id}")
def change_meeting(
    view: Page, typed: Form, session: WriteSession, actor: Officer, code: str, meeting_id: int
) -> Response:
    sent = Sent(view, typed, session, actor)
    form = _meeting_form(view, session, code, meeting_id)

    def patch() -> Saved:
        assert form.row is not None
        data = parse(MeetingPatch, sent.said(form))
        service.change_meeting(session, actor, form.row, data, version=sent.version)
        return Saved(f"/forums/{code}", view.words.gettext("Meeting saved."))

    return save(sent, lambda: _meeting_form(view, session, code, meeting_id), patch)


@router.post("/forums/{code}/meetings/{meeting_id}/delete")
def remove_meeting(
    view: Page, typed: Form, session: WriteSession, actor: Officer, code: str, meeting_id: int
) -> Response:
    sent = Sent(view, typed, session, actor)
    form = _meeting_form(view, session, code, meeting_id)

    def remove() -> Saved:
        assert form.row is not None
        service.remove_meeting(session, actor, form.row, version=sent.version)
        return Saved(f"/forums/{code}", view.words.gettext("Meeting taken out."))

    return save(sent, lambda: _meeting_form(view, session, code, meeting_id), remove)


def _meeting_form(view: Page, session: ReadSession, code: str, meeting_id: int) -> MeetingForm:
    forum = service.get_forum(session, code)
    return MeetingForm(view, session, forum, service.get_meeting(session, forum, meeting_id))
