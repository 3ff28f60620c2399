"""What changed on my partners, and the following of one."""

import re

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import get as get_user
from app.changes import service
from app.changes.queries import changes_of
from app.dependencies import Form, Page, ReadSession, Viewer, WriteSession
from app.errors import Refused
from app.partners.queries import get as get_partner

router = APIRouter()


@router.get("/changes", name="changes:index")
def index(view: Page, session: ReadSession, actor: Viewer) -> Response:
    return view.page("changes/index.html", changes=changes_of(session, actor, view.words))


@router.post("/changes/seen")
def seen(view: Page, typed: Form, actor: Viewer, session: WriteSession) -> Response:
    until = typed.get("until")
    if not re.fullmatch(r"[0-9]{1,9}", until):
        raise Refused("required", field="until")
    service.mark_seen(session, actor, until=int(until))
    return view.redirect("/", view.words.gettext("Everything is marked as seen."))


@router.post("/partners/{slug}/follow")
def follow(view: Page, actor: Viewer, session: WriteSession, slug: str) -> Response:
    partner = get_partner(session, slug)
    service.follow(session, actor, partner, get_user(session, actor.user_id or 0))
    said = view.words.gettext("You follow this partner: its changes are told to you.")
    return view.redirect(f"/partners/{slug}", said, f"/partners/{slug}/unfollow")


@router.post("/partners/{slug}/unfollow")
def unfollow(view: Page, actor: Viewer, session: WriteSession, slug: str) -> Response:
    partner = get_partner(session, slug)
    service.unfollow(session, actor, partner, get_user(session, actor.user_id or 0))
    said = view.words.gettext("You no longer follow this partner.")
    return view.redirect(f"/partners/{slug}", said, f"/partners/{slug}/follow")
