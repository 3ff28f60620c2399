"""Notices: the list behind the bell."""

import re

from fastapi import APIRouter
from starlette.responses import Response

from app.dependencies import Form, Page, ReadSession, Viewer, WriteSession
from app.errors import Refused
from app.forms import FormView
from app.notices import service
from app.notices.queries import PAGE, notices_of, slug_of, url_of

router = APIRouter()


@router.get("/notices", name="notices:index")
def index(view: Page, session: ReadSession, actor: Viewer, before: str = "") -> Response:
    if before and not re.fullmatch(r"[0-9]{1,9}", before):
        raise Refused("bad_cursor", field="before")
    lines = notices_of(session, actor.user_id or 0, view.locale, before=int(before) if before else None)
    return view.page(
        "notices/index.html",
        notices=lines[:PAGE],
        more=f"/notices?before={lines[PAGE - 1].id}" if len(lines) > PAGE else None,
        first=bool(not before),
        form=FormView(),
    )


@router.post("/notices/read")
def read_all(view: Page, typed: Form, actor: Viewer, session: WriteSession) -> Response:
    until = typed.get("until")
    if not re.fullmatch(r"[0-9]{1,9}", until):
        raise Refused("required", field="until")
    service.mark_all_read(session, actor, until=int(until))
    return view.redirect("/notices", view.words.gettext("All notices are marked as read."))


@router.post("/notices/{notice_id}/open")
def open_(view: Page, actor: Viewer, session: WriteSession, notice_id: int) -> Response:
    notice = service.get_own(session, actor, notice_id)
    service.mark_read(session, actor, notice)
    return view.redirect(url_of(notice, slug_of(session, notice)))
