"""The history of the register: of one partner for everybody, of all for managers."""

import re

from fastapi import APIRouter
from starlette.responses import Response

from app import clock
from app.actor import Permission
from app.dependencies import Page, ReadSession, Viewer
from app.errors import Forbidden, Refused
from app.history.listing import PAGE, Looked, actions, latest
from app.keys.queries import key_names, key_row
from app.lists import Address
from app.partners.queries import get as get_partner
from app.records.queries import PartnerLink
from app.vocabulary import Locale

router = APIRouter()


@router.get("/history", name="history:index")
def index(
    view: Page,
    session: ReadSession,
    actor: Viewer,
    partner: str = "",
    key: str = "",
    action: str = "",
    before: str = "",
) -> Response:
    if (key or not partner) and not actor.can(Permission.manage):
        raise Forbidden("not_allowed")
    if before and not re.fullmatch(r"[0-9]{1,9}", before):
        raise Refused("bad_cursor", field="before")
    row = get_partner(session, partner) if partner else None
    program = key_row(session, key, clock.now(), view.locale) if key else None
    looked = Looked(
        partner_id=row.id if row else None,
        api_key_id=program.id if program else None,
        action=action or None,
        before=int(before) if before else None,
    )
    lines = latest(session, actor, view.words, looked, limit=PAGE + 1)
    here = Address("/history", view.request.query_params.multi_items())
    name = (row.name_vi if view.locale == Locale.vi else row.name_en) if row else ""
    return view.page(
        "history/index.html",
        lines=lines[:PAGE],
        more=here(before=lines[PAGE - 1].id) if len(lines) > PAGE else None,
        partner=PartnerLink(row.slug, name, row.country) if row else None,
        acts=actions(session),
        act=action,
        keys=key_names(session) if actor.can(Permission.manage) else [],
        key=program,
    )
